"""Networks: by which interface each is read, what it can do, how often we may ask, and on what ground."""

from dataclasses import dataclass
from datetime import date, timedelta
from enum import StrEnum


class Can(StrEnum):
    """What a network's interface offers to a sweep."""

    LIST = "list"  # All new public posts, without being asked for a word.
    TAGS = "tags"  # Posts under a hashtag.
    SEARCH = "search"  # Posts that hold words as typed.
    STREAM = "stream"  # Posts as they are made, over an open connection.
    BACKFILL = "backfill"  # Posts of a stretch of time that has passed.


class Ground(StrEnum):
    """Why a public centre may read it; each has one sentence in every language."""

    PUBLIC_INTERFACE = "public_interface"
    PUBLISHED_FEED = "published_feed"
    ALLOWED_SITE = "allowed_site"
    CONTRACT = "contract"
    APPROVAL = "approval"


VISITING_S = 1.0
_OF_INTERFACES_S = 0.2  # Where the documents say nothing.


@dataclass(frozen=True)
class Budget:
    """So many calls in a stretch of time, as the network's documents allow."""

    calls: int
    per: timedelta


@dataclass(frozen=True)
class Network:
    """One network as its documents described it on `checked_on`.

    needs: the names of the secrets that it asks for, stream_needs: those for streams alone.
    needs_approval: nothing is asked of it before a supervisor has recorded on what ground.
    streams_words: its stream brings only what holds the words that it is given.
    calls_a_word: how many calls one page of a word takes. spacing_s: how many seconds lie at least
    between two calls to one host, as its documents ask for; a second where we read as a visitor.
    is_never_mute: its stream always has something to tell, so that a minute without is a fault.
    Words go out only to what can TAGS or SEARCH.
    """

    name: str
    can: frozenset[Can]
    budget: Budget
    ground: Ground
    checked_on: date
    needs: tuple[str, ...] = ()
    stream_needs: tuple[str, ...] = ()
    needs_approval: bool = False
    streams_words: bool = False
    calls_a_word: int = 1
    spacing_s: float = _OF_INTERFACES_S
    is_never_mute: bool = False

    @property
    def takes_words(self) -> bool:
        """Whether keywords are sent to it."""
        return bool(self.can & {Can.TAGS, Can.SEARCH})


_MINUTE, _HOUR, _DAY = timedelta(minutes=1), timedelta(hours=1), timedelta(days=1)
_CHECKED = date(2026, 11, 1)


def _network(
    name: str,
    can: str,
    calls: int,
    per: timedelta,
    ground: Ground = Ground.PUBLIC_INTERFACE,
    *,
    needs: str = "",
    stream_needs: str = "",
    needs_approval: bool = False,
    streams_words: bool = False,
    calls_a_word: int = 1,
    spacing_s: float = _OF_INTERFACES_S,
    is_never_mute: bool = False,
) -> Network:
    """A row of the table below; abilities and secrets are words between spaces."""
    abilities = frozenset(Can(word) for word in can.split())
    return Network(
        name,
        abilities,
        Budget(calls, per),
        ground,
        _CHECKED,
        tuple(needs.split()),
        tuple(stream_needs.split()),
        needs_approval,
        streams_words,
        calls_a_word,
        spacing_s,
        is_never_mute,
    )


_TABLE = (
    _network("mastodon", "list tags stream", 300, 5 * _MINUTE, stream_needs="token"),
    _network(
        "bluesky",
        "search stream backfill",
        3_000,
        5 * _MINUTE,
        spacing_s=0.1,
        is_never_mute=True,
    ),
    _network("bluesky_pds", "list stream backfill", 3_000, 5 * _MINUTE, spacing_s=0.1),
    _network("nostr", "list tags stream backfill", 60, _MINUTE),
    _network("rss", "list", 60, _HOUR, Ground.PUBLISHED_FEED, spacing_s=VISITING_S),
    _network("gallery", "list", 60, _MINUTE, Ground.ALLOWED_SITE, spacing_s=VISITING_S),
    _network("tumblr", "tags", 208, _HOUR, needs="key"),  # 1,000 an hour and 5,000 a day.
    _network("fourchan", "list", 60, _MINUTE, spacing_s=VISITING_S),
    _network(
        "x",
        "search stream backfill",
        450,
        15 * _MINUTE,
        Ground.CONTRACT,
        needs="bearer",
        stream_needs="bearer",
    ),
    _network(
        "reddit",
        "list search",
        100,
        _MINUTE,
        Ground.APPROVAL,
        needs="id secret",
        needs_approval=True,
    ),
    _network(
        "telegram_channels",
        "list",
        30,
        _MINUTE,
        Ground.APPROVAL,
        needs_approval=True,
        spacing_s=VISITING_S,
    ),
    _network("naver", "search", 25_000, _DAY, needs="id secret", calls_a_word=4),
    _network("kakao", "search", 50_000, _DAY, needs="key", calls_a_word=5),
    _network("youtube", "search", 100, _DAY, needs="key"),
    _network("brave", "search", 60, _MINUTE, Ground.CONTRACT, needs="key", spacing_s=1.0),
    _network("flickr", "search", 3_600, _HOUR, needs="key", spacing_s=1.0),
    _network("sitemap", "list", 60, _MINUTE, Ground.ALLOWED_SITE, spacing_s=VISITING_S),
)

NETWORKS: dict[str, Network] = {network.name: network for network in _TABLE}

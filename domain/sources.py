"""Sources: where sweeps look, what a page of one gives, and what can be wrong with it."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from enum import StrEnum
from typing import Any
from urllib.parse import parse_qsl, quote, urlencode, urljoin, urlsplit, urlunsplit

from domain.breakers import BreakerState
from domain.policy import SourcePolicy
from domain.streams import Stream

LONGEST_ADDRESS = 2_000
MOST_PAGES = 25  # Pages taken in one turn; what is left waits for the next.

_PORTS = {"http": 80, "https": 443}
_NOISE = ("utm_", "fbclid", "gclid")


class Trouble(StrEnum):
    """What is wrong with a source; each has one sentence in every language."""

    NOT_JSON = "not_json"
    NOT_A_TIMELINE = "not_a_timeline"
    NOT_A_FEED = "not_a_feed"
    CUT_OFF_FEED = "cut_off_feed"
    NOT_A_PAGE = "not_a_page"
    NOT_PUBLIC = "not_public"
    ROBOTS = "robots"
    STATUS = "status"
    TIMEOUT = "timeout"
    UNREACHABLE = "unreachable"
    BLOCKED = "blocked"
    TOO_LARGE = "too_large"
    BAD_ADDRESS = "bad_address"
    UNKNOWN_KIND = "unknown_kind"
    BUDGET_SPENT = "budget_spent"
    TOO_MANY = "too_many"
    KEY_MISSING = "key_missing"
    KEY_REFUSED = "key_refused"
    STALE_CURSOR = "stale_cursor"
    STREAM_ENDED = "stream_ended"
    OUR_FAULT = "our_fault"


# What a source answers, or doesn't, whatever word it is asked for.
NO_WORDS_FAULT = frozenset(
    {
        Trouble.ROBOTS,
        Trouble.UNREACHABLE,
        Trouble.BLOCKED,
        Trouble.BAD_ADDRESS,
        Trouble.UNKNOWN_KIND,
        Trouble.BUDGET_SPENT,
        Trouble.TOO_MANY,
        Trouble.KEY_MISSING,
        Trouble.KEY_REFUSED,
    }
)


class MalformedSource(ValueError):
    """A page that can't be used: its cursor stays where it was. `detail` is short and clean.

    retry_after: how long the source wants to be left alone, where it says so.
    """

    def __init__(
        self, trouble: Trouble, detail: str = "", retry_after: timedelta | None = None
    ) -> None:
        super().__init__(f"{trouble.value}: {detail}" if detail else trouble.value)
        self.trouble = trouble
        self.detail = detail[:80]
        self.retry_after = retry_after


@dataclass(frozen=True)
class Term:
    """A word that a source is asked for; `key` stands for it wherever something is kept."""

    key: str
    text: str


@dataclass(frozen=True)
class Item:
    """One piece of media that a source lists: where it is, and on which page.

    term: the key of the word that brought it; empty where all that is new was listed.
    """

    native_id: str
    media_index: int
    media_url: str
    page_url: str
    posted_at: datetime | None = None
    term: str = ""


@dataclass(frozen=True)
class Post:
    """What a post says, with or without media; kept nowhere, only compared with keywords.

    term: as of Item.
    """

    native_id: str
    page_url: str
    text: str
    posted_at: datetime | None = None
    term: str = ""


Cursor = dict[str, Any]


@dataclass(frozen=True)
class Gap:
    """A stretch of time that a source can't give by its cursor any more, and that must be filled in."""

    since: datetime
    until: datetime


@dataclass(frozen=True)
class Page:
    """What one poll, or one reading of a stream, gave.

    cursor: from where the next goes on; none where it stays as it is. trouble: part of it failed, and
    the cursor stands before that part. gap: what was missed and is to be filled in. asked: the keys of
    the words that it was really asked for; none: of all that were to be asked for.
    """

    items: tuple[Item, ...]
    cursor: Cursor | None
    is_more: bool = False
    trouble: MalformedSource | None = None
    posts: tuple[Post, ...] = ()
    gap: Gap | None = None
    asked: tuple[str, ...] | None = None


@dataclass(frozen=True)
class Watch:
    """What a connector is asked with: the source, words, its cursor, and the secrets it needs.

    calls: how many calls this turn may make. place: stands for the address that the cursor belongs to.
    """

    source: SourcePolicy
    terms: tuple[Term, ...] = ()
    cursor: Cursor = field(default_factory=dict)
    secrets: Mapping[str, str] = field(default_factory=dict)
    calls: int = 1_000_000
    place: str = ""


@dataclass(frozen=True)
class Health:
    """How a source answers when it is only asked whether it would: how much it lists now."""

    listed: int
    trouble: MalformedSource | None = None


@dataclass(frozen=True)
class Source:
    """A source as staff see it.

    glanced: how many were only glanced at, and wait for a thorough look. notes: why looks gave nothing,
    counted by domain.sightings.Note. lag: how long ago the newest came due that was looked at; waits: how
    long the oldest has been due that was not.
    """

    name: str
    kind: str
    url: str
    last_success_at: datetime | None
    trouble: Trouble | None
    trouble_detail: str
    failures: int
    seen: int
    fetched: int
    matched: int
    failed: int
    waiting: int = 0
    glanced: int = 0
    notes: Mapping[str, int] = field(default_factory=dict)
    is_paused: bool = False
    tags: tuple[str, ...] = field(default=())
    last_item_at: datetime | None = None
    streamed_at: datetime | None = None
    calls_left: int = 0
    calls: int = 0
    breaker: BreakerState = BreakerState.CLOSED
    rests_until: datetime | None = None
    is_hot: bool = False
    is_shadow: bool = False
    lacks_approval: bool = False
    has_gap: bool = False
    is_added: bool = False
    every: timedelta = timedelta()
    began_at: datetime | None = None
    stream: Stream | None = None
    lag: timedelta | None = None
    waits: timedelta | None = None


def absolute(base: str, address: str) -> str:
    """The address seen from a page, if it is a web address of reasonable length; else empty."""
    try:
        joined = urljoin(base, address.strip())
        parts = urlsplit(joined)
        is_web = parts.scheme in _PORTS and bool(parts.hostname) and bool(address.strip())
    except ValueError:
        return ""
    return joined if is_web and len(joined) <= LONGEST_ADDRESS else ""


def canonical(address: str) -> str:
    """One spelling for addresses that lead to the same thing; the address itself if it is odd."""
    try:
        parts = urlsplit(address.strip())
        port = parts.port
    except ValueError:
        return address.strip()
    host = (parts.hostname or "").lower()
    if port is not None and port != _PORTS.get(parts.scheme.lower()):
        host = f"{host}:{port}"
    pairs = [
        pair for pair in parse_qsl(parts.query, keep_blank_values=True) if not _is_noise(pair[0])
    ]
    path = quote(parts.path or "/", safe="/%:@!$&'()*+,;=~")
    return urlunsplit((parts.scheme.lower(), host, path, urlencode(pairs), ""))


def _is_noise(name: str) -> bool:
    return name.lower().startswith(_NOISE)


def unclickable(address: str) -> str:
    """The address as text that no program turns into a link: `hxxps://example[.]org/…`."""
    scheme, mark, rest = address.partition("://")
    if not mark:
        return address.replace(".", "[.]")
    host, slash, path = rest.partition("/")
    return f"{scheme.replace('tt', 'xx')}://{host.replace('.', '[.]')}{slash}{path}"


def tag_text(keyword: str) -> str:
    """A keyword as a hashtag can be spelt; empty where none of it can."""
    return "".join(letter for letter in keyword if letter.isalnum() or letter == "_")

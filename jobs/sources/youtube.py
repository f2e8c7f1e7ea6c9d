"""YouTube: the feeds of channels, and search for words; thumbnails stand for the videos."""

import re
from dataclasses import replace
from datetime import UTC, timedelta
from typing import Any
from urllib.parse import quote

from domain.networks import NETWORKS
from domain.sources import Page, Term, Watch, absolute, tag_text
from jobs.answers import Answer, moment, read_json
from jobs.sources import Http, Place, Reader, each_term, rss
from jobs.sources.searches import (
    PACIFIC,
    Listing,
    Result,
    address,
    after_time,
    entries,
    inside,
    page_of,
    reasons,
    refuse_key,
    refuse_more,
    secret,
    since,
    until_midnight,
    words,
)
from services.ports import Clock

_CHANNEL = re.compile(r"UC[\w-]{22}", re.ASCII)
_FEEDS, _SEARCH = "https://www.youtube.com", "https://www.googleapis.com"
_ON_A_PAGE = 50
_USED_UP = frozenset({"quotaExceeded", "dailyLimitExceeded"})
_TOO_FAST = frozenset({"rateLimitExceeded", "userRateLimitExceeded", "429"})
_NO_KEY = frozenset({"401", "403", "keyInvalid", "API_KEY_INVALID"})
_STALE_PAGE = "invalidPageToken"


class YouTube(Reader):
    """One call for each channel among the source's tags, without a key, and one search for each word.

    A word is searched for from the newest that is known on; a new one for its newest results only,
    since a hundred searches are all there are in a day.
    """

    network = NETWORKS["youtube"]

    def __init__(self, clock: Clock) -> None:
        self._clock = clock
        self._feed = rss.connect(clock)

    async def poll(self, watch: Watch, http: Http) -> Page:
        channels = _channels(watch)
        searched = _searched(watch, channels)

        async def ask(term: Term, place: Place | None) -> tuple[Page, Place]:
            if term in channels:
                page = await self._feed.poll(_feed_watch(watch, term, place), http)
                return page, page.cursor or {}
            return await self._search(watch, term, place, http)

        page = await each_term((*channels, *searched), watch.cursor, ask)
        # What a channel's feed answers in a search's place must not stay new, before all others.
        covered = (term.key for term in watch.terms if term not in searched)
        return replace(page, asked=(*(page.asked or ()), *covered))

    async def _search(
        self, watch: Watch, term: Term, known: Place | None, http: Http
    ) -> tuple[Page, Place]:
        url, key = f"{_base(watch)}/youtube/v3/search", secret(watch, "key")
        place = known or {}
        answer = await http.get(url, _params(term, place, key))
        why = _reasons(answer)
        if _STALE_PAGE in why and place.get("at"):
            # Its page can't be asked for any more: the round begins again, from the same time on.
            place = {**place, "at": ""}
            answer = await http.get(url, _params(term, place, key))
            why = _reasons(answer)
        self._require_allowed(answer, why)
        listing = _listing(read_json(answer), is_new=known is None)
        return page_of(term, listing), after_time(place, listing, self._clock.now())

    def _require_allowed(self, answer: Answer, why: set[str]) -> None:
        if why & _USED_UP:
            refuse_more(answer, until_midnight(self._clock.now(), PACIFIC))
        if why & _TOO_FAST:
            refuse_more(answer, timedelta(minutes=1))
        if why & _NO_KEY:
            refuse_key(answer)


def connect(clock: Clock) -> YouTube:
    """The connector of YouTube."""
    return YouTube(clock)


def _base(watch: Watch) -> str:
    return watch.source.url.rstrip("/")


def _channels(watch: Watch) -> list[Term]:
    """The source's tags that name a channel."""
    return [Term(f"channel/{tag}", tag) for tag in watch.source.tags if _CHANNEL.fullmatch(tag)]


def _searched(watch: Watch, channels: list[Term]) -> list[Term]:
    """The words, without those that are channels; none where only feeds are to be read."""
    if _base(watch) == _FEEDS:
        return []
    folded = {tag_text(channel.text).lower() for channel in channels}
    return [term for term in watch.terms if term.text.lower() not in folded]


def _feed_watch(watch: Watch, channel: Term, place: Place | None) -> Watch:
    base = _FEEDS if _base(watch) == _SEARCH else _base(watch)
    url = f"{base}/feeds/videos.xml?channel_id={channel.text}"
    return Watch(replace(watch.source, url=url), cursor=place or {})


def _reasons(answer: Answer) -> set[str]:
    return reasons(answer, ("error", "errors", 0, "reason"), ("error", "details", 0, "reason"))


def _params(term: Term, place: Place, key: str) -> dict[str, str]:
    asked = {
        "part": "snippet",
        "type": "video",
        "order": "date",
        "safeSearch": "none",
        "maxResults": str(_ON_A_PAGE),
        "q": term.text,
        "key": key,
    }
    from_when, token = since(place), str(place.get("at") or "")
    if from_when:
        asked["publishedAfter"] = from_when.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%SZ")
    return asked | ({"pageToken": token} if token else {})


def _listing(body: Any, *, is_new: bool) -> Listing:
    found, token = entries(body, "items"), inside(body, "nextPageToken")
    is_last = is_new or not found or not isinstance(token, str) or not token
    return Listing([_result(entry) for entry in found], None if is_last else token)


def _result(entry: dict[str, Any]) -> Result:
    """Named as in the channel's feed, so that a video which both give is one."""
    name, snippet = inside(entry, "id", "videoId"), entry.get("snippet")
    if not isinstance(name, str) or not isinstance(snippet, dict):
        return Result("", "", "")
    text = words(snippet, "title", "description", "channelTitle")
    page = absolute("", f"{_FEEDS}/watch?v={quote(name)}")
    published = moment(snippet.get("publishedAt"))
    return Result(f"yt:video:{name}", page, text, (_largest(snippet.get("thumbnails")),), published)


def _largest(thumbnails: object) -> str:
    """The address of the widest thumbnail that is given."""
    given = list(thumbnails.values()) if isinstance(thumbnails, dict) else []
    best = max(given, key=_width, default=None)
    return address(best, "url")


def _width(thumbnail: object) -> int:
    width = inside(thumbnail, "width")
    return width if isinstance(width, int) else 0

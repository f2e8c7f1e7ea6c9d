"""Bluesky: words by the search of an AppView, all posts by a stream, gaps by the search again.

A source's url is the AppView; behind a `#` it may name other servers than the public ones:
`https://api.bsky.app#jetstream=https://jetstream1.us-east.bsky.network`, or `relay=` for the firehose in
its place; `blobs=` where files are fetched as uploaded, `cdn=` and `films=` for pictures and previews.
"""

from collections.abc import AsyncGenerator, Iterator
from typing import Any
from urllib.parse import parse_qsl, urldefrag

from domain.networks import NETWORKS
from domain.sources import Gap, MalformedSource, Page, Term, Trouble, Watch, absolute
from jobs.answers import moment, read_json
from jobs.sources import Http, Place, Reader, each_term
from jobs.sources.backwards import DONE, after_filling, asked, filled_in, gone_on, unfilled
from jobs.sources.bluesky_frames import firehose
from jobs.sources.bluesky_jetstream import jetstream
from jobs.sources.bluesky_posts import Hosts, Record, items_of, post_of, record_at
from jobs.sources.times import MINUTE, at_us, from_us
from services.ports import Clock

_ON_A_PAGE = 100
_OVERLAP = 3 * MINUTE  # The search learns of a post some moments after it was made.
_PUBLIC = {
    "jetstream": "https://jetstream2.us-east.bsky.network",
    "blobs": "https://bsky.social",
    "cdn": "https://cdn.bsky.app",
    "films": "https://video.bsky.app",
}
_SHOWN = frozenset({"fullsize", "thumb", "thumbnail"})
_DEEPEST = 12

# The cursor of searches: a place of `backwards` for each word, in microseconds; of streams: the stream's.


class Bluesky(Reader):
    """Each poll searches for every word once; a word that fails stays where it was."""

    network = NETWORKS["bluesky"]

    def __init__(self, clock: Clock) -> None:
        self._clock = clock

    async def poll(self, watch: Watch, http: Http) -> Page:
        async def ask(term: Term, place: Place | None) -> tuple[Page, Place]:
            return await self._search(watch, term, place, http)

        return await each_term(watch.terms, watch.cursor, ask)

    async def backfill(self, watch: Watch, gap: Gap, http: Http) -> Page:
        """By words alone: a stream's other posts can't be asked for."""

        async def ask(term: Term, place: Place | None) -> tuple[Page, Place]:
            if place == DONE:
                return Page((), None), DONE
            begin = place or filled_in(at_us(gap.since) + _OVERLAP, at_us(gap.until) + _OVERLAP)
            page, reached = await self._search(watch, term, begin, http)
            return page, after_filling(reached)

        return unfilled(await each_term(watch.terms, watch.cursor, ask), watch.terms)

    def stream(self, watch: Watch, http: Http) -> AsyncGenerator[Page, None]:
        servers = _servers(watch.source.url)
        if "relay" in servers:
            return firehose(servers["relay"], watch.cursor, _hosts(servers), self._clock, http)
        return jetstream(servers["jetstream"], watch.cursor, _hosts(servers), self._clock, http)

    async def _search(
        self, watch: Watch, term: Term, place: Place | None, http: Http
    ) -> tuple[Page, Place]:
        """A page of what holds the word, newest first."""
        since, until = asked(place, _OVERLAP)
        params = {"q": _words(term.text), "sort": "latest", "limit": str(_ON_A_PAGE)}
        bounds = (("since", since), ("until", until))
        params |= {name: _spelt(bound) for name, bound in bounds if bound is not None}
        servers = _servers(watch.source.url)
        path = f"{servers['view']}/xrpc/app.bsky.feed.searchPosts"
        views = _views(read_json(await http.get(path, params)))
        now = at_us(self._clock.now())
        times = [found for view in views if (found := _sorted_by(view)) is not None]
        reached = gone_on(place, times, is_full=len(views) >= _ON_A_PAGE, now=now)
        return self._page(views, term, _hosts(servers)), reached

    def _page(self, views: list[dict[str, Any]], term: Term, hosts: Hosts) -> Page:
        records = [record for view in views if (record := self._record(view))]
        return Page(
            tuple(item for record in records for item in items_of(record, hosts, term.key)),
            None,
            posts=tuple(post_of(record, term.key) for record in records),
        )

    def _record(self, view: dict[str, Any]) -> Record | None:
        shown = tuple(_shown(view.get("embed"), 0))
        seen_at = moment(view.get("indexedAt")) or self._clock.now()
        return record_at(view.get("uri"), view.get("record"), seen_at, shown)


def connect(clock: Clock) -> Bluesky:
    """The connector of Bluesky's network as a whole."""
    return Bluesky(clock)


def _servers(url: str) -> dict[str, str]:
    """Every server by its part; `view` answers searches."""
    view, named = urldefrag(url)
    servers = {**_PUBLIC, **dict(parse_qsl(named)), "view": view}
    if not all(absolute("", address) for address in servers.values()):
        raise MalformedSource(Trouble.BAD_ADDRESS)
    return {part: address.rstrip("/") for part, address in servers.items()}


def _hosts(servers: dict[str, str]) -> Hosts:
    return Hosts(servers["blobs"], servers["cdn"], servers["films"])


def _words(text: str) -> str:
    """A word as it is; several as they stand beside one another."""
    plain = " ".join(text.replace('"', " ").split())
    return f'"{plain}"' if " " in plain else plain


def _spelt(bound: int) -> str:
    return from_us(bound).isoformat(timespec="milliseconds").replace("+00:00", "Z")


def _views(body: object) -> list[dict[str, Any]]:
    views = body.get("posts") if isinstance(body, dict) else None
    if not isinstance(views, list) or not all(isinstance(view, dict) for view in views):
        raise MalformedSource(Trouble.NOT_A_TIMELINE)
    return views


def _sorted_by(view: dict[str, Any]) -> int | None:
    """By what the search sorts: when it was made, or seen, if that was earlier."""
    record = view.get("record")
    made = record.get("createdAt") if isinstance(record, dict) else None
    times = [at_us(found) for said in (made, view.get("indexedAt")) if (found := moment(said))]
    return min(times, default=None)


def _shown(part: object, depth: int) -> Iterator[str]:
    """The addresses that a view gives for its pictures, largest first."""
    if isinstance(part, dict) and depth < _DEEPEST:
        named = (part.get(name) for name in sorted(_SHOWN))
        yield from (absolute("", address) for address in named if isinstance(address, str))
        for inner in part.values():
            yield from _shown(inner, depth + 1)
    if isinstance(part, list) and depth < _DEEPEST:
        for inner in part:
            yield from _shown(inner, depth + 1)

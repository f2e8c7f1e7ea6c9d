"""Nostr: one relay, asked for what is new and for hashtags, and listened to while it stays open."""

import asyncio
from collections.abc import AsyncGenerator, AsyncIterator, Callable
from contextlib import aclosing, asynccontextmanager
from dataclasses import dataclass, replace

from domain.networks import NETWORKS
from domain.sources import Gap, MalformedSource, Page, Term, Trouble, Watch
from jobs.sockets import Socket
from jobs.sources import Http, Place, Reader, each_term
from jobs.sources.backwards import DONE, after_filling, asked, filled_in, gone_on, unfilled
from jobs.sources.batches import batches, sound
from jobs.sources.nostr_events import Event, items_of, post_of
from jobs.sources.nostr_messages import (
    ON_A_PAGE,
    Message,
    close,
    event_in,
    is_end,
    read_message,
    request,
    require_open,
)
from jobs.sources.times import SECOND, at_us, from_us, websocket
from services.ports import Clock

_MOST_MESSAGES = 10 * ON_A_PAGE  # In one answer; a relay that goes on and on is not answering.
_OVERLAP = 5 * 60  # Seconds: relays hear of events from one another.
_PATIENCE = 20.0
_ALL = Term("all", "")

# The cursor: a place of `backwards` for all events and for each word, in seconds; a stream's: `at`.


class Nostr(Reader):
    """Each poll asks once for all events and once for each word, over one connection."""

    network = NETWORKS["nostr"]

    def __init__(self, clock: Clock) -> None:
        self._clock = clock

    async def poll(self, watch: Watch, http: Http) -> Page:
        return await self._each(watch, http, lambda _, place: place)

    async def backfill(self, watch: Watch, gap: Gap, http: Http) -> Page:
        since, until = (at_us(when) // SECOND for when in (gap.since, gap.until))
        first = filled_in(since + _OVERLAP, until + _OVERLAP)
        page = await self._each(watch, http, lambda _, place: place or first, fills=True)
        return unfilled(page, (_ALL, *watch.terms))

    async def stream(self, watch: Watch, http: Http) -> AsyncGenerator[Page, None]:
        began = min(watch.cursor.get("at", self._now()), self._now())
        since = began - _OVERLAP if watch.cursor else began
        stored, high = _Stored(since), began
        async with (
            http.socket(websocket(watch.source.url)) as socket,
            aclosing(batches(sound(socket, read_message))) as arriving,
        ):
            await socket.send(request(_ALL, since, None))
            yield Page((), {"at": began})  # From here on nothing is lost.
            async for messages in arriving:
                events = [event for each in messages if (event := event_in(each, _ALL))]
                high = max([high, *(min(event.created_at, self._now()) for event in events)])
                page = self._page(watch, events, _ALL)
                yield replace(page, cursor={"at": high}, gap=stored.gap(events, messages))
                for message in messages:
                    require_open(message, _ALL)

    async def _each(
        self,
        watch: Watch,
        http: Http,
        begin: Callable[[Term, Place | None], Place | None],
        *,
        fills: bool = False,
    ) -> Page:
        """One page of all events and one of each word."""
        terms = (_ALL, *watch.terms)
        async with (
            _patience(),
            http.socket(websocket(watch.source.url)) as socket,
            aclosing(sound(socket, read_message)) as messages,
        ):

            async def ask(term: Term, place: Place | None) -> tuple[Page, Place]:
                if place == DONE:
                    return Page((), None), DONE
                place = begin(term, place)
                events = await _answered(socket, messages, term, asked(place, _OVERLAP))
                times = [event.created_at for event in events]
                is_full = len(events) >= ON_A_PAGE
                reached = gone_on(place, times, is_full=is_full, now=self._now())
                page = self._page(watch, events, term)
                return page, after_filling(reached) if fills else reached

            return await each_term(terms, watch.cursor, ask)

    def _page(self, watch: Watch, events: list[Event], term: Term) -> Page:
        base, now, key = watch.source.url, self._clock.now(), term.key if term.text else ""
        items = tuple(item for event in events for item in items_of(event, base, now, key))
        return Page(items, None, posts=tuple(post_of(event, base, now, key) for event in events))

    def _now(self) -> int:
        return at_us(self._clock.now()) // SECOND


def connect(clock: Clock) -> Nostr:
    """The connector of Nostr's relays."""
    return Nostr(clock)


@dataclass
class _Stored:
    """What a relay gives of the time before a stream was opened: its newest, and no more than a page."""

    since: int
    count: int = 0
    oldest: int | None = None
    is_over: bool = False

    def gap(self, events: list[Event], messages: list[Message]) -> Gap | None:
        """What it left out, once it has given all."""
        if self.is_over:
            return None
        self.count += len(events)
        times = [event.created_at for event in events]
        self.oldest = min([*times, *([] if self.oldest is None else [self.oldest])], default=None)
        self.is_over = any(is_end(message, _ALL) for message in messages)
        if not self.is_over or self.count < ON_A_PAGE or self.oldest is None:
            return None
        if self.oldest <= self.since:
            return None
        return Gap(from_us(self.since * SECOND), from_us(self.oldest * SECOND))


async def _answered(
    socket: Socket,
    messages: AsyncIterator[Message],
    term: Term,
    bounds: tuple[int | None, int | None],
) -> list[Event]:
    """The stored events that fit, each once. Raises MalformedSource."""
    await socket.send(request(term, *bounds))
    events: dict[str, Event] = {}
    for _ in range(_MOST_MESSAGES):
        message = await anext(messages, None)
        if message is None:
            raise MalformedSource(Trouble.STREAM_ENDED)
        require_open(message, term)
        if is_end(message, term):
            await socket.send(close(term))
            return list(events.values())
        if event := event_in(message, term):
            events[event.id] = event
    raise MalformedSource(Trouble.TOO_LARGE)


@asynccontextmanager
async def _patience() -> AsyncIterator[None]:
    try:
        async with asyncio.timeout(_PATIENCE):
            yield
    except TimeoutError:
        raise MalformedSource(Trouble.TIMEOUT) from None

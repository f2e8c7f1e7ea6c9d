"""Streams: one supervised task for each source that has one, held back while too much waits."""

import asyncio
from contextlib import aclosing, suppress
from dataclasses import dataclass, field

import structlog

from domain.networks import NETWORKS
from domain.policy import SourcePolicy
from domain.sources import MalformedSource, Page, Trouble
from domain.streams import Deaf
from jobs.sweeper import Sweeper, connector_of, secrets_of, way_for, with_secrets
from services import candidates, turns
from services import streams as notes
from services.ports import Clock

ROOM_S = 1.0  # Between two looks at whether there is room again.
_FIRST_WAIT_S = 1.0
_LONGEST_WAIT_S = 60.0
STANDS_AFTER_S = 120.0  # One that can't be opened, or whose lines are silent, has ended by then.
MUTE_AFTER_S = 60.0  # Of a network that is never mute.

log = structlog.get_logger()


_Said = tuple[str, str, frozenset[str]]


@dataclass
class _Stream:
    """One source's task, its network and address with the keys of its words, and moments of the monotonic
    clock: from when on it may be opened again, when it was opened, and when it last told of a post or
    was held back.
    """

    asked: _Said
    is_never_mute: bool = False
    task: asyncio.Task[None] | None = None
    failures: int = 0
    again_s: float = 0.0
    opened_s: float = 0.0
    heard_s: float | None = None

    @property
    def is_open(self) -> bool:
        return self.task is not None and not self.task.done()

    def is_well(self, now_s: float) -> bool:
        """Whether it is surely open, and heard where it should be."""
        heard_s = self.heard_s if self.heard_s is not None else float("-inf")
        if self.is_never_mute:
            return self.is_open and now_s - heard_s < MUTE_AFTER_S
        return self.is_open and (heard_s >= self.opened_s or now_s - self.opened_s > STANDS_AFTER_S)

    def deaf(self, now_s: float) -> Deaf | None:
        """Why it is surely not heard."""
        if not self.is_open:
            return Deaf.CLOSED if self.failures else None
        last_s = max(self.opened_s, self.heard_s or self.opened_s)
        return Deaf.MUTE if self.is_never_mute and now_s - last_s >= MUTE_AFTER_S else None


@dataclass
class Streams:
    """Opens what has a stream, opens it again when it ends, and closes what nobody wants any more."""

    sweeper: Sweeper
    _known: dict[str, _Stream] = field(default_factory=dict)

    async def tend(self) -> None:
        """One look at every source; runs as a loop."""
        found = await turns.to_stream(self.sweeper.desk)
        sources = [(source, words) for source, words in found if self._has_secrets(source)]
        wanted = {source.name: (source.kind, source.url, words) for source, words in sources}
        for name, stream in list(self._known.items()):
            if wanted.get(name) != stream.asked:  # Nobody wants it, or otherwise.
                await self._close(name)
        for source, _ in sources:
            never_mute = NETWORKS[source.kind].is_never_mute
            self._known.setdefault(source.name, _Stream(wanted[source.name], never_mute))
        await self._note()
        for name, stream in self._known.items():
            now_s = self._clock.monotonic()
            if not stream.is_open and now_s >= stream.again_s:
                stream.opened_s = now_s
                stream.task = asyncio.create_task(self._follow(name), name=f"stream-{name}")

    async def _note(self) -> None:
        """Write down which are heard and which are not: staff are told of those that stay silent."""
        now_s = self._clock.monotonic()
        well = [name for name, stream in self._known.items() if stream.is_well(now_s)]
        deaf = {name: why for name, stream in self._known.items() if (why := stream.deaf(now_s))}
        await notes.note_all(self.sweeper.desk, list(self._known), well, deaf)

    async def stop(self) -> None:
        """Close all of them."""
        for name in list(self._known):
            await self._close(name)

    @property
    def _clock(self) -> Clock:
        return self.sweeper.desk.clock

    def _has_secrets(self, source: SourcePolicy) -> bool:
        known = secrets_of(self.sweeper, source)
        return all(name in known for name in NETWORKS[source.kind].stream_needs)

    async def _follow(self, name: str) -> None:
        """Take in what a stream tells until it ends; whatever it dies of is noted, and it is opened again."""
        stream = self._known[name]
        try:
            await self._read(name)
            trouble = MalformedSource(Trouble.STREAM_ENDED)
        except MalformedSource as flaw:
            trouble = flaw
        except Exception as error:  # noqa: BLE001 - a stream is opened again; what it died of is noted
            log.error("stream_failed", source=name, error=type(error).__name__)
            trouble = MalformedSource(Trouble.OUR_FAULT, type(error).__name__)
        stream.failures += 1
        wait = min(_FIRST_WAIT_S * 2 ** (stream.failures - 1), _LONGEST_WAIT_S)
        if trouble.retry_after is not None:
            wait = max(wait, trouble.retry_after.total_seconds())
        stream.again_s = self._clock.monotonic() + wait
        log.warning("stream_ended", source=name, trouble=trouble.trouble.value, again_in_s=wait)
        with suppress(Exception):  # The loop's next look tries again, with or without this note.
            await notes.note_end(self.sweeper.desk, name, trouble, stream.failures)

    async def _read(self, name: str) -> None:
        watch = await turns.begin_stream(self.sweeper.desk, name)
        if watch is None:
            return
        connector = connector_of(self.sweeper, watch)
        http = way_for(self.sweeper, watch.source)
        opened = connector.stream(with_secrets(self.sweeper, watch), http)
        async with aclosing(opened) as pages:
            async for page in pages:
                await candidates.take_in_stream(self.sweeper.desk, name, page, watch.place)
                self._heard(name, page)
                await self._room(name)

    def _heard(self, name: str, page: Page | None = None) -> None:
        """Now it told of a post, or is held back. An empty page says that it was opened."""
        stream = self._known[name]
        stream.failures = 0
        if page is None or page.items or page.posts:
            stream.heard_s = self._clock.monotonic()

    async def _room(self, name: str) -> None:
        """Wait while too much waits to be looked at; the other side's sending is held back, too."""
        while not await turns.has_room(self.sweeper.desk, name):
            self._heard(name)
            await asyncio.sleep(ROOM_S)

    async def _close(self, name: str) -> None:
        task = self._known.pop(name).task
        if task is not None:
            task.cancel()
            with suppress(asyncio.CancelledError):
                await task

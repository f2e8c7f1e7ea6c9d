"""Streams: one supervised task for each source that has one, held back while too much waits."""

import asyncio
from contextlib import aclosing, suppress
from dataclasses import dataclass, field

import structlog

from domain.networks import NETWORKS
from domain.policy import SourcePolicy
from domain.sources import MalformedSource, Trouble
from jobs.sweeper import Sweeper, connector_of, secrets_of, way_for, with_secrets
from services import candidates, turn_ends, turns
from services.ports import Clock

ROOM_S = 1.0  # Between two looks at whether there is room again.
_FIRST_WAIT_S = 1.0
_LONGEST_WAIT_S = 60.0

log = structlog.get_logger()


@dataclass
class _Stream:
    """One source's task, the keys of its words, and from when on, on the monotonic clock, it may be
    opened again.
    """

    words: frozenset[str]
    task: asyncio.Task[None] | None = None
    failures: int = 0
    again_s: float = 0.0


@dataclass
class Streams:
    """Opens what has a stream, opens it again when it ends, and closes what nobody wants any more."""

    sweeper: Sweeper
    _known: dict[str, _Stream] = field(default_factory=dict)

    async def tend(self) -> None:
        """One look at every source; runs as a loop."""
        found = await turns.to_stream(self.sweeper.desk)
        wanted = {source.name: words for source, words in found if self._has_secrets(source)}
        for name, stream in list(self._known.items()):
            if wanted.get(name) != stream.words:  # Nobody wants it, or with other words.
                await self._close(name)
        for name, words in wanted.items():
            stream = self._known.setdefault(name, _Stream(words))
            is_open = stream.task is not None and not stream.task.done()
            if not is_open and self._clock.monotonic() >= stream.again_s:
                stream.task = asyncio.create_task(self._follow(name), name=f"stream-{name}")

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
            await turn_ends.note_stream_end(self.sweeper.desk, name, trouble, stream.failures)

    async def _read(self, name: str) -> None:
        watch = await turns.begin_stream(self.sweeper.desk, name)
        if watch is None:
            return
        connector = connector_of(self.sweeper, watch)
        http = way_for(self.sweeper, watch.source)
        opened = connector.stream(with_secrets(self.sweeper, watch), http)
        async with aclosing(opened) as pages:
            async for page in pages:
                await candidates.take_in_stream(self.sweeper.desk, name, page)
                self._known[name].failures = 0
                await self._room(name)

    async def _room(self, name: str) -> None:
        """Wait while too much waits to be looked at; the other side's sending is held back, too."""
        while not await turns.has_room(self.sweeper.desk, name):  # noqa: ASYNC110 - room is made in the database
            await asyncio.sleep(ROOM_S)

    async def _close(self, name: str) -> None:
        task = self._known.pop(name).task
        if task is not None:
            task.cancel()
            with suppress(asyncio.CancelledError):
                await task

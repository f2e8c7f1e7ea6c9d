"""Hands: what this process is looking at, so that nothing is taken twice, and what it let fall."""

import asyncio
from collections.abc import Collection, Coroutine, Sequence
from dataclasses import dataclass, field
from typing import Any

import structlog

from domain.sightings import Candidate

log = structlog.get_logger()


@dataclass
class Hands:
    """One pair for a process. A lease that runs out while its candidate is `held`, by id, is nobody
    else's; what is `fallen`, since its look was broken off, is leased until it is given back.
    """

    held: set[int] = field(default_factory=set)
    fallen: list[Candidate] = field(default_factory=list)
    _going_on: set["asyncio.Task[Any]"] = field(default_factory=set)

    @property
    def beside(self) -> int:
        """How many looks go on beside turns that have ended."""
        return sum(1 for task in self._going_on if not task.done())

    def let_go_on(self, looks: Collection["asyncio.Task[int]"]) -> None:
        """These outlast the turn that began them."""
        for look in looks:
            self._going_on.add(look)
            look.add_done_callback(self._going_on.discard)

    async def stop(self) -> None:
        """Break off what goes on beside."""
        going_on = tuple(self._going_on)
        for look in going_on:
            look.cancel()
        await asyncio.gather(*going_on, return_exceptions=True)

    def take(self, candidates: Sequence[Candidate]) -> None:
        """These are looked at from now on."""
        self.held.update(each.id for each in candidates)

    def drop(self, candidates: Sequence[Candidate]) -> None:
        """No look at these will come to an end."""
        self.held.difference_update(each.id for each in candidates)
        self.fallen += candidates

    def picked_up(self) -> list[Candidate]:
        """What had fallen, for whoever gives it back; drop it again where that fails."""
        fallen, self.fallen = self.fallen, []
        return fallen

    def start(self, candidate: Candidate, look: Coroutine[Any, Any, int]) -> "asyncio.Task[int]":
        """Look at what was taken, side by side with others."""

        def end(task: "asyncio.Task[int]") -> None:
            error = None if task.cancelled() else task.exception()
            if error is not None:
                # No traceback: its message could hold an address.
                log.error("look_broken_off", candidate=candidate.id, error=type(error).__name__)
            if error is not None or task.cancelled():
                self.drop([candidate])
            self.held.discard(candidate.id)

        task = asyncio.create_task(look)
        task.add_done_callback(end)
        return task

"""Glances: while much waits, a picture is only glanced at first, and looked at where that says anything.

A glance decides nothing: what comes near something registered, what has little texture, animations
and videos get the full treatment at once, and all others get it when little waits.
"""

import asyncio
import os
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Protocol

from domain.fingerprints import Print
from matching.decoding import Undecodable
from matching.looks import Look
from services.together import Together

_MOST = 8  # Files a question; a pipe's way there and back takes as long as a glance.
_AT_ONCE = (os.cpu_count() or 1) + 1  # Questions: one waits while each processor has its own.


class Glancer(Protocol):
    """Decodes some pictures away from this process: a look, what is wrong, or nothing, of each."""

    async def glance(self, files: Sequence[bytes]) -> list[Look | Undecodable | None]: ...


class Nearness(Protocol):
    """What is registered; any thread may ask."""

    def is_near(self, look: Look) -> bool: ...


@dataclass(frozen=True)
class Glance:
    """What a glance told. print_: of the whole picture. worth_a_look: where it tells too little, or comes
    near something that is registered.
    """

    print_: Print | None
    worth_a_look: bool


class Glances:
    """One for a process; many who wait are answered together."""

    def __init__(self, glancer: Glancer, register: Nearness) -> None:
        self._glancer = glancer
        self._register = register
        self._together = Together(self._glance, _MOST, _AT_ONCE)

    async def at(self, data: bytes) -> Glance | Undecodable:
        """A glance at this file, or what is wrong with it."""
        return await self._together.ask(data)

    async def _glance(self, files: Sequence[bytes]) -> list[Glance | Undecodable]:
        looks = await self._glancer.glance(files)
        return await asyncio.to_thread(lambda: [self._weighed(each) for each in looks])

    def _weighed(self, look: Look | Undecodable | None) -> Glance | Undecodable:
        if isinstance(look, Undecodable):
            return look
        return Glance(look.print_, self._register.is_near(look)) if look else Glance(None, True)

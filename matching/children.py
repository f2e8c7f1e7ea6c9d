"""Hostile media is decoded in killable processes with limits and, if possible, no network."""

import os
from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING

from domain.fingerprints import Print
from matching import child
from matching.decoder import Answer, Decoder, Decoders
from matching.decoding import MOST_BYTES, Undecodable, Why

if TYPE_CHECKING:
    from matching.looks import Look
    from matching.registering import Registration

TIME_OUT = 15.0
_PICTURES_PER_CHILD = 2_000


class Children:
    """Decoding processes that start with the first picture and are replaced when they die.

    Belongs to one event loop. Close it once; afterwards asking is a RuntimeError.
    """

    def __init__(self, processes: int | None = None, *, time_out: float = TIME_OUT) -> None:
        wanted = processes or os.cpu_count() or 1
        lifetime = _PICTURES_PER_CHILD
        self._decoders = Decoders(
            [Decoder(child.confine, lifetime=lifetime, time_out=time_out) for _ in range(wanted)]
        )

    async def hash_picture(self, data: bytes) -> Print:
        """The print of one picture. Raises Undecodable; when cancelled, kills the process."""
        _check_size(data)
        return await self._ask(child.hash_confined, data)

    async def register(self, data: bytes, *, descriptors: bool) -> "Registration":
        """All that is kept of one picture. Raises Undecodable; when cancelled, kills the process."""
        _check_size(data)
        return await self._ask(child.register_confined, data, descriptors)

    async def look(self, data: bytes, *, with_points: bool) -> "tuple[Look, ...]":
        """The full treatment of one file. Raises Undecodable; when cancelled, kills the process."""
        _check_size(data)
        return await self._ask(child.look_confined, data, with_points)

    async def glance(self, files: Sequence[bytes]) -> "list[child.Glanced]":
        """What a glance at each of some files tells: a look, what is wrong with it, or nothing.

        One that harms the process harms no other: then each is looked at by itself.
        """
        try:
            return await self._ask(child.glance_confined, [*files])
        except Undecodable as flaw:
            if len(files) == 1:
                return [flaw]
            return [found for each in files for found in await self.glance([each])]

    async def is_network_cut(self) -> bool:
        """Whether a decoding process has no way to any network, by asking one."""
        async with self._decoders.one() as decoder:
            return await decoder.is_network_cut()

    async def is_memory_limited(self) -> bool:
        """Whether a decoding process may take only so much memory, by asking one."""
        async with self._decoders.one() as decoder:
            return await decoder.is_memory_limited()

    def close(self) -> None:
        """Kill the processes, which takes a moment; what was being hashed fails as crashed."""
        self._decoders.close()

    async def _ask(self, question: Callable[..., Answer], *arguments: object) -> Answer:
        async with self._decoders.one() as decoder:
            return await decoder.ask(question, *arguments)


def _check_size(data: bytes) -> None:
    """What is known here already needn't go through the pipe."""
    if not data:
        raise Undecodable(Why.EMPTY)
    if len(data) > MOST_BYTES:
        raise Undecodable(Why.TOO_LARGE)

"""What was looked at lately, by the SHA-256 of its bytes, so that the same file is decoded once."""

import asyncio
from collections import OrderedDict
from collections.abc import Hashable
from hashlib import sha256
from typing import Generic, TypeVar

from domain.films import Content, Film

MOST_ENTRIES = 2_000
MOST_BYTES = 128_000_000
_LITTLE = 1_000_000  # Bytes that are digested faster than another thread begins.

Known = TypeVar("Known")


class Familiar(Generic[Known]):
    """Keeps what was asked for last, so many entries and bytes at most. hits: looks that it saved."""

    def __init__(self, most_entries: int = MOST_ENTRIES, most_bytes: int = MOST_BYTES) -> None:
        self._most_entries = most_entries
        self._most_bytes = most_bytes
        self._kept: OrderedDict[Hashable, tuple[Known, int]] = OrderedDict()
        self.size = 0
        self.hits = 0

    def __len__(self) -> int:
        return len(self._kept)

    def find(self, key: Hashable) -> Known | None:
        """What is known by this key."""
        found = self._kept.get(key)
        if found is None:
            return None
        self._kept.move_to_end(key)
        self.hits += 1
        return found[0]

    def keep(self, key: Hashable, known: Known, size: int) -> None:
        """Keep something of so many bytes; what wasn't asked for longest goes for it."""
        if size > self._most_bytes:
            return
        _, before = self._kept.pop(key, (None, 0))
        self._kept[key] = known, size
        self.size += size - before
        while self.size > self._most_bytes or len(self._kept) > self._most_entries:
            _, (_, gone) = self._kept.popitem(last=False)
            self.size -= gone


async def digest_of(data: Content) -> bytes:
    """Its SHA-256; aside where that takes long enough to hold up others."""
    if isinstance(data, Film):
        return data.sha256.bits
    if len(data) <= _LITTLE:
        return sha256(data).digest()
    return await asyncio.to_thread(lambda: sha256(data).digest())

"""Room for large media: so many are held in memory at once, from being fetched to being looked at."""

import asyncio
from dataclasses import dataclass, field

LITTLE = 2_000_000  # Bytes that need no place: ninety of those at once do no harm.
MOST_LARGE = 12  # 240 MB of pictures, or 480 of videos.


@dataclass
class Room:
    """Belongs to one event loop."""

    most: int = MOST_LARGE
    _places: asyncio.Semaphore = field(init=False)

    def __post_init__(self) -> None:
        self._places = asyncio.Semaphore(self.most)

    def hold(self) -> "Hold":
        """One piece of media's hold on a place, which it hasn't taken yet."""
        return Hold(self._places)


@dataclass
class Hold:
    """Takes one place at most, once its media is seen to be large, and lets go of it once."""

    _places: asyncio.Semaphore
    _is_held: bool = False

    async def make_sure(self, size: int) -> None:
        """Wait for a place if so many bytes need one and none is held."""
        if size > LITTLE and not self._is_held:
            await self._places.acquire()
            self._is_held = True

    def let_go(self) -> None:
        """Its bytes are done with; harmless a second time."""
        if self._is_held:
            self._is_held = False
            self._places.release()

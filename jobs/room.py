"""Room for large media: so many are held in memory at once, from being fetched to being looked at."""

import asyncio
from dataclasses import dataclass, field
from datetime import timedelta

from services.ports import Unfetchable

LITTLE = 2_000_000  # Bytes that need no place: ninety of those at once do no harm.
PATIENCE_S = 5.0
COMES_BACK = timedelta(seconds=15)
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
        """Wait a little for a place if so many bytes need one and none is held.

        Where none gets free, raises Unfetchable with a rest, which costs the media no try.
        """
        if size <= LITTLE or self._is_held:
            return
        try:
            async with asyncio.timeout(PATIENCE_S):
                await self._places.acquire()
        except TimeoutError:
            raise Unfetchable("crowded", retry_after=COMES_BACK) from None
        self._is_held = True

    def let_go(self) -> None:
        """Its bytes are done with; harmless a second time."""
        if self._is_held:
            self._is_held = False
            self._places.release()

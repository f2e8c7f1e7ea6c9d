"""Room for large media: so many are held in memory at once, from being fetched to being looked at."""

import asyncio
from dataclasses import dataclass, field
from datetime import timedelta

from services.ports import Unfetchable

LITTLE = 2_000_000  # Bytes that need no place: ninety of those at once do no harm.
PATIENCE_S = 5.0
COMES_BACK = timedelta(seconds=15)
MOST_PICTURES = 12  # 240 MB.
MOST_VIDEOS = 6  # 240 MB, too: each takes a decoder half a minute, and no picture waits for that.


@dataclass
class Room:
    """Belongs to one event loop."""

    most_pictures: int = MOST_PICTURES
    most_videos: int = MOST_VIDEOS
    _pictures: asyncio.Semaphore = field(init=False)
    _videos: asyncio.Semaphore = field(init=False)

    def __post_init__(self) -> None:
        self._pictures = asyncio.Semaphore(self.most_pictures)
        self._videos = asyncio.Semaphore(self.most_videos)

    def hold(self) -> "Hold":
        """One piece of media's hold on a place, which it hasn't taken yet."""
        return Hold(self._pictures, self._videos)


@dataclass
class Hold:
    """Takes one place at most, once its media is seen to be large, and lets go of it once.

    is_picture: it says that it is one; what doesn't has its place among the videos.
    """

    _pictures: asyncio.Semaphore
    _videos: asyncio.Semaphore
    is_picture: bool = False
    _held: asyncio.Semaphore | None = None

    async def make_sure(self, size: int) -> None:
        """Wait a little for a place if so many bytes need one and none is held.

        Where none gets free, raises Unfetchable with a rest, which costs the media no try.
        """
        if size <= LITTLE or self._held is not None:
            return
        places = self._pictures if self.is_picture else self._videos
        try:
            async with asyncio.timeout(PATIENCE_S):
                await places.acquire()
        except TimeoutError:
            raise Unfetchable("crowded", retry_after=COMES_BACK) from None
        self._held = places

    def let_go(self) -> None:
        """Its bytes are done with; harmless a second time."""
        if self._held is not None:
            self._held.release()
            self._held = None

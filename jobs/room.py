"""Room for large media: so many are held in memory at once, from being fetched to being looked at."""

import asyncio
from dataclasses import dataclass, field
from datetime import timedelta

from services.ports import Unfetchable

LITTLE = 1_000_000  # Bytes that need no place: two hundred of those at once do no harm.
LONG = 40_000_000  # Bytes beyond which a video is a film, and needs a second place.
PATIENCE_S = 5.0
COMES_BACK = timedelta(seconds=15)
MOST_PICTURES = 12  # 240 MB.
MOST_VIDEOS = 6  # 240 MB, too; each takes a decoder long.
# 400 MB. Nobody waits for them: they take long, and a host's turn would be held meanwhile.
MOST_FILMS = 2
FILM_COMES_BACK = timedelta(seconds=60)  # And up to as much later, so that not all come at once.


@dataclass
class Room:
    """Belongs to one event loop."""

    most_pictures: int = MOST_PICTURES
    most_videos: int = MOST_VIDEOS
    most_films: int = MOST_FILMS
    _pictures: asyncio.Semaphore = field(init=False)
    _videos: asyncio.Semaphore = field(init=False)
    _films: asyncio.Semaphore = field(init=False)

    def __post_init__(self) -> None:
        self._pictures = asyncio.Semaphore(self.most_pictures)
        self._videos = asyncio.Semaphore(self.most_videos)
        self._films = asyncio.Semaphore(self.most_films)

    def hold(self) -> "Hold":
        """One piece of media's hold on a place, which it hasn't taken yet."""
        return Hold(self._pictures, self._videos, self._films)


@dataclass
class Hold:
    """Takes a place once its media is seen to be large, a second once it is seen to be a long video,
    and lets go of each once.

    is_picture: it says that it is one; what doesn't has its place among the videos.
    """

    _pictures: asyncio.Semaphore
    _videos: asyncio.Semaphore
    _films: asyncio.Semaphore
    is_picture: bool = False
    _held: list[asyncio.Semaphore] = field(default_factory=list)

    async def make_sure(self, size: int) -> None:
        """Wait a little for the places that so many bytes need and that aren't held.

        Where none gets free, raises Unfetchable with a rest, which costs the media no try.
        """
        if size > LONG and not self.is_picture and self._films not in self._held:
            if self._films.locked():
                later = timedelta(seconds=size % FILM_COMES_BACK.seconds)
                raise Unfetchable("crowded", retry_after=FILM_COMES_BACK + later)
            await self._take(self._films)
        places = self._pictures if self.is_picture else self._videos
        if size > LITTLE and places not in self._held:
            await self._take(places)

    async def _take(self, places: asyncio.Semaphore) -> None:
        try:
            async with asyncio.timeout(PATIENCE_S):
                await places.acquire()
        except TimeoutError:
            raise Unfetchable("crowded", retry_after=COMES_BACK) from None
        self._held.append(places)

    def let_go(self) -> None:
        """Its bytes are done with; harmless a second time."""
        while self._held:
            self._held.pop().release()

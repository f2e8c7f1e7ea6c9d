"""The examiner: has media looked at in other processes and finds the fingerprints it resembles."""

import asyncio
from collections.abc import Sequence
from datetime import timedelta
from hashlib import sha256
from typing import Protocol

from domain.films import Content, Film, opening_of
from domain.fingerprints import Fingerprint, Print, Sha256
from domain.policy import Tiers
from domain.sightings import Note
from domain.videos import VideoPrint
from matching.decoding import Undecodable, Why
from matching.kinds import is_video
from matching.looks import Look
from matching.packing import packed, packed_video
from matching.registering import Registration
from matching.video import joined
from services.familiar import Familiar, digest_of
from services.glances import Glances
from services.past import Past
from services.register import Query, Register
from services.strangers import Strangers

MOST_WATCHED = 24  # Videos; they take long, and no picture shall wait for them.
CROWD_COMES_BACK = timedelta(seconds=30)  # And up to as much later, so that not all come at once.


class Hasher(Protocol):
    """Decodes pictures away from this process; raises matching.decoding.Undecodable."""

    async def register(self, data: bytes, *, descriptors: bool) -> Registration: ...

    async def look(self, data: bytes, *, with_points: bool) -> tuple[Look, ...]: ...

    async def glance(self, files: Sequence[bytes]) -> list[Look | Undecodable | None]: ...


class VideoHasher(Protocol):
    """Decodes videos away from this process; raises matching.decoding.Undecodable."""

    async def hash_video(self, data: Content, *, dense: bool) -> VideoPrint: ...

    async def finer(self, data: Content, around_s: Sequence[float]) -> VideoPrint: ...


class Unhashable(ValueError):
    """Media that gives no fingerprint; `reason` is one word (empty, truncated, bomb, …)."""

    def __init__(self, reason: str) -> None:
        super().__init__(reason)
        self.reason = reason


class Crowded(Unhashable):
    """Too many videos are looked at already; `retry_after` this one is to come back, which costs it no try."""

    def __init__(self, retry_after: timedelta) -> None:
        super().__init__(Note.CROWDED.value)
        self.retry_after = retry_after


class Examiner:
    """One for a process. `number` is the last change that its register has heard of; `past` is what
    sweeps have seen; `familiar` is what was looked at lately; `strangers` settles what resembles nothing.
    """

    def __init__(self, hasher: Hasher, videos: VideoHasher, tiers: Tiers) -> None:
        self._hasher = hasher
        self._videos = videos
        self.register = Register(tiers)
        self.past = Past()
        self.familiar = Familiar[Query]()
        self.strangers = Strangers()
        self.glances = Glances(hasher, self.register)
        self.number = 0
        self.turn = asyncio.Lock()
        self._watching = 0

    async def fingerprint(self, data: bytes, *, descriptors: bool) -> Fingerprint:
        """All that is kept of a victim's media; raises Unhashable."""
        try:
            if is_video(data):
                made = await self._videos.hash_video(data, dense=True)
                return packed_video(made, Sha256(sha256(data).digest()))
            return packed(await self._hasher.register(data, descriptors=descriptors))
        except Undecodable as flaw:
            raise Unhashable(flaw.reason.value) from None

    async def glance(self, data: Content) -> Print | None:
        """What is seen of a picture as a whole; none where a look is needed to tell. Raises Unhashable."""
        if isinstance(data, Film) or is_video(data):
            return None
        glance = await self.glances.at(data)
        if isinstance(glance, Undecodable):
            raise Unhashable(glance.reason.value)
        return None if glance.worth_a_look else glance.print_

    async def look(self, data: Content) -> Query:
        """Media from outside, ready to be compared; raises Unhashable.

        A video is asked about by its key frames, and more closely where one comes near. The same
        file is looked at once for as long as it is familiar, and nothing asks for more of it: a
        picture's points, a video's moments near what is registered now.
        """
        file, wants_points = Sha256(await digest_of(data)), self.register.wants_points
        key = (file, self.number) if is_video(opening_of(data)) else (file, wants_points)
        known = self.familiar.find(key)
        if known is None:
            known = await self._look(data, file, wants_points)
            self.familiar.keep(key, known, known.size)
        return known

    async def _look(self, data: Content, file: Sha256, wants_points: bool) -> Query:
        try:
            if is_video(opening_of(data)):
                return Query(video=await self._watch(data), file=file)
            if isinstance(data, Film):  # It only said that it was a video.
                raise Undecodable(Why.TOO_LARGE)
            return Query(await self._hasher.look(data, with_points=wants_points))
        except Undecodable as flaw:
            raise Unhashable(flaw.reason.value) from None

    async def _watch(self, data: Content) -> VideoPrint:
        if self._watching >= MOST_WATCHED:
            later = timedelta(seconds=(await digest_of(data))[0] % CROWD_COMES_BACK.seconds)
            raise Crowded(CROWD_COMES_BACK + later)
        self._watching += 1
        try:
            return await self._watched(data)
        finally:
            self._watching -= 1

    async def _watched(self, data: Content) -> VideoPrint:
        video = await self._videos.hash_video(data, dense=False)
        moments = await asyncio.to_thread(self.register.worth_closer, video)
        return joined(video, await self._videos.finer(data, moments)) if moments else video

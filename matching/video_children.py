"""Hostile videos are decoded in killable processes of their own, one video at a time in each."""

import asyncio
import os
from collections.abc import Callable, Iterator, Sequence
from contextlib import AbstractContextManager, contextmanager
from ctypes import c_double
from pathlib import Path
from typing import Any

from domain.films import Content, Film
from domain.fingerprints import Sha256
from domain.videos import VideoHashes, VideoPrint
from matching import video_child
from matching.decoder import GLANCE, Answer, Decoder, Decoders, context
from matching.decoding import Undecodable, Why
from matching.packing_video import BadPacked, unpacked

Progress = Callable[[float], None]
Watching = Callable[[], AbstractContextManager[Progress]]

_VIDEOS_PER_CHILD = 50
_FAREWELL = 10.0


@contextmanager
def _nobody() -> Iterator[Progress]:
    yield lambda _: None


class VideoChildren:
    """As many processes as asked for; each starts with its first video and is replaced if it dies.

    Belongs to one event loop. Close it once; afterwards asking is a RuntimeError.
    """

    def __init__(self, processes: int | None = None) -> None:
        self._decoders = Decoders([_Watched() for _ in range(processes or os.cpu_count() or 1)])
        self._films: set[_Watched] = set()
        self._is_closed = False

    async def hash_file(
        self, path: Path, watching: Watching = _nobody, *, is_whole: bool = False
    ) -> VideoHashes:
        """What may be passed on of a video, or all that is registered of it (whole); only its
        process opens it. watching: entered when its turn has come, and gives what is called with 0
        to 1.

        Raises Undecodable, and OSError where it can't be opened; when cancelled, kills the process.
        """
        size = (await asyncio.to_thread(path.stat)).st_size
        _check_size(size)
        seconds = video_child.seconds_for(size)
        asked = self._ask(seconds, video_child.hash_file, str(path), is_whole, watching=watching)
        sha256, print_ = await asked
        return VideoHashes(Sha256(sha256), _opened(print_))

    async def hash_video(self, data: Content, *, dense: bool) -> VideoPrint:
        """All that is registered of a video (dense), or key frames to ask with. Raises Undecodable."""
        _check_size(len(data))
        if isinstance(data, Film):
            return _opened(await self._ask_about(data, video_child.hash_film, dense))
        seconds = video_child.seconds_for(len(data), is_dense=dense)
        return _opened(await self._ask(seconds, video_child.hash_confined, data, dense))

    async def finer(self, data: Content, around_s: Sequence[float]) -> VideoPrint:
        """More frames around some moments of a query. Raises Undecodable."""
        if isinstance(data, Film):
            return _opened(await self._ask_about(data, video_child.finer_film, around_s))
        seconds = video_child.seconds_for(len(data), is_dense=False)
        return _opened(await self._ask(seconds, video_child.finer_confined, data, around_s))

    def close(self) -> None:
        """Kill the processes, which takes a moment; what was being hashed fails as crashed."""
        self._is_closed = True
        for each in tuple(self._films):
            each.close()
        self._decoders.close()

    async def _ask(
        self,
        seconds: float,
        question: Callable[..., Answer],
        *arguments: object,
        watching: Watching = _nobody,
    ) -> Answer:
        async with self._decoders.one() as decoder:
            with watching() as progress:
                return await decoder.watch(seconds, progress, question, *arguments)

    async def _ask_about(
        self, film: Film, question: Callable[..., Answer], *arguments: object
    ) -> Answer:
        """In one process's turn, of another: it inherits the film, and ends with the answer."""
        async with self._decoders.one():
            if self._is_closed:
                raise RuntimeError("the decoding processes are closed")
            number = os.dup(film.file.fileno())  # Ours until nothing can be born with it any more.
            decoder = _Watched(Inherited(number))
            self._films.add(decoder)
            seconds = video_child.seconds_for(film.size, is_dense=False)
            try:
                return await decoder.watch(seconds, lambda _: None, question, *arguments)
            finally:
                self._films.discard(decoder)
                await asyncio.to_thread(_end, decoder, number)


class Inherited:
    """A descriptor of ours that a process is born with; there it is a number."""

    def __init__(self, number: int) -> None:
        self._number = number

    def __reduce__(self) -> tuple[Callable[[Any], int], tuple[Any]]:
        """Works while a process is being started, and only then."""
        from multiprocessing.reduction import DupFd  # Windows has none, nor any films.

        return _received, (DupFd(self._number),)


def _end(decoder: Decoder, number: int) -> None:
    decoder.close().join(_FAREWELL)
    os.close(number)


def _received(inherited: Any) -> int:
    return int(inherited.detach())


class _Watched(Decoder):
    """One process, and how far it has come with its video. film: what it is born with, if anything."""

    def __init__(self, film: Inherited | None = None) -> None:
        self._share: c_double = context().RawValue(c_double, 0.0)
        given = (self._share,) if film is None else (self._share, film)
        super().__init__(
            video_child.confine,
            *given,
            lifetime=_VIDEOS_PER_CHILD,
            time_out=video_child.seconds_for(0),
        )

    async def watch(
        self,
        seconds: float,
        progress: Progress,
        question: Callable[..., Answer],
        *arguments: object,
    ) -> Answer:
        """Ask, and pass on how far it has come; nobody else may be asking."""
        self._share.value = 0.0
        self.time_out = seconds
        asked = asyncio.ensure_future(self.ask(question, *arguments))
        try:
            while not (await asyncio.wait([asked], timeout=GLANCE))[0]:
                progress(self._share.value)
            return asked.result()
        finally:
            asked.cancel()  # Without effect on an answer that is there.


def _opened(print_: bytes) -> VideoPrint:
    try:
        return unpacked(print_)
    except BadPacked:  # Only a process that was taken over answers so.
        raise Undecodable(Why.CRASHED) from None


def _check_size(size: int) -> None:
    if not size:
        raise Undecodable(Why.EMPTY)
    if size > video_child.MOST_BYTES:
        raise Undecodable(Why.TOO_LARGE)

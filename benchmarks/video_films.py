"""The films of the benchmark: drawn once, written to a folder, and read again from there."""

from collections.abc import Callable, Iterator
from functools import partial
from io import BytesIO
from pathlib import Path

from PIL import Image, ImageOps

from benchmarks.moving import Pixels, film, stripes, write
from benchmarks.video_copies import COPIES, Copy

OTHERS = 5_000  # Added to the number of a film that nobody registered.

_SMALL = (480, 270, 20.0, 15)  # Width, height, seconds and rate.
_STRIPES = 9_000
_ORIGINAL_CRF = 20
_STILLS = (0.21, 0.5, 0.83)  # When stills are taken, as shares of the film.


class Films:
    """Films by number, of one seed; what is missing in the folder is made."""

    def __init__(self, folder: Path, seed: int) -> None:
        self._folder = folder
        self._seed = seed

    def original(self, number: int) -> bytes:
        """The film that is registered."""
        return self._made(
            f"{number}-original", lambda to: _write(to, self._frames(number), _ORIGINAL_CRF)
        )

    def other(self, number: int) -> bytes:
        """A film that nobody registered."""
        return self._made(f"other-{number}", lambda to: _write(to, self._frames(OTHERS + number)))

    def stripes(self, number: int) -> bytes:
        """A video of stripes alone."""
        frames = stripes(*_SMALL, self._seed + _STRIPES + number)
        return self._made(f"stripes-{number}", lambda to: _write(to, frames))

    def copies(self, number: int) -> Iterator[tuple[str, bytes]]:
        """Every copy of a film by its name; the film is drawn again only where one is missing."""
        missing = [name for name in COPIES if not self._path(f"{number}-{name}").exists()]
        frames = list(self._frames(number)) if missing else []
        for name, copy in COPIES.items():
            yield name, self._made(f"{number}-{name}", partial(_write_copy, copy, frames))

    def stills(self, number: int) -> Iterator[tuple[str, bytes]]:
        """A few frames as people post pictures: smaller, mirrored, with a border."""
        wanted = [int(share * _SMALL[2] * _SMALL[3]) for share in _STILLS]
        frames = (each for at, each in enumerate(self._frames(number)) if at in wanted)
        for (name, change), frame in zip(_POSTED.items(), frames, strict=True):
            buffer = BytesIO()
            change(Image.fromarray(frame)).save(buffer, "JPEG", quality=70)
            yield name, buffer.getvalue()

    def _frames(self, number: int) -> Iterator[Pixels]:
        return film(*_SMALL, self._seed + number)

    def _path(self, name: str) -> Path:
        return self._folder / f"{self._seed}-{name}.mp4"

    def _made(self, name: str, make: Callable[[Path], Path]) -> bytes:
        return made(self._path(name), make).read_bytes()


def made(path: Path, make: Callable[[Path], Path]) -> Path:
    """The file, made where it isn't there; a run that was broken off leaves none half made."""
    if not path.exists():
        unfinished = path.with_stem("unfinished")
        make(unfinished).rename(path)
    return path


def _smaller(picture: Image.Image) -> Image.Image:
    return picture.resize((320, 180))


def _bordered(picture: Image.Image) -> Image.Image:
    return ImageOps.expand(picture, (0, 90), "black")


_POSTED: dict[str, Callable[[Image.Image], Image.Image]] = {
    "still_smaller": _smaller,
    "still_mirrored": ImageOps.mirror,
    "still_bordered": _bordered,
}


def _write(to: Path, frames: Iterator[Pixels], crf: int = 23) -> Path:
    return write(to, frames, _SMALL[3], crf)


def _write_copy(copy: Copy, frames: list[Pixels], to: Path) -> Path:
    return write(to, copy.of(frames), _SMALL[3], copy.crf)

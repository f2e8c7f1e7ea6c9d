"""The pictures of any folder, for the recall benchmark: read when they are needed, bad ones named."""

import io
import sys
import zlib
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

from PIL import Image

from benchmarks.scenery import drawn
from matching.decoding import Undecodable, decode

LONGEST = 1_600
_DRAWN = (800, 600)


class NoPictures(ValueError):
    """A folder that can't be measured with; the message says why in one sentence."""


@dataclass(frozen=True)
class Exam:
    """Files to register and ask for, files never registered, files registered that nobody asks for.

    drawn: how many drawn sceneries are registered, too, that nobody asks for. every: of how many
    registered pictures one is asked for after each manipulation, another one after each.
    """

    registered: tuple[Path, ...]
    others: tuple[Path, ...]
    distractors: tuple[Path, ...]
    drawn: int
    every: int = 1

    def asked_after(self, manipulation: str) -> list[int]:
        """The places of those registered pictures that are asked for after a manipulation."""
        start = zlib.crc32(manipulation.encode()) % self.every
        return list(range(min(start, len(self.registered) - 1), len(self.registered), self.every))


def exam(folder: Path, others: Sequence[Path], limit: int | None, drawn: int) -> Exam:
    """Two of three pictures in the order of their names are registered. Raises NoPictures.

    others: folders of strangers; with them all pictures are registered, and every second stranger.
    """
    found = list(_readable(folder))[:limit]
    if not found:
        raise NoPictures(f"{folder} holds no picture that can be read")
    strange = [path for each in others for path in _readable(each)]
    if others:
        return Exam(tuple(found), tuple(strange[::2]), tuple(strange[1::2]), drawn)
    left = tuple(found[2::3])
    return Exam(tuple(each for each in found if each not in left), left, (), drawn)


def _readable(folder: Path) -> Iterator[Path]:
    if not folder.is_dir():
        raise NoPictures(f"{folder} is no folder; `python -m benchmarks.photos {folder}` makes one")
    for path in sorted(path for path in folder.rglob("*") if path.is_file()):
        try:
            decode(path.read_bytes())
        except (Undecodable, OSError) as flaw:
            sys.stderr.write(f"{path.relative_to(folder)} is left out: {flaw}\n")
        else:
            yield path


def picture(path: Path) -> Image.Image:
    """One picture of at most 1,600 pixels a side. Raises Undecodable."""
    found = decode(path.read_bytes())
    found.thumbnail((LONGEST, LONGEST), Image.Resampling.LANCZOS)
    return found


def scenery(seed: int) -> Image.Image:
    """Scenery that nobody asks for."""
    return Image.fromarray(drawn(*_DRAWN, 5_000 + seed))


def three(others: Sequence[Path], at: int) -> list[Image.Image]:
    """Strangers for a collage: none of them is registered."""
    if len(others) < 3:
        return [Image.fromarray(drawn(*_DRAWN, 10_000 + 3 * at + more)) for more in range(3)]
    return [picture(others[(3 * at + more) % len(others)]) for more in range(3)]


def encoded(shown: Image.Image) -> bytes:
    """As a JPEG that has lost next to nothing."""
    buffer = io.BytesIO()
    shown.save(buffer, "JPEG", quality=95)
    return buffer.getvalue()

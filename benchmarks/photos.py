"""Folders of pictures for the benchmarks, made from Debian's wallpaper and texture packages by apt.

`python -m benchmarks.photos DIR` writes JPEGs into DIR/tune and DIR/final, and textures (tiles, walls,
grass: strangers that are hard to tell apart) beside them into DIR/tune-textures and DIR/final-textures.
Each scene, with all its parts, belongs to one of the two by the sum of its name, so that limits which
were chosen on the one are measured on the other. Left out is only what would make unrelated pairs
related (one artwork in two shades, sizes or cuts: `benchmarks.sameness`) and what shows nothing;
photographs, drawings, slats and gradients stay as they come. Large pictures are cut in parts that
don't overlap, and a part that shows too little to be a picture of its own is dropped. Nothing is
committed.
"""

import argparse
import sys
import tempfile
import zlib
from collections import Counter
from collections.abc import Iterable, Iterator
from pathlib import Path

from PIL import Image

from benchmarks.sameness import Sketch, is_same, shown_bytes, sketch
from benchmarks.scenery import drawn
from benchmarks.sources import Scene, packaged, pictures, scenes
from matching.decoding import Undecodable, decode

LONGEST = 1_600
SHORTEST = 480
GENERATED = 60
TUNED_ON, FINAL = "tune", "final"
_PART = (800, 600)
SHOWS_ANYTHING = 1_250  # Bytes; see `benchmarks.sameness.shown_bytes`.
SHOWS_SOMETHING = 3_000
_GRAIN = 2  # Of 256 pixels.
_MOST_PARTS = 4  # Across and down: no scene outweighs the others.


def main() -> int:
    """Make the folder; 0 if it holds at least one picture."""
    asked = _arguments()
    counted: Counter[str] = Counter()
    with tempfile.TemporaryDirectory() as unpacked:
        for name, half, picture in _pictures(asked, Path(unpacked), counted):
            (asked.folder / half).mkdir(parents=True, exist_ok=True)
            picture.save(asked.folder / half / f"{name}.jpg", quality=92, subsampling=0)
            counted[half] += 1
    for what, count in sorted(counted.items()):
        sys.stderr.write(f"{what}: {count}\n")
    return 0 if counted else 1


def half_of(scene: str) -> str:
    """Whether a scene is tuned on (one of three) or kept for the end, by its name alone."""
    return TUNED_ON if zlib.crc32(scene.encode()) % 3 == 0 else FINAL


def _arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("folder", type=Path, help="where the pictures go")
    parser.add_argument("--source", type=Path, help="take pictures from this folder, not from apt")
    parser.add_argument("--generated", action="store_true", help="draw scenery instead")
    return parser.parse_args()


Named = tuple[str, str, Image.Image]


def _pictures(asked: argparse.Namespace, unpacked: Path, counted: Counter[str]) -> Iterator[Named]:
    """(name, half, picture) of all that is kept; what is left out is counted by its reason."""
    if asked.generated:
        for seed in range(GENERATED):
            yield f"drawn-{seed:03}", half_of(str(seed)), Image.fromarray(drawn(1_200, 900, seed))
        return
    found = (
        packaged(unpacked)
        if asked.source is None
        else scenes(asked.source.name, pictures(asked.source.rglob("*")))
    )
    for scene, picture in _distinct(found, counted):
        counted["scenes"] += 1
        yield from _parts(scene, picture, counted)


def _distinct(found: Iterable[Scene], counted: Counter[str]) -> Iterator[tuple[Scene, Image.Image]]:
    """Scenes of which no earlier one shows the same artwork, decoded."""
    known: list[Sketch] = []
    for scene in found:
        try:
            picture = decode(scene.path.read_bytes())
        except (Undecodable, OSError) as flaw:
            sys.stderr.write(f"{scene.path.name}: {flaw}\n")
            continue
        made = sketch(picture)
        if min(picture.size) < SHORTEST or _is_empty(picture):
            counted["too small or empty"] += 1
        elif any(is_same(made, other) for other in known):
            counted["the same artwork"] += 1
            sys.stderr.write(f"{scene.package} {scene.name}: known\n")
        else:
            known.append(made)
            yield scene, picture


def _is_empty(picture: Image.Image) -> bool:
    return shown_bytes(picture, _GRAIN) < SHOWS_ANYTHING


def _parts(scene: Scene, picture: Image.Image, counted: Counter[str]) -> Iterator[Named]:
    """A scene's parts, of one half, without those that are bare or nearly the same as another."""
    known: list[Sketch] = []
    half = half_of(f"{scene.package}/{scene.name}") + scene.is_texture * "-textures"
    for at, part in enumerate(_cut(picture)):
        made = sketch(part)
        if _is_empty(part) or (part.size != picture.size and shown_bytes(part) < SHOWS_SOMETHING):
            counted["parts that show too little"] += 1
        elif any(is_same(made, other) for other in known):
            counted["parts that look the same"] += 1
        else:
            known.append(made)
            counted["parts of a larger picture"] += at > 0
            yield f"{scene.package}-{scene.name}-{at:02}".replace(" ", "_"), half, part


def _cut(picture: Image.Image) -> Iterator[Image.Image]:
    counts = (side // part for side, part in zip(picture.size, _PART, strict=True))
    across, down = (min(max(1, count), _MOST_PARTS) for count in counts)
    width, height = picture.width // across, picture.height // down
    for place in range(across * down):
        left, top = place % across * width, place // across * height
        part = picture.crop((left, top, left + width, top + height))
        part.thumbnail((LONGEST, LONGEST), Image.Resampling.LANCZOS)
        yield part


if __name__ == "__main__":
    sys.exit(main())

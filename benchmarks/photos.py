"""A folder of photographs for the benchmarks, made from Debian's wallpaper packages by apt.

`python -m benchmarks.photos DIR` fetches the packages with the apt client, leaves out drawings and
what is nearly the same (wallpapers come in many sizes and shades), and writes JPEGs. A large
photograph is cut in parts that don't overlap: as many pictures, and the hardest strangers to one
another. Nothing is committed. With --generated, scenery drawn from numbers stands in.
"""

import argparse
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from pathlib import Path

import numpy as np
from PIL import Image

from benchmarks.scenery import drawn
from domain.fingerprints import Pdq
from matching.decoding import Undecodable, decode
from matching.descriptors import Points, agreement, points_of
from matching.forms import WHOLE, sampled, working_luma
from matching.pdq import pdq_forms
from matching.samples import LEAST_RICHNESS, richness
from matching.votes import Votes

PACKAGES = (
    "desktop-base",
    "gnome-backgrounds",
    "lomiri-wallpapers-16.04",
    "lomiri-wallpapers-20.04",
    "mate-backgrounds",
    "plasma-workspace-wallpapers",
    "ukui-wallpapers",
    "xfce4-artwork",
)
KINDS = (".jpg", ".jpeg", ".png", ".webp")
LONGEST = 1_600
SHORTEST = 480
GENERATED = 60
_ALIKE = 90  # Bits of PDQ: two shades or crops of one wallpaper are not two pictures.
_TEXTURE = 60  # Quality: a bare gradient shows nothing.
_FLAT = 0.35  # Of the pixels: where more are exactly like their neighbours, it was drawn.
_PART = (1_280, 800)
_SHARED = 10  # Points that two pictures have in common: parts of one scene.


def main() -> int:
    """Make the folder; 0 if it holds at least one picture."""
    asked = _arguments()
    asked.folder.mkdir(parents=True, exist_ok=True)
    pictures = _scenery() if asked.generated else _photographs(asked.source)
    count = 0
    for count, picture in enumerate(_distinct(pictures, is_any=asked.any), start=1):
        picture.save(asked.folder / f"photo-{count:04}.jpg", quality=92, subsampling=0)
    sys.stderr.write(f"{count} pictures in {asked.folder}\n")
    return 0 if count else 1


def _arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("folder", type=Path, help="where the pictures go")
    parser.add_argument("--source", type=Path, help="take pictures from this folder, not from apt")
    parser.add_argument("--generated", action="store_true", help="draw scenery instead")
    parser.add_argument("--any", action="store_true", help="slats and gradients, too")
    return parser.parse_args()


def _scenery() -> Iterator[Image.Image]:
    return (Image.fromarray(drawn(1_200, 900, seed)) for seed in range(GENERATED))


def _photographs(source: Path | None) -> Iterator[Image.Image]:
    if source is not None:
        yield from _read(source)
        return
    with tempfile.TemporaryDirectory() as folder:
        unpacked = Path(folder)
        for package in PACKAGES:
            _unpack(package, unpacked)
        yield from _read(unpacked)
    yield from _science()


def _unpack(package: str, folder: Path) -> None:
    """One package's files under `folder`; a package that this system doesn't have is left out."""
    got = subprocess.run(  # noqa: S603 - a fixed program and names from the list above.
        ["apt-get", "download", package],  # noqa: S607 - the system's own apt.
        cwd=folder,
        capture_output=True,
        check=False,
    )
    if got.returncode:
        sys.stderr.write(f"{package}: apt has none\n")
    for archive in folder.glob("*.deb"):
        subprocess.run(["dpkg-deb", "-x", archive, folder], check=True)  # noqa: S603, S607 - as above.
        archive.unlink()


def _read(folder: Path) -> Iterator[Image.Image]:
    for path in sorted(folder.rglob("*")):
        if path.suffix.lower() in KINDS and path.is_file() and not path.is_symlink():
            yield from _parts(path)


def _parts(path: Path) -> Iterator[Image.Image]:
    try:
        picture = decode(path.read_bytes())
    except Undecodable as flaw:
        sys.stderr.write(f"{path.name}: {flaw}\n")
        return
    if min(picture.size) < SHORTEST or _is_drawn(picture):
        return
    across, down = (max(1, side // part) for side, part in zip(picture.size, _PART, strict=True))
    width, height = picture.width // across, picture.height // down
    for place in range(across * down):
        left, top = place % across * width, place // across * height
        part = picture.crop((left, top, left + width, top + height))
        part.thumbnail((LONGEST, LONGEST), Image.Resampling.LANCZOS)
        yield part


def _is_drawn(picture: Image.Image) -> bool:
    grey = np.asarray(picture.convert("L"), np.int16)
    return float((np.diff(grey, axis=1) == 0).mean()) > _FLAT


def _science() -> Iterator[Image.Image]:
    """scikit-image's own pictures without people, where it is installed."""
    try:
        from skimage import data
    except ImportError:
        return
    for name in ("chelsea", "coffee", "hubble_deep_field", "immunohistochemistry", "rocket"):
        yield Image.fromarray(np.asarray(getattr(data, name)())).convert("RGB")


def _distinct(pictures: Iterator[Image.Image], *, is_any: bool) -> Iterator[Image.Image]:
    known: list[Pdq] = []
    votes = Votes()
    for picture in pictures:
        forms = pdq_forms(picture)
        if (
            forms[0].quality < _TEXTURE
            or not (is_any or _is_rich(picture))
            or any(form.distance(other) < _ALIKE for form in forms for other in known)
        ):
            continue
        points = points_of(picture)
        if points is not None and _shares_points(points, votes):
            continue
        if points is not None:
            votes.add(len(known), points)
        known.append(forms[0])
        yield picture


def _is_rich(picture: Image.Image) -> bool:
    sample = sampled(working_luma(picture), WHOLE)
    return float(richness(sample[None])[0]) >= LEAST_RICHNESS


def _shares_points(points: Points, votes: Votes) -> bool:
    found = (votes.get(owner) for owner in votes.most(points, 5))
    agreed = (agreement(points, each) for each in found if each is not None)
    return any(each is not None and each.inliers >= _SHARED for each in agreed)


if __name__ == "__main__":
    sys.exit(main())

"""Where the benchmarks' pictures come from: Debian's packages of wallpapers and of textures, by apt.

A scene is one artwork or photograph, however many sizes and shades of it a package holds: the file
with the most pixels stands for it. What shows a person, drawn ones too, is left out by name, and so
is what shows the same motif as another although the rules of `benchmarks.sameness` don't see it.
"""

import re
import subprocess
import sys
import zipfile
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from PIL import Image

KINDS = (".jpg", ".jpeg", ".png", ".webp")
_SHADES = re.compile(r"([_-]?\d{3,4}x\d{3,4}|_Portrait|[_-](dark|light|d|l))+$", re.IGNORECASE)
_MAPS = re.compile(r"_(nm|sm|gm|rm)$")  # A texture's normals, gloss, glow: no pictures.


@dataclass(frozen=True)
class Source:
    """A package, which of its files are taken, and whether a folder or a file is a scene."""

    package: str
    wanted: tuple[str, ...] = ("usr/share/backgrounds/**/*",)
    folder: str = ""


SOURCES = (
    Source("desktop-base", ("usr/share/plymouth/themes/**/*background*",), "themes"),
    Source("gnome-backgrounds"),
    Source("lomiri-wallpapers"),
    Source("lomiri-wallpapers-16.04"),
    Source("lomiri-wallpapers-20.04"),
    Source("mate-backgrounds"),
    Source("mypaint-data-extras", ("usr/share/mypaint/backgrounds/**/*",)),
    Source("plasma-workspace-wallpapers", ("usr/share/wallpapers/**/images*/*",), "wallpapers"),
    Source("sway-backgrounds"),
    Source("ufoai-textures", tuple(f"textures/tex_{each}/*" for each in (
        "buildings", "buildings_snow", "ctp1", "material", "nature",
    ))),
    Source("ukui-wallpapers"),
)  # fmt: skip
PEOPLE = {"Autumn"}
# Looked at: kaleidoscopes and stars whose parts mirror one another, tiles that are another one moved.
RELATED = {
    "Elephants", "Infinite-Sea_by_Aury88", "9techwall05b", "floor_se02",
    "grass_mowed_dry_b", "grass_mowed_dry_c", "grass_tall_dry_b", "wall042",
}  # fmt: skip


@dataclass(frozen=True)
class Scene:
    """One artwork or photograph: the name of its package and its own, and its largest file."""

    package: str
    name: str
    path: Path

    @property
    def is_texture(self) -> bool:
        """Whether it is a tile for walls and grounds, not a picture of its own."""
        return self.package.endswith("-textures")


def packaged(folder: Path) -> Iterator[Scene]:
    """Every scene of the packages that this system's apt has, unpacked under `folder`."""
    for source in SOURCES:
        place = folder / source.package
        place.mkdir(parents=True)
        if _unpack(source.package, place):
            yield from scenes(source.package, _files(place, source), source.folder)


def scenes(package: str, paths: list[Path], folder: str = "") -> Iterator[Scene]:
    """One for each name among the files, without sizes and shades, by name.

    folder: below which folder its next part of the path is the name; else the file's own name is.
    """
    best: dict[str, tuple[int, Path]] = {}
    for path in paths:
        name, area = _name(path, folder), _area(path)
        if name not in PEOPLE | RELATED and area > best.get(name, (0, path))[0]:
            best[name] = (area, path)
    for name in sorted(best):
        yield Scene(package, name, best[name][1])


def _unpack(package: str, folder: Path) -> bool:
    got = subprocess.run(  # noqa: S603 - a fixed program and names from the list above.
        ["apt-get", "download", package],  # noqa: S607 - the system's own apt.
        cwd=folder,
        capture_output=True,
        check=False,
    )
    for archive in folder.glob("*.deb"):
        subprocess.run(["dpkg-deb", "-x", archive, folder], check=True)  # noqa: S603, S607 - as above.
        archive.unlink()
    for archive in folder.rglob("*.pk3"):
        with zipfile.ZipFile(archive) as packed:
            packed.extractall(folder)
    if got.returncode:
        sys.stderr.write(f"{package}: apt has none\n")
    return not got.returncode


def _files(folder: Path, source: Source) -> list[Path]:
    found = [path for pattern in source.wanted for path in folder.glob(pattern)]
    return pictures(path for path in found if not _MAPS.search(path.stem))


def pictures(paths: Iterator[Path]) -> list[Path]:
    """Those that end as pictures do, in the order of their names; no links."""
    kept = (path for path in paths if path.suffix.lower() in KINDS)
    return sorted(path for path in kept if path.is_file() and not path.is_symlink())


def _name(path: Path, folder: str) -> str:
    parts = path.parts
    return parts[parts.index(folder) + 1] if folder in parts else _SHADES.sub("", path.stem)


def _area(path: Path) -> int:
    try:
        with Image.open(path) as picture:
            return picture.width * picture.height
    except (OSError, ValueError, Image.DecompressionBombError):
        return 0

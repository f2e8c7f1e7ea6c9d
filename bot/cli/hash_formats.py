"""How hashes are written: for this centre, or for others, who are given canonical hashes alone."""

from collections.abc import Iterable, Mapping
from enum import StrEnum
from importlib import metadata

from bot.cli.hash_files import printable
from domain import exchange, hashfile, vpdq
from domain.fingerprints import Kind, Print
from domain.hashfile_items import Hashes
from domain.videos import VideoHashes


class Format(StrEnum):
    """The formats; each knows what it can hold."""

    ANSIM = "ansim"
    CSV = "csv"
    THREATEXCHANGE = "threatexchange"
    VPDQ = "vpdq"

    def why_not(self, kind: Kind | None) -> str:
        """The key of the sentence that says why media of that kind has no place in it, or none."""
        if self is Format.VPDQ:
            return "" if kind is Kind.VIDEO else "format_of_videos"
        return "format_of_pictures" if kind is Kind.VIDEO and self is not Format.ANSIM else ""


def text_of(found: Mapping[Hashes, str], format_: Format, *, with_names: bool) -> str:
    """All hashes in one text, in the order of the files; names: by hashes."""
    if format_ is Format.CSV:
        return exchange.dumps_csv(_pictures(found))
    if format_ is Format.THREATEXCHANGE:
        return exchange.dumps_threatexchange(_pictures(found))
    if format_ is Format.VPDQ:
        return "".join(map(vpdq_of, found))
    names = [printable(name) for name in found.values()] if with_names else None
    return hashfile.dumps(found, made_with=f"ansim {_version()}", names=names)


def vpdq_of(made: Hashes) -> str:
    """One video's frames as vPDQ writes them."""
    return vpdq.dumps(vpdq.features_of(made.video)) if isinstance(made, VideoHashes) else ""


def vpdq_names(found: Mapping[Hashes, str]) -> dict[Hashes, str]:
    """A file name for each video, no two alike on any disk."""
    named: dict[Hashes, str] = {}
    taken: set[str] = set()
    for made, name in found.items():
        tries = (f"{printable(name)}{end}.txt" for end in ("", *(f"-{n}" for n in range(2, 10**5))))
        named[made] = next(each for each in tries if each.casefold() not in taken)
        taken.add(named[made].casefold())
    return named


def fitting(found: Mapping[Hashes, str]) -> dict[Hashes, str]:
    """As many, in their order, as one file may hold frames of."""
    kept: dict[Hashes, str] = {}
    room = hashfile.MOST_FRAMES
    for made, name in found.items():
        frames = len(made.video.frames) if isinstance(made, VideoHashes) else 0
        if frames <= room:
            kept[made] = name
            room -= frames
    return kept


def _pictures(found: Iterable[Hashes]) -> list[Print]:
    return [made for made in found if isinstance(made, Print)]


def _version() -> str:
    try:
        return metadata.version("ansim")
    except metadata.PackageNotFoundError:
        return "?"

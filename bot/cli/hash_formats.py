"""How hashes are written: for this centre, or for others, who are given canonical hashes alone."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from enum import StrEnum
from importlib import metadata

from bot.cli.hash_files import printable
from domain import exchange, hashfile, vpdq
from domain.fingerprints import Kind, Print
from domain.hashfile_items import Hashes
from domain.videos import VideoHashes

_HEAD_BYTES = 1_000


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


@dataclass(frozen=True)
class Made:
    """What came of one file; sealed: for the centre with this public key, where one was named."""

    name: str
    sealed: bytes = b""


Found = Mapping[Hashes, Made]


def text_of(found: Found, format_: Format, *, with_names: bool, sealed_for: bytes = b"") -> str:
    """All hashes in one text, in the order of the files; names only for this centre's format."""
    if format_ is Format.CSV:
        return exchange.dumps_csv(_pictures(found))
    if format_ is Format.THREATEXCHANGE:
        return exchange.dumps_threatexchange(_pictures(found))
    if format_ is Format.VPDQ:
        return "".join(map(vpdq_of, found))
    items = [
        hashfile.Item(hashes, made.sealed, printable(made.name) if with_names else "")
        for hashes, made in found.items()
    ]
    file = hashfile.HashFile(tuple(items), sealed_for)
    return hashfile.dumps_file(file, made_with=f"ansim {_version()}")


def vpdq_of(made: Hashes) -> str:
    """One video's frames as vPDQ writes them."""
    return vpdq.dumps(vpdq.features_of(made.video)) if isinstance(made, VideoHashes) else ""


def vpdq_names(found: Found) -> dict[Hashes, str]:
    """A file name for each video, no two alike on any disk."""
    named: dict[Hashes, str] = {}
    taken: set[str] = set()
    for hashes, made in found.items():
        tries = (
            f"{printable(made.name)}{end}.txt" for end in ("", *(f"-{n}" for n in range(2, 10**5)))
        )
        named[hashes] = next(each for each in tries if each.casefold() not in taken)
        taken.add(named[hashes].casefold())
    return named


def fitting(found: Found) -> dict[Hashes, Made]:
    """As many, in their order, as one file may hold frames and bytes of."""
    kept: dict[Hashes, Made] = {}
    frames, size = hashfile.MOST_FRAMES, hashfile.MOST_BYTES - _HEAD_BYTES
    for hashes, made in found.items():
        more = len(hashes.video.frames) if isinstance(hashes, VideoHashes) else 0
        length = hashfile.size_of(hashfile.Item(hashes, made.sealed, printable(made.name)))
        if more <= frames and length <= size:
            kept[hashes] = made
            frames, size = frames - more, size - length
    return kept


def _pictures(found: Iterable[Hashes]) -> list[Print]:
    return [made for made in found if isinstance(made, Print)]


def _version() -> str:
    try:
        return metadata.version("ansim")
    except metadata.PackageNotFoundError:
        return "?"

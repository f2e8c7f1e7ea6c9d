"""Films: videos too large to be copied from process to process; they lie in memory, in files without names."""

from dataclasses import dataclass, field
from typing import BinaryIO

from domain.fingerprints import Sha256

OPENING_BYTES = 512  # Enough to tell what a file is.


@dataclass(frozen=True, slots=True)
class Film:
    """file: open, and nobody else's until it is closed; a decoding process inherits its descriptor.

    size: in bytes. sha256: of all of it. opening: its first bytes.
    """

    file: BinaryIO = field(repr=False, compare=False)
    size: int
    sha256: Sha256
    opening: bytes = field(repr=False)

    def __len__(self) -> int:
        return self.size

    def close(self) -> None:
        """Give its memory back; harmless a second time."""
        self.file.close()


Content = bytes | Film


def opening_of(content: Content) -> bytes:
    """The first bytes of a file, by which it is told what it is."""
    return content.opening if isinstance(content, Film) else content[:OPENING_BYTES]

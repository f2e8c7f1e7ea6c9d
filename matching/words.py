"""256-bit hashes as four words each, a word for each class of bits that a mirror turns over together."""

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from domain.fingerprints import HASH_BYTES, BadHash, Flaw

WORDS = 4
Words = NDArray[np.uint64]
Places = NDArray[np.int64]
Distances = NDArray[np.int16]

# A PDQ has 16 rows of 16 bits, a byte's first bit the highest. A class has, in each word of its
# bytes, every other bit of every other row; each word's go into the gaps that the others' leave.
_EVERY_OTHER = np.uint64(0x0000_5555_0000_5555)
_FROM = np.array([1, 0, 17, 16], np.uint64)
_TO = np.array([[0], [1], [16], [17]], np.uint64)


def words_of(hashes: Sequence[bytes]) -> Words:
    """(n, 4): each hash of 32 bytes, its bits in the order of `arranged`. Raises BadHash."""
    if any(len(each) != HASH_BYTES for each in hashes):
        raise BadHash(Flaw.LENGTH)
    return arranged(np.frombuffer(b"".join(hashes), "<u8").reshape(-1, WORDS))


def arranged(words: Words) -> Words:
    """(n, 4): the bits of hashes (n, 4) in another order, the same for all: distances stay.

    Word 2 r + c takes the bits of the rows and columns of cosines whose parities are r and c. A
    mirror negates every other row or column of cosines, and so whole words.
    """
    parts = ((words[:, :, None] >> _FROM) & _EVERY_OTHER) << _TO
    return np.asarray(np.bitwise_or.reduce(parts, axis=1))

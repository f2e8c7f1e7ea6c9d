"""The eight dihedral forms of hashes of which the picture is gone: mirrors are changes of sign.

PDQ keeps whether each cosine coefficient lies above their median. Turning a picture transposes the
coefficients and changes the signs of some, so it transposes and inverts bits; what the bits don't
tell is by how much the median moves. Against the forms made from the picture itself the transposed
one differs by nothing and the six others by 6 bits in the middle, by at most 14 in nine of ten
pictures and 26 in 99 of 100 (120 drawn sceneries, 181 photographs). Turning keeps distances: a form
of one hash is exactly as far from another as that one's opposite form from it.
"""

import numpy as np
from numpy.typing import NDArray

from domain.fingerprints import DIHEDRAL_FORMS, HASH_BYTES

Hashes = NDArray[np.uint8]

_SIDE = 16
_ODD = np.arange(_SIDE) % 2 == 0  # The first coefficient is that of one half wave.
_ACROSS = np.broadcast_to(_ODD[None, :], (_SIDE, _SIDE))
_DOWN = np.broadcast_to(_ODD[:, None], (_SIDE, _SIDE))


def eight_forms(hashes: Hashes) -> Hashes:
    """(8 n, 32) of (n, 32): of each hash its forms, in the order of `matching.pdq.pdq_forms`."""
    bits = np.unpackbits(hashes, axis=1)[:, ::-1].reshape(-1, _SIDE, _SIDE).astype(bool)
    flat = bits.swapaxes(1, 2)
    eight = (
        bits,
        flat ^ _DOWN,
        bits ^ _ACROSS ^ _DOWN,
        flat ^ _ACROSS,
        bits ^ _DOWN,
        bits ^ _ACROSS,
        flat,
        flat ^ _ACROSS ^ _DOWN,
    )
    rows = np.stack(eight, axis=1).reshape(DIHEDRAL_FORMS * len(hashes), 8 * HASH_BYTES)
    return np.packbits(rows[:, ::-1], axis=1)

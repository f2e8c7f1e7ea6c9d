"""The pixels of a picture of floating point as an array, without a copy.

Pillow's own way through `tobytes` takes as long as all that is computed here with the pixels. It
also shows them by the Arrow C data interface (PyCapsule protocol, `Image.__arrow_c_array__`), which
numpy can't read by itself; the structure is the one that interface lays down.
"""

import ctypes
from typing import Any

import numpy as np
from numpy.typing import NDArray
from PIL import Image


class _ArrowArray(ctypes.Structure):
    _fields_ = (
        ("length", ctypes.c_int64),
        ("null_count", ctypes.c_int64),
        ("offset", ctypes.c_int64),
        ("n_buffers", ctypes.c_int64),
        ("n_children", ctypes.c_int64),
        ("buffers", ctypes.POINTER(ctypes.c_void_p)),
    )


_pointer_in = ctypes.pythonapi.PyCapsule_GetPointer
_pointer_in.restype = ctypes.c_void_p
_pointer_in.argtypes = (ctypes.py_object, ctypes.c_char_p)


class _Lent:
    """Keeps the capsule, and with it the pixels, as long as an array looks at them."""

    def __init__(self, capsule: Any, address: int, shape: tuple[int, int]) -> None:
        self._capsule = capsule
        self.__array_interface__ = {
            "version": 3,
            "data": (address, True),
            "shape": shape,
            "typestr": "=f4",
        }


def floats_of(picture: Image.Image) -> NDArray[np.float32]:
    """(h, w): the pixels of a picture of mode F; read-only."""
    try:
        _, capsule = picture.__arrow_c_array__()
    except ValueError:  # Pillow keeps large pictures in several pieces.
        return np.asarray(picture)
    lent = _ArrowArray.from_address(_pointer_in(capsule, b"arrow_array"))
    shape = picture.height, picture.width
    return np.asarray(_Lent(capsule, lent.buffers[1], shape))

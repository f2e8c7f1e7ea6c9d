"""Memory that goes back to the system as soon as nobody looks at it any more."""

import ctypes
from mmap import mmap
from typing import Any

import numpy as np
from numpy.typing import NDArray


def column(room: int, kind: type[np.generic], width: int = 1) -> NDArray[Any]:
    """(room, width), or (room,) where the width is 1, of zeros that take memory once written to.

    The allocator keeps freed pieces of a few megabytes for itself, between others that are in use.
    """
    size = np.dtype(kind).itemsize * width
    values = np.frombuffer(mmap(-1, max(room, 1) * size), kind, room * width)
    return values if width == 1 else values.reshape(room, width)


def give_back() -> None:
    """Have the allocator give freed memory back to the system, where it can be asked to (glibc)."""
    trim = getattr(ctypes.CDLL(None), "malloc_trim", None)
    if trim is not None:
        trim(0)

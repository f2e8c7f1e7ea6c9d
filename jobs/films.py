"""Taking in films: written into memory as they come, and closed to any change once they are whole."""

import os
from functools import lru_cache
from hashlib import sha256
from io import FileIO

from domain.films import OPENING_BYTES, Content, Film
from domain.fingerprints import Sha256
from jobs.room import COMES_BACK, LONG
from services.ports import Unfetchable

IN_ONE_PIECE = LONG  # Bytes of a video that is handed on as it is; larger ones stay films.
MOST_BYTES = 200_000_000

_SEALS = ("F_SEAL_SEAL", "F_SEAL_SHRINK", "F_SEAL_GROW", "F_SEAL_WRITE")


def most_of_a_video() -> int:
    """How many bytes of a video are taken in: fewer where the system has no files without names."""
    return MOST_BYTES if _has_nameless_files() else IN_ONE_PIECE


@lru_cache(maxsize=1)
def _has_nameless_files() -> bool:
    """Some systems have none, and some refuse them to us."""
    try:
        os.close(_nameless())
    except (AttributeError, OSError):
        return False
    return True


def _nameless() -> int:
    return os.memfd_create("film", os.MFD_CLOEXEC | os.MFD_ALLOW_SEALING)


class Reel:
    """A film that comes piece by piece, on systems with files without names (Linux).

    Where there is no memory for it, its methods raise Unfetchable with a rest, which costs it no try.
    """

    def __init__(self) -> None:
        try:
            number = _nameless()
        except OSError:
            raise _no_room() from None
        self._file = FileIO(number, "r+b")
        self._digest = sha256()
        self.size = 0

    def add(self, piece: bytes) -> None:
        """The next bytes."""
        self._digest.update(piece)
        self.size += len(piece)
        while piece:
            try:
                piece = piece[self._file.write(piece) :]
            except OSError:
                raise _no_room() from None

    def whole(self) -> Content:
        """All of it; as bytes where it is small enough for that."""
        self._file.seek(0)
        if self.size <= IN_ONE_PIECE:
            with self._file:
                return self._file.read()
        _seal(self._file.fileno())
        opening = self._file.read(OPENING_BYTES)
        return Film(self._file, self.size, Sha256(self._digest.digest()), opening)

    def drop(self) -> None:
        """It won't be whole."""
        self._file.close()


def _no_room() -> Unfetchable:
    return Unfetchable("crowded", retry_after=COMES_BACK)


def _seal(number: int) -> None:
    """Nobody changes it any more, whoever inherits it."""
    import fcntl

    fcntl.fcntl(number, fcntl.F_ADD_SEALS, sum(getattr(fcntl, each) for each in _SEALS))

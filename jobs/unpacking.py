"""Undoing what Content-Encoding says, never further than what may be kept; it may be a bomb."""

import zlib

ACCEPTED = "gzip"  # The one packing that we ask for.

_PLAIN = frozenset({"", "identity"})
_ZIPPED = frozenset({"gzip", "x-gzip", "deflate"})
_EITHER = 32 + zlib.MAX_WBITS  # With gzip's header or with zlib's.


class Unasked(Exception):
    """A packing that nobody asked for."""


class TooMuch(Exception):
    """It unpacks to more than may be kept."""


def is_unpacked(packing: str) -> bool:
    """Whether a Content-Encoding says that a body is sent as it is meant."""
    return packing.strip().lower() in _PLAIN


class Unpacking:
    """A body as it is meant, piece by piece, `most` bytes at most; `packing` is its Content-Encoding.

    Raises Unasked. No step makes more than what is still allowed, and one byte that shows that it is
    too much.
    """

    def __init__(self, packing: str, most: int) -> None:
        named = packing.strip().lower()
        if named not in _PLAIN | _ZIPPED:
            raise Unasked
        self._unzip = None if named in _PLAIN else zlib.decompressobj(_EITHER)
        self._most = most
        self._is_begun = False
        self.body = bytearray()

    def add(self, piece: bytes) -> None:
        """The next bytes as they were sent; raises TooMuch, and zlib.error where they make no sense."""
        self._is_begun = True
        if self._unzip is not None:
            piece = self._unzip.decompress(piece, self._most + 1 - len(self.body))
        self.body += piece
        if len(self.body) > self._most:
            raise TooMuch

    @property
    def has_ended(self) -> bool:
        """Whether the packing says that nothing comes any more."""
        return self._unzip is not None and self._unzip.eof

    @property
    def is_whole(self) -> bool:
        """Whether, by the packing, nothing is missing; an answer without any body misses nothing."""
        return self._unzip is None or self._unzip.eof or not self._is_begun

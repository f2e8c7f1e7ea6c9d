"""A centre's public key as text: short enough to copy, and a slip of the hand is noticed."""

import base64
import binascii
import hashlib
import re

KEY_BYTES = 32
PREFIX = "ansim1"

_SUM_BYTES = 3  # With the key 35 bytes, which fill 56 letters exactly.


class BadKey(ValueError):
    """A text that is no public key of a centre, or was mistyped."""


def spelled(key: bytes) -> str:
    """`ansim1` and 56 small letters and digits (2 to 7): the key's 32 bytes and a checksum."""
    return PREFIX + base64.b32encode(key + _sum(key)).decode().lower()


def read(text: str) -> bytes:
    """The 32 bytes that `spelled` wrote; blanks and capitals don't count. Raises BadKey."""
    letters = re.sub(r"\s", "", text).lower()
    try:
        body = base64.b32decode(letters.removeprefix(PREFIX).upper().encode())
    except (binascii.Error, UnicodeEncodeError):
        raise BadKey("no letters of a key") from None
    key, told = body[:KEY_BYTES], body[KEY_BYTES:]
    if not letters.startswith(PREFIX) or len(body) != KEY_BYTES + _SUM_BYTES or told != _sum(key):
        raise BadKey("no key, or a mistyped one")
    return key


def _sum(key: bytes) -> bytes:
    return hashlib.sha256(PREFIX.encode() + key).digest()[:_SUM_BYTES]

"""Registrations as bytes and back: the one shape in which storage keeps them, sealed.

Canonical: a print as `domain.prints` writes it, or quality and PDQ alone where nobody here saw the
picture. Variants: version, the strict mark, the names (compressed), qualities, hashes. Points: as
`matching.descriptors` packs them.
"""

import hashlib
import json
import zlib
from dataclasses import replace
from functools import lru_cache

import numpy as np

from domain import prints
from domain.fingerprints import BEST_QUALITY, HASH_BYTES, Fingerprint, Kind, Pdq, Print, Sha256
from domain.listed import Listed
from domain.videos import LEAST_QUALITY, VideoPrint
from matching import packing_video
from matching.decoding import Undecodable, Why
from matching.descriptors import BadPoints, pack, unpack
from matching.registering import Registration, registration_of_listed, registration_of_print

_VERSION = 1
_HEAD = 4
_LISTED = 1 + HASH_BYTES
_MOST_VARIANTS = 400
_MOST_NAMES = 40_000  # Bytes, unpacked.


class BadPacked(ValueError):
    """Bytes that hold no registration of a version known here."""


def packed(made: Registration) -> Fingerprint:
    """A registration as it is kept."""
    pdq = made.pdq
    identity = made.sha256.hex if made.sha256 else f"pdq:{pdq.hex}"
    points = pack(made.points) if made.points is not None else b""
    return Fingerprint(Kind.IMAGE, identity, pdq.quality, _canonical(made), _variants(made), points)


def packed_video(video: VideoPrint, sha256: Sha256 | None) -> Fingerprint:
    """A video as it is kept; sha256: none where nobody here saw the file.

    Raises Undecodable (plain) where no frame has enough texture.
    """
    best = max((frame.forms[0].quality for frame in video.frames), default=0)
    if best < LEAST_QUALITY:
        raise Undecodable(Why.PLAIN)
    bare = tuple(replace(each, forms=each.forms[:1], variants=()) for each in video.frames)
    whole = VideoPrint(video.duration_s, bare)
    variants = b"" if whole == video else packing_video.packed(video)
    canonical = packing_video.packed(whole)
    identity = sha256.hex if sha256 else f"video:{hashlib.sha256(canonical).hexdigest()}"
    return Fingerprint(Kind.VIDEO, identity, best, canonical, variants)


def unpacked_video(kept: Fingerprint) -> VideoPrint:
    """All that is known of a video again. Raises matching.packing_video.BadPacked."""
    return packing_video.unpacked(kept.variants or kept.canonical)


def unpacked(kept: Fingerprint) -> Registration:
    """The registration again. Raises BadPacked."""
    try:
        return _unpacked(kept)
    except (BadPoints, ValueError, IndexError, RecursionError, zlib.error) as flaw:
        raise BadPacked(type(flaw).__name__) from None


def _canonical(made: Registration) -> bytes:
    if made.sha256 and made.phash:
        return prints.to_bytes(Print(made.sha256, made.pdq, made.phash))
    return bytes([made.pdq.quality]) + made.pdq.bits


def _variants(made: Registration) -> bytes:
    if not (made.names or made.is_strict):
        return b""
    names = zlib.compress(json.dumps(made.names).encode(), 9)
    head = bytes([_VERSION, made.is_strict]) + len(names).to_bytes(_HEAD - 2, "big")
    return head + names + bytes(made.qualities[1:]) + made.hashes[1:].tobytes()


def _unpacked(kept: Fingerprint) -> Registration:
    made = _read_canonical(kept.canonical)
    if not kept.variants:
        return made
    version, is_strict = kept.variants[0], bool(kept.variants[1])
    body = _HEAD + int.from_bytes(kept.variants[2:_HEAD], "big")
    names, rest = _names(kept.variants[_HEAD:body]), kept.variants[body:]
    count = len(names)
    if version != _VERSION or len(rest) != count * (1 + HASH_BYTES):
        raise BadPacked("another version, or cut off")
    if max(rest[:count], default=0) > BEST_QUALITY:
        raise BadPacked("no quality")
    hashes = np.frombuffer(rest[count:], np.uint8).reshape(-1, HASH_BYTES)
    return replace(
        made,
        hashes=np.concatenate([made.hashes, hashes]),
        qualities=(*made.qualities, *rest[:count]),
        names=names,
        is_strict=is_strict,
        points=unpack(kept.points) if kept.points else None,
    )


def _read_canonical(kept: bytes) -> Registration:
    if len(kept) == _LISTED:
        return registration_of_listed(Listed(Pdq(kept[1:], kept[0])))
    return registration_of_print(prints.from_bytes(kept))


@lru_cache(maxsize=256)
def _names(compressed: bytes) -> tuple[str, ...]:
    """Kept once for all pictures of one shape."""
    opening = zlib.decompressobj()
    names = json.loads(opening.decompress(compressed, _MOST_NAMES))
    if not opening.eof or not isinstance(names, list) or len(names) > _MOST_VARIANTS:
        raise BadPacked("no names, or too many")
    return tuple(map(str, names))

"""What is registered of media, sealed so that one centre alone can open it, and bound to its hashes.

HPKE (RFC 9180: X25519, HKDF-SHA256, AES-256-GCM), one fresh key for each item. The item's own hashes
go into the key, so a seal that is moved to another item doesn't open.
"""

import hashlib
import json
import re
import struct
from dataclasses import replace

import numpy as np
from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.asymmetric.x25519 import X25519PrivateKey, X25519PublicKey
from cryptography.hazmat.primitives.hpke import AEAD, KDF, KEM, Suite

from domain.centrekeys import BadKey
from domain.fingerprints import Fingerprint, Print
from domain.hashfile_items import THOUSANDTH, Hashes, item_of
from domain.videos import Frame, VideoHashes, VideoPrint
from matching import packing, packing_video
from matching.descriptors import Points
from matching.keypoints import MOST_REGISTERED
from matching.registering import Registration, registration_of_print

MOST_BYTES = 40_000  # Of one picture's seal: 137 variants and 500 points are 16 kB.
MOST_VIDEO_BYTES = 20_000_000  # Four hours at two frames a second, each with eight hashes.

_SUITE = Suite(KEM.X25519, KDF.HKDF_SHA256, AEAD.AES_256_GCM)
_PURPOSE = b"ansim-hashes 1: "
_HEAD = struct.Struct(">BI")  # Version, bytes of the variants; the points follow them.
_VERSION = 1
_NAME = re.compile(r"[a-z_]{1,20}( -?[0-9.]{1,8}){0,4}")  # As domain.parts codes them.
_MOST_PARTS = 12  # Hashes of a video's frame beside the canonical one.


class BadSeal(ValueError):
    """A seal that doesn't open here, or holds what its item doesn't say."""


def public_of(secret: bytes) -> bytes:
    """The 32 bytes of the public key that belongs to a centre's secret one."""
    return X25519PrivateKey.from_private_bytes(secret).public_key().public_bytes_raw()


class Sealer:
    """Seals for one centre. Raises domain.centrekeys.BadKey for a key that nobody can have."""

    def __init__(self, public: bytes) -> None:
        self.public = public
        self._key = X25519PublicKey.from_public_bytes(public)
        try:
            self._seal(b"", b"")
        except ValueError:
            raise BadKey("a key of small order") from None

    def picture(self, made: Registration) -> tuple[Print, bytes]:
        """A picture's hashes as anybody may read them; its variants, and points if any, sealed."""
        if not (made.sha256 and made.phash):
            raise ValueError("nobody here saw this picture")
        hashes, kept = Print(made.sha256, made.pdq, made.phash), packing.packed(made)
        head = _HEAD.pack(_VERSION, len(kept.variants))
        return hashes, self._seal(head + kept.variants + kept.points, _bound(hashes))

    def video(self, whole: VideoHashes) -> tuple[VideoHashes, bytes]:
        """A video's hashes as anybody may read them, and all that is registered of it, sealed."""
        hashes = _in_the_open(whole)
        return hashes, self._seal(packing_video.packed(whole.video), _bound(hashes))

    def _seal(self, data: bytes, bound: bytes) -> bytes:
        return _SUITE.encrypt(data, self._key, info=bound)


def opened_picture(sealed: bytes, hashes: Print, secret: bytes) -> Fingerprint:
    """All that may be kept of a picture. Raises BadSeal, and nothing else."""
    if len(sealed) > MOST_BYTES:
        raise BadSeal("too large")
    data = _opened(sealed, hashes, secret)
    try:
        version, length = _HEAD.unpack_from(data)
        middle = _HEAD.size + length
        bare = packing.packed(registration_of_print(hashes))
        kept = replace(bare, variants=data[_HEAD.size : middle], points=data[middle:])
        made = packing.unpacked(kept)
    except (struct.error, packing.BadPacked):
        raise BadSeal("made otherwise") from None
    is_sound = version == _VERSION and length <= len(data) - _HEAD.size
    if not is_sound or not all(map(_NAME.fullmatch, made.names)):
        raise BadSeal("made otherwise")
    if made.points is not None and not _are_sound(made.points):
        raise BadSeal("made otherwise")
    return packing.packed(made)


def opened_video(sealed: bytes, hashes: VideoHashes, secret: bytes) -> VideoHashes:
    """The video with its frames' variants. Raises BadSeal, and nothing else."""
    if len(sealed) > MOST_VIDEO_BYTES:
        raise BadSeal("too large")
    try:
        whole = replace(hashes, video=packing_video.unpacked(_opened(sealed, hashes, secret)))
    except packing_video.BadPacked:
        raise BadSeal("made otherwise") from None
    if any(len(frame.variants) > _MOST_PARTS for frame in whole.video.frames):
        raise BadSeal("too many hashes")
    if _in_the_open(whole) != hashes:
        raise BadSeal("of another video")
    frames = zip(hashes.video.frames, whole.video.frames, strict=True)
    video = tuple(replace(bare, variants=full.variants) for bare, full in frames)
    return replace(hashes, video=replace(hashes.video, frames=video))


def _opened(sealed: bytes, hashes: Hashes, secret: bytes) -> bytes:
    try:
        key = X25519PrivateKey.from_private_bytes(secret)
        return _SUITE.decrypt(sealed, key, info=_bound(hashes))
    except (InvalidTag, ValueError):
        raise BadSeal("damaged, moved or for another centre") from None


def _bound(hashes: Hashes) -> bytes:
    """What a seal belongs to, in 48 bytes: the item as it is written."""
    written = json.dumps(item_of(hashes), sort_keys=True, separators=(",", ":"))
    return _PURPOSE + hashlib.sha256(written.encode()).digest()


def _in_the_open(whole: VideoHashes) -> VideoHashes:
    """As its item says it: no variants, and times rounded as they are written."""
    frames = [
        Frame(_rounded(each.at_s), each.forms[:1], (), each.is_strict)
        for each in whole.video.frames
    ]
    video = VideoPrint(_rounded(whole.video.duration_s), tuple(frames))
    return VideoHashes(whole.sha256, video)


def _rounded(seconds: float) -> float:
    return float(round(seconds, THOUSANDTH))


def _are_sound(points: Points) -> bool:
    """As many as we make, and within their picture."""
    is_within = bool((points.places <= np.array(points.size, np.float32)).all())
    return 0 < len(points) <= MOST_REGISTERED and min(points.size) > 0 and is_within

"""The one rule by which media bytes become an upright RGB picture, and by which they are refused.

1. 0 bytes, more than 20 MB, and what is not JPEG, PNG, WebP, GIF, TIFF or BMP are refused unread.
2. The header is looked at before anything is decoded: more than 50 megapixels or a side over 65,535
   is a bomb; a side under 5 is too small to be hashed (the reference PDQ refuses it too).
3. The picture is decoded whole, at full resolution: thumbnails and scaled decoding move hashes.
   Of an animation or a file with several pictures, the first.
4. Cut-off or damaged data is refused, never filled up with grey.
5. 16-bit and floating-point greys are brought to 8 bits; transparency is laid on white; every other
   mode goes to RGB as Pillow does it, without colour profiles, as the reference hashers do.
6. The rotation that EXIF asks for is applied; damaged EXIF counts as none.
"""

import io
from enum import StrEnum
from typing import Self

import numpy as np
from PIL import ExifTags, Image, UnidentifiedImageError

MOST_BYTES = 20_000_000
MOST_PIXELS = 50_000_000
LONGEST_SIDE = 65_535
SHORTEST_SIDE = 5
FORMATS = ("JPEG", "PNG", "WEBP", "GIF", "TIFF", "BMP")

_OPENINGS = (b"\xff\xd8\xff", b"\x89PNG\r\n", b"GIF8", b"RIFF", b"II*\x00", b"MM\x00*", b"BM")
_UPRIGHT = {
    2: Image.Transpose.FLIP_LEFT_RIGHT,
    3: Image.Transpose.ROTATE_180,
    4: Image.Transpose.FLIP_TOP_BOTTOM,
    5: Image.Transpose.TRANSPOSE,
    6: Image.Transpose.ROTATE_270,
    7: Image.Transpose.TRANSVERSE,
    8: Image.Transpose.ROTATE_90,
}

# Our own limit is lower and comes first; Pillow would only warn in between.
Image.MAX_IMAGE_PIXELS = MOST_PIXELS


class Why(StrEnum):
    """Why media can't be hashed. The last two are known only from outside the decoding process."""

    EMPTY = "empty"
    TOO_LARGE = "too_large"
    NOT_MEDIA = "not_media"
    TRUNCATED = "truncated"
    BOMB = "bomb"
    TOO_SMALL = "too_small"
    TOO_LONG = "too_long"
    NO_VIDEO = "no_video"
    PLAIN = "plain"
    CRASHED = "crashed"
    TIMEOUT = "timeout"


class Undecodable(Exception):
    """Media that can't be hashed; `reason` says why. The message says nothing of its content."""

    def __init__(self, reason: Why) -> None:
        super().__init__(f"undecodable: {reason.value}")
        self.reason = reason

    def __reduce__(self) -> tuple[type[Self], tuple[Why]]:
        return type(self), (self.reason,)


def decode(data: bytes) -> Image.Image:
    """The picture in `data`, mode RGB, 8 bits, upright. Raises Undecodable, and nothing else."""
    picture = _open(data)
    try:
        picture.load()
        return _upright(_rgb(picture), _orientation(picture))
    except MemoryError:
        raise Undecodable(Why.BOMB) from None
    except Exception:  # noqa: BLE001 - hostile bytes make Pillow raise nearly anything.
        raise Undecodable(Why.TRUNCATED) from None


MOST_FRAMES = 8


def frames(data: bytes) -> list[Image.Image]:
    return [decode(data)]


def _open(data: bytes) -> Image.Image:
    if not data:
        raise Undecodable(Why.EMPTY)
    if len(data) > MOST_BYTES:
        raise Undecodable(Why.TOO_LARGE)
    try:
        picture = Image.open(io.BytesIO(data), formats=FORMATS)
    except (Image.DecompressionBombError, Image.DecompressionBombWarning, MemoryError):
        raise Undecodable(Why.BOMB) from None
    except UnidentifiedImageError:
        raise Undecodable(_unopened(data)) from None
    except Exception:  # noqa: BLE001 - hostile bytes make Pillow raise nearly anything.
        raise Undecodable(Why.TRUNCATED) from None
    _check_size(*picture.size)
    return picture


def _unopened(data: bytes) -> Why:
    """Told apart by the first bytes: a picture whose header is cut off, or no picture at all."""
    return Why.TRUNCATED if data.startswith(_OPENINGS) else Why.NOT_MEDIA


def _check_size(width: int, height: int) -> None:
    if width * height > MOST_PIXELS or max(width, height) > LONGEST_SIDE:
        raise Undecodable(Why.BOMB)
    if min(width, height) < SHORTEST_SIDE:
        raise Undecodable(Why.TOO_SMALL)


def _rgb(picture: Image.Image) -> Image.Image:
    if picture.mode.startswith("I") or picture.mode == "F":
        return _eight_bits(picture).convert("RGB")
    if picture.has_transparency_data:
        return _on_white(picture.convert("RGBA"))
    return picture if picture.mode == "RGB" else picture.convert("RGB")


def _eight_bits(picture: Image.Image) -> Image.Image:
    """A grey picture of 16 bits by its high byte, one of floating point by its brightest value."""
    values = np.nan_to_num(np.asarray(picture, dtype=np.float32), posinf=0, neginf=0).clip(0)
    scale = 1 / 256 if picture.mode.startswith("I") else 255 / max(float(values.max()), 1e-9)
    return Image.fromarray((values * np.float32(scale)).clip(0, 255).astype(np.uint8))


def _on_white(picture: Image.Image) -> Image.Image:
    ground = Image.new("RGB", picture.size, (255, 255, 255))
    ground.paste(picture, mask=picture.getchannel("A"))
    return ground


def _orientation(picture: Image.Image) -> int:
    try:
        return int(picture.getexif().get(ExifTags.Base.Orientation, 1))
    except Exception:  # noqa: BLE001 - hostile EXIF makes Pillow raise nearly anything.
        return 1


def _upright(picture: Image.Image, orientation: int) -> Image.Image:
    turn = _UPRIGHT.get(orientation)
    return picture if turn is None else picture.transpose(turn)

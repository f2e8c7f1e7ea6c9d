"""What Telegram makes of a photo: JPEG copies without metadata, in its usual sizes."""

import io
from dataclasses import dataclass

from PIL import Image, ImageOps

from practice.telegram.refusals import bad

_SIDES = (90, 320, 800, 1280)  # longest side in pixels
_QUALITY = 87
_DIMENSIONS = 10_000  # width + height
_RATIO = 20


@dataclass(frozen=True)
class Copy:
    """One size of a photo."""

    width: int
    height: int
    data: bytes


def photo_copies(data: bytes) -> list[Copy]:
    """Sizes from small to large, never enlarged. Refuses what is no picture or out of bounds."""
    try:
        with Image.open(io.BytesIO(data)) as opened:
            _check(*opened.size)
            picture = ImageOps.exif_transpose(opened).convert("RGB")
    except (OSError, ValueError, SyntaxError, Image.DecompressionBombError):
        raise bad("IMAGE_PROCESS_FAILED") from None
    smaller = [side for side in _SIDES[:-1] if side < max(picture.size)]
    return [_copy(picture, side) for side in (*smaller, _SIDES[-1])]


def _check(width: int, height: int) -> None:
    if width + height > _DIMENSIONS or max(width, height) > _RATIO * min(width, height):
        raise bad("PHOTO_INVALID_DIMENSIONS")


def _copy(picture: Image.Image, side: int) -> Copy:
    scaled = picture.copy()
    scaled.thumbnail((side, side))
    out = io.BytesIO()
    scaled.save(out, "JPEG", quality=_QUALITY)
    return Copy(*scaled.size, out.getvalue())

"""The one rule by which media bytes become an upright RGB picture, and by which they are refused.

1. 0 bytes, more than 20 MB, and what is not JPEG, PNG, WebP, GIF, TIFF, BMP, AVIF or HEIC are
   refused unread.
2. The header is looked at before anything is decoded: more than 50 megapixels or a side over 65,535
   is a bomb; a side under 5 is too small to be hashed (the reference PDQ refuses it too).
3. The picture is decoded whole, at full resolution: thumbnails and scaled decoding move hashes.
   Only `grey`, of which a glance is made, lets a JPEG's decoder leave out what is finer.
   `decode` gives the first of an animation or a file with several pictures; `frames` gives up to
   eight of a GIF's, WebP's, APNG's or AVIF's, spread over it, without those that repeat the last.
4. Cut-off or damaged data is refused, never filled up with grey. Of an animation whose first
   picture is whole, only what can't be read is left out: a damaged end must not hide the rest.
5. 16-bit and floating-point greys are brought to 8 bits; transparency is laid on white; every other
   mode goes to RGB as Pillow does it, without colour profiles, as the reference hashers do.
6. The rotation that EXIF asks for (in AVIF and HEIC: the file itself) is applied; damaged EXIF
   counts as none.
"""

import io
from collections.abc import Callable, Iterator
from enum import StrEnum
from typing import Self

import numpy as np
from numpy.typing import NDArray
from PIL import AvifImagePlugin, ExifTags, Image, UnidentifiedImageError
from pillow_heif import register_heif_opener

from domain.films import OPENING_BYTES
from domain.fingerprints import Kind
from matching.kinds import kind_of

MOST_BYTES = 20_000_000
MOST_PIXELS = 50_000_000
LONGEST_SIDE = 65_535
SHORTEST_SIDE = 5
FORMATS = ("JPEG", "PNG", "WEBP", "GIF", "TIFF", "BMP", "AVIF", "HEIF")
MOST_FRAMES = 8

_ANIMATED = ("GIF", "WEBP", "PNG", "AVIF")
_MOST_ANIMATED = 8 * MOST_PIXELS  # Of all frames that are passed on the way to the last sample.
_STILL = 2.0  # Grey levels on average between two frames that show the same.
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
# One thread each: the decoding processes are as many as the processors.
AvifImagePlugin.DEFAULT_MAX_THREADS = 1
register_heif_opener(thumbnails=False, decode_threads=1)


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
    return _shown(_open(data))


def frames(data: bytes) -> list[Image.Image]:
    """The pictures of an animation, or the one of a still, each as `decode` gives it: 1 to 8.

    Raises Undecodable, and nothing else, where not even the first can be read.
    """
    picture = _open(data)
    shown = [_shown(picture)]
    if picture.format in _ANIMATED:
        shown[0] = shown[0].copy()  # Seeking writes into the picture that it was read from.
        shown += _later(picture, _tiny(shown[0]))
    return shown


def grey(data: bytes, least_side: int) -> Image.Image | None:
    """A still in mode L, upright, at full size or reduced to no less than `least_side` on its shorter
    side; none for an animation. Raises Undecodable, and nothing else.
    """
    picture = _open(data)
    if picture.format in _ANIMATED and _sampled(picture):
        return None
    if picture.format == "JPEG":
        share = max(1, min(picture.size) // least_side)
        picture.draft("L", (picture.width // share, picture.height // share))
        if picture.mode == "L":  # Else its colours are of a kind that only `_shown` knows.
            return _as_is(picture)
    return _shown(picture).convert("L")


def _later(picture: Image.Image, last: NDArray[np.float32]) -> Iterator[Image.Image]:
    for at in _sampled(picture):
        try:
            picture.seek(at)
            frame = _shown(picture).copy()
        except (Undecodable, EOFError, OSError, ValueError, SyntaxError, MemoryError):
            return
        tiny = _tiny(frame)
        if np.abs(tiny - last).mean() > _STILL:
            yield frame
            last = tiny


def _sampled(picture: Image.Image) -> list[int]:
    """The places of the frames after the first that are looked at, spread over the animation."""
    try:
        count = int(getattr(picture, "n_frames", 1))
    except Exception:  # noqa: BLE001 - hostile bytes make Pillow raise nearly anything.
        return []
    passed = min(count, _MOST_ANIMATED // (picture.width * picture.height))
    places = np.linspace(0, max(passed - 1, 0), MOST_FRAMES).round().astype(int)
    return [int(place) for place in np.unique(places) if place]


def _tiny(picture: Image.Image) -> NDArray[np.float32]:
    return np.asarray(picture.convert("L").resize((32, 32)), np.float32)


def _shown(picture: Image.Image) -> Image.Image:
    return _as_is(picture, _rgb)


def _as_is(
    picture: Image.Image, shown: Callable[[Image.Image], Image.Image] = lambda picture: picture
) -> Image.Image:
    """Decoded, in colours of this kind, and upright."""
    try:
        picture.load()
        return _upright(shown(picture), _orientation(picture))
    except MemoryError:
        raise Undecodable(Why.BOMB) from None
    except Exception:  # noqa: BLE001 - hostile bytes make Pillow raise nearly anything.
        raise Undecodable(Why.TRUNCATED) from None


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
    is_picture = kind_of(data[:OPENING_BYTES]) is Kind.IMAGE
    return Why.TRUNCATED if is_picture else Why.NOT_MEDIA


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

"""Says what an uploaded file really is: a picture that Pillow reads to its end, a video, or no."""

import io
from dataclasses import dataclass

from PIL import Image, UnidentifiedImageError

_LARGEST_PICTURE = 33_177_600
_LARGEST_PICTURE_BYTES = 16 * 1024 * 1024
_PREVIEW = (640, 480)
_FORMATS = {
    "JPEG": ("image/jpeg", "jpg"),
    "PNG": ("image/png", "png"),
    "GIF": ("image/gif", "gif"),
    "WEBP": ("image/webp", "webp"),
    "AVIF": ("image/avif", "avif"),
}


class NotMediaError(Exception):
    """The file is none that the square takes; the text says why."""


@dataclass(frozen=True)
class Sniffed:
    """Kind as Mastodon names it, type, extension, size in pixels, a small JPEG (or nothing)."""

    kind: str
    content_type: str
    extension: str
    width: int = 0
    height: int = 0
    preview: bytes = b""


def sniff(data: bytes) -> Sniffed:
    """What these bytes are; raises NotMediaError."""
    if not data:
        raise NotMediaError("File can't be blank")
    return _video(data) or _picture(data)


def _video(data: bytes) -> Sniffed | None:
    if data[4:8] == b"ftyp" and data[8:12] not in (b"avif", b"avis", b"mif1", b"heic"):
        is_quicktime = data[8:12] == b"qt  "
        kind = ("video/quicktime", "mov") if is_quicktime else ("video/mp4", "mp4")
        return Sniffed("video", *kind)
    if data[:4] == b"\x1a\x45\xdf\xa3":
        return Sniffed("video", "video/webm", "webm")
    return None


def _picture(data: bytes) -> Sniffed:
    if len(data) > _LARGEST_PICTURE_BYTES:
        raise NotMediaError("File file size must be less than 16 MB")
    try:
        with Image.open(io.BytesIO(data), formats=tuple(_FORMATS)) as picture:
            return _described(picture)
    except (UnidentifiedImageError, OSError, SyntaxError, ValueError) as error:
        raise NotMediaError("File content type is invalid") from error
    except Image.DecompressionBombError as error:
        raise NotMediaError("File has too many pixels") from error


def _described(picture: Image.Image) -> Sniffed:
    width, height = picture.size
    if width * height > _LARGEST_PICTURE:
        raise NotMediaError(f"{width}x{height} images are not supported")
    content_type, extension = _FORMATS[picture.format or ""]
    kind = "gifv" if getattr(picture, "n_frames", 1) > 1 and picture.format == "GIF" else "image"
    small = io.BytesIO()
    preview = picture.convert("RGB")
    preview.thumbnail(_PREVIEW)
    preview.save(small, "JPEG", quality=85)
    return Sniffed(kind, content_type, extension, width, height, small.getvalue())

"""Pictures for the browser's hasher, as files of every kind it reads."""

from typing import Any

import numpy as np
from PIL import ExifTags, Image, ImageCms

from tests.matching.scenery import encoded, scene

SIZES = [(64, 64), (333, 217), (61, 900), (1080, 2400), (1600, 1200), (33, 20)]
WAYS: dict[str, tuple[str, dict[str, Any]]] = {
    "png": ("PNG", {}),
    "jpg": ("JPEG", {"quality": 90}),
    "progressive.jpg": ("JPEG", {"quality": 60, "progressive": True}),
    "webp": ("WEBP", {"quality": 80}),
    "lossless.webp": ("WEBP", {"lossless": True}),
    "gif": ("GIF", {}),
    "bmp": ("BMP", {}),
}


def by_size() -> dict[str, bytes]:
    """Each way of writing, once for each size."""
    return {
        f"{width}x{height}.{end}": encoded(scene(width, height, width + height), kind, **options)
        for width, height in SIZES
        for end, (kind, options) in WAYS.items()
    }


def turned() -> dict[str, bytes]:
    """One picture under the eight orientations of EXIF, in the three kinds that carry it."""
    found = {}
    for orientation in range(1, 9):
        exif = Image.Exif()
        exif[ExifTags.Base.Orientation] = orientation
        for kind in ("JPEG", "PNG", "WEBP"):
            data = encoded(scene(320, 240, 9), kind, exif=exif.tobytes())
            found[f"turned{orientation}.{kind.lower()}"] = data
    return found


def unusual() -> dict[str, bytes]:
    """Transparency, palettes, greys of 1, 8 and 16 bits, colour profiles, animations."""
    plain = Image.fromarray(scene(320, 240, 9))
    clear = plain.convert("RGBA")
    clear.putalpha(Image.fromarray(scene(320, 240, 10)).convert("L"))
    deep = Image.fromarray(np.asarray(plain.convert("L")).astype(np.uint16) * 257)
    frames = [Image.fromarray(scene(200, 150, seed)) for seed in (20, 21)]
    moving: dict[str, Any] = {"save_all": True, "append_images": frames[1:], "duration": 100}
    return {
        "profile.jpg": encoded(plain, "JPEG", icc_profile=_strange_profile()),
        "profile.png": encoded(plain, icc_profile=_strange_profile()),
        "alpha.png": encoded(clear),
        "alpha.webp": encoded(clear, "WEBP", lossless=True),
        "alpha-grey.png": encoded(clear.convert("LA")),
        "palette.png": encoded(plain.convert("P")),
        "clear-palette.png": encoded(clear.quantize(64)),
        "grey.jpg": encoded(plain.convert("L"), "JPEG"),
        "one-bit.png": encoded(plain.convert("1")),
        "deep.png": encoded(deep),
        "moving.gif": encoded(frames[0], "GIF", **moving),
        "moving.webp": encoded(frames[0], "WEBP", **moving),
        "moving.png": encoded(frames[0], "PNG", **moving),
    }


def _strange_profile() -> bytes:
    """A colour profile in which red is green: hashers leave profiles aside."""
    profile = ImageCms.ImageCmsProfile(ImageCms.createProfile("sRGB")).tobytes()
    return profile.replace(b"rXYZ", b"----").replace(b"gXYZ", b"rXYZ").replace(b"----", b"gXYZ")


def cut_off() -> dict[str, bytes]:
    """Files of each kind that end too early: in the header, in the middle, a little before the end."""
    whole = {end: encoded(scene(320, 240, 9), kind, **more) for end, (kind, more) in WAYS.items()}
    return {
        f"cut{length}.{end}": data[:length]
        for end, data in whole.items()
        for length in (10, 30, len(data) // 2, len(data) - 30)
    }

"""The 48 things that people do to a picture before they put it up again."""

import io
import zlib
from collections.abc import Callable, Mapping, Sequence

import numpy as np
from PIL import Image, ImageOps

from benchmarks import frames, pixels
from benchmarks.frames import Chance, Picture

Manipulation = Callable[[Picture, Chance], Picture]
QUALITY = 85


def _plain(change: Callable[[Picture], Picture]) -> Manipulation:
    return lambda picture, _: change(picture)


_SAME_FRAME: dict[str, Manipulation] = {
    "jpeg_70": _plain(lambda p: pixels.through(p, "JPEG", 70)),
    "jpeg_30": _plain(lambda p: pixels.through(p, "JPEG", 30)),
    "jpeg_10": _plain(lambda p: pixels.through(p, "JPEG", 10)),
    "webp_50": _plain(lambda p: pixels.through(p, "WEBP", 50)),
    "resize_50": _plain(lambda p: pixels.resized(p, 0.5)),
    "resize_20": _plain(lambda p: pixels.resized(p, 0.2)),
    "blur_light": _plain(lambda p: pixels.blurred(p, 2)),
    "blur_heavy": _plain(lambda p: pixels.blurred(p, 6)),
    "noise": lambda p, chance: pixels.noisy(p, 20, chance),
    "brighter": _plain(lambda p: pixels.lit(p, 1.35, 1, 1)),
    "darker": _plain(lambda p: pixels.lit(p, 0.6, 1, 1)),
    "contrast_up": _plain(lambda p: pixels.lit(p, 1, 1.5, 1)),
    "contrast_down": _plain(lambda p: pixels.lit(p, 1, 0.6, 1)),
    "gamma": _plain(lambda p: pixels.gamma(p, 0.6)),
    "warm": _plain(lambda p: pixels.tinted(p, 1.2, 1, 0.75)),
    "sepia": _plain(pixels.sepia),
    "grey": _plain(lambda p: ImageOps.grayscale(p).convert("RGB")),
    "text": _plain(pixels.written),
    "sticker_4": lambda p, chance: pixels.sticker(p, 0.04, chance),
    "sticker_12": lambda p, chance: pixels.sticker(p, 0.12, chance),
    "watermark": _plain(pixels.watermarked),
}

_OTHER_FRAME: dict[str, Manipulation] = {
    "flip": _plain(ImageOps.mirror),
    "rotate_90": _plain(lambda p: p.transpose(Image.Transpose.ROTATE_90)),
    "rotate_180": _plain(lambda p: p.transpose(Image.Transpose.ROTATE_180)),
    "rotate_3": _plain(lambda p: frames.turned(p, 3, keeps_corners=False)),
    "rotate_5_grown": _plain(lambda p: frames.turned(p, -5, keeps_corners=True)),
    "rotate_8_cut": _plain(lambda p: frames.straightened(p, 8)),
    "crop_10": lambda p, chance: frames.cropped(p, 0.10, chance),
    "crop_25": lambda p, chance: frames.cropped(p, 0.25, chance),
    "crop_50": lambda p, chance: frames.cropped(p, 0.50, chance),
    "crop_75": lambda p, chance: frames.cropped(p, 0.75, chance),
    "crop_top_15": _plain(lambda p: frames.cut(p, 0, 0.15, 0, 0)),
    "crop_side_20": _plain(lambda p: frames.cut(p, 0, 0, 0.2, 0)),
    "crop_foot_30": _plain(lambda p: frames.cut(p, 0, 0, 0, 0.3)),
    "square": _plain(frames.square),
    "border": _plain(lambda p: frames.bordered(p, 0.06, "white")),
    "letterbox": _plain(lambda p: frames.letterboxed(p, upright=True)),
    "blurred_fill": _plain(frames.filled),
    "caption": _plain(lambda p: frames.captioned(p, dark=False, at_top=True)),
    "screen_light": _plain(lambda p: frames.screen(p, dark=False)),
    "screen_dark": _plain(lambda p: frames.screen(p, dark=True)),
    "aspect_wide": _plain(lambda p: frames.stretched(p, 1.3)),
    "perspective": lambda p, chance: frames.perspective(p, 0.06, chance),
}

_COMBINED: dict[str, Manipulation] = {
    "flip_crop_10": lambda p, chance: frames.cropped(ImageOps.mirror(p), 0.10, chance),
    "screen_flip": _plain(lambda p: frames.screen(ImageOps.mirror(p), dark=True, wide=0.92)),
    "caption_crop_10": lambda p, chance: frames.captioned(
        frames.cropped(p, 0.10, chance), dark=True, at_top=False
    ),
    "resize_text_jpeg": _plain(
        lambda p: pixels.through(pixels.written(pixels.resized(p, 0.4)), "JPEG", 40)
    ),
}

ALONE = _SAME_FRAME | _OTHER_FRAME | _COMBINED
COLLAGE = "collage"
NAMES = (*ALONE, COLLAGE)


def manipulated(
    name: str,
    pictures: Sequence[Picture] | Mapping[int, Picture],
    at: int,
    others: Sequence[Picture],
) -> bytes:
    """The picture at that place after manipulation `name`, as a JPEG file.

    others: three strangers for a collage. What is left to chance is the same in every run.
    """
    chance = np.random.default_rng([zlib.crc32(name.encode()), at])
    shown = [pictures[at], *others]
    changed = (
        frames.collage(shown, 10, chance) if name == COLLAGE else ALONE[name](pictures[at], chance)
    )
    buffer = io.BytesIO()
    changed.save(buffer, "JPEG", quality=QUALITY)
    return buffer.getvalue()

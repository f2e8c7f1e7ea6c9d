"""Manipulations that change the frame: crops, turns, borders, bars, screens, collages."""

import math
from collections.abc import Sequence

import numpy as np
from PIL import Image, ImageDraw, ImageFilter, ImageFont, ImageOps

Picture = Image.Image
Chance = np.random.Generator


def cropped(picture: Picture, lost: float, chance: Chance) -> Picture:
    """A part of the same shape, anywhere in the picture, without `lost` of the area."""
    side = math.sqrt(1 - lost)
    width, height = round(picture.width * side), round(picture.height * side)
    left = int(chance.integers(0, picture.width - width + 1))
    top = int(chance.integers(0, picture.height - height + 1))
    return picture.crop((left, top, left + width, top + height))


def cut(picture: Picture, left: float, top: float, right: float, bottom: float) -> Picture:
    """Without these shares of the width and height at each side."""
    width, height = picture.size
    box = (left * width, top * height, (1 - right) * width, (1 - bottom) * height)
    return picture.crop(tuple(round(each) for each in box))  # type: ignore[arg-type] # Four.


def square(picture: Picture) -> Picture:
    """The middle square, as profile pictures are cut."""
    return ImageOps.fit(picture, (min(picture.size),) * 2)


def turned(picture: Picture, degrees: float, *, keeps_corners: bool) -> Picture:
    """Turned on black: grown so that no corner is lost, or in the frame it had."""
    return picture.rotate(degrees, Image.Resampling.BICUBIC, expand=keeps_corners)


def straightened(picture: Picture, degrees: float) -> Picture:
    """Turned and cut to the largest part of the same shape without empty corners."""
    angle, ratio = math.radians(abs(degrees)), max(picture.size) / min(picture.size)
    share = 1 / (math.cos(angle) + ratio * math.sin(angle))
    whole = picture.rotate(degrees, Image.Resampling.BICUBIC)
    lost = (1 - share) / 2
    return cut(whole, lost, lost, lost, lost)


def perspective(picture: Picture, share: float, chance: Chance) -> Picture:
    """Seen a little from the side: two corners of one side move in by `share`."""
    width, height = picture.size
    shift = share * height * (1 if chance.random() < 0.5 else -1)
    near, far = max(shift, 0), max(-shift, 0)
    corners = (0, -near, 0, height + near, width, height + far, width, -far)
    return picture.transform(picture.size, Image.Transform.QUAD, corners, Image.Resampling.BICUBIC)


def stretched(picture: Picture, ratio: float) -> Picture:
    """The width times `ratio`, the height as it was."""
    return picture.resize((round(picture.width * ratio), picture.height), Image.Resampling.LANCZOS)


def bordered(picture: Picture, share: float, colour: str) -> Picture:
    """An even border of `share` of the shorter side."""
    return ImageOps.expand(picture, round(share * min(picture.size)), colour)


def letterboxed(picture: Picture, *, upright: bool) -> Picture:
    """In a black frame of 9:16 or 16:9, whichever makes bars."""
    wanted = 9 / 16 if upright else 21 / 9
    width = max(picture.width, round(picture.height * wanted))
    height = max(picture.height, round(picture.width / wanted))
    frame = Image.new("RGB", (width, height))
    frame.paste(picture, ((width - picture.width) // 2, (height - picture.height) // 2))
    return frame


def filled(picture: Picture) -> Picture:
    """In an upright frame that its own blurred enlargement fills."""
    height = round(picture.width * 1.4) if picture.width >= picture.height else picture.height
    width = picture.width if height != picture.height else round(picture.height * 1.2)
    ground = ImageOps.fit(picture, (width, height)).filter(ImageFilter.GaussianBlur(width / 30))
    ground.paste(picture, ((width - picture.width) // 2, (height - picture.height) // 2))
    return ground


def captioned(picture: Picture, *, dark: bool, at_top: bool) -> Picture:
    """A bar of a fifth of the height with two lines of text, above or below."""
    bar = round(picture.height * 0.2)
    ground, ink = ("#111111", "white") if dark else ("white", "black")
    frame = Image.new("RGB", (picture.width, picture.height + bar), ground)
    frame.paste(picture, (0, bar if at_top else 0))
    draw, font = ImageDraw.Draw(frame), ImageFont.load_default(bar / 3.2)
    start = 0 if at_top else picture.height
    for line, words in enumerate(("when you see it again", "and nobody asked for it")):
        draw.text((picture.width / 2, start + bar * (0.3 + 0.4 * line)), words, ink, font, "mm")
    return frame


def screen(picture: Picture, *, dark: bool, wide: float = 1.0) -> Picture:
    """A phone's screen with an app that shows the picture: bars, a name, buttons, a comment."""
    width, height = 1_080, 2_220
    ground, ink, line = ("#0f1419", "#e7e9ea", "#2f3336") if dark else ("white", "#0f1419", "#ddd")
    page = Image.new("RGB", (width, height), ground)
    draw, font = ImageDraw.Draw(page), ImageFont.load_default(38)
    draw.text((50, 30), "9:41", ink, font)
    draw.rectangle((940, 38, 1_020, 68), ink)
    draw.text((width / 2, 140), "Posts", ink, font, "mm")
    draw.line((0, 200, width, 200), line, 3)
    draw.ellipse((40, 240, 130, 330), "#7f8c8d")
    draw.text((160, 245), "somebody", ink, font)
    draw.text((160, 290), "somewhere, 2 h", "#888888", ImageFont.load_default(30))
    shown = picture.resize((round(width * wide), _height(picture, width * wide)))
    shown = shown.crop((0, 0, shown.width, min(shown.height, 1_500)))
    page.paste(shown, ((width - shown.width) // 2, 370))
    _below(draw, 370 + shown.height, ink)
    return page


def _height(picture: Picture, width: float) -> int:
    return round(picture.height * width / picture.width)


def _below(draw: ImageDraw.ImageDraw, top: int, ink: str) -> None:
    font = ImageFont.load_default(36)
    for at in range(3):
        draw.ellipse((40 + 110 * at, top + 30, 100 + 110 * at, top + 90), None, ink, 6)
    draw.text((40, top + 120), "1,204 likes", ink, font)
    draw.text((40, top + 180), "somebody  look at this one, it is", ink, font)
    draw.text((40, top + 230), "all over the place already", "#888888", font)


def collage(pictures: Sequence[Picture], gap: int, chance: Chance) -> Picture:
    """Two by two, each filling its cell, the first in any of them."""
    side, order = 500, chance.permutation(4)
    width, height = round(side * 1.3), side
    page = Image.new("RGB", (2 * width + 3 * gap, 2 * height + 3 * gap), "white")
    for place, picture in zip(order, pictures, strict=True):
        left, top = gap + (place % 2) * (width + gap), gap + (place // 2) * (height + gap)
        page.paste(ImageOps.fit(picture, (width, height)), (int(left), int(top)))
    return page

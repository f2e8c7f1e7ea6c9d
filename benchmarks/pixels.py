"""Manipulations that leave the frame as it is: colour, sharpness, what is drawn over a picture."""

import io

import numpy as np
from PIL import Image, ImageDraw, ImageEnhance, ImageFilter, ImageFont

Picture = Image.Image
Chance = np.random.Generator

WORDS = "do not share this again"


def resized(picture: Picture, share: float) -> Picture:
    """Both sides times `share`."""
    size = (max(8, round(picture.width * share)), max(8, round(picture.height * share)))
    return picture.resize(size, Image.Resampling.LANCZOS)


def through(picture: Picture, kind: str, quality: int) -> Picture:
    """Encoded once and read again."""
    buffer = io.BytesIO()
    picture.save(buffer, kind, quality=quality)
    return Image.open(buffer).convert("RGB")


def blurred(picture: Picture, radius: float) -> Picture:
    """A Gaussian blur, its radius given for a picture of 1,000 pixels."""
    return picture.filter(ImageFilter.GaussianBlur(radius * max(picture.size) / 1_000))


def noisy(picture: Picture, sigma: float, chance: Chance) -> Picture:
    """Gaussian noise of each channel."""
    values = np.asarray(picture, np.float32)
    return _picture(values + chance.normal(0, sigma, values.shape))


def lit(picture: Picture, brightness: float, contrast: float, colour: float) -> Picture:
    """Brightness, contrast and saturation, 1 each for no change."""
    brighter = ImageEnhance.Brightness(picture).enhance(brightness)
    return ImageEnhance.Color(ImageEnhance.Contrast(brighter).enhance(contrast)).enhance(colour)


def gamma(picture: Picture, power: float) -> Picture:
    """Shadows lifted (power < 1) or deepened."""
    return picture.point([round(255 * (at / 255) ** power) for at in range(256)] * 3)


def tinted(picture: Picture, red: float, green: float, blue: float) -> Picture:
    """Each channel times its factor, as warm and cold filters do."""
    return _picture(np.asarray(picture, np.float32) * np.array([red, green, blue]))


def sepia(picture: Picture) -> Picture:
    """The brown of old prints."""
    matrix = np.array([[0.393, 0.769, 0.189], [0.349, 0.686, 0.168], [0.272, 0.534, 0.131]])
    return _picture(np.asarray(picture, np.float32) @ matrix.T)


def written(picture: Picture, words: str = WORDS) -> Picture:
    """Two lines of white text with a dark edge across the middle and the foot."""
    copy = picture.copy()
    font = ImageFont.load_default(picture.width / 16)
    draw = ImageDraw.Draw(copy)
    for height in (0.45, 0.85):
        place = (picture.width / 2, picture.height * height)
        draw.text(place, words, "white", font, "mm", stroke_width=3, stroke_fill="black")
    return copy


def sticker(picture: Picture, share: float, chance: Chance) -> Picture:
    """An opaque round face over `share` of the area, anywhere in the picture."""
    copy = picture.copy()
    side = min(round((share * picture.width * picture.height * 4 / np.pi) ** 0.5), *picture.size)
    left = int(chance.integers(0, picture.width - side + 1))
    top = int(chance.integers(0, picture.height - side + 1))
    draw = ImageDraw.Draw(copy)
    draw.ellipse((left, top, left + side, top + side), "#ffcc22", "#aa7700", side // 40 + 1)
    for at in (0.3, 0.7):
        eye = (left + (at - 0.08) * side, top + 0.3 * side)
        draw.ellipse((*eye, eye[0] + 0.16 * side, eye[1] + 0.16 * side), "#332200")
    mouth = (left + 0.25 * side, top + 0.45 * side, left + 0.75 * side, top + 0.8 * side)
    draw.arc(mouth, 20, 160, "#332200", side // 20 + 1)
    return copy


def watermarked(picture: Picture) -> Picture:
    """A name tiled aslant over everything, half transparent."""
    side = 2 * max(picture.size)
    layer = Image.new("L", (side, side), 0)
    draw, font = ImageDraw.Draw(layer), ImageFont.load_default(picture.width / 22)
    for top in range(0, side, picture.width // 8):
        for left in range(0, side, picture.width // 4):
            draw.text((left, top), "gallery.test", 110, font)
    turned = layer.rotate(30)
    left, top = (side - picture.width) // 2, (side - picture.height) // 2
    mask = turned.crop((left, top, left + picture.width, top + picture.height))
    return Image.composite(Image.new("RGB", picture.size, "white"), picture, mask)


def _picture(values: "np.ndarray[tuple[int, ...], np.dtype[np.floating]]") -> Picture:
    return Image.fromarray(values.clip(0, 255).astype(np.uint8))

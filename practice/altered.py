"""What strangers do to a picture before they post it again: mirrored, cropped, or off a phone's screen."""

import io
import math
from collections.abc import Callable

from PIL import Image, ImageDraw, ImageOps

Picture = Image.Image

_INK, _PAPER, _LINE, _GREY = "#0f1419", "white", "#dddddd", "#7f8c8d"
_PHONE = (1080, 2220)
_TOP = 370


def copy(name: str, picture: bytes) -> bytes:
    """A JPEG file of the picture with one of CHANGES made."""
    data = io.BytesIO()
    with Image.open(io.BytesIO(picture)) as opened:
        CHANGES[name](opened.convert("RGB")).save(data, "JPEG", quality=80)
    return data.getvalue()


def cropped(picture: Picture, lost: float) -> Picture:
    """Without this share of its area, nearer to the left and the foot than to the middle."""
    side = math.sqrt(1 - lost)
    width, height = round(picture.width * side), round(picture.height * side)
    left, top = (picture.width - width) // 4, (picture.height - height) * 3 // 4
    return picture.crop((left, top, left + width, top + height))


def screenshot(picture: Picture) -> Picture:
    """A phone's screen with somebody's post: bars, a round face, the picture, some lines of text."""
    page = Image.new("RGB", _PHONE, _PAPER)
    pen = ImageDraw.Draw(page)
    width = page.width
    pen.rectangle((50, 40, 150, 66), _INK)
    pen.rectangle((width - 140, 38, width - 60, 68), _INK)
    pen.line((0, 200, width, 200), _LINE, 3)
    pen.ellipse((40, 240, 130, 330), _GREY)
    pen.rectangle((160, 255, 420, 280), _INK)
    shown = picture.resize((width, round(picture.height * width / picture.width)))
    page.paste(shown, (0, _TOP))
    for row, length in enumerate((300, 760, 640, 880)):
        top = _TOP + shown.height + 60 + 60 * row
        pen.rectangle((40, top, 40 + length, top + 22), _GREY)
    return page


CHANGES: dict[str, Callable[[Picture], Picture]] = {
    "mirrored": ImageOps.mirror,
    "cropped_10": lambda picture: cropped(picture, 0.10),
    "cropped_25": lambda picture: cropped(picture, 0.25),
    "screenshot": screenshot,
}

"""What people do to a video before they post it again: each a way to turn frames into others."""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass

import cv2
import numpy as np

from benchmarks.moving import Pixels

Change = Callable[[Pixels], Pixels]


@dataclass(frozen=True, slots=True)
class Copy:
    """A manipulation: a change of each picture, a part of the time, a speed, and encoding."""

    change: Change = lambda picture: picture
    first: float = 0.0
    last: float = 1.0
    speed: float = 1.0
    crf: int = 26

    def of(self, film: Sequence[Pixels]) -> Iterator[Pixels]:
        """The frames of the copy, at the rate of the original."""
        first, after = round(self.first * len(film)), round(self.last * len(film))
        for at in np.arange(first, after, self.speed).astype(int).tolist():
            yield self.change(film[at])


def _scaled(share: float) -> Change:
    def change(picture: Pixels) -> Pixels:
        height, width = (round(side * share) // 2 * 2 for side in picture.shape[:2])
        return _resized(picture, width, height)

    return change


def _resized(picture: Pixels, width: int, height: int) -> Pixels:
    resized = cv2.resize(picture, (width, height), interpolation=cv2.INTER_AREA)
    return resized.astype(np.uint8, copy=False)


def _logo(share: float) -> Change:
    """A disc in a square over `share` of the picture's area, in its lower right corner."""

    def change(picture: Pixels) -> Pixels:
        height, width = picture.shape[:2]
        side = round((share * width * height) ** 0.5)
        left, top, half = width - side - width // 40, height - side - height // 30, side // 2
        marked = picture.copy()
        cv2.rectangle(marked, (left, top), (left + side, top + side), (245, 245, 245), -1)
        cv2.circle(marked, (left + half, top + half), half * 3 // 4, (200, 30, 60), -1)
        return marked

    return change


def _bordered(picture: Pixels) -> Pixels:
    across, down = picture.shape[1] // 10 * 2, picture.shape[0] // 12 * 2
    return _within(picture, (down, down, across // 2, across // 2), 20)


def _letterboxed(picture: Pixels) -> Pixels:
    bars = picture.shape[0] // 4 * 2 // 2
    return _within(picture, (bars // 2 * 2, bars // 2 * 2, 0, 0), 0)


def _within(picture: Pixels, sides: tuple[int, int, int, int], level: int) -> Pixels:
    framed = cv2.copyMakeBorder(picture, *sides, cv2.BORDER_CONSTANT, value=(level,) * 3)
    return framed.astype(np.uint8, copy=False)


def _mirrored(picture: Pixels) -> Pixels:
    return np.ascontiguousarray(picture[:, ::-1])


def _turned(picture: Pixels) -> Pixels:
    return np.ascontiguousarray(np.rot90(picture))


def _grey(picture: Pixels) -> Pixels:
    return np.repeat(cv2.cvtColor(picture, cv2.COLOR_RGB2GRAY)[:, :, None], 3, 2).astype(np.uint8)


def _captioned(picture: Pixels) -> Pixels:
    """White bar with words above, as on short-video sites."""
    height, width = picture.shape[:2]
    bar = height // 5 // 2 * 2
    framed = _within(picture, (bar, 0, 0, 0), 250)
    cv2.putText(
        framed, "look at this one", (width // 20, bar * 2 // 3), 0, bar / 50, (10, 10, 10), 2
    )
    return framed


def _screen_recorded(picture: Pixels) -> Pixels:
    """An upright telephone whose app shows the video between its own bars and texts."""
    width, height = 432, 936
    screen = np.full((height, width, 3), 246, np.uint8)
    cv2.rectangle(screen, (0, 0), (width, 36), (30, 34, 40), -1)
    cv2.putText(screen, "10:41", (12, 26), 0, 0.6, (240, 240, 240), 1)
    cv2.circle(screen, (40, 80), 22, (90, 140, 220), -1)
    for row, length in enumerate((180, 120)):
        cv2.rectangle(screen, (76, 66 + 20 * row), (76 + length, 76 + 20 * row), (60, 60, 70), -1)
    down = round(width * picture.shape[0] / picture.shape[1])
    screen[130 : 130 + down] = _resized(picture, width, down)
    for row in range(8):
        top = 160 + down + 52 * row
        cv2.circle(screen, (34, top), 14, (170, 150 + 10 * row, 120), -1)
        cv2.rectangle(screen, (64, top - 8), (200 + 37 * row % 180, top + 2), (90, 90, 98), -1)
    softened = cv2.GaussianBlur(screen, (3, 3), 0.6)
    return softened.astype(np.uint8, copy=False)


def _brighter(picture: Pixels) -> Pixels:
    return cv2.convertScaleAbs(picture, alpha=1.25, beta=20).astype(np.uint8, copy=False)


def _cropped(share: float) -> Change:
    """The middle of the picture, `share` of each side's length."""

    def change(picture: Pixels) -> Pixels:
        height, width = picture.shape[:2]
        return _middle(picture, round(share * width), round(share * height))

    return change


def _square(picture: Pixels) -> Pixels:
    side = min(picture.shape[:2])
    return _middle(picture, side, side)


def _middle(picture: Pixels, width: int, height: int) -> Pixels:
    left, top = (picture.shape[1] - width) // 2, (picture.shape[0] - height) // 2
    return np.ascontiguousarray(picture[top : top + height // 2 * 2, left : left + width // 2 * 2])


def _then(*changes: Change) -> Change:
    def change(picture: Pixels) -> Pixels:
        for each in changes:
            picture = each(picture)
        return picture

    return change


COPIES: dict[str, Copy] = {
    "same": Copy(),
    "low_bitrate": Copy(crf=38),
    "two_thirds_size": Copy(_scaled(2 / 3)),
    "one_third_size": Copy(_scaled(1 / 3)),
    "cut_to_third": Copy(first=0.35, last=0.68),
    "cut_to_tenth": Copy(first=0.5, last=0.6),
    "faster_1.25": Copy(speed=1.25),
    "slower_0.8": Copy(speed=0.8),
    "small_logo": Copy(_logo(0.02)),
    "large_logo": Copy(_logo(0.12)),
    "border": Copy(_bordered),
    "letterbox": Copy(_letterboxed),
    "caption_bar": Copy(_captioned),
    "crop_10": Copy(_cropped(0.95)),
    "crop_20": Copy(_cropped(0.9)),
    "crop_35": Copy(_cropped(0.8)),
    "square": Copy(_square),
    "mirrored": Copy(_mirrored),
    "turned": Copy(_turned),
    "grey": Copy(_grey),
    "brighter": Copy(_brighter),
    "screen_recorded": Copy(_screen_recorded, crf=28),
    "mirrored_border_faster": Copy(_then(_mirrored, _bordered), speed=1.25),
    "cut_screen_recorded": Copy(_screen_recorded, first=0.3, last=0.7, crf=28),
}

"""Video bytes become a print: dense frames to register, key frames to ask with, finer on a hit."""

from collections.abc import Iterable, Iterator, Sequence
from typing import BinaryIO

from domain.videos import Frame, VideoPrint
from matching.decoding import Undecodable, Why
from matching.video_decoding import Footage, Progress, VideoLimits, luma_of, opened
from matching.video_frames import Shot, framed, shot

FRAMES_A_SECOND = 2.0

_MOST_A_SECOND = 8.0
_SAME = 8  # Bits within which neighbouring frames are one.
_MOVED = 20  # Bits after which a frame between two regular ones is kept as well.
_KEYFRAMES_APART_S = 3.0  # Decoding one takes most of the time; what comes near is seen finer.
_KEYFRAMES_WANTED = 10  # Of a short video, nearer to one another, where it has so many.
_LEAST_APART_S = 0.45
_FEW_KEYFRAMES = 4
_FIRST_S = 60.0  # So much is decoded whole where there are too few key frames.
_STEP = 0.01

NO_LIMITS_GIVEN = VideoLimits()


def hash_video(
    data: bytes | BinaryIO,
    *,
    dense: bool,
    progress: Progress | None = None,
    limits: VideoLimits = NO_LIMITS_GIVEN,
) -> VideoPrint:
    """The print of a video, decoded in this process on one thread. Raises Undecodable, and nothing
    else that comes from the bytes.

    dense: about two frames a second, up to eight where the picture changes fast, of an undamaged
    video; else key frames only, as far as they can be decoded. progress: called with 0 to 1.
    """
    with opened(data, limits) as footage:
        told = _Told(progress, footage)
        frames = tuple(_merged(_dense(footage, told) if dense else _sparse(footage, told)))
        if not footage.seen:
            raise Undecodable(Why.TRUNCATED if footage.duration_s else Why.NO_VIDEO)
        if dense:
            footage.check_whole()
        told.done()
        return VideoPrint(footage.duration_s or footage.end_s, frames)


def finer(
    data: bytes | BinaryIO,
    around_s: Sequence[float],
    *,
    reach_s: float = 3.0,
    limits: VideoLimits = NO_LIMITS_GIVEN,
) -> VideoPrint:
    """Frames as dense as at registration around some moments of a query, in seconds."""
    if not around_s:
        return VideoPrint(0.0, ())
    with opened(data, limits) as footage:
        frames: list[Frame] = []
        for first, last in _spans(around_s, reach_s):
            footage.rewind(first)
            frames.extend(framed(_paced(_shots(footage, first, last), FRAMES_A_SECOND)))
        return VideoPrint(footage.duration_s or footage.end_s, tuple(_merged(frames)))


def joined(query: VideoPrint, closer: VideoPrint) -> VideoPrint:
    """The frames of both, those of the second where both have one."""
    frames = {frame.at_s: frame for frame in (*query.frames, *closer.frames)}
    return VideoPrint(query.duration_s, in_time(frames.values()))


class _Told:
    """Passes progress on in steps of a hundredth, never backwards."""

    def __init__(self, progress: Progress | None, footage: Footage) -> None:
        self._progress = progress
        self._footage = footage
        self._last = 0.0

    def at(self, at_s: float) -> None:
        share = self._footage.share_at(at_s)
        if self._progress and share >= self._last + _STEP:
            self._last = share
            self._progress(share)

    def done(self) -> None:
        if self._progress and self._last < 1.0:
            self._progress(1.0)


def _dense(footage: Footage, told: _Told) -> Iterator[Frame]:
    shots = _paced(_shots(footage, told=told), FRAMES_A_SECOND)
    return (frame.kept() for frame in framed(shots, variants=True))


def _sparse(footage: Footage, told: _Told) -> Iterable[Frame]:
    """Of key frames; where there are too few, the beginning of the video is decoded whole."""
    frames: list[Frame] = []
    for apart_s in (_apart_s(footage.duration_s), _LEAST_APART_S):
        known = footage.seen
        frames = list(framed(_keyframes(footage, told, apart_s)))
        if footage.seen >= known + _FEW_KEYFRAMES:
            return frames
        footage.rewind(0.0)
    more = framed(_paced(_shots(footage, last=_FIRST_S), FRAMES_A_SECOND))
    return in_time({frame.at_s: frame for frame in (*frames, *more)}.values())


def _apart_s(duration_s: float) -> float:
    """How far apart key frames are taken at first."""
    wanted = duration_s / _KEYFRAMES_WANTED or _KEYFRAMES_APART_S
    return min(max(wanted, _LEAST_APART_S), _KEYFRAMES_APART_S)


def in_time(frames: Iterable[Frame]) -> tuple[Frame, ...]:
    """The frames in the order of time."""
    return tuple(sorted(frames, key=lambda frame: frame.at_s))


def _keyframes(footage: Footage, told: _Told, apart_s: float) -> Iterator[Shot]:
    for at_s, frame in footage.keyframes(apart_s):
        told.at(at_s)
        yield shot(at_s, luma_of(frame))


def _shots(
    footage: Footage, first: float = 0.0, last: float | None = None, told: _Told | None = None
) -> Iterator[Shot]:
    """The frames from `first` to `last`, at most eight a second."""
    due = first
    for at_s, frame in footage.every_frame():
        if told:
            told.at(at_s)
        if last is not None and at_s > last:
            return
        if at_s >= due:
            due = at_s + 1 / _MOST_A_SECOND - 1e-3
            yield shot(at_s, luma_of(frame))


def _paced(shots: Iterable[Shot], a_second: float) -> Iterator[Shot]:
    """One shot in each step of time, and one between where the picture has moved since."""
    known: Shot | None = None
    for each in shots:
        if known is None or _is_due(each, known, a_second):
            known = each
            yield each


def _is_due(each: Shot, known: Shot, a_second: float) -> bool:
    is_time = each.at_s - known.at_s >= 1 / a_second - 1e-3
    return is_time or each.forms[0].distance(known.forms[0]) > _MOVED


def _merged(frames: Iterable[Frame]) -> Iterator[Frame]:
    """Without those that are nearly what was kept before them."""
    known: Frame | None = None
    for frame in frames:
        if known is None or not _is_same(frame, known):
            known = frame
            yield frame


def _is_same(one: Frame, other: Frame) -> bool:
    pairs = zip(one.upright, other.upright, strict=False)
    is_alike = all(a.distance(b) <= _SAME for a, b in pairs)
    return is_alike and len(one.upright) == len(other.upright)


def _spans(around_s: Sequence[float], reach_s: float) -> list[tuple[float, float]]:
    """Stretches of time around the moments, those that touch joined."""
    spans: list[tuple[float, float]] = []
    for moment in sorted(around_s):
        first, last = max(0.0, moment - reach_s), moment + reach_s
        if spans and first <= spans[-1][1]:
            spans[-1] = (spans[-1][0], last)
        else:
            spans.append((first, last))
    return spans

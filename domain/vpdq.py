"""vPDQ's text format: one line for each hashed frame, `frame,quality,hash,timestamp`.

As `outputVPDQFeatureToFile` of ThreatExchange writes it and `loadHashesFromFileOrDie` reads it
(facebook/ThreatExchange, vpdq/cpp/vpdq/cpp/io/vpdqio.cpp, commit 07b82cb6): no header, the frame's
number, its quality 0 to 100, 64 hexadecimal digits as PDQ writes them, and seconds from the start
with three decimals. Older files (vpdq/sample-hashes) have fewer decimals or none; both are read.
"""

import math
import re
from collections.abc import Iterable
from dataclasses import dataclass
from enum import StrEnum

from domain.fingerprints import BEST_QUALITY, BadHash, Flaw, Pdq
from domain.videos import Frame, VideoPrint

MOST_LINES = 1_000_000
MOST_BYTES = 100_000_000

_FIELDS = 4
_OPENING = re.compile(rb"(?:\xef\xbb\xbf)?\s*[0-9]{1,12},[0-9]+,")
_MOST_DIGITS = 12


class LineFlaw(StrEnum):
    """Why a file, or one of its lines, is no vPDQ."""

    NOT_TEXT = "not_text"
    TOO_LARGE = "too_large"
    NO_LINES = "no_lines"
    FIELDS = "fields"
    FRAME = "frame"
    QUALITY = "quality"
    HASH_LENGTH = "hash_length"
    HASH_CHARACTERS = "hash_characters"
    TIMESTAMP = "timestamp"


class BadVpdq(ValueError):
    """Text that is no vPDQ: `reason`, and `line` (from 1) where one line is at fault."""

    def __init__(self, reason: LineFlaw, line: int | None = None) -> None:
        super().__init__(f"not vPDQ: {reason.value}" + (f" in line {line}" if line else ""))
        self.reason = reason
        self.line = line


@dataclass(frozen=True, slots=True)
class Feature:
    """One line: the frame's number from 0, its hash with quality, its time in seconds."""

    frame: int
    pdq: Pdq
    at_s: float


class _BadField(ValueError):
    """One field of a line is wrong."""

    def __init__(self, reason: LineFlaw) -> None:
        super().__init__(reason.value)
        self.reason = reason


def dumps(features: Iterable[Feature]) -> str:
    """Write the lines, each ending in a line feed."""
    return "".join(
        f"{each.frame},{each.pdq.quality},{each.pdq.hex},{each.at_s:.3f}\n" for each in features
    )


def is_vpdq(data: bytes) -> bool:
    """Whether the first line begins as vPDQ's do: two whole numbers."""
    return _OPENING.match(data) is not None


def loads(data: bytes) -> tuple[Feature, ...]:
    """Read a file; empty lines are passed over. Raises BadVpdq, and nothing else."""
    if len(data) > MOST_BYTES:
        raise BadVpdq(LineFlaw.TOO_LARGE)
    try:
        lines = data.decode("utf-8-sig").split("\n")
    except UnicodeDecodeError:
        raise BadVpdq(LineFlaw.NOT_TEXT) from None
    if len(lines) > MOST_LINES:
        raise BadVpdq(LineFlaw.TOO_LARGE)
    found = [_at(number, line) for number, line in enumerate(lines, start=1) if line.strip()]
    if not found:
        raise BadVpdq(LineFlaw.NO_LINES)
    return tuple(found)


def features_of(video: VideoPrint) -> tuple[Feature, ...]:
    """What may be passed on of a video: the canonical hash of each frame and no other form."""
    return tuple(
        Feature(number, frame.forms[0], frame.at_s) for number, frame in enumerate(video.frames)
    )


def print_of(features: Iterable[Feature]) -> VideoPrint:
    """The video that such lines describe, in the order of time; as long as its last frame says."""
    listed = sorted(features, key=lambda each: (each.at_s, each.frame))
    frames = tuple(Frame(each.at_s, (each.pdq,)) for each in listed)
    return VideoPrint(frames[-1].at_s if frames else 0.0, frames)


def _at(number: int, line: str) -> Feature:
    try:
        return _feature(line.strip().split(","))
    except _BadField as bad:
        raise BadVpdq(bad.reason, number) from None


def _feature(fields: list[str]) -> Feature:
    if len(fields) != _FIELDS:
        raise _BadField(LineFlaw.FIELDS)
    frame, quality, bits, at_s = fields
    pdq = _pdq(bits, _whole(quality, LineFlaw.QUALITY))
    return Feature(_whole(frame, LineFlaw.FRAME), pdq, _seconds(at_s))


def _whole(text: str, reason: LineFlaw) -> int:
    if not (text.isascii() and text.isdigit() and len(text) <= _MOST_DIGITS):
        raise _BadField(reason)
    return int(text)


def _pdq(bits: str, quality: int) -> Pdq:
    if quality > BEST_QUALITY:
        raise _BadField(LineFlaw.QUALITY)
    try:
        return Pdq.of_hex(bits, quality)
    except BadHash as bad:
        is_length = bad.reason is Flaw.LENGTH
        raise _BadField(LineFlaw.HASH_LENGTH if is_length else LineFlaw.HASH_CHARACTERS) from None


def _seconds(text: str) -> float:
    """A plain decimal number of seconds; an exponent is read, as `stod` reads it."""
    try:
        at_s = float(text) if text.isascii() and "_" not in text else math.nan
    except ValueError:
        at_s = math.nan
    if not (math.isfinite(at_s) and at_s >= 0):
        raise _BadField(LineFlaw.TIMESTAMP)
    return at_s

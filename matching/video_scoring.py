"""How far a query's frames and a registered video's are the same, at one speed and in one order.

Frames are compared as vPDQ does it (ThreatExchange, vpdq/README.md: the share of frames within a
radius, from either side); on top of that the pairs are laid on a line of time, reference = offset +
speed * query, found by voting over speeds and offsets, as Hough did for lines in bubble chambers.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray

from domain.fingerprints import DIHEDRAL_FORMS, HASH_BYTES, Pdq
from domain.videos import LEAST_QUALITY, Frame, Overlap, VideoPrint, VideoTiers

Words = NDArray[np.uint64]
Ints = NDArray[np.int64]
Floats = NDArray[np.float64]

_PAIRS = 1 << 21  # Of hashes, compared at a time: 50 MB.
_NEAREST = 6  # Places in the reference that one frame of the query may stand for.
_TOLERANCE_S = 0.6  # Of a pair to its line of time.
_OF_ITS_OWN = 31  # Bits beyond which two frames of a query are different pictures.
_SLOWEST, _FASTEST, _SPEEDS = 0.4, 2.5, 61  # Odd, so that 1.0 is among them.

NOTHING = Overlap(0, 0, 0, 0, 0.0, 0.0, 256, 256, 0.0, 1.0, 0)


@dataclass(frozen=True, slots=True)
class _Pairs:
    """Frames alike: places in the query and in the reference, times in seconds, bits apart."""

    query: Ints
    reference: Ints
    query_s: Floats
    reference_s: Floats
    bits: Ints

    def only(self, chosen: NDArray[np.bool_] | Ints) -> "_Pairs":
        return _Pairs(
            self.query[chosen],
            self.reference[chosen],
            self.query_s[chosen],
            self.reference_s[chosen],
            self.bits[chosen],
        )


@dataclass(frozen=True, slots=True)
class Hashes:
    """Of a print, those of enough texture: (n, 4) words, each one's frame, its place among that
    frame's, whether it is of stripes or the like; every frame's moment; the length in seconds.
    """

    words: Words
    frame: Ints
    place: Ints
    strict: NDArray[np.bool_]
    times: Floats
    duration_s: float

    def moment_of(self, row: int) -> float:
        """When the frame of a hash is shown."""
        return float(self.times[self.frame[row]])

    def is_whole(self, row: int) -> bool:
        """Whether it is the hash of a whole picture."""
        return bool(self.place[row] == 0)

    def is_strict(self, row: int) -> bool:
        """Whether it is of stripes or the like."""
        return bool(self.strict[row])

    def reach(self, tiers: VideoTiers) -> Ints:
        """Within how many bits each is found by these limits."""
        return np.where(self.strict, min(tiers.certain, tiers.radius), tiers.radius)


def registered_hashes(video: VideoPrint) -> Hashes:
    """What a query is compared with. Of a strict frame the whole picture alone, for stripes look
    like themselves when moved."""
    return _hashes(_held(video), _upright)


def score(query: VideoPrint, registered: Hashes, tiers: VideoTiers) -> Overlap:
    """How far two videos overlap, frames within the radius being alike; strict ones within `certain`.

    All forms of the query are compared with the upright ones of the registered video; a copy is
    turned the same way throughout, so the form with the most frames in order is the one counted.
    """
    query = _held(query)
    asked = _hashes(query, _every_form)
    usable = np.unique(asked.frame).size
    if not usable or not registered.frame.size:
        return NOTHING
    best = NOTHING
    pairs, forms = _alike(asked, registered, tiers)
    for form in np.unique(forms).tolist():
        found = _overlap(_thinned(pairs.only(forms == form)), query, registered, usable, form)
        if _order(found) > _order(best):
            best = found
    return best


def moments(
    query: VideoPrint, registered: Sequence[Hashes], tiers: VideoTiers, most: int
) -> list[float]:
    """When the query comes nearest to any of these videos: at most `most` moments, in seconds."""
    asked = _hashes(_held(query), _every_form)
    nearest: dict[float, int] = {}
    for video in registered:
        pairs, _ = _alike(asked, video, tiers)
        for at_s, bits in zip(pairs.query_s.tolist(), pairs.bits.tolist(), strict=True):
            nearest[at_s] = min(bits, nearest.get(at_s, bits))
    return sorted(sorted(nearest, key=lambda at_s: (nearest[at_s], at_s))[:most])


def _order(overlap: Overlap) -> tuple[int, int, int]:
    return overlap.ordered, overlap.frames, -overlap.typical


def _held(video: VideoPrint) -> VideoPrint:
    """Where half of the frames are strict, all of them: the others show what lies between slats."""
    strict = sum(frame.is_strict for frame in video.frames)
    if not strict or 2 * strict < len(video.frames):
        return video
    return replace(video, frames=tuple(replace(each, is_strict=True) for each in video.frames))


def _upright(frame: Frame) -> Sequence[Pdq]:
    return frame.forms[:1] if frame.is_strict else frame.upright


def _every_form(frame: Frame) -> Sequence[Pdq]:
    return frame.forms


def _hashes(video: VideoPrint, chosen: Callable[[Frame], Sequence[Pdq]]) -> Hashes:
    rows = [
        (form.bits, at, place, frame.is_strict)
        for at, frame in enumerate(video.frames)
        for place, form in enumerate(chosen(frame))
        if form.quality >= LEAST_QUALITY
    ]
    words = np.frombuffer(b"".join(bits for bits, *_ in rows), np.uint64)
    frames, places, strict = (np.array([row[at] for row in rows], np.int64) for at in (1, 2, 3))
    times = np.array([frame.at_s for frame in video.frames], np.float64)
    words = words.reshape(-1, HASH_BYTES // 8)
    return Hashes(words, frames, places, strict.astype(np.bool_), times, video.duration_s)


def _alike(asked: Hashes, known: Hashes, tiers: VideoTiers) -> tuple[_Pairs, Ints]:
    """Every pair of hashes within the reach of both, and the form of the query's in each."""
    rows, columns, bits = [], [], []
    asked_reach, known_reach = asked.reach(tiers), known.reach(tiers)
    step = max(1, _PAIRS // max(1, len(known.words)))
    for start in range(0, len(asked.words), step):
        block = asked.words[start : start + step]
        apart = sum(
            np.bitwise_count(block[:, None, at] ^ known.words[None, :, at]).astype(np.int16)
            for at in range(known.words.shape[1])
        )
        reach = np.minimum(asked_reach[start : start + step, None], known_reach)
        row, column = np.nonzero(apart <= reach)
        rows.append(row + start)
        columns.append(column)
        bits.append(apart[row, column])
    row, column = np.concatenate(rows), np.concatenate(columns)
    query, reference = asked.frame[row], known.frame[column]
    times = asked.times[query], known.times[reference]
    pairs = _Pairs(query, reference, *times, np.concatenate(bits).astype(np.int64))
    return pairs, asked.place[row] % DIHEDRAL_FORMS


def _thinned(pairs: _Pairs) -> _Pairs:
    """Each pair of frames once, by its nearest hashes, and few of them for each of the query's."""
    order = np.lexsort((pairs.bits, pairs.reference, pairs.query))
    pairs = pairs.only(order)
    is_first = np.ones(order.size, np.bool_)
    is_first[1:] = (np.diff(pairs.query) != 0) | (np.diff(pairs.reference) != 0)
    pairs = pairs.only(is_first)
    pairs = pairs.only(np.lexsort((pairs.bits, pairs.query)))
    starts = np.flatnonzero(np.concatenate(([True], np.diff(pairs.query) != 0)))
    rank = np.arange(pairs.query.size) - np.repeat(
        starts, np.diff(np.append(starts, pairs.query.size))
    )
    return pairs.only(rank < _NEAREST)


def _overlap(
    pairs: _Pairs, query: VideoPrint, registered: Hashes, usable: int, form: int
) -> Overlap:
    frames = int(np.unique(pairs.query).size)
    offset, speed = _line(pairs)
    on_line = pairs.only(_is_near(pairs, offset, speed))
    on_line = on_line.only(np.lexsort((on_line.bits, on_line.query)))
    _, firsts = np.unique(on_line.query, return_index=True)
    nearest = on_line.only(firsts)
    return Overlap(
        asked=usable,
        frames=frames,
        ordered=int(firsts.size),
        distinct=_distinct(_sound(nearest, query, registered)),
        share=frames / usable,
        share_of_reference=_covered(on_line, registered),
        distance=int(pairs.bits.min()),
        typical=int(np.median(nearest.bits)) if firsts.size else int(pairs.bits.min()),
        offset_s=offset,
        speed=speed,
        form=form,
    )


def _sound(pairs: _Pairs, query: VideoPrint, registered: Hashes) -> list[Pdq]:
    """The query's hashes of the pairs that show no stripes or the like on either side."""
    strict = set(registered.frame[registered.strict].tolist())
    frames = [query.frames[at] for at in pairs.query.tolist()]
    both = zip(frames, pairs.reference.tolist(), strict=True)
    return [frame.forms[0] for frame, at in both if not frame.is_strict and at not in strict]


def _distinct(forms: Sequence[Pdq]) -> int:
    """How many hashes there are of which no two are within `_OF_ITS_OWN` bits, taken in turn."""
    kept: list[Pdq] = []
    for form in forms:
        if all(form.distance(other) > _OF_ITS_OWN for other in kept):
            kept.append(form)
    return len(kept)


def _line(pairs: _Pairs) -> tuple[float, float]:
    """Offset and speed that the most frames of the query agree on; speed 1 where it is equal."""
    best = (0, 0.0, 0.0, 1.0)
    for speed in np.geomspace(_SLOWEST, _FASTEST, _SPEEDS).tolist():
        votes, offset = _votes(pairs, speed)
        best = max(best, (votes, -abs(np.log(speed)), offset, speed))
    _, _, offset, speed = best
    return _refined(pairs, offset, speed)


def _votes(pairs: _Pairs, speed: float) -> tuple[int, float]:
    """How many frames of the query the best offset has at this speed, and that offset."""
    offsets = pairs.reference_s - speed * pairs.query_s
    cells = np.floor(offsets / _TOLERANCE_S).astype(np.int64)
    both = np.concatenate((cells, cells + 1))  # A cell and its neighbour, so that none is cut.
    voters = np.unique(np.stack((both, np.tile(pairs.query, 2))), axis=1)[0]
    values, counts = np.unique(voters, return_counts=True)
    most = int(np.argmax(counts))
    return int(counts[most]), float(
        np.median(offsets[(both == values[most]).reshape(2, -1).any(0)])
    )


def _refined(pairs: _Pairs, offset: float, speed: float) -> tuple[float, float]:
    """By least squares over the pairs near the line, where there are enough of them."""
    near = pairs.only(_is_near(pairs, offset, speed))
    if np.unique(near.query).size < 4:
        return offset, speed
    fitted, start = np.polyfit(near.query_s, near.reference_s, 1)
    better = float(start), float(fitted)
    is_better = _count(pairs, *better) >= _count(pairs, offset, speed)
    return better if is_better and _SLOWEST <= fitted <= _FASTEST else (offset, speed)


def _count(pairs: _Pairs, offset: float, speed: float) -> int:
    return int(np.unique(pairs.query[_is_near(pairs, offset, speed)]).size)


def _is_near(pairs: _Pairs, offset: float, speed: float) -> NDArray[np.bool_]:
    return np.abs(pairs.reference_s - offset - speed * pairs.query_s) <= _TOLERANCE_S


def _covered(on_line: _Pairs, registered: Hashes) -> float:
    """The stretch of the reference between the first and the last frame found, over its length."""
    if not on_line.query.size:
        return 0.0
    if len(registered.times) == 1 or registered.duration_s <= 0:
        return 1.0
    span = float(on_line.reference_s.max() - on_line.reference_s.min())
    return min(1.0, span / registered.duration_s)

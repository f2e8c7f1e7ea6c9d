"""The registered videos: the frames of all in one index, and what a query has in common with each."""

import threading
from collections.abc import Sequence
from dataclasses import dataclass
from typing import BinaryIO

from domain.fingerprints import Pdq
from domain.videos import Frame, Overlap, VideoPrint, VideoTiers, VideoVerdict, judge_video
from matching.decoding import Undecodable, Why
from matching.index import Index
from matching.video import NO_LIMITS_GIVEN, finer, hash_video, in_time
from matching.video_decoding import Progress, VideoLimits
from matching.video_frames import LEAST_QUALITY
from matching.video_scoring import moments, score

_MOST_SPOTS = 6  # Moments of a query that are looked at more finely.
_MOST_CANDIDATES = 50


@dataclass(frozen=True, slots=True)
class VideoFinding:
    """A registered video that a query overlaps with, and what that is worth."""

    name: str
    verdict: VideoVerdict


class VideoIndex:
    """Registered videos by name; any thread may ask and change it at any time."""

    def __init__(
        self, tiers: VideoTiers | None = None, limits: VideoLimits = NO_LIMITS_GIVEN
    ) -> None:
        self._tiers = tiers or VideoTiers()
        self._limits = limits
        self._lock = threading.Lock()
        self._index = Index()
        self._videos: dict[int, tuple[str, VideoPrint]] = {}
        self._keys: dict[str, int] = {}
        self._next = 1

    def __len__(self) -> int:
        return len(self._videos)

    def register(
        self, data: bytes | BinaryIO, name: str, progress: Progress | None = None
    ) -> VideoPrint:
        """Hash and add a video. Raises Undecodable, and then nothing is registered."""
        video = hash_video(data, dense=True, progress=progress, limits=self._limits)
        self.add(name, video)
        return video

    def add(self, name: str, video: VideoPrint) -> None:
        """Add a ready-made print in place of the one of that name. Raises Undecodable (plain)
        where no frame has enough texture to be told from others."""
        hashes = [form.bits for frame in video.frames for form in _sound(frame)]
        if not hashes:
            raise Undecodable(Why.PLAIN)
        with self._lock:
            key = self._keys.setdefault(name, self._next)
            self._next = max(self._next, key + 1)
            self._index.add(key, hashes)
            self._videos[key] = (name, video)

    def remove(self, name: str) -> None:
        """Forget a video; an unknown one is no error."""
        with self._lock:
            key = self._keys.pop(name, None)
            if key is not None:
                self._index.remove(key)
                del self._videos[key]

    def examine(
        self, data: bytes | BinaryIO, progress: Progress | None = None
    ) -> list[VideoFinding]:
        """The registered videos that a video overlaps with, surest first; key frames first, and
        more finely where they come near one. Raises Undecodable."""
        query = hash_video(data, dense=False, progress=progress, limits=self._limits)
        near = self._near(query)
        if not near:
            return []
        first = self.compare(query, near)
        if first and all(found.verdict.tier == "A" for found in first):
            return first
        spots = moments(query, [video for _, video in near], self._tiers.radius, _MOST_SPOTS)
        closer = finer(data, spots, limits=self._limits)
        return self.compare(_joined(query, closer), near)

    def examine_print(self, query: VideoPrint) -> list[VideoFinding]:
        """The same for a video that was hashed before: nothing finer can be seen of it."""
        return self.compare(query, self._near(query))

    def compare(
        self, query: VideoPrint, near: Sequence[tuple[str, VideoPrint]]
    ) -> list[VideoFinding]:
        """The verdicts on a query against some registered videos, surest first."""
        found = []
        for name, video in near:
            verdict = judge_video(score(query, video, self._tiers.radius), self._tiers)
            if verdict:
                found.append(VideoFinding(name, verdict))
        return sorted(found, key=_order)

    def _near(self, query: VideoPrint) -> list[tuple[str, VideoPrint]]:
        """The registered videos with any frame within the radius, nearest first."""
        hashes = [
            form.bits
            for frame in query.frames
            for form in frame.forms
            if form.quality >= LEAST_QUALITY
        ]
        if not hashes:
            return []
        hits = self._index.nearest(hashes, self._tiers.radius)[:_MOST_CANDIDATES]
        with self._lock:
            return [self._videos[hit.key] for hit in hits if hit.key in self._videos]


def _sound(frame: Frame) -> list[Pdq]:
    return [form for form in frame.upright if form.quality >= LEAST_QUALITY]


def _order(finding: VideoFinding) -> tuple[str, int, int, str]:
    overlap: Overlap = finding.verdict.overlap
    return finding.verdict.tier.value, -overlap.ordered, overlap.distance, finding.name


def _joined(query: VideoPrint, closer: VideoPrint) -> VideoPrint:
    frames = {frame.at_s: frame for frame in (*query.frames, *closer.frames)}
    return VideoPrint(query.duration_s, in_time(frames.values()))

"""The registered videos: the frames of all in one index, and what a query has in common with each."""

import threading
from collections.abc import Hashable, Sequence
from dataclasses import dataclass
from typing import BinaryIO, Generic, TypeVar

from domain.fingerprints import DIHEDRAL_FORMS
from domain.stills import StillVerdict, judge_still
from domain.videos import LEAST_QUALITY, Overlap, VideoPrint, VideoTiers, VideoVerdict, judge_video
from matching.decoding import Undecodable, Why
from matching.index import Hit, Index
from matching.video import NO_LIMITS_GIVEN, finer, hash_video, joined
from matching.video_decoding import Progress, VideoLimits
from matching.video_scoring import Hashes, moments, registered_hashes, score

Name = TypeVar("Name", bound=Hashable)

_MOST_SPOTS = 6  # Moments of a query that are looked at more finely.
_MOST_CANDIDATES = 50


@dataclass(frozen=True, slots=True)
class VideoFinding(Generic[Name]):
    """A registered video that a query overlaps with, and what that is worth."""

    name: Name
    verdict: VideoVerdict


@dataclass(frozen=True, slots=True)
class StillFinding(Generic[Name]):
    """A registered video with a frame that a picture shows."""

    name: Name
    verdict: StillVerdict


class VideoIndex(Generic[Name]):
    """Registered videos by name, or by whatever tells them apart; any thread may ask and change it
    at any time."""

    def __init__(
        self, tiers: VideoTiers | None = None, limits: VideoLimits = NO_LIMITS_GIVEN
    ) -> None:
        self._tiers = tiers or VideoTiers()
        self._limits = limits
        self._lock = threading.Lock()
        self._index = Index()
        self._videos: dict[int, tuple[Name, Hashes]] = {}
        self._keys: dict[Name, int] = {}
        self._last = 0

    def __len__(self) -> int:
        return len(self._videos)

    def register(
        self, data: bytes | BinaryIO, name: Name, progress: Progress | None = None
    ) -> VideoPrint:
        """Hash and add a video. Raises Undecodable, and then nothing is registered."""
        video = hash_video(data, dense=True, progress=progress, limits=self._limits)
        self.add(name, video)
        return video

    def add(self, name: Name, video: VideoPrint) -> None:
        """Add a ready-made print in place of the one of that name. Raises Undecodable (plain)
        where no frame has enough texture to be told from others."""
        hashes = registered_hashes(video)
        if not len(hashes.words):
            raise Undecodable(Why.PLAIN)
        with self._lock:
            self._forget(name)
            self._last += 1
            self._videos[self._last] = (name, hashes)
            self._index.add(self._last, [row.tobytes() for row in hashes.words])
            self._keys[name] = self._last

    def remove(self, name: Name) -> None:
        """Forget a video; an unknown one is no error."""
        with self._lock:
            self._forget(name)

    def _forget(self, name: Name) -> None:
        key = self._keys.pop(name, None)
        if key is not None:
            self._index.remove(key)
            del self._videos[key]

    def examine(
        self, data: bytes | BinaryIO, progress: Progress | None = None
    ) -> list[VideoFinding[Name]]:
        """The registered videos that a video overlaps with, surest first; key frames first, and
        more finely where they come near one. Raises Undecodable."""
        query = hash_video(data, dense=False, progress=progress, limits=self._limits)
        closer = finer(data, self.worth_closer(query), limits=self._limits)
        return self.examine_print(joined(query, closer))

    def worth_closer(self, query: VideoPrint) -> list[float]:
        """Around which moments of a query more frames may say more, in seconds; none where nothing
        comes near, or what does is certain already."""
        near = self._near(query, self._tiers)
        first = self._compare(query, near, self._tiers)
        if first and all(found.verdict.tier == "A" for found in first):
            return []
        return moments(query, [video for _, video in near], self._tiers, _MOST_SPOTS)

    def examine_picture(
        self, hashes: Sequence[bytes], tiers: VideoTiers | None = None
    ) -> list[StillFinding[Name]]:
        """The registered videos of which a picture shows a frame, nearest first. hashes: of the
        whole picture and of its regions, in eight forms each, those of enough texture only. tiers:
        other limits than the index's own, to try them out."""
        found = []
        radius = (tiers or self._tiers).certain
        for hit in self._index.nearest(hashes, radius) if hashes else ():
            known = self._videos.get(hit.key)  # It may be withdrawn at this very moment.
            if known is not None:
                found.append(StillFinding(known[0], _still(hit, known[1])))
        return found

    def examine_print(
        self, query: VideoPrint, tiers: VideoTiers | None = None
    ) -> list[VideoFinding[Name]]:
        """The same for a video that was hashed before: nothing finer can be seen of it. tiers:
        other limits than the index's own, to try them out."""
        limits = tiers or self._tiers
        return self._compare(query, self._near(query, limits), limits)

    def _compare(
        self, query: VideoPrint, near: Sequence[tuple[Name, Hashes]], tiers: VideoTiers
    ) -> list[VideoFinding[Name]]:
        """The verdicts on a query against some registered videos, surest first."""
        found = []
        for name, video in near:
            verdict = judge_video(score(query, video, tiers), tiers)
            if verdict:
                found.append(VideoFinding(name, verdict))
        return sorted(found, key=_order)

    def _near(self, query: VideoPrint, tiers: VideoTiers) -> list[tuple[Name, Hashes]]:
        """The registered videos with any frame within the radius, nearest first."""
        hashes = sound_forms(query)
        if not hashes:
            return []
        hits = self._index.nearest(hashes, tiers.radius)[:_MOST_CANDIDATES]
        with self._lock:
            return [self._videos[hit.key] for hit in hits if hit.key in self._videos]


def _still(hit: Hit, video: Hashes) -> StillVerdict:
    return judge_still(
        hit.distance,
        hit.form % DIHEDRAL_FORMS,
        video.moment_of(hit.row),
        is_whole=video.is_whole(hit.row),
        is_strict=video.is_strict(hit.row),
    )


def sound_forms(query: VideoPrint) -> list[bytes]:
    """Every form of every frame that has enough texture."""
    return [
        form.bits for frame in query.frames for form in frame.forms if form.quality >= LEAST_QUALITY
    ]


def _order(finding: VideoFinding[Name]) -> tuple[str, int, int, str]:
    overlap: Overlap = finding.verdict.overlap
    return finding.verdict.tier.value, -overlap.ordered, overlap.distance, str(finding.name)

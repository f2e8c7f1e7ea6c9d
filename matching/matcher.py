"""The engine on its own, in memory: register media under a name, and ask whether media is a copy."""

import threading
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace

from domain.evidence import Evidence
from domain.matches import weigh
from domain.policy import Tiers
from domain.stills import StillVerdict
from domain.verdicts import Verdict
from domain.videos import VideoPrint, VideoVerdict
from matching.comparing import compared
from matching.crosswise import pictures_in, videos_with
from matching.index import Index
from matching.kinds import is_video
from matching.looks import Look, looks_at
from matching.registering import Registration, registration
from matching.video import finer, hash_video, joined
from matching.videos import VideoIndex
from matching.votes import Votes

TIERS = Tiers(certain=31, strong=45, possible=67, least_quality=50)

AnyVerdict = Verdict | VideoVerdict | StillVerdict

_CLOSER_LOOKS = 6
_MOST_VOTED = 6


@dataclass(frozen=True)
class Match:
    """A registered name that media resembles; tier "A", "B" or "C", distance in bits of 256.

    verdict: on a picture, on a video, or on a picture that is one frame of a video.
    """

    name: str
    tier: str
    distance: int
    reason: str
    verdict: AnyVerdict


class Matcher:
    """Registered media by name; any thread may ask while another registers."""

    def __init__(self, tiers: Tiers = TIERS) -> None:
        self._tiers = tiers
        self._index = Index()
        self._videos: VideoIndex[str] = VideoIndex(tiers.video)
        self._votes = Votes()
        self._known: dict[int, tuple[str, Registration]] = {}
        self._keys: dict[str, int] = {}
        self._files: dict[bytes, set[int]] = {}
        self._last = 0
        self._lock = threading.Lock()

    def __len__(self) -> int:
        """How many names are registered."""
        return len(self._keys) + len(self._videos)

    def register(self, data: bytes, name: str, descriptors: bool = False) -> None:
        """Keep the fingerprints of one picture or video under a name, in place of what it had.

        Raises matching.decoding.Undecodable, and then nothing has changed.
        """
        if is_video(data):
            self.put_video(name, hash_video(data, dense=True))
        else:
            self.put(name, registration(data, descriptors=descriptors))

    def put(self, name: str, made: Registration) -> None:
        """Register what `registration` made before."""
        with self._lock:
            self._forget(name)
            self._last += 1
            key = self._last
            rows = made.hashes[:1] if made.is_strict else made.hashes
            self._index.add(key, [row.tobytes() for row in rows])
            if made.points is not None and not made.is_strict:
                self._votes.add(key, made.points)
            if made.sha256 is not None:
                self._files.setdefault(made.sha256.bits, set()).add(key)
            self._known[key] = (name, made)
            self._keys[name] = key

    def put_video(self, name: str, video: VideoPrint) -> None:
        """Register the dense print of a video. Raises Undecodable where it shows nothing."""
        with self._lock:
            self._videos.add(name, video)  # Where this raises, nothing else has changed.
            self._forget_picture(name)

    def unregister(self, name: str) -> None:
        """Forget a name; an unknown one is no error."""
        with self._lock:
            self._forget(name)

    def examine(self, data: bytes) -> list[Match]:
        """What the media resembles, best first, each name once. Raises Undecodable.

        A video is asked about by its key frames, and more closely where one comes near.
        """
        if is_video(data):
            query = hash_video(data, dense=False)
            closer = finer(data, self.worth_closer(query))
            return self.compare_video(joined(query, closer))
        return self.compare(looks_at(data, with_points=self.wants_points))

    @property
    def wants_points(self) -> bool:
        """Whether anything is registered that a look's points could confirm."""
        return len(self._votes) > 0

    def compare(self, looks: Iterable[Look], tiers: Tiers | None = None) -> list[Match]:
        """What any of these pictures of one file resembles, best first, each name once.

        tiers: other limits than the matcher's own, to try them out.
        """
        limits = tiers or self._tiers
        return _ranked(match for look in looks for match in self._matches(look, limits))

    def is_near(self, look: Look, radius: int) -> bool:
        """Whether anything registered lies so near to a picture that it is worth comparing."""
        if look.print_.sha256.bits in self._files or videos_with(look, self._videos):
            return True
        return bool(self._index.nearest([row.tobytes() for row in look.hashes], radius))

    def compare_video(self, query: VideoPrint, tiers: Tiers | None = None) -> list[Match]:
        """As `compare`, of a video of which key frames were hashed."""
        limits = tiers or self._tiers
        found = self._videos.examine_print(query, limits.video)
        alike = [_match(each.name, each.verdict) for each in found]
        shown = pictures_in(query, self._index, self._known, limits.certain)
        return _ranked([*alike, *(_match(name, verdict) for name, verdict in shown)])

    def worth_closer(self, query: VideoPrint) -> list[float]:
        """Around which moments of a video it is worth hashing more frames, in seconds."""
        return self._videos.worth_closer(query)

    def _forget(self, name: str) -> None:
        self._videos.remove(name)
        self._forget_picture(name)

    def _forget_picture(self, name: str) -> None:
        key = self._keys.pop(name, None)
        if key is None:
            return
        _, made = self._known.pop(key)
        self._index.remove(key)
        self._votes.remove(key)
        if made.sha256 is not None:
            self._files[made.sha256.bits].discard(key)

    def _matches(self, look: Look, tiers: Tiers) -> Iterator[Match]:
        for key, evidence in self._evidence(look, tiers).items():
            verdict = weigh(evidence, tiers)
            known = self._known.get(key)  # It may be withdrawn at this very moment.
            if verdict is not None and known is not None:
                yield _match(known[0], verdict)
        for found in videos_with(look, self._videos, tiers.video):
            yield _match(found.name, found.verdict)

    def _evidence(self, look: Look, tiers: Tiers) -> dict[int, Evidence]:
        same = self._files.get(look.print_.sha256.bits, set())
        asked = [row.tobytes() for row in look.hashes]
        near = [hit.key for hit in self._index.nearest(asked, tiers.confirmable)]
        voted = self._voted(look)
        closer = {*[*same, *near][:_CLOSER_LOOKS], *voted}
        found: dict[int, Evidence] = {}
        for key in dict.fromkeys([*same, *near, *voted]):
            known = self._known.get(key)
            if known is not None:
                evidence = compared(look, known[1], tiers, is_closer=key in closer)
                found[key] = replace(evidence, is_same_file=key in same)
        return found

    def _voted(self, look: Look) -> list[int]:
        """Whose points are like this picture's; they are compared one by one afterwards."""
        if look.points is None or not self.wants_points:
            return []
        return self._votes.most(look.points, _MOST_VOTED)


def _match(name: str, verdict: AnyVerdict) -> Match:
    reason = verdict.reason() if isinstance(verdict, Verdict) else verdict.in_words()
    return Match(name, verdict.tier.value, verdict.distance, reason, verdict)


def _ranked(matches: Iterable[Match]) -> list[Match]:
    best: dict[str, Match] = {}
    for match in matches:
        known = best.get(match.name)
        if known is None or _order(match) < _order(known):
            best[match.name] = match
    return sorted(best.values(), key=_order)


def _order(match: Match) -> tuple[str, int, str]:
    return match.tier, match.distance, match.name

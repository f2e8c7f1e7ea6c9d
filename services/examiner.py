"""The examiner: has media looked at in other processes and finds the fingerprints it resembles."""

import asyncio
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from hashlib import sha256
from typing import Protocol

from domain.dismissals import Bank, Glimpse
from domain.fingerprints import Fingerprint, Kind, Print, Sha256
from domain.matches import Finding, Registered, best_per_case
from domain.policy import Tiers
from domain.verdicts import kept
from domain.videos import VideoPrint
from matching import Match, Matcher
from matching.decoding import Undecodable
from matching.kinds import is_video
from matching.looks import Look, look_of_print
from matching.packing import packed, packed_video, unpacked, unpacked_video
from matching.registering import Registration
from matching.video import joined
from services.familiar import Familiar, digest_of
from services.glances import Glances
from services.past import Past
from services.strangers import Strangers

_SMALL = 2_000  # Bytes of whatever isn't an array.
_NOISE = 5  # Bits by which a glance's hash is off.


class Hasher(Protocol):
    """Decodes pictures away from this process; raises matching.decoding.Undecodable."""

    async def register(self, data: bytes, *, descriptors: bool) -> Registration: ...

    async def look(self, data: bytes, *, with_points: bool) -> tuple[Look, ...]: ...

    async def glance(self, files: Sequence[bytes]) -> list[Look | Undecodable | None]: ...


class VideoHasher(Protocol):
    """Decodes videos away from this process; raises matching.decoding.Undecodable."""

    async def hash_video(self, data: bytes, *, dense: bool) -> VideoPrint: ...

    async def finer(self, data: bytes, around_s: Sequence[float]) -> VideoPrint: ...


@dataclass(frozen=True)
class Query:
    """Media from outside, ready to be compared: looks at a picture's frames, or a video's print.

    file: of a video; a look knows its own.
    """

    looks: tuple[Look, ...] = ()
    video: VideoPrint | None = None
    file: Sha256 | None = None

    @property
    def print_(self) -> Print | None:
        """The print of the (first) picture; a video has none."""
        return self.looks[0].print_ if self.looks else None

    @property
    def glimpse(self) -> Glimpse | None:
        """What a false alarm is told by: of what moves the file alone."""
        if len(self.looks) == 1:
            return Glimpse.of(self.looks[0].print_)
        file = self.looks[0].print_.sha256 if self.looks else self.file
        return Glimpse(file) if file else None

    @property
    def size(self) -> int:
        """About how many bytes of memory it takes."""
        frames = self.video.frames if self.video else ()
        return sum(look.size for look in self.looks) + _SMALL * (1 + len(frames))


class Unhashable(ValueError):
    """Media that gives no fingerprint; `reason` is one word (empty, truncated, bomb, …)."""

    def __init__(self, reason: str) -> None:
        super().__init__(reason)
        self.reason = reason


class Register:
    """What is swept for, in memory, by nearness; any thread may ask while another changes it."""

    def __init__(self, tiers: Tiers) -> None:
        self._matcher = Matcher(tiers)
        self._tiers = tiers
        self._cases: dict[int, int] = {}
        self._banks: dict[int, Bank] = {}

    def __len__(self) -> int:
        return len(self._cases)

    @property
    def wants_points(self) -> bool:
        """Whether looks need local descriptors."""
        return self._matcher.wants_points

    def put(self, fingerprint_id: int, registered: Registered | None) -> None:
        """This is how a fingerprint stands now; none: it is no longer swept for."""
        if registered is None:
            self._cases.pop(fingerprint_id, None)
            self._banks.pop(fingerprint_id, None)
            self._matcher.unregister(str(fingerprint_id))
            return
        self._cases[fingerprint_id] = registered.case_id
        self._banks.pop(fingerprint_id, None)
        if registered.bank is not None:
            self._banks[fingerprint_id] = registered.bank
        if registered.fingerprint.kind is Kind.VIDEO:
            self._matcher.put_video(str(fingerprint_id), unpacked_video(registered.fingerprint))
        else:
            self._matcher.put(str(fingerprint_id), unpacked(registered.fingerprint))

    def findings(self, query: Query) -> list[Finding]:
        """What media resembles: for each case one finding that is news, the surest, and after them
        whatever a false alarm silences.
        """
        if query.video is not None:
            near = self._matcher.compare_video(query.video)
        else:
            near = self._matcher.compare(query.looks)
        return best_per_case(self._found(near, query.glimpse))

    def trial_findings(self, query: Query, tiers: Tiers) -> list[Finding]:
        """What a picture resembles by other limits, which are only tried out."""
        return best_per_case(self._found(self._matcher.compare(query.looks, tiers), query.glimpse))

    def is_near(self, look: Look) -> bool:
        """Whether a picture that was glanced at may resemble anything, or says too little to tell."""
        if look.print_.pdq.quality < self._tiers.least_quality:
            return True
        return self._matcher.is_near(look, self._tiers.confirmable + _NOISE)

    def findings_of_print(self, print_: Print) -> list[Finding]:
        """What a picture resembles of which its print alone is still known; what a false alarm
        silences was counted when the picture was seen, and is left out.
        """
        found = self.findings(Query((look_of_print(print_),)))
        return [finding for finding in found if not finding.silenced_by]

    def worth_closer(self, video: VideoPrint) -> list[float]:
        """Around which moments of a video more frames should be seen, in seconds."""
        return self._matcher.worth_closer(video)

    def _found(self, matches: Iterable[Match], seen: Glimpse | None) -> Iterable[Finding]:
        for match in matches:
            fingerprint_id = int(match.name)
            case_id = self._cases.get(fingerprint_id)  # It may be withdrawn at this very moment.
            if case_id is not None:
                bank = self._banks.get(fingerprint_id)
                silenced_by = bank.silences(seen, kept(match.verdict)) if bank and seen else 0
                yield Finding(fingerprint_id, case_id, match.verdict, silenced_by)


class Examiner:
    """One for a process. `number` is the last change that its register has heard of; `past` is what
    sweeps have seen; `familiar` is what was looked at lately; `strangers` settles what resembles nothing.
    """

    def __init__(self, hasher: Hasher, videos: VideoHasher, tiers: Tiers) -> None:
        self._hasher = hasher
        self._videos = videos
        self.register = Register(tiers)
        self.past = Past()
        self.familiar = Familiar[Query]()
        self.strangers = Strangers()
        self.glances = Glances(hasher, self.register)
        self.number = 0
        self.turn = asyncio.Lock()

    async def fingerprint(self, data: bytes, *, descriptors: bool) -> Fingerprint:
        """All that is kept of a victim's media; raises Unhashable."""
        try:
            if is_video(data):
                made = await self._videos.hash_video(data, dense=True)
                return packed_video(made, Sha256(sha256(data).digest()))
            return packed(await self._hasher.register(data, descriptors=descriptors))
        except Undecodable as flaw:
            raise Unhashable(flaw.reason.value) from None

    async def glance(self, data: bytes) -> Print | None:
        """What is seen of a picture as a whole; none where a look is needed to tell. Raises Unhashable."""
        if is_video(data):
            return None
        glance = await self.glances.at(data)
        if isinstance(glance, Undecodable):
            raise Unhashable(glance.reason.value)
        return None if glance.worth_a_look else glance.print_

    async def look(self, data: bytes) -> Query:
        """Media from outside, ready to be compared; raises Unhashable.

        A video is asked about by its key frames, and more closely where one comes near. The same
        file is looked at once for as long as it is familiar, and nothing asks for more of it: a
        picture's points, a video's moments near what is registered now.
        """
        file, wants_points = Sha256(await digest_of(data)), self.register.wants_points
        key = (file, self.number) if is_video(data) else (file, wants_points)
        known = self.familiar.find(key)
        if known is None:
            known = await self._look(data, file, wants_points)
            self.familiar.keep(key, known, known.size)
        return known

    async def _look(self, data: bytes, file: Sha256, wants_points: bool) -> Query:
        try:
            if is_video(data):
                return Query(video=await self._watch(data), file=file)
            return Query(await self._hasher.look(data, with_points=wants_points))
        except Undecodable as flaw:
            raise Unhashable(flaw.reason.value) from None

    async def _watch(self, data: bytes) -> VideoPrint:
        video = await self._videos.hash_video(data, dense=False)
        moments = await asyncio.to_thread(self.register.worth_closer, video)
        return joined(video, await self._videos.finer(data, moments)) if moments else video

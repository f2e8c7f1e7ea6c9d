"""The register: what is swept for, in memory, and what media from outside resembles of it."""

from collections.abc import Iterable
from dataclasses import dataclass

from domain.dismissals import Bank, Glimpse
from domain.fingerprints import Kind, Print, Sha256
from domain.matches import Finding, Registered, best_per_case
from domain.policy import Tiers
from domain.verdicts import kept
from domain.videos import VideoPrint
from matching import Match, Matcher
from matching.looks import Look, look_of_print
from matching.packing import unpacked, unpacked_video

_SMALL = 2_000  # Bytes of whatever isn't an array.
NOISE = 5  # Bits by which a glance's hash is off.


@dataclass(frozen=True)
class Query:
    """Media from outside, ready to be compared: looks at a picture's frames, or a video's print.

    file: of a video; a look knows its own.
    """

    looks: tuple[Look, ...] = ()
    video: VideoPrint | None = None
    file: Sha256 | None = None

    @classmethod
    def of_print(cls, print_: Print) -> "Query":
        """A picture of which its print alone is still known."""
        return cls((look_of_print(print_),))

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

    def findings(self, query: Query, tiers: Tiers | None = None) -> list[Finding]:
        """What media resembles: for each case one finding that is news, the surest, and after them
        whatever a false alarm silences.

        tiers: other limits than those in force, to try them out.
        """
        if query.video is not None:
            near = self._matcher.compare_video(query.video, tiers)
        else:
            near = self._matcher.compare(query.looks, tiers)
        return best_per_case(self._found(near, query.glimpse))

    def is_near(self, look: Look) -> bool:
        """Whether a picture that was glanced at may resemble anything, or says too little to tell."""
        if look.print_.pdq.quality < self._tiers.least_quality:
            return True
        return self._matcher.is_near(look, self._tiers.confirmable + NOISE)

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

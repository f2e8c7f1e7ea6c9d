"""The examiner: has media looked at in other processes and finds the fingerprints it resembles."""

import asyncio
from collections.abc import Iterable, Sequence
from typing import Protocol

from domain.fingerprints import Fingerprint, Print
from domain.matches import Finding, Registered, best_per_case
from domain.policy import Tiers
from matching import Matcher
from matching.decoding import Undecodable
from matching.looks import Look, look_of_print
from matching.packing import packed, unpacked
from matching.registering import Registration


class Hasher(Protocol):
    """Decodes and hashes away from this process; raises matching.decoding.Undecodable."""

    async def register(self, data: bytes, *, descriptors: bool) -> Registration: ...

    async def look(self, data: bytes, *, with_points: bool) -> tuple[Look, ...]: ...


class Unhashable(ValueError):
    """Media that gives no fingerprint; `reason` is one word (empty, truncated, bomb, …)."""

    def __init__(self, reason: str) -> None:
        super().__init__(reason)
        self.reason = reason


class Register:
    """What is swept for, in memory, by nearness; any thread may ask while another changes it."""

    def __init__(self, tiers: Tiers) -> None:
        self._matcher = Matcher(tiers)
        self._cases: dict[int, int] = {}

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
            self._matcher.unregister(str(fingerprint_id))
            return
        self._cases[fingerprint_id] = registered.case_id
        self._matcher.put(str(fingerprint_id), unpacked(registered.fingerprint))

    def findings(self, looks: Sequence[Look]) -> list[Finding]:
        """What these looks at one file resemble: at most one finding for each case, the surest."""
        return best_per_case(self._findings(looks))

    def findings_of_print(self, print_: Print) -> list[Finding]:
        """What a picture resembles of which its print alone is still known."""
        return self.findings((look_of_print(print_),))

    def _findings(self, looks: Sequence[Look]) -> Iterable[Finding]:
        for match in self._matcher.compare(looks):
            case_id = self._cases.get(int(match.name))  # It may be withdrawn at this very moment.
            if case_id is not None:
                yield Finding(int(match.name), case_id, match.verdict)


class Examiner:
    """One for a process. `number` is the last change that its register has heard of."""

    def __init__(self, hasher: Hasher, tiers: Tiers) -> None:
        self._hasher = hasher
        self.register = Register(tiers)
        self.number = 0
        self.turn = asyncio.Lock()

    async def fingerprint(self, data: bytes, *, descriptors: bool) -> Fingerprint:
        """All that is kept of a victim's media; raises Unhashable."""
        try:
            return packed(await self._hasher.register(data, descriptors=descriptors))
        except Undecodable as flaw:
            raise Unhashable(flaw.reason.value) from None

    async def look(self, data: bytes) -> tuple[Look, ...]:
        """Media from outside, ready to be compared; raises Unhashable."""
        try:
            return await self._hasher.look(data, with_points=self.register.wants_points)
        except Undecodable as flaw:
            raise Unhashable(flaw.reason.value) from None

"""The examiner: hashes media in other processes and finds the registered fingerprints near it."""

import asyncio
from collections.abc import Iterable
from typing import Protocol

from domain.fingerprints import Print
from domain.matches import Finding, Registered, best_per_case, judge
from domain.policy import Tiers
from matching.decoding import Undecodable
from matching.index import Index


class Hasher(Protocol):
    """Hashes one picture away from this process; raises matching.decoding.Undecodable."""

    async def hash_picture(self, data: bytes) -> Print: ...


class Unhashable(ValueError):
    """Media that gives no print; `reason` is one word (empty, truncated, bomb, …)."""

    def __init__(self, reason: str) -> None:
        super().__init__(reason)
        self.reason = reason


class Register:
    """Registered fingerprints in memory, by nearness; rebuilt at every start."""

    def __init__(self, tiers: Tiers) -> None:
        self._tiers = tiers
        self._pdq = Index()
        self._phash = Index()
        self._files: dict[bytes, set[int]] = {}
        self._known: dict[int, Registered] = {}

    def __len__(self) -> int:
        return len(self._known)

    def put(self, fingerprint_id: int, registered: Registered | None) -> None:
        """This is how a fingerprint stands now; none: it is no longer swept for."""
        self._forget(fingerprint_id)
        if registered is None:
            return
        print_ = registered.print_
        self._known[fingerprint_id] = registered
        self._pdq.add(fingerprint_id, [print_.pdq.bits])
        self._phash.add(fingerprint_id, [print_.phash.bits])
        self._files.setdefault(print_.sha256.bits, set()).add(fingerprint_id)

    def _forget(self, fingerprint_id: int) -> None:
        known = self._known.pop(fingerprint_id, None)
        self._pdq.remove(fingerprint_id)
        self._phash.remove(fingerprint_id)
        if known is not None:
            self._files[known.print_.sha256.bits].discard(fingerprint_id)

    def findings(self, print_: Print) -> list[Finding]:
        """What this print resembles: at most one finding for each case, the surest."""
        near = set(self._files.get(print_.sha256.bits, ()))
        forms = [form.bits for form in print_.forms]
        near |= {hit.key for hit in self._pdq.nearest(forms, self._tiers.possible)}
        near |= {hit.key for hit in self._phash.nearest([print_.phash.bits], self._tiers.strong)}
        known = [self._known.get(key) for key in near]  # It may be withdrawn at this very moment.
        return best_per_case(self._judged(print_, (each for each in known if each is not None)))

    def _judged(self, print_: Print, near: Iterable[Registered]) -> Iterable[Finding]:
        for registered in near:
            verdict = judge(print_, registered.print_, self._tiers)
            if verdict is not None:
                yield Finding(registered, verdict)


class Examiner:
    """One for a process. `number` is the last change that its register has heard of."""

    def __init__(self, hasher: Hasher, tiers: Tiers) -> None:
        self._hasher = hasher
        self.register = Register(tiers)
        self.number = 0
        self.turn = asyncio.Lock()

    async def hash(self, data: bytes) -> Print:
        """The print of media; raises Unhashable."""
        try:
            return await self._hasher.hash_picture(data)
        except Undecodable as flaw:
            raise Unhashable(flaw.reason.value) from None

"""False alarms that a named person called so: what of them is kept, and what they may silence."""

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Self

from domain import prints
from domain.fingerprints import HASH_BYTES, Pdq, Print, Sha256
from domain.policy import Negative
from domain.verdicts import KeptVerdict, Way

_WITH_PDQ = 2 * HASH_BYTES + 1
_MORE_POINTS = 1.5  # So many times the points say more than re-encoding the same picture can.


@dataclass(frozen=True)
class Glimpse:
    """What a candidate looked like: its file, and the hash of the one picture it shows.

    pdq: none where it moves. One picture of many says nothing about the others, so only the very
    same file is then the same false alarm.
    """

    sha256: Sha256
    pdq: Pdq | None = None

    @classmethod
    def of(cls, print_: Print) -> Self:
        """Of a picture that stands still."""
        return cls(print_.sha256, print_.pdq)

    def to_bytes(self) -> bytes:
        """The SHA-256, then quality and PDQ where it has one; 32 or 65 bytes."""
        return self.sha256.bits + (bytes([self.pdq.quality]) + self.pdq.bits if self.pdq else b"")

    @classmethod
    def of_bytes(cls, kept: bytes) -> Self:
        """As `to_bytes` wrote it, or as a whole print; raises BadHash if these bytes are neither."""
        if len(kept) > _WITH_PDQ:
            return cls.of(prints.from_bytes(kept))
        sha256, rest = Sha256(kept[:HASH_BYTES]), kept[HASH_BYTES:]
        return cls(sha256, Pdq(rest[1:], rest[0]) if rest else None)

    def is_alike(self, other: "Glimpse", negative: Negative) -> bool:
        """Whether both show the same, by the file or nearly by the picture."""
        if self.sha256 == other.sha256:
            return True
        if self.pdq is None or other.pdq is None:
            return False
        is_textured = min(self.pdq.quality, other.pdq.quality) >= negative.least_quality
        return is_textured and self.pdq.distance(other.pdq) <= negative.within


@dataclass(frozen=True)
class Dismissed:
    """A match of one fingerprint that a named person called a false alarm."""

    match_id: int
    verdict: KeptVerdict
    glimpse: Glimpse


@dataclass(frozen=True)
class Bank:
    """The false alarms of one fingerprint that still stand, and how alike is the same."""

    dismissed: tuple[Dismissed, ...]
    negative: Negative

    def silences(self, seen: Glimpse, verdict: KeptVerdict) -> int:
        """The dismissed match that makes this verdict no news; 0 where there is none.

        The same file as the registered one is never silenced, nor what shows something else, nor a
        surer verdict than the one that was dismissed.
        """
        if verdict.way is Way.SAME_FILE:
            return 0
        for each in self.dismissed:
            is_same = each.glimpse.is_alike(seen, self.negative)
            if is_same and not is_surer(verdict, each.verdict, self.negative.within):
                return each.match_id
        return 0


def bank_of(
    dismissed: Iterable[Dismissed], confirmed: Iterable[Glimpse], negative: Negative
) -> Bank:
    """Of the dismissed those that nobody contradicts by having confirmed what shows the same."""
    true = tuple(confirmed)
    stand = (
        each for each in dismissed if not any(each.glimpse.is_alike(one, negative) for one in true)
    )
    return Bank(tuple(stand), negative)


def is_surer(verdict: KeptVerdict, known: KeptVerdict, within: int) -> bool:
    """Whether a verdict says more than a known one on nearly the same picture.

    A better tier does; in the same tier another way, or more nearness (in bits) or more points than
    nearly the same picture can bring: then it is another part of it that speaks.
    """
    if verdict.tier is not known.tier:
        return verdict.tier < known.tier
    if verdict.way is not known.way or verdict.distance + within < known.distance:
        return True
    return _points(verdict) > _MORE_POINTS * _points(known)


def _points(verdict: KeptVerdict) -> int:
    return int(verdict.details.get("inliers", 0))

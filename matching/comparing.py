"""One picture against one registration: every hash with every hash, a closer look, the points."""

from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray

from domain.evidence import Evidence, Nearness
from domain.fingerprints import DIHEDRAL_FORMS, HASH_BITS
from domain.matches import weigh
from domain.policy import Tiers
from domain.verdicts import Tier
from matching.descriptors import agreement
from matching.looks import Look
from matching.refine import fitted
from matching.registering import Registration
from matching.samples import Hashes


@dataclass(frozen=True)
class _Near:
    """The nearest pair of rows: of the look, and of the registration."""

    asked: int
    row: int
    distance: int


def compared(look: Look, made: Registration, tiers: Tiers, *, is_closer: bool) -> Evidence:
    """All that speaks for this fingerprint.

    is_closer: also fit the regions and compare points, which takes some ten milliseconds.
    """
    distances = _distances(look.hashes, made.hashes[:1] if made.is_strict else made.hashes)
    pairs = [_nearest(distances[:, :1], 0)]
    if distances.shape[1] > 1:
        is_rich = np.repeat(np.array(look.qualities) >= tiers.least_quality, DIHEDRAL_FORMS)
        rich = np.where(is_rich[:, None], distances[:, 1:], HASH_BITS)
        pairs.append(_nearest(rich, 1))
    evidence = _gathered(look, made, [_told(look, made, pair) for pair in pairs])
    if not is_closer or made.is_strict or _is_sure(evidence, tiers):
        return evidence
    fits = [_fit(look, made, pair, tiers) for pair in pairs]
    evidence = _gathered(look, made, fits)
    return evidence if _is_sure(evidence, tiers) else _with_points(evidence, look, made)


def _is_sure(evidence: Evidence, tiers: Tiers) -> bool:
    verdict = weigh(evidence, tiers)
    return verdict is not None and verdict.tier is not Tier.POSSIBLE


def _distances(asked: Hashes, known: Hashes) -> NDArray[np.int64]:
    """(a, k): bits that differ between (a, 32) and (k, 32)."""
    one, other = (np.ascontiguousarray(each).view(np.uint64) for each in (asked, known))
    return np.asarray(np.bitwise_count(one[:, None] ^ other[None]).sum(axis=2, dtype=np.int64))


def _nearest(distances: NDArray[np.int64], first_row: int) -> _Near:
    asked, row = np.unravel_index(int(distances.argmin()), distances.shape)
    return _Near(int(asked), int(row) + first_row, int(distances[asked, row]))


def _told(look: Look, made: Registration, pair: _Near) -> Nearness:
    region = look.region_of(pair.asked)
    quality = min(look.quality_of(pair.asked), made.qualities[pair.row])
    form, name = pair.asked % DIHEDRAL_FORMS, made.name_of(pair.row)
    return Nearness(pair.distance, quality, form, name, region.name, region.box)


def _fit(look: Look, made: Registration, pair: _Near, tiers: Tiers) -> Nearness:
    near, luma = _told(look, made, pair), look.floats
    if luma is None or pair.distance > tiers.confirmable or near.quality < tiers.least_quality:
        return near
    fit = fitted(luma, near.box, near.form, made.hashes[pair.row].tobytes())
    return replace(near, fitted=fit.distance, box=fit.box)


def _gathered(look: Look, made: Registration, found: list[Nearness]) -> Evidence:
    return Evidence(
        is_strict=made.is_strict,
        canonical=found[0],
        variant=found[1] if len(found) > 1 else None,
        phash=look.print_.phash.distance(made.phash) if made.phash else None,
        quality=min(look.print_.pdq.quality, made.qualities[0]),
    )


def _with_points(evidence: Evidence, look: Look, made: Registration) -> Evidence:
    if made.points is None or look.points is None:
        return evidence
    agreed = agreement(look.points, made.points)
    if agreed is None:
        return evidence
    return replace(
        evidence, inliers=agreed.inliers, agreed=agreed.box, is_mirrored=agreed.is_mirrored
    )

"""One picture against one registration: every hash with every hash, a closer look, the points."""

from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray

from domain.evidence import Evidence, Nearness
from domain.fingerprints import DIHEDRAL_FORMS, HASH_BITS
from domain.matches import weigh
from domain.policy import Tiers
from domain.verdicts import Tier
from matching.chorus import chorus
from matching.descriptors import agreement
from matching.looks import Look
from matching.refine import fitted, reduced
from matching.registering import Registration
from matching.samples import Hashes

_LEAST_QUALITY = 20  # Below it not even a picture's other variants say anything.


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
        pairs.append(_nearest_variant(look, made, distances, tiers))
    evidence = _gathered(look, made, [_told(look, made, pair) for pair in pairs])
    if not is_closer or made.is_strict or _is_certain(evidence, tiers):
        return evidence
    fits = [_fit(look, made, pair, tiers) for pair in pairs]
    evidence = _gathered(look, made, fits)
    return evidence if _is_sure(evidence, tiers) else _with_points(evidence, look, made)


def _is_certain(evidence: Evidence, tiers: Tiers) -> bool:
    verdict = weigh(evidence, tiers)
    return verdict is not None and verdict.tier is Tier.CERTAIN


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


def _nearest_variant(
    look: Look, made: Registration, distances: NDArray[np.int64], tiers: Tiers
) -> _Near:
    """The nearest pair with texture on both sides; if none is near enough, with a little at least."""
    asked = np.repeat(np.array(look.qualities), DIHEDRAL_FORMS)
    known = np.array(made.qualities)[1:]
    found = _Near(0, 1, HASH_BITS)
    for least in (tiers.least_quality, _LEAST_QUALITY):
        is_rich = (asked[:, None] >= least) & (known >= least)
        found = _nearest(np.where(is_rich, distances[:, 1:], HASH_BITS), 1)
        if found.distance <= tiers.confirmable:
            break
    return found


def _told(look: Look, made: Registration, pair: _Near) -> Nearness:
    region = look.region_of(pair.asked)
    quality = min(look.quality_of(pair.asked), made.qualities[pair.row])
    form, name = pair.asked % DIHEDRAL_FORMS, made.name_of(pair.row)
    return Nearness(pair.distance, quality, form, name, region.name, region.box)


def _fit(look: Look, made: Registration, pair: _Near, tiers: Tiers) -> Nearness:
    near = _told(look, made, pair)
    if look.luma is None or pair.distance > tiers.confirmable or near.quality < _LEAST_QUALITY:
        return near
    luma = reduced(look.luma, near.box)
    fit = fitted(luma, near.box, near.form, made.hashes[pair.row].tobytes())
    heard = chorus(luma, fit.pose, near.form, made, pair.row)
    return replace(near, fitted=fit.distance, box=fit.box, chorus=heard)


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
        evidence,
        inliers=agreed.inliers,
        share=agreed.share,
        agreed=agreed.box,
        is_mirrored=agreed.is_mirrored,
    )

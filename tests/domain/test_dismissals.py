"""The negative bank: what a false alarm silences, and above all what it never does."""

from dataclasses import replace

import pytest

from domain import prints
from domain.dismissals import Bank, Dismissed, Glimpse, bank_of, is_surer
from domain.fingerprints import BadHash, Pdq, Phash, Print, Sha256
from domain.policy import Negative
from domain.verdicts import KeptVerdict, Tier, Way

NEGATIVE = Negative(within=12, least_quality=50)
HASH = bytes(32)
FILE = Sha256(b"a" * 32)
OTHER_FILE = Sha256(b"b" * 32)
WEAK = KeptVerdict(Tier.POSSIBLE, Way.PDQ, 60, 0, 80, {})
FAIR = KeptVerdict(Tier.STRONG, Way.VARIANT, 40, 0, 80, {})
SURE = KeptVerdict(Tier.CERTAIN, Way.PDQ, 20, 0, 80, {})
SAME = KeptVerdict(Tier.CERTAIN, Way.SAME_FILE, 0, 0, 80, {})
POINTS = KeptVerdict(Tier.STRONG, Way.POINTS, 40, 0, 80, {"inliers": 10})


def flipped(bits: int) -> bytes:
    """A hash that differs from HASH in so many bits."""
    return ((1 << bits) - 1).to_bytes(32, "big")


def glimpse(bits: int, quality: int = 80, file: Sha256 = OTHER_FILE) -> Glimpse:
    return Glimpse(file, Pdq(flipped(bits), quality))


def bank(verdict: KeptVerdict, seen: Glimpse | None = None) -> Bank:
    """With one false alarm of this verdict."""
    return Bank((Dismissed(7, verdict, seen or glimpse(0, file=FILE)),), NEGATIVE)


@pytest.mark.parametrize(("bits", "by"), [(0, 7), (12, 7), (13, 0), (40, 0)])
def test_what_shows_nearly_the_same_is_silenced(bits: int, by: int) -> None:
    assert bank(FAIR).silences(glimpse(bits), FAIR) == by


def test_the_very_same_file_is_silenced_whatever_it_shows() -> None:
    seen = Glimpse(FILE)
    assert bank(FAIR).silences(seen, FAIR) == 7
    assert bank(FAIR, seen).silences(glimpse(200, file=FILE), FAIR) == 7


def test_what_moves_is_told_by_its_file_alone() -> None:
    moving = Glimpse(FILE)
    assert bank(FAIR, moving).silences(glimpse(0), FAIR) == 0
    assert bank(FAIR).silences(Glimpse(OTHER_FILE), FAIR) == 0


@pytest.mark.parametrize(("mine", "theirs"), [(49, 80), (80, 49)])
def test_little_texture_silences_nothing(mine: int, theirs: int) -> None:
    known = bank(FAIR, glimpse(0, mine, FILE))
    assert known.silences(glimpse(0, theirs), FAIR) == 0


@pytest.mark.parametrize(
    ("dismissed", "verdict"),
    [
        (WEAK, FAIR),
        (WEAK, SURE),
        (FAIR, SURE),
        (SURE, SAME),
        (SAME, SAME),
        (FAIR, replace(FAIR, distance=27)),
        (FAIR, POINTS),
        (POINTS, replace(POINTS, details={"inliers": 16})),
    ],
)
def test_nothing_surer_is_silenced_nor_the_registered_file(
    dismissed: KeptVerdict, verdict: KeptVerdict
) -> None:
    assert bank(dismissed).silences(glimpse(0, file=FILE), verdict) == 0


@pytest.mark.parametrize(
    ("verdict", "known"),
    [(WEAK, FAIR), (FAIR, SURE), (replace(FAIR, distance=28), FAIR), (POINTS, POINTS)],
)
def test_what_the_same_picture_can_bring_is_not_surer(
    verdict: KeptVerdict, known: KeptVerdict
) -> None:
    assert not is_surer(verdict, known, NEGATIVE.within)


def test_a_false_alarm_that_somebody_contradicted_silences_nothing() -> None:
    dismissed = [
        Dismissed(7, FAIR, glimpse(0, file=FILE)),
        Dismissed(8, FAIR, glimpse(100, file=FILE)),
    ]
    [left] = bank_of(dismissed, [glimpse(5)], NEGATIVE).dismissed
    assert left.match_id == 8


def test_a_glimpse_is_kept_as_bytes_of_its_own_or_read_from_a_whole_print() -> None:
    print_ = Print(FILE, Pdq(HASH, 80), Phash(HASH))
    still, moving = Glimpse.of(print_), Glimpse(FILE)
    assert [Glimpse.of_bytes(each.to_bytes()) for each in (still, moving)] == [still, moving]
    assert Glimpse.of_bytes(prints.to_bytes(print_)) == still
    with pytest.raises(BadHash):
        Glimpse.of_bytes(b"cut off")

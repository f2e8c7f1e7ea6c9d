"""Who is refused in a busy channel gets a moment of its own; urgent ones before all others."""

import pytest

from bot.senders import appointments as module
from bot.senders.appointments import Appointments


class Hand:
    """A monotonic clock that is moved by hand."""

    def __init__(self) -> None:
        self.now = 1_000.0

    def __call__(self) -> float:
        return self.now


@pytest.fixture
def hand() -> Hand:
    return Hand()


@pytest.fixture
def appointments(hand: Hand) -> Appointments:
    return Appointments(hand)


def test_nobody_waits_where_nothing_was_refused(appointments: Appointments) -> None:
    assert appointments.wait("alerts", 1, is_urgent=False) == 0


def test_the_refused_come_one_a_second_once_the_rest_is_over(appointments: Appointments) -> None:
    waits = [appointments.refused("alerts", n, 3, is_urgent=False) for n in range(4)]
    assert waits == [3, 4, 5, 6]
    assert appointments.wait("alerts", 9, is_urgent=False) == 7
    assert appointments.wait("elsewhere", 9, is_urgent=False) == 0


def test_urgent_ones_go_before_what_is_not(appointments: Appointments) -> None:
    routine = [appointments.refused("alerts", n, 1, is_urgent=False) for n in range(5)]
    urgent = [appointments.wait("alerts", n, is_urgent=True) for n in (10, 11)]
    assert (routine, urgent) == ([1, 2, 3, 4, 5], [1, 2])
    assert appointments.wait("alerts", 12, is_urgent=False) == 6


def test_an_appointment_is_kept_and_who_comes_early_waits_on(
    appointments: Appointments, hand: Hand
) -> None:
    for number in range(3):
        appointments.refused("alerts", number, 1, is_urgent=True)
    hand.now += 1.5
    waits = [appointments.wait("alerts", n, is_urgent=True) for n in range(3)]
    assert waits == [0, 0.5, 1.5]


def test_a_second_refusal_gives_a_later_moment(appointments: Appointments, hand: Hand) -> None:
    for number in range(3):
        appointments.refused("alerts", number, 1, is_urgent=True)
    hand.now += 1
    assert appointments.refused("alerts", 0, 1, is_urgent=True) == 3
    hand.now += 3
    assert appointments.wait("alerts", 0, is_urgent=True) == 0
    for number in range(3):
        appointments.done(number)
    assert appointments.wait("alerts", 7, is_urgent=True) == 0


def test_who_never_comes_is_forgotten(
    appointments: Appointments, hand: Hand, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(module, "MOST_GIVEN", 5)
    for number in range(100):
        appointments.refused("alerts", number, 1, is_urgent=True)
        hand.now += 700
    assert len(appointments._given) <= 6

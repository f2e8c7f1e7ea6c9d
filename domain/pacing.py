"""Pacing: when a source is asked next, how often, and for which of its words first."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta

from domain.networks import Budget

BURST = 4  # So many times as often after a hit.
HOT_FOR = timedelta(minutes=30)
FLOOR = timedelta(minutes=15)  # No word waits longer, as far as the budget goes.
_MEMORY = 0.3  # What the newest reading weighs in how fast posts come.
_LEAST_READING = timedelta(minutes=1)


@dataclass(frozen=True)
class Spent:
    """How many calls were made since `since`, the beginning of a budget's stretch of time."""

    calls: int = 0
    since: datetime | None = None

    def at(self, now: datetime, budget: Budget) -> "Spent":
        """The same at this moment: nothing, where the stretch is over."""
        if self.since is None or now - self.since >= budget.per or now < self.since:
            return Spent(0, now)
        return self

    def left(self, now: datetime, budget: Budget) -> int:
        """How many calls may still be made before the stretch ends."""
        return max(0, budget.calls - self.at(now, budget).calls)


def calls_now(spent: Spent, budget: Budget, every: timedelta, now: datetime, is_hot: bool) -> int:
    """How many calls one turn may make, so that what is left lasts; at least one while any is left.

    A hot source may take more, as often as it is asked then.
    """
    left = spent.left(now, budget)
    current = spent.at(now, budget)
    ends = (current.since or now) + budget.per
    turns = max(1.0, (ends - now) / every)
    share = int(left / turns) * (BURST if is_hot else 1)
    return min(left, max(1, share))


def wait_between(every: timedelta, now: datetime, hot_until: datetime | None) -> timedelta:
    """How long after a turn the next one is due."""
    return every / BURST if hot_until is not None and now < hot_until else every


@dataclass(frozen=True)
class Pace:
    """How a word fares at a source: how grave its gravest case is (1 to 3), when it was asked for
    last, how many posts an hour it brings, until when it is hot, and whether it failed since any word
    was answered there.
    """

    key: str
    gravity: int = 1
    asked_at: datetime | None = None
    per_hour: float = 0.0
    hot_until: datetime | None = None
    is_put_back: bool = False


def chosen(paces: Iterable[Pace], now: datetime, most: int) -> list[str]:
    """The keys of the words to ask for in this turn, the most urgent first, what failed last."""
    ordered = sorted(paces, key=lambda each: (each.is_put_back, -_urgency(each, now), each.key))
    return [pace.key for pace in ordered[: max(0, most)]]


def _urgency(pace: Pace, now: datetime) -> float:
    """A new word comes first, then hot ones, then whatever waited for the floor, then by what a poll
    is likely to bring: posts since the last one, times gravity.
    """
    if pace.asked_at is None:
        return 4e9 + pace.gravity
    waited = max(now - pace.asked_at, timedelta())
    hours = waited / timedelta(hours=1)
    likely = pace.gravity * hours * (1.0 + pace.per_hour)
    if waited >= 2 * FLOOR:  # Not even hot words keep another waiting for longer.
        return 3e9 + hours
    if pace.hot_until is not None and now < pace.hot_until:
        return 2e9 + likely
    return 1e9 + hours if waited >= FLOOR else likely  # Past the floor whoever waited longest.


def learned(per_hour: float, new: int, since: timedelta | None) -> float:
    """Posts an hour, after a poll that brought so many new ones since the last."""
    if since is None:
        return per_hour
    now = new / (max(since, _LEAST_READING) / timedelta(hours=1))
    return per_hour + _MEMORY * (now - per_hour)

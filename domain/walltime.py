"""Wall time in an IANA zone: what a clock on the wall says, and the moment that this is."""

import re
from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from domain.refusals import Reason, Refusal

_TIME = re.compile(r"^([01]?\d|2[0-3]):([0-5]\d)$")


def zone_named(name: str) -> ZoneInfo:
    """The zone of this IANA name; refuses any other word."""
    try:
        return ZoneInfo(name.strip())
    except (ZoneInfoNotFoundError, ValueError, OSError):
        raise Refusal(Reason.NOT_A_TIME, word=name.strip()[:40]) from None


def time_from(word: str) -> time:
    """A wall time as typed (`9:30`, `21:05`); refuses anything else."""
    found = _TIME.match(word.strip())
    if found is None:
        raise Refusal(Reason.NOT_A_TIME, word=word.strip()[:20])
    return time(int(found[1]), int(found[2]))


def moment(day: date, at: time, zone: ZoneInfo) -> datetime:
    """The moment, in UTC, at which the wall clock of `zone` shows `at` on `day`.

    A time that a clock change skips is moved on by the length of the gap (2:30 becomes 3:30); of a
    time that comes twice the first is meant, so that nobody waits an hour longer than agreed.
    """
    return datetime.combine(day, at, tzinfo=zone).replace(fold=0).astimezone(UTC)


def is_between(now: datetime, opens: time, closes: time, zone: ZoneInfo) -> bool:
    """Whether the wall clock is in [opens, closes); a window may reach over midnight."""
    wall = now.astimezone(zone).time()
    if opens == closes:
        return True
    if opens < closes:
        return opens <= wall < closes
    return wall >= opens or wall < closes


def next_opening(now: datetime, opens: time, closes: time, zone: ZoneInfo) -> datetime:
    """Now, if the window is open; else the moment at which it opens next."""
    if is_between(now, opens, closes, zone):
        return now
    today = now.astimezone(zone).date()
    openings = (moment(today + timedelta(days=ahead), opens, zone) for ahead in range(3))
    return next(opening for opening in openings if opening >= now)

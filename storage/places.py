"""Places of sources: what was learned of one address says nothing of another, even under the same name."""

from datetime import datetime

from domain.breakers import Breaker
from domain.policy import SourcePolicy
from storage.sealed import Safe
from storage.sources import SourceRow, put_breaker


def place_of(safe: Safe, source: SourcePolicy) -> str:
    """What stands for its network and its address."""
    return safe.digest("place", f"{source.kind} {source.url}")


def stand_at(row: SourceRow, place: str, now: datetime) -> bool:
    """The source is at this place from now on; whether it was at another, so that it begins anew.

    A row that names none is taken to be of this one: it was written before places were.
    """
    has_moved = bool(row.place) and row.place != place
    if has_moved:
        leave(row, now)
    row.place = place
    return has_moved


def leave(row: SourceRow, now: datetime) -> None:
    """Forget where to go on, what is missing, how it answered and on what ground it might be asked;
    counts stay."""
    row.place = ""
    row.cursor, row.stream_cursor = {}, {}
    row.gap, row.gap_cursor = [], {}
    row.trouble, row.trouble_detail = None, ""
    row.last_success_at = row.last_item_at = row.streamed_at = None
    row.approved_at, row.approved_by, row.approved_on = None, "", ""
    row.began_at, row.due_at, row.hot_until = now, None, None
    put_breaker(row, Breaker(), now)


def is_elsewhere(row: SourceRow, place: str) -> bool:
    """Whether what was asked at this place (empty: at none in particular) comes too late."""
    return bool(place) and row.place != place

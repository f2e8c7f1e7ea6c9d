"""Going down a listing that shows the newest first, page by page, until what is known is reached.

A word's place: `high`, down to which everything is known, and while going down `top`, the newest
seen on the way, `low`, the oldest, `at`, where to go on, and `left`, for how many pages at first.
Only the end of a way down moves `high`, so that what a failed page holds is asked for again.
"""

from collections.abc import Sequence
from dataclasses import replace

from domain.sources import MalformedSource, Page, Trouble
from jobs.sources import Place

FIRST_PAGES = 5  # How far a word that is new is followed into the past.


def descended(
    place: Place | None,
    page: Page,
    marks: Sequence[int],
    further: str,
    *,
    overlap: int = 0,
    first_pages: int = FIRST_PAGES,
) -> tuple[Page, Place]:
    """The page, and the place after it; `marks` order its posts, larger ones are newer.

    further: where the listing goes on, empty at its end. overlap: how much below `high` counts as new,
    since posts show up late. A page that leads nowhere new ends the way with a trouble, and the next
    one begins at the newest again.
    """
    before = place or {"left": first_pages}
    high, at, low = before.get("high"), before.get("at"), before.get("low")
    top = max([*marks, before.get("top", 0), high or 0])
    left = before.get("left", 0) - 1
    is_stuck = further == at or (low is not None and bool(marks) and min(marks) > low)
    if not further or _is_known(marks, high, overlap) or left == 0:
        return page, {"high": top}
    if is_stuck:
        kept = {} if high is None else {"high": high}
        return replace(page, trouble=MalformedSource(Trouble.STALE_CURSOR)), kept
    lowest = min([*marks, *([] if low is None else [low])], default=None)
    going = {"top": top, "at": further, "low": lowest, "high": high}
    going |= {"left": left} if high is None else {}
    return page, {name: value for name, value in going.items() if value is not None}


def _is_known(marks: Sequence[int], high: int | None, overlap: int) -> bool:
    """Half of the page: a stray old post, or one that is pinned, ends nothing."""
    if high is None or not marks:
        return False
    return 2 * sum(mark <= high - overlap for mark in marks) >= len(marks)

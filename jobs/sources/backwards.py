"""Listings that give the newest first: each turn reads back, page by page, to where the last began.

A place holds the newest time seen (`high`) and, while catching up, the newest of this turn (`new`) and how
far back it has come (`at`). Times are whole numbers of the network's own unit.
"""

from collections.abc import Sequence
from dataclasses import replace

from domain.sources import Page, Term
from jobs.sources import Place

DONE: Place = {"is_done": True}


def asked(place: Place | None, overlap: int) -> tuple[int | None, int | None]:
    """Since when and until when the next page is asked for; the first shows the newest there is."""
    if not place:
        return None, None
    return place["high"] - overlap, place.get("at")


def gone_on(place: Place | None, times: Sequence[int], *, is_full: bool, now: int) -> Place:
    """The place after a page. What says that it is of the future moves nothing past now."""
    known = place or {}
    newest = max([*times, known.get("new", 0), known.get("high", 0)], default=0)
    newest = min(newest, now) or now
    if not (place and is_full and times):
        return {"high": newest}
    # A full page of one moment, or one out of order, must not be asked for again and again.
    oldest = min(min(times), place.get("at", now + 1) - 1)
    return {"high": place["high"], "new": newest, "at": oldest}


def filled_in(since: int, until: int) -> Place:
    """The place from which a gap is read back."""
    return {"high": since, "at": until}


def after_filling(place: Place) -> Place:
    """The place in a gap after a page of it: done where there is nothing more to read."""
    return place if "at" in place else DONE


def unfilled(page: Page, terms: Sequence[Term]) -> Page:
    """The page of a gap: there is more until it is filled in for every word, also for one that failed."""
    places = page.cursor or {}
    return replace(page, is_more=any(places.get(term.key) != DONE for term in terms))

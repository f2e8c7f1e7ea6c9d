"""The way down a listing that shows the newest first: where it ends, and what a place keeps."""

import pytest

from domain.sources import Page, Trouble
from jobs.sources import Place
from jobs.sources.descent import descended

EMPTY = Page((), None)


def place_after(place: Place | None, marks: list[int], further: str) -> Place:
    """The place after a page, which has no trouble."""
    page, after = descended(place, EMPTY, marks, further)
    assert page.trouble is None
    return after


def test_a_first_way_down_ends_after_its_pages() -> None:
    place = None
    for number in range(4):
        place = place_after(place, [100 - number], f"t{number}")
    assert place == {"top": 100, "low": 97, "at": "t3", "left": 1}
    assert place_after(place, [96], "t4") == {"high": 100}


def test_only_the_end_moves_what_is_known() -> None:
    place = place_after({"high": 10}, [30, 25], "t1")
    assert place == {"high": 10, "top": 30, "low": 25, "at": "t1"}
    assert place_after(place, [24, 9, 8], "t2") == {"high": 30}


def test_a_stray_old_post_ends_nothing() -> None:
    assert place_after({"high": 10}, [1, 30, 29, 28], "t1")["at"] == "t1"


def test_pages_out_of_order_keep_the_newest_seen() -> None:
    place = place_after({"high": 10}, [20, 30], "t1")
    assert place_after(place, [15, 40, 11], "") == {"high": 40}


def test_an_empty_page_in_between_is_passed() -> None:
    assert place_after({"high": 10, "top": 30, "low": 20, "at": "t1"}, [], "t2")["at"] == "t2"


@pytest.mark.parametrize(("marks", "further"), [([20], "t1"), ([25], "t2")])
def test_a_way_that_leads_back_is_told_and_begins_anew(marks: list[int], further: str) -> None:
    place = {"high": 10, "top": 30, "low": 20, "at": "t1"}
    page, after = descended(place, EMPTY, marks, further)
    assert page.trouble is not None
    assert (page.trouble.trouble, after) == (Trouble.STALE_CURSOR, {"high": 10})

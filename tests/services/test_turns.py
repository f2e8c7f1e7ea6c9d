"""When a source is asked: its pace, its budget, its breaker, approvals, and what a hit changes."""

from dataclasses import replace
from datetime import timedelta

import pytest

from domain.access import SYSTEM
from domain.breakers import BreakerState
from domain.networks import NETWORKS, Budget
from domain.sources import Item, MalformedSource, Page, Post, Source, Term, Trouble, Watch
from services import candidates, keywords, sources, turn_ends, turns
from services.desk import Desk
from services.turn_ends import Asked
from tests.conftest import OFFICER, SUPERVISOR, clock_of, with_policy
from tests.post_office import PostOffice
from tests.square_sweeps import SOURCE, open_case, swept_desk

AWAY = MalformedSource(Trouble.UNREACHABLE)
MINUTE = timedelta(minutes=1)


@pytest.fixture
def ready(desk: Desk) -> Desk:
    return swept_desk(desk)


async def status(desk: Desk) -> Source:
    [found] = await sources.list_sources(desk, OFFICER)
    return found


async def turn(desk: Desk, name: str = "square") -> Watch:
    watch = await turns.begin_turn(desk, name)
    assert watch is not None
    return watch


async def test_a_source_is_due_at_first_and_then_after_its_wait(ready: Desk) -> None:
    assert await turns.is_due(ready, "square")
    await turn(ready)
    assert not await turns.is_due(ready, "square")
    clock_of(ready).advance(SOURCE.every)
    assert await turns.is_due(ready, "square")


async def test_what_fell_due_while_the_process_was_down_is_due_at_start(ready: Desk) -> None:
    await turn(ready)
    clock_of(ready).advance(timedelta(days=3))
    assert await turns.is_due(ready, "square")


async def test_five_failures_in_a_row_let_it_rest_and_staff_hear_of_it_once(ready: Desk) -> None:
    for _ in range(6):
        await turn_ends.fail(ready, "square", AWAY)
    assert await turns.begin_turn(ready, "square") is None
    office = PostOffice()
    assert len(await office.posts(ready, "source_rests")) == 1
    assert (await status(ready)).breaker is BreakerState.OPEN


async def test_after_its_rest_it_is_probed_once_and_an_answer_closes_the_breaker(
    ready: Desk,
) -> None:
    for _ in range(5):
        await turn_ends.fail(ready, "square", AWAY)
    clock_of(ready).advance(MINUTE)
    await turn(ready)
    assert (await status(ready)).breaker is BreakerState.HALF_OPEN
    await candidates.take_in(ready, "square", Page((), {}))
    assert (await status(ready)).breaker is BreakerState.CLOSED
    assert len(await PostOffice().posts(ready, "source_back")) == 1


async def test_an_officer_may_have_a_resting_source_probed_at_once(ready: Desk) -> None:
    for _ in range(5):
        await turn_ends.fail(ready, "square", AWAY)
    await sources.sweep_now(ready, OFFICER, "square")
    assert await turns.begin_turn(ready, "square") is not None


async def test_a_wait_that_the_source_asks_for_is_kept_also_when_an_officer_asks(
    ready: Desk,
) -> None:
    busy = MalformedSource(Trouble.TOO_MANY, "429", timedelta(minutes=7))
    await turn_ends.fail(ready, "square", busy)
    await sources.sweep_now(ready, OFFICER, "square")
    assert await turns.begin_turn(ready, "square") is None
    clock_of(ready).advance(timedelta(minutes=7))
    assert await turns.begin_turn(ready, "square") is not None


async def test_calls_are_counted_until_the_budget_is_spent_and_begin_anew_after_it(
    desk: Desk,
) -> None:
    ready = with_policy(
        swept_desk(desk), sources=(replace(SOURCE, budget=Budget(3, timedelta(hours=1))),)
    )
    for left in (3, 2, 1):
        assert (await status(ready)).calls_left == left
        await turn(ready)
        await candidates.take_in(ready, "square", Page((), {}), Asked(calls=1))
    assert await turns.begin_turn(ready, "square") is None
    clock_of(ready).advance(timedelta(hours=1))
    assert (await status(ready)).calls_left == 3
    assert await turns.begin_turn(ready, "square") is not None


async def test_words_take_turns_where_the_budget_is_smaller_than_their_number(desk: Desk) -> None:
    small = replace(SOURCE, tags=("하나", "둘", "셋"), budget=Budget(2, timedelta(seconds=5)))
    ready = with_policy(swept_desk(desk), sources=(small,))
    asked: list[str] = []
    for _ in range(3):
        watch = await turn(ready)
        keys = tuple(term.key for term in watch.terms)
        await candidates.take_in(ready, "square", Page((), {}), Asked(2, keys))
        asked += [term.text for term in watch.terms]
        clock_of(ready).advance(timedelta(seconds=5))
    assert sorted(asked) == ["둘", "셋", "하나"]


async def test_a_childs_words_are_asked_before_others(desk: Desk) -> None:
    ready = with_policy(swept_desk(desk), sources=(replace(SOURCE, tags=()),))
    grown, child = await open_case(ready), await open_case(ready, is_minor=True)
    await keywords.set_keywords(ready, OFFICER, grown.number, ("어른말",))
    await keywords.set_keywords(ready, OFFICER, child.number, ("아이말",))
    assert [term.text for term in (await turn(ready)).terms] == ["아이말", "어른말"]


async def test_words_that_nobody_asks_for_leave_the_cursor_and_no_trace(desk: Desk) -> None:
    ready = swept_desk(desk)
    [term] = (await turn(ready)).terms
    cursor = {"public": {"high": "1"}, term.key: {"high": "2"}, "0123456789abcdef": {"high": "3"}}
    await candidates.take_in(ready, "square", Page((), cursor), Asked(2, (term.key,)))
    assert (await turn(ready)).cursor == {"public": {"high": "1"}, term.key: {"high": "2"}}


async def test_an_unapproved_network_is_asked_for_nothing(
    desk: Desk, monkeypatch: pytest.MonkeyPatch
) -> None:
    closed = replace(NETWORKS["mastodon"], needs_approval=True)
    monkeypatch.setitem(NETWORKS, "mastodon", closed)
    ready = swept_desk(desk)
    assert await turns.begin_turn(ready, "square") is None
    assert await turns.to_stream(ready) == []
    await sources.approve(ready, SUPERVISOR, "square", "2026-11 운영위원회 승인")
    assert await turns.begin_turn(ready, "square") is not None
    assert [source.name for source, _ in await turns.to_stream(ready)] == ["square"]


async def test_a_source_with_too_much_to_look_at_is_not_asked_for_more(
    ready: Desk, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(turns, "MOST_WAITING", 1)
    items = tuple(
        Item(str(n), 0, f"https://a.example/{n}.jpg", "https://a.example") for n in (1, 2)
    )
    await candidates.take_in(ready, "square", Page(items, {}))
    assert await turns.begin_turn(ready, "square") is None
    assert not await turns.has_room(ready, "square")


async def test_paused_it_is_asked_for_nothing_and_resumed_it_is_due(ready: Desk) -> None:
    await sources.set_paused(ready, OFFICER, "square", is_paused=True)
    assert await turns.begin_turn(ready, "square") is None
    assert await turns.to_stream(ready) == []
    await sources.set_paused(ready, OFFICER, "square", is_paused=False)
    assert await turns.is_due(ready, "square")


async def test_a_page_that_was_under_way_ends_no_rest_that_was_asked_for_meanwhile(
    ready: Desk,
) -> None:
    await turn(ready)
    busy = MalformedSource(Trouble.TOO_MANY, "429", timedelta(minutes=7))
    await turn_ends.note_gap_trouble(ready, "square", busy)
    await candidates.take_in(ready, "square", Page((), {}))
    assert await turns.begin_turn(ready, "square") is None


async def test_a_streams_cursor_and_a_polls_dont_meet(ready: Desk) -> None:
    await candidates.take_in(ready, "square", Page((), {"public": {"high": "7"}}))
    await candidates.take_in_stream(ready, "square", Page((), {"seq": 9}))
    stream = await turns.begin_stream(ready, "square")
    assert stream is not None
    assert (stream.cursor, (await turn(ready)).cursor) == ({"seq": 9}, {"public": {"high": "7"}})


def test_terms_posts_and_items_say_by_which_word_they_came() -> None:
    term = Term("k", "말")
    assert Item("1", 0, "u", "p", term=term.key).term == Post("1", "p", "t", term=term.key).term
    assert SYSTEM.id == "system"

"""A sweep that somebody asked for has one message, which changes until it is over."""

from collections.abc import Awaitable, Callable
from datetime import timedelta

import pytest

from domain.outbox import Operation
from domain.sources import MalformedSource, Page, Trouble
from jobs.candidates import examine_waiting
from jobs.sweep import poll
from jobs.sweeper import Sweeper
from services import candidates, keywords, sources, sweeps, turn_ends, turns
from services.desk import Desk
from services.turn_ends import Asked
from storage import sources as source_table
from tests.conftest import OFFICER, clock_of
from tests.post_office import PostOffice
from tests.square_sweeps import (
    COPY,
    Shelf,
    listing,
    media,
    open_case,
    register,
    sweeper_at,
    swept_desk,
)


async def ready(desk: Desk) -> Sweeper:
    made = sweeper_at(swept_desk(desk), listing(1, 2), Shelf({media(1): COPY}))
    await register(made.desk, await open_case(made.desk), 7)
    await PostOffice().empty(made.desk)
    return made


async def shown(desk: Desk) -> list[tuple[Operation, dict[str, object]]]:
    parcels = await PostOffice().empty(desk)
    drafts = [parcel.draft for parcel in parcels if parcel.draft.kind == "sweep_progress"]
    return [(draft.operation, draft.facts) for draft in drafts]


async def test_it_says_what_was_listed_looked_at_and_found(desk: Desk) -> None:
    sweeper = await ready(desk)
    await sources.sweep_now(sweeper.desk, OFFICER, "square")
    [(operation, facts)] = await shown(sweeper.desk)
    assert (operation, facts["share"]) == (Operation.POST, 0.0)
    await poll(sweeper, "square")
    assert await sweeps.tell_progress(sweeper.desk) == 1
    [(operation, facts)] = await shown(sweeper.desk)
    assert (operation, facts["listed"], facts["looked_at"], facts["share"]) == (
        Operation.EDIT, 2, 0, 0.5,
    )  # fmt: skip
    await examine_waiting(sweeper)
    assert await sweeps.tell_progress(sweeper.desk) == 0
    [(_, facts)] = await shown(sweeper.desk)
    assert (facts["looked_at"], facts["matched"], facts["is_over"]) == (2, 1, True)
    assert await sweeps.tell_progress(sweeper.desk) == 0


async def test_nothing_new_changes_nothing(desk: Desk) -> None:
    sweeper = await ready(desk)
    await sources.sweep_now(sweeper.desk, OFFICER, "square")
    await shown(sweeper.desk)
    assert await sweeps.tell_progress(sweeper.desk) == 1
    assert await shown(sweeper.desk) == []


async def test_a_source_that_gives_no_answer_is_named(desk: Desk) -> None:
    sweeper = await ready(desk)
    await sources.sweep_now(sweeper.desk, OFFICER)
    await shown(sweeper.desk)
    await turn_ends.fail(sweeper.desk, "square", MalformedSource(Trouble.TIMEOUT))
    assert await sweeps.tell_progress(sweeper.desk) == 0
    [(_, facts)] = await shown(sweeper.desk)
    assert (facts["failed"], facts["is_over"]) == (["square"], True)


async def test_for_a_case_those_that_take_words_are_asked(desk: Desk) -> None:
    sweeper = await ready(desk)
    await keywords.set_keywords(sweeper.desk, OFFICER, "2026-0001", ("말",))
    assert await sources.sweep_now(sweeper.desk, OFFICER, "2026-0001") == ["square"]
    [(_, facts)] = await shown(sweeper.desk)
    assert facts["number"] == "2026-0001"


async def test_after_a_quarter_of_an_hour_the_message_is_left_alone(desk: Desk) -> None:
    sweeper = await ready(desk)
    await sources.sweep_now(sweeper.desk, OFFICER, "square")
    clock_of(sweeper.desk).advance(timedelta(minutes=15, seconds=1))
    await shown(sweeper.desk)
    assert await sweeps.tell_progress(sweeper.desk) == 0
    [(_, facts)] = await shown(sweeper.desk)
    assert ([each["why"] for each in unasked(facts)], facts["share"]) == (["late"], 0.0)
    assert not await is_wanted(sweeper.desk)


def unasked(facts: dict[str, object]) -> list[dict[str, str]]:
    found = facts["unasked"]
    assert isinstance(found, list)
    return found


async def is_wanted(desk: Desk) -> bool:
    """Whether somebody still waits for it."""
    async with desk.database.reading() as tx:
        row = await source_table.find(tx, "square")
    return row is not None and row.asked_at is not None


async def resting(sweeper: Sweeper) -> None:
    busy = MalformedSource(Trouble.TOO_MANY, "429", timedelta(hours=1))
    await turn_ends.fail(sweeper.desk, "square", busy)


async def used_up(sweeper: Sweeper) -> None:
    await turns.begin_turn(sweeper.desk, "square")
    await candidates.take_in(sweeper.desk, "square", Page((), {}), Asked(calls=300))


async def backlogged(sweeper: Sweeper) -> None:
    await poll(sweeper, "square")
    clock_of(sweeper.desk).advance(timedelta(minutes=1))


@pytest.mark.parametrize(
    ("why", "arrange"), [("rests", resting), ("quota", used_up), ("backlog", backlogged)]
)
async def test_what_can_not_be_asked_is_named_with_the_reason_and_wanted_no_more(
    desk: Desk,
    monkeypatch: pytest.MonkeyPatch,
    why: str,
    arrange: Callable[[Sweeper], Awaitable[None]],
) -> None:
    sweeper = await ready(desk)
    await arrange(sweeper)
    monkeypatch.setattr(turns, "MOST_WAITING", 1)
    until = sweeper.desk.policy.hours.wall_time(clock_of(desk).now() + timedelta(hours=1))
    await sources.sweep_now(sweeper.desk, OFFICER, "square")
    await shown(sweeper.desk)
    await poll(sweeper, "square")
    assert not await is_wanted(sweeper.desk)
    assert await sweeps.tell_progress(sweeper.desk) == 0
    [(_, facts)] = await shown(sweeper.desk)
    [named] = unasked(facts)
    assert (named["name"], named["why"]) == ("square", why)
    assert named["until"] == until or why != "rests"
    assert (facts["answered"], facts["failed"], facts["share"]) == (0, [], 0.0)

"""What is under way is begun by nobody twice, and what was broken off is looked at again soon."""

import asyncio
from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest
from sqlalchemy.exc import OperationalError

from jobs.candidates import examine_waiting
from jobs.sweep import poll
from jobs.sweeper import Sweeper
from services import candidates, matches
from services.desk import Desk
from services.ports import Unfetchable
from storage import settlements
from tests.conftest import clock_of
from tests.jobs.test_sweep_hardships import LOCKED, Slow
from tests.square_sweeps import (
    COPY,
    Shelf,
    jpeg,
    listing,
    media,
    open_case,
    register,
    states,
    sweeper_at,
    swept_desk,
)


async def ready(desk: Desk, shelf: Shelf) -> Sweeper:
    """Two pictures were listed, the second of them a copy of what is registered."""
    made = sweeper_at(swept_desk(desk), listing(1, 2), shelf)
    await register(made.desk, await open_case(made.desk), 7)
    await poll(made, "square")
    return made


async def refuses(*given: object, **more: object) -> Any:
    raise OperationalError("a statement", {}, LOCKED)


async def test_what_outlives_its_lease_is_not_begun_again_while_it_is_under_way(
    any_desk: Desk,
) -> None:
    shelf = Slow({media(1): jpeg(3), media(2): COPY}, stuck=frozenset({media(2)}))
    sweeper = await ready(any_desk, shelf)
    sweeping = asyncio.create_task(examine_waiting(sweeper))
    async with asyncio.timeout(30):
        await shelf.reached.wait()
        await shelf.others_done.wait()
        clock_of(any_desk).advance(candidates.LEASE + timedelta(seconds=1))
        assert await examine_waiting(sweeper) == 0
        shelf.let_go.set()
        assert await sweeping == 1
    assert sorted(shelf.asked) == [media(1), media(2)]
    assert (sweeper.hands.held, sweeper.hands.fallen) == (set(), [])


async def test_one_error_of_the_database_costs_one_candidate_some_seconds(
    any_desk: Desk, monkeypatch: pytest.MonkeyPatch
) -> None:
    files = {media(1): jpeg(3), media(2): COPY}
    sweeper = await ready(any_desk, Shelf(files, broken={media(1): [Unfetchable("timeout")]}))
    with monkeypatch.context() as patch:
        patch.setattr(settlements, "try_again", refuses)
        assert await examine_waiting(sweeper) == 1
    assert await states(any_desk) == [("examined", ""), ("waiting", "")]
    clock_of(any_desk).advance(candidates.SOON)
    await examine_waiting(sweeper)
    assert await states(any_desk) == [("examined", "")] * 2


@pytest.mark.parametrize("kept_from", [(matches, "refresh"), (candidates, "give_back")])
async def test_what_is_let_fall_before_it_is_begun_or_given_back_waits_for_no_lease(
    desk: Desk, monkeypatch: pytest.MonkeyPatch, kept_from: tuple[Any, str]
) -> None:
    broken: dict[str, list[Exception]] = {
        media(1): [Unfetchable("timeout")],
        media(2): [Unfetchable("timeout")],
    }
    sweeper = await ready(desk, Shelf({media(1): jpeg(3), media(2): COPY}, broken=broken))
    with monkeypatch.context() as patch, pytest.raises(OperationalError):
        patch.setattr(settlements, "try_again", refuses)
        patch.setattr(*kept_from, refuses)
        await examine_waiting(sweeper)
    assert await states(desk) == [("leased", "")] * 2
    sweeper = replace(sweeper, fetcher=Shelf({media(1): jpeg(3), media(2): COPY}))
    assert await examine_waiting(sweeper) == 0
    clock_of(desk).advance(candidates.SOON)
    assert await examine_waiting(sweeper) == 1

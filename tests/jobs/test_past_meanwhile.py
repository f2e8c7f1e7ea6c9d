"""Looking back among crashes and with everything else going on: nothing slips between."""

import asyncio
from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest
from sqlalchemy import insert

from domain import prints
from domain.sightings import CandidateState
from domain.verdicts import Way
from jobs.sweep import look_back, run_once
from services import fingerprints, late_finds, matches
from services import look_back as module
from services.desk import Desk
from services.fingerprints import LOOK_BACK
from storage import kept_prints as kept_table
from storage import sources
from storage.candidates import CandidateRow
from storage.database import Transaction
from tests.conftest import OFFICER, Woken, clock_of
from tests.jobs.seen_before import (
    CROP,
    FLIP,
    count,
    gate,
    looked_back,
    raising,
    register_picture,
    restarted,
    sweeper_over,
)
from tests.scripted_web import SQUARE
from tests.square_sweeps import (
    COPY,
    Shelf,
    listing,
    media,
    open_case,
    print_of,
    register,
    states,
    sweeper_at,
)


async def test_a_crash_between_both_parts_loses_nothing_and_tells_nothing_twice(
    any_desk: Desk, monkeypatch: pytest.MonkeyPatch
) -> None:
    sweeper = sweeper_over(any_desk, CROP, FLIP)
    await run_once(sweeper, "square")
    await register_picture(sweeper)
    with monkeypatch.context() as patch:
        patch.setattr(module, "_compare_variants", raising)
        with pytest.raises(RuntimeError):
            await look_back(sweeper)
    assert (await count(sweeper.desk), await looked_back(sweeper.desk)) == (1, 0)
    assert await look_back(restarted(sweeper)) == 1
    assert (await count(sweeper.desk), await looked_back(sweeper.desk)) == (2, 1)


async def test_a_slice_that_failed_is_compared_again_by_the_same_process(
    desk: Desk, monkeypatch: pytest.MonkeyPatch
) -> None:
    sweeper = sweeper_over(desk, CROP)
    await run_once(sweeper, "square")
    await register_picture(sweeper)
    with monkeypatch.context() as patch:
        patch.setattr(module, "judge", raising)
        with pytest.raises(RuntimeError):
            await look_back(sweeper)
    assert await look_back(sweeper) == 1


async def test_a_fingerprint_withdrawn_while_it_is_compared_is_not_told(
    any_desk: Desk, monkeypatch: pytest.MonkeyPatch
) -> None:
    sweeper = sweeper_over(any_desk, FLIP)
    await run_once(sweeper, "square")
    kept = await register_picture(sweeper)
    write_late = late_finds._write_late

    async def after_withdrawing(*given: Any) -> int:
        await fingerprints.withdraw(sweeper.desk, OFFICER, kept)
        return await write_late(*given)

    monkeypatch.setattr(late_finds, "_write_late", after_withdrawing)
    assert (await look_back(sweeper), await count(sweeper.desk)) == (0, 0)


async def test_a_first_fingerprint_waits_for_a_candidate_that_is_being_settled_and_finds_it(
    any_desk: Desk, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Between what is added to the past and its commit no change gets through."""
    sweeper, settling = sweeper_over(any_desk, COPY), gate()
    desk = sweeper.desk
    case = await open_case(desk)
    monkeypatch.setattr(sources, "count", settling.before(sources.count))
    sweep = asyncio.create_task(run_once(sweeper, "square"))
    await settling.reached.wait()
    registering = asyncio.create_task(register(desk, case, 7))
    assert (await look_back(sweeper), len(sweeper.examiner.past.seen)) == (0, 1)
    assert not registering.done()
    settling.opened.set()
    assert [await sweep, await registering] == [0, 1]
    assert await look_back(sweeper) == 1


async def test_what_was_added_to_the_past_and_rolled_back_harms_nothing(
    any_desk: Desk, monkeypatch: pytest.MonkeyPatch
) -> None:
    sweeper = sweeper_over(any_desk, COPY)
    with monkeypatch.context() as patch:
        patch.setattr(sources, "count", raising)
        await run_once(sweeper, "square")
    assert await states(any_desk) == [("waiting", "our_fault")]
    await register(sweeper.desk, await open_case(sweeper.desk), 7)
    assert (len(sweeper.examiner.past.seen), await look_back(sweeper)) == (1, 0)
    clock_of(any_desk).advance(timedelta(minutes=1))
    assert [await run_once(sweeper, "square"), await look_back(sweeper)] == [1, 0]
    await register(sweeper.desk, await open_case(sweeper.desk), 7)
    assert await look_back(sweeper) == 1  # It lies twice in the past, and is judged once.


async def test_the_sweep_goes_on_while_the_past_is_read_and_looking_back_waits_for_all_of_it(
    any_desk: Desk, monkeypatch: pytest.MonkeyPatch
) -> None:
    before = sweeper_over(any_desk, FLIP, CROP, COPY)
    await run_once(before, "square")
    reading = gate()
    monkeypatch.setattr(kept_table, "kept_after", reading.before(kept_table.kept_after))
    sweeper = sweeper_at(before.desk, listing(4), Shelf({media(4): COPY}))
    await register(sweeper.desk, await open_case(sweeper.desk), 7)
    looking = asyncio.create_task(look_back(sweeper))
    await reading.reached.wait()
    assert await run_once(sweeper, "square") == 1
    assert (looking.done(), sweeper.examiner.past.is_filled) == (False, False)
    reading.opened.set()
    assert await looking == 1


async def test_a_turn_that_is_over_asks_for_the_next_and_nothing_is_left_out(
    desk: Desk, monkeypatch: pytest.MonkeyPatch
) -> None:
    sweeper = sweeper_over(desk, CROP, FLIP, CROP)
    await run_once(sweeper, "square")
    await register_picture(sweeper)
    later, woken = restarted(sweeper), desk.wake
    assert isinstance(woken, Woken)
    woken.clear()
    monkeypatch.setattr(module, "TURN_S", 0)
    monkeypatch.setattr(module, "_FILLED_AT_ONCE", 1)
    clock = clock_of(desk)
    monkeypatch.setattr(clock, "monotonic", iter(range(1_000)).__next__)
    found = [await look_back(later)]
    turns = 1
    while LOOK_BACK in woken:
        woken.clear()
        found.append(await look_back(later))
        turns += 1
    assert (sum(found), await looked_back(desk), turns > 3) == (3, 1, True)


async def test_what_is_registered_while_variants_are_compared_goes_before_them(
    desk: Desk, monkeypatch: pytest.MonkeyPatch
) -> None:
    sweeper = sweeper_over(desk, CROP, COPY)
    await run_once(sweeper, "square")
    await register_picture(sweeper)
    case = await open_case(desk)
    compare, times = module._compare_variants, 0

    async def registering_first(*given: Any) -> int:
        nonlocal times
        times += 1
        if times == 1:
            await register(sweeper.desk, case, 7)
            sweeper.examiner.past.search = given[2]
            return 0
        return await compare(*given)

    monkeypatch.setattr(module, "_compare_variants", registering_first)
    assert await look_back(sweeper) == 2
    found = [view.match.verdict.way for view in await matches.list_matches(sweeper.desk, OFFICER)]
    assert list(reversed(found)) == [Way.PDQ, Way.VARIANT]


MANY = 50_000


async def crowd(desk: Desk, tx: Transaction) -> None:
    """Many candidates that resemble nothing, examined a while ago."""
    sealed = desk.safe.seal_bytes("house", prints.to_bytes(replace(print_of(3), forms=())))
    body = desk.safe.seal_json("house", [media(1), SQUARE])
    now = desk.clock.now()
    same = {"source": "square", "media_index": 0, "body": body, "hashes": sealed}
    moments = dict.fromkeys(("listed_at", "next_try_at", "examined_at"), now)
    state = {"state": CandidateState.EXAMINED, "attempts": 1, "lease_owner": "", "note": ""}
    names = ("native_id", "media_digest", "page_digest")
    crowded = [same | moments | state | dict.fromkeys(names, f"{number}") for number in range(MANY)]
    await tx.exec(insert(CandidateRow).values(), params=crowded)


@pytest.mark.verify
async def test_fifty_thousand_seen_pictures_hold_nothing_up(any_desk: Desk) -> None:
    """Counted, not timed: what else wants its turn gets it at least once for each batch and slice."""
    sweeper = sweeper_over(any_desk, FLIP)
    await run_once(sweeper, "square")
    async with any_desk.database.transaction() as tx:
        await crowd(any_desk, tx)
    later, turns, is_over = restarted(sweeper), 0, False
    await register_picture(later)

    async def other() -> None:
        nonlocal turns
        while not is_over:
            await asyncio.sleep(0)
            turns += 1

    others = asyncio.create_task(other())
    assert await look_back(later) == 1
    is_over = True
    await others
    assert len(later.examiner.past.seen) == MANY + 1
    hashes = [bytes(32)] * (137 * 8)
    slices = len(list(later.examiner.past.seen.near_many(hashes, 0)))
    assert (slices >= 13, turns >= MANY // 2_000 + slices) == (True, True)

"""Inbox, outbox, counters, audit and sealing hold on SQLite and on PostgreSQL."""

import asyncio
from datetime import timedelta
from pathlib import Path

import pytest

from domain.access import SYSTEM, Action
from domain.audit import Entry, first_break
from domain.inbox import MOST_REPLAYS, InboxState, Letter
from domain.outbox import DeliveryState, Draft, Operation, Outcome, Parcel, Result, Route
from services import inbox
from services.desk import Desk
from storage import audit, counters, outbox
from storage import inbox as inbox_table
from storage.database import Database, InUse, Nested
from tests.conftest import START, clock_of

LEASE = timedelta(seconds=30)
LETTER = Letter("slack", "Ev1", {"text": "심은 문장 planted-words"}, "C1")


def draft(key: str, address: str = "C1", **more: object) -> Draft:
    return Draft(Route.SLACK, Operation.POST, "note", address, key, {"n": key}, **more)  # type: ignore[arg-type]


async def enqueue(desk: Desk, *drafts: Draft) -> None:
    async with desk.deed(SYSTEM, Action.KEEP_HOUSE) as deed:
        for one in drafts:
            await deed.send(one)


async def claimed(desk: Desk) -> list[Parcel]:
    async with desk.database.transaction() as tx:
        now = desk.clock.now()
        return await outbox.claim(tx, desk.safe, Route.SLACK, now, LEASE, 10)


async def settle(desk: Desk, parcel: Parcel, reference: str) -> None:
    async with desk.database.transaction() as tx:
        outcome = Outcome(Result.SENT, reference)
        await outbox.settle(tx, desk.safe, parcel, DeliveryState.SENT, outcome, desk.clock.now())


async def test_the_same_letter_twice_is_kept_once(any_desk: Desk) -> None:
    first = await inbox.take_in(any_desk, [LETTER])
    again = await inbox.take_in(any_desk, [LETTER])
    assert [received.letter for received in first] == [LETTER]
    assert again == []


async def test_a_letter_is_replayed_until_it_is_done(any_desk: Desk) -> None:
    [received] = await inbox.take_in(any_desk, [LETTER])
    assert [r.letter for r in await inbox.unfinished(any_desk, "slack")] == [LETTER]
    await inbox.done(any_desk, received.id)
    assert await inbox.unfinished(any_desk, "slack") == []


async def test_a_letter_that_only_waited_while_processes_died_is_never_given_up(
    any_desk: Desk,
) -> None:
    await inbox.take_in(any_desk, [LETTER])
    for _ in range(3 * MOST_REPLAYS):
        [waiting] = await inbox.unfinished(any_desk, "slack")
    assert (waiting.replays, waiting.is_replay) == (0, True)


async def test_a_letter_that_processes_die_of_is_set_aside_and_told(any_desk: Desk) -> None:
    [first] = await inbox.take_in(any_desk, [LETTER])
    await inbox.begin(any_desk, first)  # Begun at once as it came in: no replay.
    for _ in range(MOST_REPLAYS):
        [again] = await inbox.unfinished(any_desk, "slack")
        await inbox.begin(any_desk, again)
    assert await inbox.unfinished(any_desk, "slack") == []
    async with any_desk.database.reading() as tx:
        row = await tx.get_one(inbox_table.InboxRow, first.id)
    assert (row.state, row.replays) == (InboxState.FAILED, MOST_REPLAYS)


async def test_a_deed_marks_the_letter_that_caused_it(any_desk: Desk) -> None:
    [received] = await inbox.take_in(any_desk, [LETTER])
    async with any_desk.deed(SYSTEM.because_of(received.id), Action.KEEP_HOUSE):
        pass
    assert await inbox.unfinished(any_desk, "slack") == []


async def test_a_deed_that_fails_leaves_the_letter_and_nothing_else(any_desk: Desk) -> None:
    [received] = await inbox.take_in(any_desk, [LETTER])
    with pytest.raises(ZeroDivisionError):
        async with any_desk.deed(SYSTEM.because_of(received.id), Action.KEEP_HOUSE) as deed:
            await deed.send(draft("half"))
            raise ZeroDivisionError
    assert len(await inbox.unfinished(any_desk, "slack")) == 1
    assert await claimed(any_desk) == []


async def test_the_offset_moves_with_the_letters(any_desk: Desk) -> None:
    assert await inbox.next_update(any_desk, "water") == 0
    await inbox.take_in(any_desk, [LETTER], ("water", 17))
    await inbox.take_in(any_desk, [], ("water", 18))
    assert await inbox.next_update(any_desk, "water") == 18


async def test_contents_are_emptied_when_the_letter_is_done(any_desk: Desk) -> None:
    [received] = await inbox.take_in(any_desk, [LETTER])
    await inbox.done(any_desk, received.id)
    async with any_desk.database.reading() as tx:
        row = await tx.get_one(inbox_table.InboxRow, received.id)
    assert row.body == b""


async def test_an_outbox_row_is_written_once_for_its_key(any_desk: Desk) -> None:
    await enqueue(any_desk, draft("a"), draft("a"))
    assert [parcel.draft for parcel in await claimed(any_desk)] == [draft("a")]


async def test_rows_of_one_conversation_keep_their_order(any_desk: Desk) -> None:
    await enqueue(any_desk, draft("a"), draft("b"), draft("c", "C2"))
    first = await claimed(any_desk)
    assert [p.draft.dedup_key for p in first] == ["a", "c"]
    await settle(any_desk, first[0], "C1:1.0")
    assert [p.draft.dedup_key for p in await claimed(any_desk)] == ["b"]


async def test_an_expired_lease_is_taken_again_with_the_same_opaque_id(any_desk: Desk) -> None:
    await enqueue(any_desk, draft("a"))
    [first] = await claimed(any_desk)
    assert await claimed(any_desk) == []
    clock_of(any_desk).advance(LEASE)
    [second] = await claimed(any_desk)
    assert (second.opaque_id, second.is_retry, second.attempt) == (first.opaque_id, True, 2)


async def test_edits_of_one_message_coalesce_and_know_where_it_lies(any_desk: Desk) -> None:
    await enqueue(any_desk, draft("a"))
    [post] = await claimed(any_desk)
    await settle(any_desk, post, "C1:1.0")
    edits = [
        Draft(Route.SLACK, Operation.EDIT, "note", "C1", f"edit{n}", {"n": n}, target="a")
        for n in range(3)
    ]
    await enqueue(any_desk, *edits)
    [edit] = await claimed(any_desk)
    assert (edit.draft.facts, edit.reference) == ({"n": 2}, "C1:1.0")


async def test_a_message_is_found_by_where_it_lies(any_desk: Desk) -> None:
    await enqueue(any_desk, draft("a"))
    [post] = await claimed(any_desk)
    await settle(any_desk, post, "C1:1.0")
    async with any_desk.database.reading() as tx:
        assert await outbox.dedup_key_at(tx, any_desk.safe, "C1:1.0") == "a"
        assert await outbox.dedup_key_at(tx, any_desk.safe, "C1:2.0") == ""


async def test_what_belongs_to_an_erased_case_never_leaves(any_desk: Desk) -> None:
    await enqueue(any_desk, draft("a", case_id=7))
    any_desk.safe.keys.erase("case-7")
    assert await claimed(any_desk) == []
    clock_of(any_desk).advance(LEASE)
    assert await claimed(any_desk) == []


async def test_numbers_have_no_gaps_when_many_ask_at_once(any_desk: Desk) -> None:
    async def ask() -> int:
        async with any_desk.database.transaction() as tx:
            return await counters.next_number(tx, "case-2026")

    numbers = await asyncio.gather(*(ask() for _ in range(20)))
    assert sorted(numbers) == list(range(1, 21))


async def test_the_chain_of_deeds_shows_a_change(any_desk: Desk) -> None:
    async with any_desk.database.transaction() as tx:
        for n in range(3):
            await audit.record(tx, Entry(START, "U1", "note_case", f"case:{n}", {"n": n}))
    async with any_desk.database.transaction() as tx:
        assert await audit.seal_next(tx, 100) == 3
    async with any_desk.database.reading() as tx:
        entries = await audit.sealed_entries(tx)
    assert first_break(entries) is None
    forged = Entry(START, "U2", "note_case", "case:1", {"n": 1})
    entries[1] = type(entries[1])(2, forged, entries[1].hash)
    assert first_break(entries) == 2


async def test_nothing_readable_lies_in_the_database_file(desk: Desk) -> None:
    await inbox.take_in(desk, [LETTER])
    await enqueue(
        desk, Draft(Route.SLACK, Operation.POST, "note", "C-planted", "k", {"t": "심은 문장"})
    )
    folder = Path(desk.database.url.removeprefix("sqlite+aiosqlite:///")).parent
    raw = b"".join(file.read_bytes() for file in folder.glob("ansim.sqlite*"))
    assert [word for word in ("planted", "심은 문장") if word.encode() in raw] == []


async def test_a_verb_inside_a_deed_is_refused_rather_than_waiting_for_itself(
    any_desk: Desk,
) -> None:
    with pytest.raises(Nested):
        async with any_desk.deed(SYSTEM, Action.KEEP_HOUSE):
            await inbox.done(any_desk, 1)
    await inbox.done(any_desk, 1)


async def test_a_database_is_held_by_one_process_until_it_lets_go(any_desk: Desk) -> None:
    first, second = Database(any_desk.database.url), Database(any_desk.database.url)
    first.take_for_this_process()
    with pytest.raises(InUse):
        second.take_for_this_process()
    await first.close()
    second.take_for_this_process()
    await second.close()

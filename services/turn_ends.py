"""How turns end: pages taken in, failures counted, the breaker moved, and staff told once."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from datetime import datetime

from domain.access import SYSTEM, Action
from domain.breakers import BreakerState
from domain.outbox import Draft, Operation, Route
from domain.pacing import HOT_FOR
from domain.sources import NO_WORDS_FAULT, Gap, MalformedSource, Page, Trouble
from services.desk import Deed, Desk
from services.terms import keys_of
from storage import gaps as gap_table
from storage import places
from storage import sources as table
from storage import terms as term_table
from storage.sources import SourceRow


@dataclass(frozen=True)
class Asked:
    """What a poll cost: calls, and the keys of the words that it asked for; and of which place."""

    calls: int = 0
    keys: tuple[str, ...] = ()
    place: str = ""


NOTHING_ASKED = Asked()


async def end_page(
    deed: Deed, name: str, page: Page, added: Mapping[str, int], asked: Asked
) -> None:
    """A page was taken in: `added` new pieces of media, by the key of the word that brought them."""
    page = await _still_there(deed, name, page, asked.place)
    row = await table.move(deed.tx, name, page.cursor, sum(added.values()), deed.now)
    row.spent += asked.calls
    await term_table.note_asked(
        deed.tx, name, {key: added.get(key, 0) for key in asked.keys}, deed.now
    )
    row.trouble = page.trouble.trouble if page.trouble else None
    row.trouble_detail = page.trouble.detail if page.trouble else ""
    row.failures += 1 if page.trouble else 0
    await _answered(deed, row)
    if page.trouble is not None and page.trouble.retry_after is not None:
        table.rest(row, page.trouble.retry_after, deed.now)
    if page.gap is not None:
        gap_table.widen(row, page.gap)
    deed.tx.add(row)


async def _still_there(deed: Deed, name: str, page: Page, place: str) -> Page:
    """The page, without where to go on if the source was forgotten or given another place meanwhile."""
    row = await table.begin(deed.tx, name)
    return replace(page, cursor=None, gap=None) if places.is_elsewhere(row, place) else page


async def end_stream_page(deed: Deed, name: str, page: Page, new: int, place: str) -> None:
    """The same for what a stream told."""
    page = await _still_there(deed, name, page, place)
    row = await table.move_stream(deed.tx, name, page.cursor, new, deed.now)
    if page.gap is not None:
        gap_table.widen(row, page.gap)
    deed.tx.add(row)


@dataclass(frozen=True)
class Filled:
    """What a page of a gap brought: `gap` as it was when filling began, pieces of media that are new,
    calls made for it, and where the source was then.
    """

    gap: Gap
    new: int
    calls: int = 0
    place: str = ""


async def end_gap_page(deed: Deed, name: str, page: Page, filled: Filled) -> bool:
    """A page of what was missed: the gap is closed after its last; whether there is more of it now.

    Where more is missing since filling began, the place in it waits for the next turn.
    """
    row = await gap_table.move(deed.tx, name, filled.new, deed.now)
    row.spent += filled.calls
    is_over = not page.is_more and page.trouble is None
    stands = gap_table.gap_of(row) == filled.gap and not places.is_elsewhere(row, filled.place)
    if stands:
        row.gap_cursor = {} if is_over else page.cursor or {}
        row.gap = [] if is_over else row.gap
    if page.trouble is not None:
        _note_gap_trouble(row, page.trouble, deed.now)
    deed.tx.add(row)
    return stands and page.is_more and page.trouble is None


async def fail(
    desk: Desk, name: str, trouble: MalformedSource, asked: Asked = NOTHING_ASKED
) -> None:
    """A poll gave nothing: what is wrong stands in /sweep status, and the breaker counts it.

    Where a word may be what is wrong, the others come before it until one of them is answered.
    """
    async with desk.deed(SYSTEM, Action.SWEEP) as deed:
        row = await table.note_trouble(deed.tx, name, trouble)
        row.spent += asked.calls
        if trouble.trouble not in NO_WORDS_FAULT:
            await term_table.put_back(deed.tx, name, asked.keys)
        if trouble.trouble is not Trouble.BUDGET_SPENT:
            before = row.breaker
            table.put_breaker(row, table.breaker_of(row).failed(), deed.now)
            if trouble.retry_after is not None:
                table.rest(row, trouble.retry_after, deed.now)
            if (before, row.breaker) == (BreakerState.CLOSED, BreakerState.OPEN):
                await _tell(deed, row, "source_rests", trouble)
        deed.tx.add(row)


async def note_gap_trouble(desk: Desk, name: str, trouble: MalformedSource, calls: int = 0) -> None:
    """A gap can't be filled in just now: it stays, and /sweep status says why."""
    async with desk.deed(SYSTEM, Action.SWEEP) as deed:
        row = await table.begin(deed.tx, name)
        row.spent += calls
        _note_gap_trouble(row, trouble, deed.now)
        deed.tx.add(row)


def _note_gap_trouble(row: SourceRow, trouble: MalformedSource, now: datetime) -> None:
    if trouble.trouble is Trouble.BUDGET_SPENT:
        return  # Its share of this turn is used up: nothing is wrong.
    row.trouble, row.trouble_detail = trouble.trouble, trouble.detail
    if trouble.retry_after is not None:
        table.rest(row, trouble.retry_after, now)


async def _answered(deed: Deed, row: SourceRow) -> None:
    was_open = row.breaker is not BreakerState.CLOSED
    table.put_breaker(row, table.breaker_of(row).succeeded(), deed.now)
    if was_open:
        await _tell(deed, row, "source_back", None)


async def _tell(deed: Deed, row: SourceRow, kind: str, trouble: MalformedSource | None) -> None:
    """Staff hear once that a source rests, and once that it is back."""
    facts = {"name": row.name, "failures": row.failed_in_row}
    if trouble is not None:
        facts |= {"trouble": trouble.trouble, "detail": trouble.detail}
    draft = Draft(
        route=Route.SLACK,
        operation=Operation.POST,
        kind=kind,
        address=deed.desk.places.alerts,
        dedup_key=f"{kind}:{row.name}:{deed.now.isoformat()}",
        facts=facts,
    )
    await deed.send(draft)
    await deed.record(f"source:{row.name}", event=kind)


async def heat(deed: Deed, source: str, case_ids: Iterable[int]) -> None:
    """Registered media was seen: this source, and the cases' words everywhere, are asked more often."""
    until = deed.now + HOT_FOR
    row = await table.begin(deed.tx, source)
    row.hot_until, row.due_at = until, deed.now
    deed.tx.add(row)
    keys = await keys_of(deed.tx, deed.safe, sorted(case_ids))
    await term_table.heat(deed.tx, keys, until)

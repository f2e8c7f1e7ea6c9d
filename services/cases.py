"""Opening, showing, assigning, noting, closing and erasing cases."""

from dataclasses import dataclass
from datetime import datetime
from zoneinfo import ZoneInfo

from domain.access import Action, Actor
from domain.cases import (
    CASE,
    Case,
    CaseEvent,
    CaseState,
    Intake,
    Missing,
    checked,
    number_from,
    require_open,
)
from domain.consents import Consent
from domain.contacts import SafeContact
from domain.refusals import Reason, Refusal
from services import cards, erasures
from services.cards import missing_now
from services.desk import Deed, Desk
from storage import cases as table
from storage import consents as consent_table
from storage import contacts as contact_table
from storage import fingerprints as fingerprint_table
from storage import people as people_table

MOST_NOTE = 3000
MOST_LISTED = 30
NOTES_SHOWN = 5


@dataclass(frozen=True)
class Note:
    """One note, opened."""

    author: str
    text: str
    written_at: datetime


@dataclass(frozen=True)
class CaseView:
    """A case with what belongs on its card: consents, what is missing, notes, fingerprints,
    and how the person may be reached.
    """

    case: Case
    consents: tuple[Consent, ...]
    missing: tuple[Missing, ...]
    notes: tuple[Note, ...]
    fingerprints: int
    contact: SafeContact | None


async def open_case(desk: Desk, actor: Actor, intake: Intake) -> Case:
    """The twenty-second intake: a number, its first person, a card in the unit's channel."""
    ready = checked(intake)
    async with desk.deed(actor, Action.OPEN_CASE) as deed:
        year = deed.now.astimezone(ZoneInfo(desk.policy.hours.zone)).year
        case = await table.add(deed.tx, ready, actor.id, deed.now, year)
        deed.safe.begin_case(case.id)
        await deed.record(
            f"case:{case.id}", number=case.number, harm=ready.harm, is_minor=ready.is_minor
        )
        await deed.answer("case_opened", **await cards.post(deed, case))
    return case


async def list_cases(desk: Desk, actor: Actor) -> list[Case]:
    """The newest open cases."""
    async with desk.look(actor, Action.READ_CASES) as tx:
        return await table.in_state(tx, CaseState.OPEN, MOST_LISTED)


async def find_case(desk: Desk, actor: Actor, word: str) -> Case:
    """The case of the number that somebody typed."""
    async with desk.look(actor, Action.READ_CASES) as tx:
        return await table.numbered(tx, number_from(word))


async def show_case(desk: Desk, actor: Actor, word: str) -> CaseView:
    """Everything on a case's card."""
    async with desk.look(actor, Action.READ_CASES) as tx:
        case = await table.numbered(tx, number_from(word))
        if case.state is CaseState.ERASED:
            raise Refusal(Reason.CASE_ERASED, number=case.number)
        notes = await table.notes(tx, desk.safe, case.id, NOTES_SHOWN)
        return CaseView(
            case=case,
            consents=tuple(await consent_table.of_case(tx, case.id)),
            missing=await missing_now(tx, case),
            notes=tuple(Note(*note) for note in notes),
            fingerprints=await fingerprint_table.count_active(tx, case.id),
            contact=await contact_table.find(tx, case.id),
        )


async def assign(desk: Desk, actor: Actor, word: str, person: str, is_second: bool) -> Case:
    """Make somebody the first (정) or the second (부) of a case."""
    async with desk.deed(actor, Action.ASSIGN_CASE) as deed:
        case = await _open_numbered(deed, word)
        if await people_table.find(deed.tx, person) is None:
            raise Refusal(Reason.UNKNOWN_PERSON, person=person)
        place = "second" if is_second else "first"
        await table.change(deed.tx, case, **{place: person})
        await deed.record(f"case:{case.id}", number=case.number, **{place: person})
        await cards.refresh(deed, case.id)
        await deed.answer("case_assigned", number=case.number, person=person, place=place)
    return case


async def note(desk: Desk, actor: Actor, word: str, text: str) -> Case:
    """Write a sealed note."""
    if not text.strip():
        raise Refusal(Reason.EMPTY_TEXT, what="note")
    if len(text) > MOST_NOTE:
        raise Refusal(Reason.TOO_LONG, most=MOST_NOTE)
    async with desk.deed(actor, Action.NOTE_CASE) as deed:
        case = await _open_numbered(deed, word)
        note_id = await table.add_note(
            deed.tx, deed.safe, case.id, actor.id, text.strip(), deed.now
        )
        await deed.record(f"case:{case.id}", number=case.number, note=note_id)
        await deed.answer("case_noted", number=case.number)
    return case


async def settle(desk: Desk, actor: Actor, word: str, what: Missing) -> Case:
    """Tick off something that the intake lacked; doing it twice changes nothing."""
    async with desk.deed(actor, Action.NOTE_CASE) as deed:
        case = await _open_numbered(deed, word)
        ticked = await table.settled(deed.tx, case.id)
        if what not in ticked:
            await table.change(deed.tx, case, settled=sorted({*ticked, what}))
            await deed.record(f"case:{case.id}", number=case.number, settled=what)
        await deed.answer("case_settled", what=what, **await cards.refresh(deed, case.id))
    return case


async def close(desk: Desk, actor: Actor, word: str, reason: str) -> Case:
    """Close a case, with its reason as a note; its media is no longer swept for."""
    if not reason.strip():
        raise Refusal(Reason.EMPTY_TEXT, what="reason")
    async with desk.deed(actor, Action.CLOSE_CASE) as deed:
        case = await _open_numbered(deed, word)
        await table.add_note(deed.tx, deed.safe, case.id, actor.id, reason.strip(), deed.now)
        state = CASE.move(case.state, CaseEvent.CLOSE)
        await table.change(deed.tx, case, state=state, closed_at=deed.now)
        await fingerprint_table.touch_case(deed.tx, case.id, deed.now)
        await deed.record(f"case:{case.id}", number=case.number, state=state)
        await cards.refresh(deed, case.id)
        await deed.answer("case_closed", number=case.number)
    return case


async def erase(desk: Desk, actor: Actor, word: str) -> Case:
    """Erase a case for ever: its key goes, and with it everything that was sealed, backups too.

    What it left on phones is wiped: the wipes are kept before the key goes, for it alone knows the way.
    """
    async with desk.deed(actor, Action.ERASE_CASE) as deed:
        case = await table.numbered(deed.tx, number_from(word))
        state = CASE.move(case.state, CaseEvent.ERASE)
        await table.change(deed.tx, case, state=state, alias="", closed_at=deed.now)
        await fingerprint_table.touch_case(deed.tx, case.id, deed.now)
        await deed.record(f"case:{case.id}", number=case.number, state=state)
        phones = await erasures.end(deed, case)
        await deed.answer("case_erased", number=case.number, phones=phones)
    desk.safe.erase_case(case.id)
    return case


async def _open_numbered(deed: Deed, word: str) -> Case:
    case = await table.numbered(deed.tx, number_from(word))
    require_open(case)
    return case

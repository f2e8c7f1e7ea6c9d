"""Registering, withdrawing and listing fingerprints, and the changes that feed the index."""

import asyncio
from collections import Counter
from collections.abc import Iterable, Sequence
from contextlib import suppress
from dataclasses import dataclass, replace

from domain.access import Action, Actor
from domain.cases import Case, CaseState, number_from, require_open
from domain.consents import ConsentPart, held_parts, missing_to_sweep, require_to_sweep
from domain.fingerprints import Fingerprint, Kept, Origin, Outcome
from domain.hashfile import BadHashFile
from domain.matches import Registered
from domain.outbox import Draft, Operation, Route
from domain.refusals import Reason, Refusal
from services import cards, dismissals, floods
from services.desk import Deed, Desk
from services.examiner import Examiner, Unhashable
from services.hashfile import opened, public_key
from storage import cases as case_table
from storage import changes as changes_table
from storage import consents as consent_table
from storage import dismissals as dismissal_table
from storage import fingerprints as table
from storage.database import Transaction
from storage.keys import KeyErased

LOOK_BACK = "look-back"
_CHANGES = 500
_AT_ONCE = 100  # Half a second; an emergency call never waits longer.


@dataclass(frozen=True)
class Upload:
    """What somebody handed in: the bytes, and the Slack file that is to be deleted afterwards."""

    data: bytes
    file_id: str = ""


@dataclass(frozen=True)
class Changes:
    """News for the index: each fingerprint, or none where it is no longer swept for."""

    number: int
    fingerprints: tuple[tuple[int, Registered | None], ...]


async def expect(desk: Desk, actor: Actor, word: str, are_bytes: bool) -> Case:
    """Refuse what may not be registered before anything of it is downloaded."""
    async with desk.look(actor, Action.REGISTER_FINGERPRINT) as tx:
        case = await ready_case(tx, word)
    if are_bytes and (case.is_minor or not desk.policy.media.bytes_in_slack):
        raise Refusal(Reason.BYTES_NOT_ALLOWED, number=case.number)
    return case


async def register_file(desk: Desk, actor: Actor, word: str, upload: Upload) -> int:
    """Register a file of hashes, with what is sealed in it for this centre; how many are new."""
    try:
        made = await asyncio.to_thread(opened, upload.data, desk.safe.keys)
    except BadHashFile as bad:
        place = "" if bad.index is None else f"item:{bad.index + 1}"
        why = f"file_{bad.reason.value}"
        raise Refusal(Reason.BAD_HASH_FILE, why=why, place=place) from None
    return await register(desk, actor, word, made, Origin.HASH_FILE, upload.file_id)


async def show_key(desk: Desk, actor: Actor) -> str:
    """The public key for which officers seal what they hash for this centre."""
    async with desk.look(actor, Action.READ_FINGERPRINTS):
        return public_key(desk.safe.keys)


async def register_picture(
    desk: Desk, actor: Actor, examiner: Examiner, word: str, upload: Upload
) -> int:
    """Hash a picture in memory and register it; its bytes go nowhere else."""
    case = await expect(desk, actor, word, are_bytes=True)
    descriptors = await _may_describe(desk, case)
    try:
        made = await examiner.fingerprint(upload.data, descriptors=descriptors)
    except Unhashable as flaw:
        raise Refusal(Reason.BAD_PICTURE, why=f"picture_{flaw.reason}") from None
    return await register(desk, actor, word, (made,), Origin.SLACK_UPLOAD, upload.file_id)


async def _may_describe(desk: Desk, case: Case) -> bool:
    async with desk.database.reading() as tx:
        held = held_parts(await consent_table.of_case(tx, case.id))
    return ConsentPart.DESCRIPTORS in held


async def register(
    desk: Desk,
    actor: Actor,
    word: str,
    made: tuple[Fingerprint, ...],
    origin: Origin,
    file_id: str,
) -> int:
    """Register what was made of media, and take the uploaded file out of Slack; how many are new.

    Many are written in parts, and only the last answers and ends the letter: after a crash all are
    taken in again, and what is there already stays as it is.
    """
    outcomes = await _begun(desk, actor, word, made[:-_AT_ONCE], origin)
    async with desk.deed(actor, Action.REGISTER_FINGERPRINT) as deed:
        case = await ready_case(deed.tx, word)
        outcomes.update([await _keep(deed, case, each, origin) for each in made[-_AT_ONCE:]])
        told = {str(each): outcomes[each] for each in Outcome}
        await deed.record(f"case:{case.id}", number=case.number, origin=origin, **told)
        await cards.refresh(deed, case.id)
        await deed.answer("fingerprints_registered", number=case.number, **told)
        await delete_file(deed, file_id, case.number)
        deed.wake_after(LOOK_BACK)
    return outcomes[Outcome.NEW]


async def _begun(
    desk: Desk, actor: Actor, word: str, made: Sequence[Fingerprint], origin: Origin
) -> Counter[Outcome]:
    """All parts but the last."""
    outcomes: Counter[Outcome] = Counter()
    for at in range(0, len(made), _AT_ONCE):
        async with desk.deed(replace(actor, inbox_id=None), Action.REGISTER_FINGERPRINT) as deed:
            case = await ready_case(deed.tx, word)
            part = made[at : at + _AT_ONCE]
            kept = Counter([await _keep(deed, case, each, origin) for each in part])
            told = {str(each): kept[each] for each in Outcome}
            await deed.record(f"case:{case.id}", number=case.number, origin=origin, **told)
        outcomes += kept
    return outcomes


async def _keep(deed: Deed, case: Case, made: Fingerprint, origin: Origin) -> Outcome:
    """Without local descriptors where nobody consents to them at this moment."""
    if made.points and ConsentPart.DESCRIPTORS not in held_parts(
        await consent_table.of_case(deed.tx, case.id)
    ):
        made = replace(made, points=b"")
    return await table.register(deed.tx, deed.safe, case.id, made, origin, deed.now)


async def drop_upload(desk: Desk, actor: Actor, file_id: str) -> None:
    """What was refused is taken out of Slack all the same."""
    async with desk.deed(actor, Action.REGISTER_FINGERPRINT) as deed:
        await delete_file(deed, file_id, "")
        await deed.record("upload", refused=True)


async def delete_file(deed: Deed, file_id: str, number: str) -> None:
    """Take an uploaded file out of Slack; empty: there was none."""
    if file_id:
        draft = Draft(
            route=Route.SLACK,
            operation=Operation.DELETE_FILE,
            kind="uploaded_file",
            address=file_id,
            dedup_key=f"file:{file_id}",
            facts={"file": file_id, "user": deed.actor.id, "number": number},
            language=deed.actor.language,
        )
        await deed.send(draft)


async def withdraw(desk: Desk, actor: Actor, fingerprint_id: int) -> None:
    """Stop sweeping for a fingerprint; twice is refused."""
    async with desk.deed(actor, Action.WITHDRAW_FINGERPRINT) as deed:
        kept = await table.find(deed.tx, fingerprint_id)
        if kept is None or not await table.withdraw(deed.tx, fingerprint_id, deed.now):
            raise Refusal(Reason.NO_SUCH_FINGERPRINT, number=fingerprint_id)
        case = await case_table.find(deed.tx, kept.case_id)
        await deed.record(f"fingerprint:{fingerprint_id}", case=kept.case_id)
        await floods.end_notice(deed, fingerprint_id)
        await cards.refresh(deed, kept.case_id)
        await deed.answer(
            "fingerprint_withdrawn",
            number=case.number if case else "",
            fingerprint=fingerprint_id,
        )


async def list_fingerprints(desk: Desk, actor: Actor, word: str) -> tuple[Case, list[Kept]]:
    """The fingerprints of a case, without their hashes."""
    async with desk.look(actor, Action.READ_FINGERPRINTS) as tx:
        case = await case_table.numbered(tx, number_from(word))
        silenced = await dismissal_table.counted(tx, case.id)
        kept = await table.of_case(tx, case.id)
        return case, [replace(each, silenced=silenced.get(each.id, 0)) for each in kept]


async def load_changes(
    desk: Desk, after: int, most: int = _CHANGES, *, only_looked_back: bool = False
) -> Changes:
    """The next changes after this number, each fingerprint once, as it stands now."""
    async with desk.database.reading() as tx:
        rows = await changes_table.after(tx, after, most, only_looked_back=only_looked_back)
        ids = sorted({fingerprint_id for _, fingerprint_id in rows})
        sealed = await table.in_force(tx, ids, await _swept_cases(tx, ids))
        decided = await dismissal_table.decided(tx, [each.id for each in sealed])
    opened = await asyncio.to_thread(_opened, desk, sealed, decided)
    news = tuple((each, opened.get(each)) for each in ids)
    return Changes(rows[-1][0] if rows else after, news)


async def _swept_cases(tx: Transaction, ids: Sequence[int]) -> list[int]:
    cases = await table.cases_of(tx, ids)
    return [each for each in sorted(cases) if await swept_case(tx, each) is not None]


def _opened(
    desk: Desk, sealed: Iterable[table.Sealed], decided: list[dismissal_table.Decided]
) -> dict[int, Registered]:
    """Those whose case wasn't erased meanwhile, each with its false alarms."""
    opened = {}
    for each in sealed:
        with suppress(KeyErased):
            mine = [one for one in decided if one.fingerprint_id == each.id]
            bank = dismissals.bank(desk, mine) if mine else None
            opened[each.id] = Registered(each.id, each.case_id, each.opened(desk.safe), bank)
    return opened


async def swept_case(tx: Transaction, case_id: int) -> Case | None:
    """The case, if it is open and the consents to sweep for it are in force."""
    case = await case_table.find(tx, case_id)
    if case is None or case.state is not CaseState.OPEN:
        return None
    consents = await consent_table.of_case(tx, case_id)
    return None if missing_to_sweep(consents, case.is_minor) else case


async def ready_case(tx: Transaction, word: str) -> Case:
    """The case of this number, open and with the consents that sweeping needs; refuses any other."""
    case = await case_table.numbered(tx, number_from(word))
    require_open(case)
    require_to_sweep(case.number, await consent_table.of_case(tx, case.id), case.is_minor)
    return case

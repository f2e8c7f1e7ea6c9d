"""Registering, withdrawing and listing fingerprints, and the changes that feed the index."""

from dataclasses import dataclass

from domain.access import Action, Actor
from domain.cases import Case, CaseState, number_from, require_open
from domain.consents import missing_to_sweep, require_to_sweep
from domain.fingerprints import Kept, Origin, Print
from domain.hashfile import BadHashFile, FileFlaw, loads
from domain.matches import Registered
from domain.outbox import Draft, Operation, Route
from domain.refusals import Reason, Refusal
from services import cards
from services.desk import Deed, Desk
from services.examiner import Examiner, Unhashable
from storage import cases as case_table
from storage import consents as consent_table
from storage import fingerprints as table
from storage.database import Transaction
from storage.keys import KeyErased
from storage.sealed import Safe

LOOK_BACK = "look-back"
_CHANGES = 500


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
    """Register a file of hashes; how many of them are new."""
    try:
        read = loads(upload.data)
    except BadHashFile as bad:
        raise Refusal(Reason.BAD_HASH_FILE, why=f"file_{bad.reason.value}") from None
    prints = tuple(each for each in read if isinstance(each, Print))
    if len(prints) < len(read):  # Videos can't be kept yet.
        raise Refusal(Reason.BAD_HASH_FILE, why=f"file_{FileFlaw.BAD_ITEM.value}")
    return await _register(desk, actor, word, prints, Origin.HASH_FILE, upload.file_id)


async def register_picture(
    desk: Desk, actor: Actor, examiner: Examiner, word: str, upload: Upload
) -> int:
    """Hash a picture in memory and register it; its bytes go nowhere else."""
    await expect(desk, actor, word, are_bytes=True)
    try:
        print_ = await examiner.hash(upload.data)
    except Unhashable as flaw:
        raise Refusal(Reason.BAD_PICTURE, why=f"picture_{flaw.reason}") from None
    return await _register(desk, actor, word, (print_,), Origin.SLACK_UPLOAD, upload.file_id)


async def _register(
    desk: Desk, actor: Actor, word: str, prints: tuple[Print, ...], origin: Origin, file_id: str
) -> int:
    async with desk.deed(actor, Action.REGISTER_FINGERPRINT) as deed:
        case = await ready_case(deed.tx, word)
        added = [
            await table.register(deed.tx, deed.safe, case.id, print_, origin, deed.now)
            for print_ in prints
        ]
        new = sum(added)
        await deed.record(
            f"case:{case.id}", number=case.number, new=new, known=len(added) - new, origin=origin
        )
        await cards.refresh(deed, case.id)
        await deed.answer(
            "fingerprints_registered", number=case.number, new=new, known=len(added) - new
        )
        await _delete_file(deed, file_id, case.number)
        deed.wake_after(LOOK_BACK)
    return new


async def drop_upload(desk: Desk, actor: Actor, file_id: str) -> None:
    """What was refused is taken out of Slack all the same."""
    async with desk.deed(actor, Action.REGISTER_FINGERPRINT) as deed:
        await _delete_file(deed, file_id, "")
        await deed.record("upload", refused=True)


async def _delete_file(deed: Deed, file_id: str, number: str) -> None:
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
        return case, await table.of_case(tx, case.id)


async def load_changes(desk: Desk, after: int) -> Changes:
    """The next changes after this number, each fingerprint once, as it stands now."""
    async with desk.database.reading() as tx:
        rows = await table.changed_after(tx, after, _CHANGES)
        ids = sorted({fingerprint_id for _, fingerprint_id in rows})
        news = [(each, await swept(tx, desk.safe, each)) for each in ids]
    return Changes(rows[-1][0] if rows else after, tuple(news))


async def swept(tx: Transaction, safe: Safe, fingerprint_id: int) -> Registered | None:
    """The fingerprint, if it is in force, its case open and the consents to sweep given."""
    kept = await table.find(tx, fingerprint_id)
    if kept is None or kept.withdrawn_at is not None:
        return None
    if await swept_case(tx, kept.case_id) is None:
        return None
    try:
        return Registered(
            fingerprint_id, kept.case_id, await table.opened(tx, safe, fingerprint_id)
        )
    except KeyErased:
        return None


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

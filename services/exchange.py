"""Lists of hashes to and from other centres: taken in whole, given out as canonical hashes alone."""

import asyncio
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from enum import StrEnum
from itertools import islice

from domain import exchange, prints, vpdq
from domain.access import Action, Actor
from domain.cases import Case, number_from
from domain.consents import ConsentPart, require_part
from domain.exchange import Imported
from domain.fingerprints import Fingerprint, Kind, Origin, Outcome
from domain.hashfile import is_ours
from domain.listed import BadList
from domain.refusals import Reason, Refusal
from matching import packing_video
from matching.decoding import Undecodable
from matching.packing import packed, packed_video
from matching.registering import registration_of_listed
from services import cards, fingerprints
from services.desk import Deed, Desk
from services.fingerprints import LOOK_BACK, Upload, delete_file, ready_case
from storage import cases as case_table
from storage import consents as consent_table
from storage import fingerprints as table

MOST_SHOWN = 150_000  # Characters: what one window of Slack holds.
_AT_ONCE = 500  # Few enough that an emergency call never waits for a list.


class Format(StrEnum):
    """How hashes are given out."""

    CSV = "csv"
    THREATEXCHANGE = "threatexchange"
    VPDQ = "vpdq"


@dataclass(frozen=True)
class Exported:
    """The canonical hashes of a case, as the texts of files for another centre.

    One file for all pictures, or one for each video; count: of pictures or videos.
    """

    number: str
    count: int
    format: Format
    texts: tuple[str, ...]


async def register_file(desk: Desk, actor: Actor, word: str, upload: Upload) -> int:
    """Register a file of hashes, ours or another centre's list; how many are new."""
    if await asyncio.to_thread(is_ours, upload.data):
        return await fingerprints.register_file(desk, actor, word, upload)
    if vpdq.is_vpdq(upload.data):
        made = await asyncio.to_thread(_read_video, upload.data)
        return await fingerprints.register(
            desk, actor, word, (made,), Origin.EXCHANGE, upload.file_id
        )
    return await register_list(desk, actor, word, upload)


async def register_list(desk: Desk, actor: Actor, word: str, upload: Upload) -> int:
    """Register the hashes of another centre's list; how many are new. A flaw refuses all of it.

    They are written in parts, and only the last part answers and ends the letter: after a crash the
    whole list is taken in again, and what is there already stays as it is.
    """
    imported = await asyncio.to_thread(_read, upload.data)
    outcomes: Counter[Outcome] = Counter()
    for part in _parts(imported):
        async with desk.deed(replace(actor, inbox_id=None), Action.REGISTER_FINGERPRINT) as deed:
            case = await ready_case(deed.tx, word)
            made = await table.register_all(
                deed.tx, deed.safe, case.id, part, Origin.EXCHANGE, deed.now
            )
            outcomes += made
            told = {str(each): made[each] for each in Outcome}
            await deed.record(f"case:{case.id}", origin=Origin.EXCHANGE, **told)
    await _tell(desk, actor, word, upload, imported, outcomes)
    return outcomes[Outcome.NEW]


def _read_video(data: bytes) -> Fingerprint:
    try:
        return packed_video(vpdq.print_of(vpdq.loads(data)), None)
    except vpdq.BadVpdq as bad:
        place = f"line:{bad.line}" if bad.line else ""
        why = f"list_{bad.reason.value}"
    except Undecodable:
        place, why = "", "list_plain"
    raise Refusal(Reason.BAD_LIST, why=why, place=place)


def _read(data: bytes) -> Imported:
    try:
        return exchange.loads(data)
    except BadList as bad:
        place = f"line:{bad.line}" if bad.line else f"item:{bad.item}" if bad.item else ""
        why = f"list_{bad.reason.value}"
        raise Refusal(Reason.BAD_LIST, why=why, place=place) from None


def _parts(imported: Imported) -> Iterator[Sequence[Fingerprint]]:
    made = (packed(registration_of_listed(each)) for each in imported.prints)
    while part := list(islice(made, _AT_ONCE)):
        yield part


async def _tell(
    desk: Desk,
    actor: Actor,
    word: str,
    upload: Upload,
    imported: Imported,
    outcomes: Counter[Outcome],
) -> None:
    async with desk.deed(actor, Action.REGISTER_FINGERPRINT) as deed:
        case = await ready_case(deed.tx, word)
        told = {str(each): outcomes[each] for each in Outcome}
        told |= {"left_out": imported.left_out, "duplicates": imported.duplicates}
        await deed.record(f"case:{case.id}", list=imported.format, **told)
        await cards.refresh(deed, case.id)
        await deed.answer("fingerprints_registered", number=case.number, **told)
        await delete_file(deed, upload.file_id, case.number)
        deed.wake_after(LOOK_BACK)


async def export(desk: Desk, actor: Actor, word: str, format_: Format) -> Exported:
    """The canonical hashes of a case's pictures or videos, with the consent to passing them on.

    Variants and descriptors never leave, nor what came from another centre's list.
    """
    async with desk.deed(actor, Action.EXPORT_FINGERPRINTS) as deed:
        case = await case_table.numbered(deed.tx, number_from(word))
        held = await consent_table.of_case(deed.tx, case.id)
        require_part(case.number, held, ConsentPart.PASSING_ON)
        kind = Kind.VIDEO if format_ is Format.VPDQ else Kind.IMAGE
        found = [each for each in await _own(deed, case) if each.kind is kind]
        if not found:
            raise Refusal(Reason.NOTHING_TO_EXPORT, number=case.number)
        texts = await asyncio.to_thread(_written, found, format_)
        if sum(map(len, texts)) > MOST_SHOWN:
            raise Refusal(Reason.TOO_MANY_TO_EXPORT, number=case.number, count=len(found))
        await deed.record(f"case:{case.id}", exported=len(found), format=format_)
    return Exported(case.number, len(found), format_, texts)


async def _own(deed: Deed, case: Case) -> list[Fingerprint]:
    """What is swept for of a case's own media, oldest first."""
    kept = await table.of_case(deed.tx, case.id)
    own = [each.id for each in kept if each.origin is not Origin.EXCHANGE]
    sealed = await table.in_force(deed.tx, own, [case.id])
    return [each.opened(deed.safe) for each in sorted(sealed, key=lambda each: each.id)]


def _written(found: Sequence[Fingerprint], format_: Format) -> tuple[str, ...]:
    if format_ is Format.VPDQ:
        videos = (packing_video.unpacked(each.canonical) for each in found)
        return tuple(vpdq.dumps(vpdq.features_of(video)) for video in videos)
    pictures = [prints.from_bytes(each.canonical) for each in found]
    if format_ is Format.CSV:
        return (exchange.dumps_csv(pictures),)
    return (exchange.dumps_threatexchange(pictures),)

"""Slack's side of fingerprints: `/fingerprint …` and the form that takes a file."""

from collections.abc import Mapping
from typing import Any

from bot.render import fingerprints as render
from bot.render.message import Form, Message
from bot.slack.calls import Call, Handler, Submission, Table
from bot.slack.downloads import download, file_info
from domain import hashfile
from domain.refusals import Reason, Refusal
from services import exchange, fingerprints, floods
from services.examiner import Examiner
from services.exchange import Format
from services.fingerprints import Upload

_TEXTS = ("json", "javascript", "csv", "text")
_PICTURE_BYTES = 20_000_000
_LARGE_PICTURE = Refusal(Reason.BAD_PICTURE, why="picture_too_large")
_LARGE_FILE = Refusal(Reason.BAD_HASH_FILE, why="file_too_large")


async def add(call: Call) -> Form:
    """`/fingerprint add NUMBER`: the form, once the case may have fingerprints at all."""
    number = call.word(0, "fingerprint.usage.add")
    case = await fingerprints.expect(call.desk, call.actor, number, are_bytes=False)
    return render.add_form(call.language, case.number)


async def listed(call: Call) -> Message:
    """`/fingerprint list NUMBER`"""
    number = call.word(0, "fingerprint.usage.list")
    case, kept = await fingerprints.list_fingerprints(call.desk, call.actor, number)
    return render.listed(call.language, case.number, kept, call.desk.policy.hours.wall_time)


async def key(call: Call) -> Message:
    """`/fingerprint key`: for what officers hash on their own machines."""
    return render.key(call.language, await fingerprints.show_key(call.desk, call.actor))


async def withdraw(call: Call) -> None:
    """`/fingerprint withdraw ID`"""
    number = number_of(call.word(0, "fingerprint.usage.withdraw"))
    await fingerprints.withdraw(call.desk, call.actor, number)


async def release(call: Call) -> None:
    """`/fingerprint release ID`"""
    number = number_of(call.word(0, "fingerprint.usage.release"))
    await floods.release(call.desk, call.actor, number)


def number_of(word: str) -> int:
    """The number of a fingerprint that was typed."""
    text = word.lstrip("#")
    if not text.isdecimal() or len(text) > 9:
        raise Refusal(Reason.NO_SUCH_FINGERPRINT, number=text[:20])
    return int(text)


async def export(call: Call) -> Form:
    """`/fingerprint export NUMBER [csv|threatexchange|vpdq]`"""
    number = call.word(0, "fingerprint.usage.export")
    word = call.words[1].lower() if len(call.words) > 1 else Format.CSV
    try:
        format_ = Format(word)
    except ValueError:
        raise Refusal(Reason.UNKNOWN_FORMAT, word=word[:20]) from None
    return render.exported(
        call.language, await exchange.export(call.desk, call.actor, number, format_)
    )


async def check(call: Call) -> dict[str, Refusal]:
    """What may not be registered is told while the form is open, and never downloaded."""
    try:
        file = await file_info(call, _file_id(call))
        await fingerprints.expect(call.desk, call.actor, call.private, not _is_hash_file(file))
    except Refusal as refusal:
        return {render.FILE: refusal}
    return {}


def submit_with(examiner: Examiner) -> Handler:
    """The form's submission: the file goes into memory, its hashes into the case, and then it goes.

    What is refused after all is deleted from Slack like the rest.
    """

    async def submit(call: Call) -> None:
        file_id = _file_id(call)
        file = await file_info(call, file_id)
        try:
            await _register(call, examiner, file, file_id)
        except Refusal as no:
            await fingerprints.drop_upload(call.desk, call.actor, file_id)
            raise Refusal(no.reason, **no.facts | {"file": str(file.get("name", ""))}) from None

    return submit


async def _register(call: Call, examiner: Examiner, file: Mapping[str, Any], file_id: str) -> None:
    is_hash_file = _is_hash_file(file)
    await fingerprints.expect(call.desk, call.actor, call.private, are_bytes=not is_hash_file)
    if is_hash_file:
        upload = Upload(await download(call, file, hashfile.MOST_BYTES, _LARGE_FILE), file_id)
        await exchange.register_file(call.desk, call.actor, call.private, upload)
    else:
        upload = Upload(await download(call, file, _PICTURE_BYTES, _LARGE_PICTURE), file_id)
        await fingerprints.register_picture(call.desk, call.actor, examiner, call.private, upload)


def _file_id(call: Call) -> str:
    files = call.values.get(render.FILE) or call.files
    if not files:
        raise Refusal(Reason.UPLOAD_GONE)
    first = files[0]
    return str(first.get("id", "")) if isinstance(first, Mapping) else str(first)


def _is_hash_file(file: Mapping[str, Any]) -> bool:
    """By name and type alone: the bytes of a picture aren't wanted just to find out."""
    name = str(file.get("name", "")).lower()
    return name.endswith((".json", ".csv", ".txt")) or file.get("filetype") in _TEXTS


def table_with(examiner: Examiner) -> Table:
    """What this noun handles, with the examiner that hashes pictures."""
    return Table(
        commands={
            "fingerprint": {
                "add": add,
                "key": key,
                "list": listed,
                "release": release,
                "withdraw": withdraw,
                "export": export,
            }
        },
        forms={render.ADD_FORM: Submission(check, submit_with(examiner))},
    )

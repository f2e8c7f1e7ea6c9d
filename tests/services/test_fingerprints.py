"""Registering and withdrawing fingerprints: what is kept, what is refused, on both databases."""

from typing import Any

import pytest
from sqlmodel import select

from bot.render.refusals import refusal_text
from bot.render.texts import say
from domain.fingerprints import Print
from domain.hashfile import MOST_BYTES, loads
from domain.outbox import Operation
from domain.refusals import Reason, Refusal
from matching.decoding import Why
from services import cases, fingerprints, matches
from services.desk import Desk
from services.examiner import Examiner
from services.fingerprints import Upload
from storage.changes import FingerprintChangeRow
from storage.fingerprints import FingerprintRow
from storage.outbox import OutboxRow
from tests.conftest import COUNSELLOR, OFFICER, SUPERVISOR, with_policy
from tests.matching.test_decoding import claiming
from tests.square_sweeps import InProcess, hash_file, jpeg, open_case, register, swept_desk


async def rows(desk: Desk, table: Any) -> list[Any]:
    async with desk.database.reading() as tx:
        return list((await tx.exec(select(table))).all())


async def refused(doing: Any) -> Refusal:
    with pytest.raises(Refusal) as caught:
        await doing
    return caught.value


async def test_a_hash_file_is_registered_once_and_its_slack_file_deleted(any_desk: Desk) -> None:
    case = await open_case(any_desk)
    upload = Upload(hash_file(1, 2), "F1")
    new = [
        await fingerprints.register_file(any_desk, OFFICER, case.number, upload) for _ in range(2)
    ]
    assert new == [2, 0]
    deletions = [
        row for row in await rows(any_desk, OutboxRow) if row.operation is Operation.DELETE_FILE
    ]
    assert [row.dedup_key for row in deletions] == ["file:F1"]
    numbers = [row.number for row in await rows(any_desk, FingerprintChangeRow)]
    assert sorted(numbers) == list(range(1, len(numbers) + 1))


async def test_hashes_lie_sealed_in_the_database(desk: Desk) -> None:
    await register(desk, await open_case(desk), 1)
    [row] = await rows(desk, FingerprintRow)
    [print_] = loads(hash_file(1))
    assert isinstance(print_, Print)
    assert print_.sha256.bits not in row.hashes
    assert print_.pdq.bits not in row.hashes
    assert row.digest != print_.sha256.hex


@pytest.mark.parametrize(
    ("data", "why"),
    [
        (b"", "file_not_json"),
        (b"\xff\xd8\xff not a hash file", "file_not_json"),
        (b"[]", "file_wrong_format"),
        (b'{"format": "ansim-hashes", "version": 9}', "file_wrong_version"),
        (b'{"format": "ansim-hashes", "version": 1, "items": []}', "file_no_items"),
        (b'{"format": "ansim-hashes", "version": 1, "items": [{}]}', "file_bad_item"),
        (b" " * (MOST_BYTES + 1), "file_too_large"),
    ],
    ids=lambda given: str(given[:20]),
)
async def test_a_file_that_is_none_registers_nothing(desk: Desk, data: bytes, why: str) -> None:
    case = await open_case(desk)
    no = await refused(fingerprints.register_file(desk, OFFICER, case.number, Upload(data)))
    place = "item:1" if why == "file_bad_item" else ""
    assert (no.reason, no.facts) == (Reason.BAD_HASH_FILE, {"why": why, "place": place})
    assert await rows(desk, FingerprintRow) == []


async def test_nothing_is_registered_without_consent(any_desk: Desk) -> None:
    case = await open_case(any_desk, consented=False)
    no = await refused(register(any_desk, case, 1))
    assert (no.reason, no.facts["part"]) == (Reason.CONSENT_MISSING, "deletion_support")
    assert await rows(any_desk, FingerprintRow) == []


async def test_nothing_is_registered_for_a_closed_or_an_unknown_case(desk: Desk) -> None:
    case = await open_case(desk)
    await cases.close(desk, OFFICER, case.number, "끝")
    assert (await refused(register(desk, case, 1))).reason is Reason.CASE_CLOSED
    upload = Upload(hash_file(1))
    unknown = fingerprints.register_file(desk, OFFICER, "2026-9999", upload)
    assert (await refused(unknown)).reason is Reason.NO_SUCH_CASE


async def test_who_may_not_register_is_refused(desk: Desk) -> None:
    case = await open_case(desk)
    doing = fingerprints.register_file(desk, COUNSELLOR, case.number, Upload(hash_file(1)))
    assert (await refused(doing)).reason is Reason.NOT_ALLOWED


async def test_a_minors_bytes_are_refused_before_anything_is_downloaded(desk: Desk) -> None:
    ready = swept_desk(desk)
    case = await open_case(ready, is_minor=True)
    no = await refused(fingerprints.expect(ready, OFFICER, case.number, are_bytes=True))
    assert no.reason is Reason.BYTES_NOT_ALLOWED
    assert (await fingerprints.expect(ready, OFFICER, case.number, False)).number == case.number


async def test_bytes_are_refused_where_the_policy_says_so(desk: Desk) -> None:
    case = await open_case(desk)
    no = await refused(fingerprints.expect(desk, OFFICER, case.number, are_bytes=True))
    assert no.reason is Reason.BYTES_NOT_ALLOWED


@pytest.mark.parametrize(
    ("data", "why"),
    [
        (b"", "picture_empty"),
        (b"text", "picture_not_media"),
        (jpeg(1)[:3000], "picture_truncated"),
        (claiming(20_000, 20_000), "picture_bomb"),
        (bytes(20_000_001), "picture_too_large"),
    ],
    ids=lambda given: given if isinstance(given, str) else "bytes",
)
async def test_a_picture_that_is_none_registers_nothing(desk: Desk, data: bytes, why: str) -> None:
    ready = swept_desk(desk)
    case = await open_case(ready)
    examiner = Examiner(InProcess(), InProcess(), ready.policy.tiers)
    doing = fingerprints.register_picture(ready, OFFICER, examiner, case.number, Upload(data))
    no = await refused(doing)
    assert (no.reason, no.facts) == (Reason.BAD_PICTURE, {"why": why})


@pytest.mark.parametrize("language", ["ko", "en"])
@pytest.mark.parametrize("why", Why)
def test_every_flaw_of_a_picture_is_told_in_one_sentence(language: str, why: Why) -> None:
    told = refusal_text(language, Refusal(Reason.BAD_PICTURE, why=f"picture_{why}"))
    assert say(language, f"why.picture_{why}") in told


def test_a_refused_file_is_named_with_the_place_of_its_flaw() -> None:
    facts = {"why": "file_bad_item", "place": "item:3", "file": "<b>prints.json"}
    told = refusal_text("en", Refusal(Reason.BAD_HASH_FILE, **facts))
    assert told.startswith("&lt;b&gt;prints.json: ")
    assert f"({say('en', 'why.file_bad_item')}, entry 3)" in told


async def test_a_picture_is_hashed_with_all_its_forms(desk: Desk) -> None:
    ready = swept_desk(desk)
    case = await open_case(ready)
    examiner = Examiner(InProcess(), InProcess(), ready.policy.tiers)
    upload = Upload(jpeg(1), "F2")
    doing = fingerprints.register_picture(ready, OFFICER, examiner, case.number, upload)
    assert await doing == 1
    await matches.refresh(ready, examiner)
    [found] = examiner.register.findings(await examiner.look(jpeg(1, (320, 240), 50)))
    assert found.verdict.tier == "A"


async def test_withdrawing_twice_is_refused_and_registering_again_revives(any_desk: Desk) -> None:
    case = await open_case(any_desk)
    await register(any_desk, case, 1)
    [kept] = (await fingerprints.list_fingerprints(any_desk, OFFICER, case.number))[1]
    await fingerprints.withdraw(any_desk, OFFICER, kept.id)
    for unknown in (kept.id, 99):
        no = await refused(fingerprints.withdraw(any_desk, OFFICER, unknown))
        assert no.reason is Reason.NO_SUCH_FINGERPRINT
    assert await register(any_desk, case, 1) == 1
    [again] = (await fingerprints.list_fingerprints(any_desk, OFFICER, case.number))[1]
    assert (again.id, again.withdrawn_at) == (kept.id, None)


@pytest.mark.parametrize("ending", [cases.close, cases.erase])
async def test_a_closed_or_erased_case_leaves_the_index(any_desk: Desk, ending: Any) -> None:
    case = await open_case(any_desk)
    await register(any_desk, case, 1)
    examiner = Examiner(InProcess(), InProcess(), any_desk.policy.tiers)
    await matches.refresh(any_desk, examiner)
    more = ("끝",) if ending is cases.close else ()
    await ending(any_desk, SUPERVISOR, case.number, *more)
    await matches.refresh(any_desk, examiner)
    assert len(examiner.register) == 0
    fresh = Examiner(InProcess(), InProcess(), any_desk.policy.tiers)
    await matches.refresh(any_desk, fresh)
    assert len(fresh.register) == 0


async def test_a_refused_upload_is_taken_out_of_slack_all_the_same(desk: Desk) -> None:
    await fingerprints.drop_upload(with_policy(desk), OFFICER, "F9")
    [row] = await rows(desk, OutboxRow)
    assert (row.operation, row.dedup_key) == (Operation.DELETE_FILE, "file:F9")

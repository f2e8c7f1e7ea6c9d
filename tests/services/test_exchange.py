"""Lists of other centres: taken in whole or not at all, and what is given out of a case."""

from itertools import pairwise

import pytest

from bot.render.refusals import refusal_text
from bot.render.texts import say
from domain import vpdq
from domain.consents import ConsentPart
from domain.exchange import loads
from domain.listed import ListFlaw
from domain.outbox import Operation
from domain.refusals import Reason, Refusal
from jobs.sweep import run_once
from matching.video import hash_video
from services import consents, exchange, fingerprints, matches
from services.desk import Desk
from services.exchange import Format
from services.fingerprints import Upload
from storage.changes import FingerprintChangeRow
from storage.fingerprints import FingerprintRow
from storage.outbox import OutboxRow
from tests.conftest import COUNSELLOR, OFFICER
from tests.jobs.test_sweep_walk import rows
from tests.matching.footage import moving, video
from tests.services.test_fingerprints import refused
from tests.square_sweeps import (
    COPY,
    Shelf,
    listing,
    media,
    open_case,
    print_of,
    register,
    sweeper_at,
    swept_desk,
)

MANY = 1_203
FILM = list(moving(5, 3))
LINES = vpdq.dumps(vpdq.features_of(hash_video(video(FILM), dense=True))).encode()


def list_of(*digits: str) -> bytes:
    """A plain list of these hashes."""
    return "\n".join(["hash,quality", *(f"{each},90" for each in digits)]).encode()


def numbered(count: int) -> list[str]:
    return [f"{number:064x}" for number in range(1, count + 1)]


async def test_a_long_list_is_registered_once_with_its_numbers_in_order(any_desk: Desk) -> None:
    case = await open_case(any_desk)
    upload = Upload(list_of(*numbered(MANY)), "F1")
    new = [await exchange.register_file(any_desk, OFFICER, case.number, upload) for _ in range(2)]
    assert new == [MANY, 0]
    kept = await rows(any_desk, FingerprintRow)
    assert ({row.origin for row in kept}, len(kept)) == ({"exchange"}, MANY)
    numbers = sorted(row.number for row in await rows(any_desk, FingerprintChangeRow))
    assert all(after == before + 1 for before, after in pairwise(numbers))
    deleted = [
        each for each in await rows(any_desk, OutboxRow) if each.operation is Operation.DELETE_FILE
    ]
    assert [each.dedup_key for each in deleted] == ["file:F1"]


async def test_a_copy_of_a_listed_picture_is_found(desk: Desk) -> None:
    case = await open_case(desk)
    await exchange.register_file(
        desk, OFFICER, case.number, Upload(list_of(print_of(7).pdq.hex, *numbered(3)))
    )
    sweeper = sweeper_at(swept_desk(desk), listing(1), Shelf({media(1): COPY}))
    assert await run_once(sweeper, "square") == 1
    [view] = await matches.list_matches(sweeper.desk, OFFICER)
    assert (view.match.case_id, view.match.verdict.tier) == (case.id, "A")


async def test_withdrawn_hashes_of_a_list_are_revived_by_it(any_desk: Desk) -> None:
    case = await open_case(any_desk)
    upload = Upload(list_of(*numbered(2)))
    await exchange.register_file(any_desk, OFFICER, case.number, upload)
    [first, _] = (await fingerprints.list_fingerprints(any_desk, OFFICER, case.number))[1]
    await fingerprints.withdraw(any_desk, OFFICER, first.id)
    assert await exchange.register_file(any_desk, OFFICER, case.number, upload) == 1


@pytest.mark.parametrize(
    ("data", "why", "place"),
    [
        (b"", "list_empty", ""),
        (b"\xff\xd8\xff not a list", "list_not_utf8", "line:1"),
        (b"[]", "list_no_hashes", ""),
        (b'{"format": "other"}', "list_shape", "item:1"),
        (list_of("0" * 63), "list_length", "line:2"),
        (list_of("0" * 64, "g" * 64), "list_characters", "line:3"),
        (b"hash,quality\n" + b"0" * 64 + b",101", "list_quality", "line:2"),
        (b"hash,quality\n" + b"0" * 64, "list_columns", "line:2"),
        (LINES + b"9,9", "list_fields", f"line:{LINES.count(10) + 1}"),
        (b"0,50," + b"0" * 63 + b",1.0", "list_hash_length", "line:1"),
        (b"0,50," + b"x" * 64 + b",1.0", "list_hash_characters", "line:1"),
        (b"0,101," + b"0" * 64 + b",1.0", "list_quality", "line:1"),
        (b"0,50," + b"0" * 64 + b",-1", "list_timestamp", "line:1"),
        (b"0,10," + b"0" * 64 + b",1.0", "list_plain", ""),
    ],
)
async def test_a_list_with_a_flaw_registers_nothing(
    desk: Desk, data: bytes, why: str, place: str
) -> None:
    case = await open_case(desk)
    no = await refused(exchange.register_file(desk, OFFICER, case.number, Upload(data)))
    assert (no.reason, no.facts) == (Reason.BAD_LIST, {"why": why, "place": place})
    assert await rows(desk, FingerprintRow) == []


@pytest.mark.parametrize("language", ["ko", "en"])
@pytest.mark.parametrize("flaw", [*ListFlaw, *vpdq.LineFlaw, "plain"])
def test_every_flaw_of_a_list_is_told_with_its_place(language: str, flaw: str) -> None:
    no = Refusal(Reason.BAD_LIST, why=f"list_{flaw}", place="line:12")
    told = refusal_text(language, no)
    assert say(language, f"why.list_{flaw}") in told
    assert say(language, "place.line", line=12) in told


async def test_a_list_needs_the_consents_and_the_role(desk: Desk) -> None:
    bare = await open_case(desk, consented=False)
    upload = Upload(list_of(*numbered(2)))
    no = await refused(exchange.register_file(desk, OFFICER, bare.number, upload))
    assert no.reason is Reason.CONSENT_MISSING
    case = await open_case(desk)
    no = await refused(exchange.register_file(desk, COUNSELLOR, case.number, upload))
    assert no.reason is Reason.NOT_ALLOWED


async def test_canonical_hashes_alone_are_given_out_and_with_consent(desk: Desk) -> None:
    case = await open_case(desk)
    await register(desk, case, 7, 8)
    await exchange.register_file(desk, OFFICER, case.number, Upload(list_of(*numbered(2))))
    no = await refused(exchange.export(desk, OFFICER, case.number, Format.CSV))
    assert (no.reason, no.facts["part"]) == (Reason.CONSENT_MISSING, "passing_on")
    await consents.give(desk, OFFICER, case.number, (ConsentPart.PASSING_ON,), recipient="방심위")
    for format_ in (Format.CSV, Format.THREATEXCHANGE):
        made = await exchange.export(desk, OFFICER, case.number, format_)
        read = loads(made.texts[0].encode()).prints
        assert [each.pdq for each in read] == [print_of(7).pdq, print_of(8).pdq]
        assert print_of(7).sha256.hex not in made.texts[0]


async def test_nothing_and_too_much_are_not_given_out(
    desk: Desk, monkeypatch: pytest.MonkeyPatch
) -> None:
    case = await open_case(desk)
    await consents.give(desk, OFFICER, case.number, (ConsentPart.PASSING_ON,), recipient="방심위")
    no = await refused(exchange.export(desk, OFFICER, case.number, Format.CSV))
    assert no.reason is Reason.NOTHING_TO_EXPORT
    await register(desk, case, 7, 8)
    monkeypatch.setattr(exchange, "MOST_SHOWN", 1)
    no = await refused(exchange.export(desk, OFFICER, case.number, Format.CSV))
    assert no.reason is Reason.TOO_MANY_TO_EXPORT


async def test_withdrawn_hashes_are_not_given_out(desk: Desk) -> None:
    case = await open_case(desk)
    await register(desk, case, 7, 8)
    await consents.give(desk, OFFICER, case.number, (ConsentPart.PASSING_ON,), recipient="방심위")
    [first, _] = (await fingerprints.list_fingerprints(desk, OFFICER, case.number))[1]
    await fingerprints.withdraw(desk, OFFICER, first.id)
    assert (await exchange.export(desk, OFFICER, case.number, Format.CSV)).count == 1


async def test_a_video_of_another_centres_list_is_found_and_its_own_is_given_out(
    desk: Desk,
) -> None:
    ready, case = swept_desk(desk), await open_case(desk)
    assert await exchange.register_file(ready, OFFICER, case.number, Upload(LINES)) == 1
    assert await exchange.register_file(ready, OFFICER, case.number, Upload(LINES)) == 0
    copy = video(FILM, crf="32")
    sweeper = sweeper_at(ready, listing(1), Shelf({media(1): copy}))
    assert await run_once(sweeper, "square") == 1
    own = await open_case(desk)
    await consents.give(desk, OFFICER, own.number, (ConsentPart.PASSING_ON,), recipient="센터")
    await fingerprints.register_picture(
        ready, OFFICER, sweeper.examiner, own.number, Upload(video(FILM))
    )
    [text] = (await exchange.export(desk, OFFICER, own.number, Format.VPDQ)).texts
    assert text.encode() == LINES

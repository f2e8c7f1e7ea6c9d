"""A sealed file of hashes is registered with all that is in it, or refused whole in one sentence."""

import asyncio
import json
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from benchmarks.manipulations import manipulated
from bot.render.refusals import refusal_text
from bot.render.texts import say
from domain import centrekeys
from domain.consents import ConsentPart
from domain.fingerprints import Kind, Sha256
from domain.hashfile import FileFlaw, HashFile, Item, dumps_file
from domain.refusals import Reason, Refusal
from domain.videos import VideoHashes
from jobs.sweep import run_once
from matching.registering import registration
from matching.sealing import Sealer
from matching.video import hash_video
from services import consents, fingerprints, matches
from services.desk import Desk
from services.fingerprints import Upload
from services.hashfile import public_key, public_key_of
from storage.fingerprints import FingerprintRow
from storage.keys import FileKeyStore
from storage.outbox import OutboxRow
from tests.conftest import COUNSELLOR, OFFICER
from tests.matching.footage import moving, video
from tests.matching.landscapes import jpeg, landscape
from tests.services.test_fingerprints import refused, rows
from tests.square_sweeps import Shelf, hash_file, listing, media, open_case, sweeper_at, swept_desk

PICTURES = [landscape(seed) for seed in (1, 20, 21, 22)]
MADE = [registration(jpeg(each), descriptors=True) for each in PICTURES[:2]]


def sealer(desk: Desk) -> Sealer:
    return Sealer(centrekeys.read(public_key(desk.safe.keys)))


def items(seal: Sealer) -> list[Item]:
    return [Item(*seal.picture(made)) for made in MADE]


def written(seal: Sealer, given: list[Item], sealed_for: bytes = b"") -> Upload:
    file = HashFile(tuple(given), sealed_for or seal.public)
    return Upload(dumps_file(file, made_with="test").encode())


async def test_a_crop_is_found_by_a_sealed_file_alone(any_desk: Desk) -> None:
    case = await open_case(any_desk)
    seal = sealer(any_desk)
    upload = written(seal, items(seal)[:1])
    assert await fingerprints.register_file(any_desk, OFFICER, case.number, upload) == 1
    copy = manipulated("crop_25", PICTURES, 0, PICTURES[1:])
    sweeper = sweeper_at(swept_desk(any_desk), listing(1), Shelf({media(1): copy}))
    await run_once(sweeper, "square")
    [view] = await matches.list_matches(sweeper.desk, OFFICER)
    assert view.match.verdict.tier in ("A", "B")


@pytest.mark.parametrize("are_agreed", [False, True])
async def test_descriptors_are_kept_with_consent_alone(desk: Desk, are_agreed: bool) -> None:
    case = await open_case(desk)
    if are_agreed:
        await consents.give(desk, OFFICER, case.number, (ConsentPart.DESCRIPTORS,))
    seal = sealer(desk)
    await fingerprints.register_file(desk, OFFICER, case.number, written(seal, items(seal)))
    kept = [
        (row.variants is not None, row.points is not None)
        for row in await rows(desk, FingerprintRow)
    ]
    assert kept == [(True, are_agreed)] * 2


async def test_a_plain_file_is_supplemented_by_a_sealed_one(desk: Desk) -> None:
    case = await open_case(desk)
    seal = sealer(desk)
    plain = [replace(each, sealed=b"") for each in items(seal)]
    for upload, new in ((written(seal, plain), 2), (written(seal, items(seal)), 0)):
        assert await fingerprints.register_file(desk, OFFICER, case.number, upload) == new
    assert [row.variants is not None for row in await rows(desk, FingerprintRow)] == [True, True]


def swapped(seal: Sealer) -> Upload:
    one, other = items(seal)
    return written(seal, [replace(one, sealed=other.sealed), replace(other, sealed=one.sealed)])


def damaged(seal: Sealer) -> Upload:
    one, other = items(seal)
    return written(seal, [one, replace(other, sealed=other.sealed[:-1])])


def too_large(seal: Sealer) -> Upload:
    one, other = items(seal)
    return written(seal, [one, replace(other, sealed=bytes(50_000))])


def for_another(seal: Sealer) -> Upload:
    other = Sealer(OTHER)
    return written(other, items(other))


def said_to_be_ours(seal: Sealer) -> Upload:
    return written(seal, items(Sealer(OTHER)))


def changed(seal: Sealer, **fields: Any) -> Upload:
    body = json.loads(written(seal, items(seal)).data)
    for name, value in fields.items():
        if name == "sealed":
            body["items"][1][name] = value
        else:
            body[name] = value
    return Upload(json.dumps(body).encode())


OTHER = bytes.fromhex("8520f0098930a754748b7ddcb43ef75a0dbf3a0d26381af4eba4a98eaa9b4e6a")


@pytest.mark.parametrize(
    ("make", "why"),
    [
        (swapped, "file_bad_seal"),
        (damaged, "file_bad_seal"),
        (too_large, "file_bad_seal"),
        (said_to_be_ours, "file_bad_seal"),
        (for_another, "file_other_key"),
        (lambda seal: changed(seal, sealed="no base64!"), "file_bad_seal"),
        (lambda seal: changed(seal, sealed=5), "file_bad_seal"),
        (lambda seal: changed(seal, sealed="AAAA"), "file_bad_seal"),
        (lambda seal: changed(seal, sealed_for="ansim1xyz"), "file_bad_seal"),
        (lambda seal: changed(seal, sealed_for=None), "file_bad_seal"),
    ],
)
async def test_a_file_with_one_bad_seal_registers_nothing(desk: Desk, make: Any, why: str) -> None:
    case = await open_case(desk)
    upload = await asyncio.to_thread(make, sealer(desk))
    no = await refused(fingerprints.register_file(desk, OFFICER, case.number, upload))
    assert (no.reason, no.facts["why"]) == (Reason.BAD_HASH_FILE, why)
    assert await rows(desk, FingerprintRow) == []


@pytest.mark.parametrize("language", ["ko", "en"])
@pytest.mark.parametrize("flaw", FileFlaw)
def test_every_flaw_of_a_file_is_told_in_one_sentence(language: str, flaw: FileFlaw) -> None:
    told = refusal_text(language, Refusal(Reason.BAD_HASH_FILE, why=f"file_{flaw}"))
    assert say(language, f"why.file_{flaw}") in told


async def test_staff_are_shown_the_key_and_it_outlives_a_restart(
    desk: Desk, tmp_path: Path
) -> None:
    shown = await fingerprints.show_key(desk, COUNSELLOR)
    assert shown == public_key(desk.safe.keys)
    master = b"\x05" * 32
    stores = [FileKeyStore(tmp_path / name, master) for name in ("one", "other")]
    assert {public_key(each) for each in stores} == {public_key_of(master)}
    assert public_key_of(b"\x06" * 32) != public_key_of(master)


async def test_a_videos_frames_are_kept_with_their_variants(desk: Desk) -> None:
    case = await open_case(desk)
    seal = sealer(desk)
    whole = VideoHashes(Sha256(bytes(32)), hash_video(video(list(moving(2, 1))), dense=True))
    upload = written(seal, [Item(*seal.video(whole))])
    assert await fingerprints.register_file(desk, OFFICER, case.number, upload) == 1
    [row] = await rows(desk, FingerprintRow)
    assert (row.kind, row.variants is not None, row.points) == (Kind.VIDEO, True, None)


async def test_a_long_file_is_kept_in_parts_and_answered_once(
    desk: Desk, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(fingerprints, "_AT_ONCE", 2)
    case = await open_case(desk)
    assert (
        await fingerprints.register_file(desk, OFFICER, case.number, Upload(hash_file(*range(5))))
        == 5
    )
    assert (
        await fingerprints.register_file(desk, OFFICER, case.number, Upload(hash_file(*range(5))))
        == 0
    )
    kinds = [row.kind for row in await rows(desk, OutboxRow)]
    assert kinds.count("fingerprints_registered") == 2
    assert len(await rows(desk, FingerprintRow)) == 5

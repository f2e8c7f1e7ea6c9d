"""A case that is swept for, pictures, and a sweeper over loopback: for the tests of sweeps."""

import asyncio
import io
import json
from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from datetime import timedelta
from typing import Any, BinaryIO

import pytest
from PIL import Image
from sqlmodel import select

from domain.cases import Case, Harm, Intake
from domain.consents import ConsentPart
from domain.films import Content, Film
from domain.fingerprints import Print
from domain.hashfile import dumps
from domain.policy import SourcePolicy
from domain.sources import MalformedSource, Trouble, Watch
from domain.videos import VideoPrint
from jobs.connectors import connectors
from jobs.sources import Connector
from jobs.sweeper import Sweeper
from matching.decoding import Undecodable
from matching.glances import glance_at
from matching.hashing import hash_picture
from matching.looks import Look, looks_at
from matching.registering import Registration, registration
from matching.video import finer, hash_video
from practice.scenery import scenery
from services import cases, consents, fingerprints
from services.desk import Desk
from services.examiner import Examiner
from services.fingerprints import Upload
from services.ports import Fetched, Unfetchable
from storage.candidates import CandidateRow
from tests.conftest import OFFICER, with_policy
from tests.scripted_web import SQUARE, Script, answer

SOURCE = SourcePolicy("square", "mastodon", SQUARE, timedelta(seconds=5), ("풍경",))
PUBLIC = f"{SQUARE}/api/v1/timelines/public"
TAGGED = f"{SQUARE}/api/v1/timelines/tag/%ED%92%8D%EA%B2%BD"
SWEPT = (ConsentPart.PERSONAL_DATA, ConsentPart.DELETION_SUPPORT, ConsentPart.FINGERPRINTS)


def jpeg(seed: int, size: tuple[int, int] = (640, 480), quality: int = 90) -> bytes:
    """A generated scenery, re-encoded; the same seed is the same scene at any size."""
    data = io.BytesIO()
    picture = scenery(seed, (640, 480)).resize(size, Image.Resampling.LANCZOS)
    picture.save(data, "JPEG", quality=quality)
    return data.getvalue()


def print_of(seed: int) -> Print:
    """The print of a scenery as it was before anybody re-encoded it."""
    return hash_picture(jpeg(seed))


def hash_file(*seeds: int) -> bytes:
    """What `ansim hash` writes for these sceneries."""
    return dumps([print_of(seed) for seed in seeds], made_with="test").encode()


def _glanced(data: bytes) -> Look | Undecodable | None:
    try:
        return glance_at(data)
    except Undecodable as flaw:
        return flaw


def _read(data: Content) -> bytes | BinaryIO:
    return data.file if isinstance(data, Film) else data


class InProcess:
    """Hashes here, in a thread: the test's own pictures are not hostile."""

    async def register(self, data: bytes, *, descriptors: bool) -> Registration:
        return await asyncio.to_thread(registration, data, descriptors=descriptors)

    async def hash_video(self, data: Content, *, dense: bool) -> VideoPrint:
        return await asyncio.to_thread(hash_video, _read(data), dense=dense)

    async def finer(self, data: Content, around_s: Sequence[float]) -> VideoPrint:
        return await asyncio.to_thread(finer, _read(data), around_s)

    async def glance(self, files: Sequence[bytes]) -> list[Look | Undecodable | None]:
        return [await asyncio.to_thread(_glanced, each) for each in files]

    async def look(self, data: bytes, *, with_points: bool) -> tuple[Look, ...]:
        return await asyncio.to_thread(looks_at, data, with_points=with_points)


@dataclass
class Shelf:
    """A fetcher that gives what lies on it, and counts what was asked for."""

    files: dict[str, bytes] = field(default_factory=dict)
    asked: list[str] = field(default_factory=list)
    broken: dict[str, list[Exception]] = field(default_factory=dict)
    etags: dict[str, str] = field(default_factory=dict)

    async def fetch(self, url: str, etag: str = "") -> Fetched:
        self.asked.append(url)
        if self.broken.get(url):
            raise self.broken[url].pop(0)
        if url not in self.files:
            raise Unfetchable("gone", "404")
        if etag and etag == self.etags.get(url):
            return Fetched(b"", etag, is_unchanged=True)
        return Fetched(self.files[url], self.etags.get(url, ""))


def swept_desk(desk: Desk, *sources: SourcePolicy) -> Desk:
    """The desk under a policy with these sources, where Slack may carry bytes."""
    media = replace(desk.policy.media, bytes_in_slack=True)
    return with_policy(desk, sources=sources or (SOURCE,), media=media)


def sweeper_at(desk: Desk, http: Script, shelf: Shelf) -> Sweeper:
    """A sweeper that reaches no network at all."""
    examiner = Examiner(InProcess(), InProcess(), desk.policy.tiers)
    return Sweeper(desk, examiner, http, shelf, connectors(desk.clock))


async def open_case(desk: Desk, is_minor: bool = False, consented: bool = True) -> Case:
    """A case, with the consents to sweep for it if wished."""
    case = await cases.open_case(desk, OFFICER, Intake("하나", Harm.THREAT, is_minor))
    if consented:
        await consents.give(desk, OFFICER, case.number, SWEPT)
    return case


async def register(desk: Desk, case: Case, *seeds: int) -> int:
    """Register the hash file of these sceneries."""
    return await fingerprints.register_file(desk, OFFICER, case.number, Upload(hash_file(*seeds)))


def post(number: int, *urls: str, **more: Any) -> dict[str, Any]:
    """A post as Mastodon's API gives it, with one picture unless told otherwise."""
    media = [{"type": "image", "url": url} for url in urls or (f"{SQUARE}/media/{number}.jpg",)]
    page = f"{SQUARE}/@a/{number}"
    made = {"id": str(number), "url": page, "created_at": "2026-11-23T03:00:00.000Z"}
    return {**made, "media_attachments": media, **more}


async def trouble_of(connector: Connector, source: SourcePolicy, script: Script) -> Trouble:
    """What a connector says is wrong with a source."""
    with pytest.raises(MalformedSource) as caught:
        await connector.poll(Watch(source), script)
    return caught.value.trouble


def listing(*numbers: int) -> Script:
    """A public timeline with these posts."""
    body = answer(json.dumps([post(number) for number in reversed(numbers)]))
    return Script({PUBLIC: body, TAGGED: answer("[]")})


def media(number: int) -> str:
    """The address of a post's picture."""
    return f"{SQUARE}/media/{number}.jpg"


async def states(desk: Desk) -> list[tuple[str, str]]:
    """State and note of every candidate."""
    async with desk.database.reading() as tx:
        rows = (await tx.exec(select(CandidateRow).order_by(CandidateRow.native_id))).all()
    return sorted((row.state.value, row.note) for row in rows)


COPY = jpeg(7, (480, 360), 60)

"""Bluesky's firehose, `com.atproto.sync.subscribeRepos` of a PDS or a relay: frames, cursors and gaps."""

from collections.abc import AsyncGenerator, Iterator
from contextlib import aclosing
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from libipld import decode_car, decode_dag_cbor_multi

from domain.sources import Cursor, Gap, MalformedSource, Page, Trouble
from jobs.answers import moment
from jobs.sources import Http
from jobs.sources.batches import Flawed, batches, sound
from jobs.sources.bluesky_posts import POSTS, Hosts, Record, is_post, items_of, post_of
from jobs.sources.times import at_us, from_us, websocket
from services.ports import Clock

_PATH = "/xrpc/com.atproto.sync.subscribeRepos"
_AT_ONCE = 500  # Frames, of which few are posts.
_WRITTEN = ("create", "update")

# The cursor: `seq` of the last frame, and `at`, when it was sent, in microseconds.


@dataclass(frozen=True)
class Frame:
    """One message: its number, when it was sent, the posts in it; or what the server says of itself."""

    seq: int = 0
    sent_at: datetime | None = None
    records: tuple[Record, ...] = ()
    info: str = ""
    error: str = ""


class _FutureCursor(Exception):
    """The server has begun to count anew: our number means nothing to it."""


async def firehose(
    base: str, cursor: Cursor, hosts: Hosts, clock: Clock, http: Http
) -> AsyncGenerator[Page, None]:
    """Pages of a server's posts. A cursor that it doesn't know leaves a gap, and it goes on from now."""
    known = _Reading(dict(cursor), hosts, clock)
    anew = _Reading({}, hosts, clock, missed_since=cursor.get("at"))
    for reading in (known, anew):
        try:
            async with aclosing(_pages(base, reading, http)) as pages:
                async for page in pages:
                    yield page
        except _FutureCursor:
            continue
        return


async def _pages(base: str, reading: "_Reading", http: Http) -> AsyncGenerator[Page, None]:
    seq = reading.cursor.get("seq")
    asked = f"?cursor={seq}" if seq is not None else ""
    async with (
        http.socket(websocket(base) + _PATH + asked) as socket,
        aclosing(batches(sound(socket, read_frame), _AT_ONCE)) as arriving,
    ):
        async for frames in arriving:
            errors = [frame.error for frame in frames if frame.error]
            if "FutureCursor" in errors and seq is not None:
                raise _FutureCursor
            yield reading.page(frames)
            if errors:
                raise MalformedSource(Trouble.STREAM_ENDED, errors[0])


@dataclass
class _Reading:
    """How far a connection has come; missed_since: from when on something is missing."""

    cursor: Cursor
    hosts: Hosts
    clock: Clock
    missed_since: int | None = None

    def page(self, frames: list[Frame]) -> Page:
        gaps = [gap for frame in frames if (gap := self._moved(frame))]
        records = [record for frame in frames for record in frame.records]
        return Page(
            tuple(item for record in records for item in items_of(record, self.hosts)),
            dict(self.cursor) or None,
            posts=tuple(post_of(record) for record in records),
            gap=gaps[0] if gaps else None,
        )

    def _moved(self, frame: Frame) -> Gap | None:
        """Move the cursor; the first numbered frame after something was missed ends the gap."""
        if frame.info == "OutdatedCursor":
            self.missed_since = self.cursor.get("at")
        if not frame.seq:
            return None
        now = at_us(self.clock.now())
        sent_at = min(at_us(frame.sent_at), now) if frame.sent_at else now
        since, self.missed_since = self.missed_since, None
        seq = max(frame.seq, self.cursor.get("seq", 0))
        self.cursor = {"seq": seq, "at": max(sent_at, self.cursor.get("at", 0))}
        if since is None or since >= sent_at:
            return None
        return Gap(from_us(since), from_us(sent_at))


def read_frame(data: str | bytes) -> Frame:
    """A message as it was sent. Raises Flawed."""
    head, body = _decoded(data)
    if head.get("op") == -1:
        return Frame(error=_name(body.get("error")) or "error")
    kind = head.get("t")
    if kind == "#info":
        return Frame(info=_name(body.get("name")))
    seq = body.get("seq")
    if not isinstance(seq, int) or not 0 < seq < 1 << 63:
        return Frame()
    sent_at = moment(body.get("time"))
    if kind != "#commit":
        return Frame(seq, sent_at)
    return Frame(seq, sent_at, tuple(_records(body, sent_at)))


def _decoded(data: str | bytes) -> tuple[dict[str, Any], dict[str, Any]]:
    """A frame's two parts."""
    if isinstance(data, str):
        raise Flawed
    try:
        parts = decode_dag_cbor_multi(data)
    except (ValueError, RecursionError):
        raise Flawed from None
    if len(parts) != 2 or not all(isinstance(part, dict) for part in parts):
        raise Flawed
    return parts[0], parts[1]


def _records(body: dict[str, Any], sent_at: datetime | None) -> Iterator[Record]:
    """The posts that a commit writes; a commit whose blocks can't be read holds none."""
    written = list(_writes(body.get("ops")))
    did, blocks = body.get("repo"), body.get("blocks")
    if not written or not isinstance(did, str) or not isinstance(blocks, bytes):
        return
    try:
        held = decode_car(blocks)[1]
    except (ValueError, RecursionError):
        return
    for rkey, cid, edition in written:
        record = held.get(cid)
        if isinstance(record, dict) and is_post(record):
            yield Record(did, rkey, record, sent_at, edition)


def _writes(ops: object) -> Iterator[tuple[str, bytes, str]]:
    """Key, CID and, where it replaces another, edition of each post written."""
    for op in ops if isinstance(ops, list) else ():
        if not isinstance(op, dict) or op.get("action") not in _WRITTEN:
            continue
        collection, _, rkey = str(op.get("path", "")).partition("/")
        cid = op.get("cid")
        if collection == POSTS and rkey and isinstance(cid, bytes):
            yield rkey, cid, cid.hex()[-12:] if op["action"] == "update" else ""


def _name(said: object) -> str:
    """A name that a server gives; nothing of it that isn't a name."""
    return said if isinstance(said, str) and said.isascii() and said.isalnum() else ""

"""Jetstream, Bluesky's firehose as JSON: posts as they are made, and gaps that it doesn't speak of."""

import json
from collections.abc import AsyncGenerator
from contextlib import aclosing
from dataclasses import dataclass

from domain.sources import Cursor, Gap, Page
from jobs.sources import Http
from jobs.sources.batches import Flawed, batches, sound
from jobs.sources.bluesky_posts import POSTS, Hosts, Record, is_post, items_of, post_of
from jobs.sources.times import MINUTE, SECOND, at_us, from_us, websocket
from services.ports import Clock

_PATH = f"/subscribe?wantedCollections={POSTS}"
_REWIND = 5 * SECOND  # Other servers of the same address see a post some moments later.
_SILENCE = MINUTE  # The whole network is never so long without a post.
_WRITTEN = ("create", "update")

# The cursor: `at`, the microsecond of the last event. It is asked for again, and what lay within 36 hours
# is sent again; of an older cursor the server says nothing and begins later, which is seen by what comes.


@dataclass(frozen=True)
class Event:
    """When Jetstream saw something, and the post, if it is one that was written."""

    at: int
    record: Record | None = None


async def jetstream(
    base: str, cursor: Cursor, hosts: Hosts, clock: Clock, http: Http
) -> AsyncGenerator[Page, None]:
    """Pages of the network's posts."""
    known = cursor.get("at")
    began = min(known or at_us(clock.now()), at_us(clock.now()))
    asked = f"&cursor={began - _REWIND}" if known else ""
    high, is_first = began, True
    async with (
        http.socket(websocket(base) + _PATH + asked) as socket,
        aclosing(batches(sound(socket, read_event))) as arriving,
    ):
        if not known:
            yield Page((), {"at": began})  # From here on nothing is lost.
        async for events in arriving:
            now = at_us(clock.now())
            gap = _gap(began, min(events[0].at, now)) if is_first else None
            high, is_first = max(high, min(max(event.at for event in events), now)), False
            records = [event.record for event in events if event.record]
            yield Page(
                tuple(item for record in records for item in items_of(record, hosts)),
                {"at": high},
                posts=tuple(post_of(record) for record in records),
                gap=gap,
            )


def _gap(asked: int, given: int) -> Gap | None:
    """What is missing where the first event is much later than what was asked for."""
    return Gap(from_us(asked), from_us(given)) if given - asked > _SILENCE else None


def read_event(message: str | bytes) -> Event:
    """An event as it was sent. Raises Flawed."""
    try:
        event = json.loads(message)
    except (ValueError, RecursionError):
        raise Flawed from None
    at = event.get("time_us") if isinstance(event, dict) else None
    if not isinstance(at, int) or at <= 0:
        raise Flawed
    return Event(at, _written(event, at))


def _written(event: dict[str, object], at: int) -> Record | None:
    commit, did = event.get("commit"), event.get("did")
    if not isinstance(commit, dict) or commit.get("collection") != POSTS:
        return None
    rkey, body, operation = commit.get("rkey"), commit.get("record"), commit.get("operation")
    if operation not in _WRITTEN or not isinstance(did, str) or not isinstance(rkey, str):
        return None
    if not rkey or not isinstance(body, dict) or not is_post(body):
        return None
    edition = str(commit.get("cid", ""))[-12:] if operation == "update" else ""
    return Record(did, rkey, body, from_us(at), edition)

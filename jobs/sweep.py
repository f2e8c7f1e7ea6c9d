"""A sweep: poll a source, take in what it lists, fetch, hash, compare, tell."""

import asyncio
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from uuid import uuid4

import structlog

from domain.policy import SourcePolicy
from domain.sightings import Candidate
from domain.sources import MOST_PAGES, MalformedSource, Page, Trouble, Watch
from jobs.handing import Handing
from jobs.metered import Metered
from jobs.sources import Connector, Http
from services import candidates, matches, turn_ends, turns
from services import look_back as looking_back
from services.desk import Desk
from services.examiner import Examiner, Unhashable
from services.ports import Fetched, Fetcher, Unfetchable
from services.turn_ends import Asked

_log = structlog.get_logger()
_AT_ONCE = 96
_TAKEN_AT_ONCE = 32  # At least, since each time is a transaction.

Secrets = Mapping[str, Mapping[str, str]]


@dataclass(frozen=True)
class Sweeper:
    """Everything that sweeps need; `owner` marks the leases of this process, `secrets` are the keys of
    networks, by network and then by name.

    handing: by which what is due goes to other processes; none: it is looked at in this one.
    """

    desk: Desk
    examiner: Examiner
    http: Http
    fetcher: Fetcher
    connectors: Mapping[str, Connector]
    secrets: Secrets = field(default_factory=dict)
    handing: Handing | None = None
    owner: str = field(default_factory=lambda: uuid4().hex)


async def poll_due(sweeper: Sweeper, name: str) -> None:
    """A turn of a source, if its time has come or somebody asked for it."""
    if await turns.is_due(sweeper.desk, name):
        await poll(sweeper, name)


async def run_once(sweeper: Sweeper, name: str) -> int:
    """Everything of one source at once: what is left from before, a turn, and what it brought; how many
    matches.
    """
    matched = await examine_waiting(sweeper, name)
    await poll(sweeper, name)
    return matched + await examine_waiting(sweeper, name)


async def poll(sweeper: Sweeper, name: str) -> None:
    """One turn of a source: page after page, each taken in before the next is asked for.

    Calls for one source must not overlap; those of different sources may.
    """
    watch = await turns.begin_turn(sweeper.desk, name)
    if watch is None:
        return
    http = Metered(sweeper.http, watch.calls)
    try:
        await _pages(sweeper, watch, http)
    except MalformedSource as trouble:
        _log.warning("source_trouble", source=name, trouble=trouble.trouble.value)
        await turn_ends.fail(sweeper.desk, name, trouble, http.calls)


async def _pages(sweeper: Sweeper, watch: Watch, http: Metered) -> None:
    name, keys = watch.source.name, tuple(term.key for term in watch.terms)
    connector = connector_of(sweeper, watch)
    watch = with_secrets(sweeper, watch)
    for _ in range(MOST_PAGES):
        before = http.calls
        page = await _asked(connector, watch, http)
        await candidates.take_in(sweeper.desk, name, page, Asked(http.calls - before, keys))
        if not page.is_more or http.calls >= watch.calls:
            return
        watch = _further(watch, page)


def _further(watch: Watch, page: Page) -> Watch:
    """From where the next page is asked for, and only with the words that are still catching up."""
    cursor = watch.cursor if page.cursor is None else page.cursor
    terms = tuple(term for term in watch.terms if cursor.get(term.key, {}).get("at"))
    return replace(watch, cursor=cursor, terms=terms)


def connector_of(sweeper: Sweeper, watch: Watch) -> Connector:
    """The connector of a source's network; raises MalformedSource where there is none."""
    found = sweeper.connectors.get(watch.source.kind)
    if found is None:
        raise MalformedSource(Trouble.UNKNOWN_KIND, watch.source.kind)
    return found


def with_secrets(sweeper: Sweeper, watch: Watch) -> Watch:
    """The watch with the keys of its network, and of this very source where it has its own."""
    return replace(watch, secrets=secrets_of(sweeper, watch.source))


def secrets_of(sweeper: Sweeper, source: SourcePolicy) -> dict[str, str]:
    """The keys that a source is read with, by their names."""
    of_network = sweeper.secrets.get(source.kind, {})
    return {**of_network, **sweeper.secrets.get(source.name, {})}


async def _asked(connector: Connector, watch: Watch, http: Http) -> Page:
    try:
        return await connector.poll(watch, http)
    except MalformedSource:
        raise
    except Exception as error:  # Hostile pages find the holes in parsers.
        _log.error("connector_failed", source=watch.source.name, error=type(error).__name__)
        raise MalformedSource(Trouble.OUR_FAULT, type(error).__name__) from error


async def examine_waiting(sweeper: Sweeper, name: str = "") -> int:
    """Look at every candidate that is due, of one source or of all, or hand it out; how many matches.

    So many are always under way, as long as there are any: a slow host holds up nobody else's.
    """
    if sweeper.handing is not None:
        await sweeper.handing.hand_out(name)
        return 0
    matched, under_way = 0, set[asyncio.Task[int]]()
    try:
        while True:
            if len(under_way) <= _AT_ONCE - _TAKEN_AT_ONCE:
                under_way |= await _begin(sweeper, name, _AT_ONCE - len(under_way))
            if not under_way:
                return matched
            done, under_way = await asyncio.wait(under_way, return_when=asyncio.FIRST_COMPLETED)
            matched += sum(each.result() for each in done)
    finally:
        for each in under_way:
            each.cancel()
        await asyncio.gather(*under_way, return_exceptions=True)


async def _begin(sweeper: Sweeper, name: str, most: int) -> set[asyncio.Task[int]]:
    """Begin to look at the next candidates."""
    batch = await candidates.lease(sweeper.desk, name, sweeper.owner, most)
    if batch:
        await matches.refresh(sweeper.desk, sweeper.examiner)  # It says what a look must find.
    return {asyncio.create_task(examine_one(sweeper, each)) for each in batch}


async def examine_one(sweeper: Sweeper, candidate: Candidate) -> int:
    """One candidate; whatever goes wrong costs this one alone."""
    rest = None
    try:
        fetched = await sweeper.fetcher.fetch(candidate.media_url, candidate.etag)
        try:
            return await _examine(sweeper, candidate, fetched)
        finally:
            fetched.let_go()
    except Unfetchable as flaw:
        reason, rest = flaw.reason, flaw.retry_after
    except Unhashable as flaw:
        reason = flaw.reason
    except Exception as error:  # noqa: BLE001 - a bug met by one picture must not hide the next one.
        # No traceback: its message could hold an address.
        _log.error("candidate_failed", candidate=candidate.id, error=type(error).__name__)
        reason = Trouble.OUR_FAULT.value
    await candidates.note_failure(sweeper.desk, candidate, reason, rest)
    return 0


async def _examine(sweeper: Sweeper, candidate: Candidate, fetched: Fetched) -> int:
    """By a glance first, where that may do."""
    desk, examiner = sweeper.desk, sweeper.examiner
    if fetched.is_unchanged:
        await candidates.note_unchanged(desk, candidate)
        return 0
    seen = replace(candidate, etag=fetched.etag)
    if candidate.may_glance and await matches.pass_by(desk, examiner, seen, fetched.data):
        return 0
    query = await examiner.look(fetched.data)
    return await matches.examine(desk, examiner, seen, query)


async def look_back(sweeper: Sweeper) -> int:
    """Compare newly registered fingerprints with what was already seen; how many matches."""
    return await looking_back.look_back(sweeper.desk, sweeper.examiner)

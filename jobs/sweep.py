"""A sweep: poll a source, take in what it lists, fetch, hash, compare, tell."""

import asyncio
from collections.abc import Mapping
from dataclasses import dataclass, field
from importlib import import_module
from uuid import uuid4

import structlog

from domain.networks import NETWORKS
from domain.sightings import Candidate
from domain.sources import MOST_PAGES, MalformedSource, Trouble
from jobs.sources import Connector, Http
from services import candidates, matches, sources
from services import look_back as looking_back
from services.desk import Desk
from services.examiner import Examiner, Unhashable
from services.ports import Clock, Fetcher, Unfetchable

_log = structlog.get_logger()
_AT_ONCE = 16


@dataclass(frozen=True)
class Sweeper:
    """Everything that sweeps need; `owner` marks the leases of this process."""

    desk: Desk
    examiner: Examiner
    http: Http
    fetcher: Fetcher
    connectors: Mapping[str, Connector]
    owner: str = field(default_factory=lambda: uuid4().hex)


def connectors(clock: Clock) -> dict[str, Connector]:
    """One connector for each network, from the file of its name."""
    return {name: import_module(f"jobs.sources.{name}").connect(clock) for name in NETWORKS}


async def run_once(sweeper: Sweeper, name: str) -> int:
    """One turn of a source: what is left from before, then each new page; how many matches.

    Calls for one source must not overlap; those of different sources may.
    """
    matched = await examine_waiting(sweeper, name)
    try:
        for _ in range(MOST_PAGES):
            is_more = await _poll(sweeper, name)
            matched += await examine_waiting(sweeper, name)
            if not is_more:
                break
    except MalformedSource as trouble:
        _log.warning("source_trouble", source=name, trouble=trouble.trouble.value)
        await sources.note_trouble(sweeper.desk, name, trouble)
    return matched


async def _poll(sweeper: Sweeper, name: str) -> bool:
    """Take in one page; whether there is more."""
    watch = await sources.begin_turn(sweeper.desk, name)
    if watch is None:
        return False
    connector = sweeper.connectors.get(watch.source.kind)
    if connector is None:
        raise MalformedSource(Trouble.UNKNOWN_KIND, watch.source.kind)
    try:
        page = await connector.poll(watch, sweeper.http)
    except MalformedSource:
        raise
    except Exception as error:  # Hostile pages find the holes in parsers.
        _log.error("connector_failed", source=name, error=type(error).__name__)
        raise MalformedSource(Trouble.OUR_FAULT, type(error).__name__) from error
    await candidates.take_in(sweeper.desk, name, page)
    return page.is_more


async def examine_waiting(sweeper: Sweeper, name: str) -> int:
    """Look at every candidate of a source that is due; how many matches."""
    matched = 0
    while True:
        batch = await candidates.lease(sweeper.desk, name, sweeper.owner, _AT_ONCE)
        if not batch:
            return matched
        await matches.refresh(sweeper.desk, sweeper.examiner)  # It says what a look must find.
        matched += sum(await asyncio.gather(*(_examine(sweeper, each) for each in batch)))


async def _examine(sweeper: Sweeper, candidate: Candidate) -> int:
    """One candidate; whatever goes wrong costs this one alone."""
    try:
        data = await sweeper.fetcher.fetch(candidate.media_url)
        query = await sweeper.examiner.look(data)
        return await matches.examine(sweeper.desk, sweeper.examiner, candidate, query)
    except (Unfetchable, Unhashable) as flaw:
        reason = flaw.reason
    except Exception as error:  # noqa: BLE001 - a bug met by one picture must not hide the next one.
        # No traceback: its message could hold an address.
        _log.error("candidate_failed", candidate=candidate.id, error=type(error).__name__)
        reason = Trouble.OUR_FAULT.value
    await candidates.note_failure(sweeper.desk, candidate, reason)
    return 0


async def look_back(sweeper: Sweeper) -> int:
    """Compare newly registered fingerprints with what was already seen; how many matches."""
    return await looking_back.look_back(sweeper.desk, sweeper.examiner)

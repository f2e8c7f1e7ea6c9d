"""Trials of sources: each is read once from its beginning, and nothing of it is kept."""

import asyncio
from contextlib import aclosing

import structlog

from domain.networks import NETWORKS, Can
from domain.policy import SourcePolicy
from domain.sources import MalformedSource, Term, Trouble, Watch
from jobs.loops import still_going
from jobs.sweeper import Sweeper, connector_of, metered, with_secrets
from services import trials
from services.trials import Tried

MOST_CALLS = 10
PATIENCE_S = 90.0  # A site may want a minute between two calls, and a stream may be mute.

log = structlog.get_logger()


async def run(sweeper: Sweeper) -> None:
    """Every trial that somebody asked for."""
    clock = sweeper.desk.clock
    for trial, source in await trials.waiting(sweeper.desk):
        began = clock.monotonic()
        tried = (
            await _in_time(sweeper, source) if source else Tried(0.0, trouble=Trouble.BAD_ADDRESS)
        )
        seconds = clock.monotonic() - began
        await trials.tell(
            sweeper.desk, trial, Tried(seconds, tried.page, tried.trouble, tried.detail)
        )
        still_going()


async def _in_time(sweeper: Sweeper, source: SourcePolicy) -> Tried:
    try:
        async with asyncio.timeout(PATIENCE_S):
            return await _tried(sweeper, source)
    except TimeoutError:
        return Tried(0.0, trouble=Trouble.TIMEOUT)


async def _tried(sweeper: Sweeper, source: SourcePolicy) -> Tried:
    terms = tuple(Term(f"trial{number}", tag) for number, tag in enumerate(source.tags))
    watch = with_secrets(sweeper, Watch(source, terms, calls=MOST_CALLS))
    try:
        connector = connector_of(sweeper, watch)
        http = metered(sweeper, watch)
        if Can.LIST in NETWORKS[source.kind].can or terms:
            return Tried(0.0, await connector.poll(watch, http))
        async with aclosing(connector.stream(watch, http)) as pages:
            return Tried(0.0, await anext(aiter(pages), None))
    except MalformedSource as trouble:
        return Tried(0.0, trouble=trouble.trouble, detail=trouble.detail)
    except Exception as error:  # noqa: BLE001 - whoever asked is told that the fault is ours
        log.error("trial_failed", source=source.name, error=type(error).__name__)
        return Tried(0.0, trouble=Trouble.OUR_FAULT, detail=type(error).__name__)

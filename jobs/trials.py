"""Trials of sources: each is read once from its beginning, and nothing of it is kept."""

import asyncio
from contextlib import aclosing
from dataclasses import replace

import structlog

from domain.networks import NETWORKS, Can
from domain.policy import SourcePolicy
from domain.refusals import Refusal
from domain.sources import MalformedSource, Page, Trouble, Watch
from jobs.loops import still_going
from jobs.metered import Metered
from jobs.sweeper import Sweeper, connector_of, metered, with_secrets
from services import trials
from services.trials import Tried

PATIENCE_S = 90.0  # A site may want a minute between two calls, and a stream may be mute.
GONE = Tried(trouble=MalformedSource(Trouble.BAD_ADDRESS))

log = structlog.get_logger()


async def run(sweeper: Sweeper) -> None:
    """Every trial that somebody asked for."""
    for trial, source in await trials.waiting(sweeper.desk):
        tried = await _tried(sweeper, source) if source else GONE
        await trials.tell(sweeper.desk, trial, tried)
        still_going()


async def _tried(sweeper: Sweeper, source: SourcePolicy) -> Tried:
    try:
        watch = with_secrets(sweeper, await trials.begin_trial(sweeper.desk, source))
    except Refusal as refusal:
        return Tried(refusal=refusal)
    clock, http = sweeper.desk.clock, metered(sweeper, watch)
    began = clock.monotonic()
    try:
        async with asyncio.timeout(PATIENCE_S):
            tried = Tried(await _read(sweeper, watch, http))
    except TimeoutError:
        tried = Tried(trouble=MalformedSource(Trouble.TIMEOUT))
    except MalformedSource as trouble:
        tried = Tried(trouble=trouble)
    except Exception as error:  # noqa: BLE001 - whoever asked is told that the fault is ours
        log.error("trial_failed", source=source.name, error=type(error).__name__)
        tried = Tried(trouble=MalformedSource(Trouble.OUR_FAULT, type(error).__name__))
    return replace(tried, seconds=clock.monotonic() - began, calls=http.calls)


async def _read(sweeper: Sweeper, watch: Watch, http: Metered) -> Page | None:
    """A page of what it lists; of a source that lists nothing, the first that it tells."""
    connector = connector_of(sweeper, watch)
    if Can.LIST in NETWORKS[watch.source.kind].can or watch.terms:
        return await connector.poll(watch, http)
    async with aclosing(connector.stream(watch, http)) as pages:
        return await anext(aiter(pages), None)

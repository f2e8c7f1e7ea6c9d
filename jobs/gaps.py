"""Gaps: what a source could not give any more by its cursor is filled in, page by page."""

from dataclasses import replace

import structlog

from domain.sources import MOST_PAGES, MalformedSource
from jobs.sweeper import Sweeper, connector_of, metered, with_secrets
from services import candidates, turn_ends, turns

log = structlog.get_logger()


async def fill(sweeper: Sweeper) -> None:
    """Some pages of every source's gap; what fails is tried again at the next turn."""
    for source in await turns.every_source(sweeper.desk):
        try:
            await fill_one(sweeper, source.name)
        except MalformedSource as trouble:
            log.warning("gap_trouble", source=source.name, trouble=trouble.trouble.value)
            await turn_ends.note_gap_trouble(sweeper.desk, source.name, trouble)


async def fill_one(sweeper: Sweeper, name: str) -> None:
    """Some pages of one source's gap, if it has one. Raises MalformedSource."""
    begun = await turns.begin_gap(sweeper.desk, name)
    if begun is None:
        return
    watch, gap = begun
    connector, watch = connector_of(sweeper, watch), with_secrets(sweeper, watch)
    http = metered(sweeper, watch)
    for _ in range(MOST_PAGES):
        page = await connector.backfill(watch, gap, http)
        await candidates.fill_in(sweeper.desk, name, page)
        if not page.is_more or page.trouble is not None:
            return
        watch = replace(watch, cursor=page.cursor or {})

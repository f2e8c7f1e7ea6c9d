"""Gaps: what a source could not give any more by its cursor is filled in, page by page."""

from dataclasses import replace

import structlog

from domain.sources import MOST_PAGES, Gap, MalformedSource, Trouble, Watch
from jobs.metered import Metered
from jobs.sweeper import Sweeper, connector_of, metered, with_secrets
from services import candidates, turn_ends, turns

log = structlog.get_logger()


async def fill(sweeper: Sweeper) -> None:
    """Some pages of every source's gap; what fails is tried again at the next turn."""
    for source in await turns.every_source(sweeper.desk):
        begun = await turns.begin_gap(sweeper.desk, source.name)
        if begun is not None:
            await _fill_one(sweeper, *begun)


async def _fill_one(sweeper: Sweeper, watch: Watch, gap: Gap) -> None:
    """Some pages of one source's gap; what goes wrong costs this source alone."""
    name, http = watch.source.name, metered(sweeper, watch)
    try:
        await _pages(sweeper, watch, gap, http)
        return
    except MalformedSource as flaw:
        trouble = flaw
    except Exception as error:  # noqa: BLE001 - the gaps of other sources are filled in all the same
        log.error("gap_failed", source=name, error=type(error).__name__)
        trouble = MalformedSource(Trouble.OUR_FAULT, type(error).__name__)
    log.warning("gap_trouble", source=name, trouble=trouble.trouble.value)
    await turn_ends.note_gap_trouble(sweeper.desk, name, trouble, http.uncounted())


async def _pages(sweeper: Sweeper, watch: Watch, gap: Gap, http: Metered) -> None:
    connector, watch = connector_of(sweeper, watch), with_secrets(sweeper, watch)
    for _ in range(MOST_PAGES):
        page = await connector.backfill(watch, gap, http)
        calls = http.uncounted()
        is_more = await candidates.fill_in(
            sweeper.desk, watch.source.name, page, gap, calls, place=watch.place
        )
        if not is_more or http.calls >= watch.calls:
            return
        watch = replace(watch, cursor=page.cursor or {})

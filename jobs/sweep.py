"""A sweep: poll a source, take in what it lists, and have it looked at."""

from dataclasses import replace

import structlog

from domain.sources import MOST_PAGES, MalformedSource, Page, Trouble, Watch
from jobs.candidates import examine_waiting
from jobs.metered import Metered
from jobs.sources import SPOILS_ALL, Connector, Http
from jobs.sweeper import Sweeper, connector_of, metered, with_secrets
from services import candidates, turn_ends, turns
from services import look_back as looking_back
from services.turn_ends import Asked

log = structlog.get_logger()


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
    http = metered(sweeper, watch)
    try:
        await _pages(sweeper, watch, http)
    except MalformedSource as trouble:
        log.warning("source_trouble", source=name, trouble=trouble.trouble.value)
        tried = [term.key for term in watch.terms[:1]]
        await turn_ends.fail(sweeper.desk, name, trouble, Asked(http.uncounted(), tuple(tried)))


async def _pages(sweeper: Sweeper, watch: Watch, http: Metered) -> None:
    name, noted = watch.source.name, set[str]()
    connector = connector_of(sweeper, watch)
    watch = with_secrets(sweeper, watch)
    for _ in range(MOST_PAGES):
        page = await _asked(connector, watch, http)
        asked = Asked(http.uncounted(), _words_asked(watch, page, noted), watch.place)
        await candidates.take_in(sweeper.desk, name, page, asked)
        if not page.is_more or http.calls >= watch.calls or _wants_no_more(page):
            return
        watch = _further(watch, page)


def _words_asked(watch: Watch, page: Page, noted: set[str]) -> tuple[str, ...]:
    """The words that this page was asked for, each noted once in a turn: how long ago it was asked for
    before says how many posts an hour it brings, and from page to page that is nothing.
    """
    keys = [term.key for term in watch.terms if page.asked is None or term.key in page.asked]
    fresh = tuple(key for key in keys if key not in noted)
    noted.update(fresh)
    return fresh


def _wants_no_more(page: Page) -> bool:
    """Whether it refused in a way that any further call would meet, too."""
    return page.trouble is not None and page.trouble.trouble in SPOILS_ALL


def _further(watch: Watch, page: Page) -> Watch:
    """From where the next page is asked for, and only with the words that are still catching up."""
    cursor = watch.cursor if page.cursor is None else page.cursor
    terms = tuple(term for term in watch.terms if cursor.get(term.key, {}).get("at"))
    return replace(watch, cursor=cursor, terms=terms)


async def _asked(connector: Connector, watch: Watch, http: Http) -> Page:
    try:
        return await connector.poll(watch, http)
    except MalformedSource:
        raise
    except Exception as error:  # Hostile pages find the holes in parsers.
        log.error("connector_failed", source=watch.source.name, error=type(error).__name__)
        raise MalformedSource(Trouble.OUR_FAULT, type(error).__name__) from error


async def look_back(sweeper: Sweeper) -> int:
    """Compare newly registered fingerprints with what was already seen; how many matches."""
    return await looking_back.look_back(sweeper.desk, sweeper.examiner)

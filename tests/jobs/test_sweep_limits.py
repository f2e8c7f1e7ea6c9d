"""A turn of page after page: it ends where the source wants no more, and each call is counted once."""

from collections.abc import Callable
from dataclasses import dataclass, field, replace
from datetime import timedelta

from domain.networks import Budget
from domain.sources import MalformedSource, Page, Trouble, Watch
from jobs.sources import Http
from jobs.sweep import poll
from jobs.sweeper import Sweeper
from services import sources, turns
from services.desk import Desk
from tests.conftest import OFFICER, clock_of
from tests.scripted_web import SQUARE, Script, answer
from tests.square_sweeps import SOURCE, Shelf, sweeper_at, swept_desk

MINUTES = timedelta(minutes=7)


@dataclass
class Paging:
    """A connector whose every page takes one call; `page` makes the first, the second and so on."""

    page: Callable[[int], Page]
    asked: list[Watch] = field(default_factory=list)

    async def poll(self, watch: Watch, http: Http) -> Page:
        await http.get(SQUARE)
        self.asked.append(watch)
        return self.page(len(self.asked))


def sweeper_with(desk: Desk, paging: Paging) -> Sweeper:
    ample = replace(SOURCE, budget=Budget(1000, timedelta(seconds=5)))
    made = sweeper_at(swept_desk(desk, ample), Script({SQUARE: answer("")}), Shelf())
    return replace(made, connectors={"mastodon": paging})  # type: ignore[dict-item]  # it only polls


def more(count: int, trouble: MalformedSource | None = None) -> Page:
    """A page after which there is more."""
    return Page((), {"public": {"at": str(count)}}, is_more=True, trouble=trouble)


async def test_a_page_that_says_too_many_ends_the_turn_and_the_source_rests_for_its_wait(
    desk: Desk,
) -> None:
    busy = MalformedSource(Trouble.TOO_MANY, "429", MINUTES)
    paging = Paging(lambda count: more(count, busy if count == 2 else None))
    sweeper = sweeper_with(desk, paging)
    await poll(sweeper, "square")
    assert len(paging.asked) == 2
    assert await turns.begin_turn(sweeper.desk, "square") is None
    clock_of(desk).advance(MINUTES)
    again = await turns.begin_turn(sweeper.desk, "square")
    assert again is not None
    assert again.cursor == {"public": {"at": "2"}}


async def test_a_turn_that_fails_after_some_pages_counts_each_call_once(desk: Desk) -> None:
    def page(count: int) -> Page:
        if count == 4:
            raise MalformedSource(Trouble.NOT_JSON)
        return more(count)

    sweeper = sweeper_with(desk, Paging(page))
    await poll(sweeper, "square")
    [shown] = await sources.list_sources(sweeper.desk, OFFICER)
    assert (shown.trouble, shown.calls - shown.calls_left) == (Trouble.NOT_JSON, 4)

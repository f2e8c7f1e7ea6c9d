"""Gaps are filled in source by source: each spends its own calls, and no bug of one costs another."""

from collections.abc import Callable
from dataclasses import dataclass, field, replace
from datetime import timedelta
from typing import Any

from domain.networks import Budget
from domain.policy import SourcePolicy
from domain.sources import Gap, MalformedSource, Page, Trouble, Watch
from jobs import gaps
from jobs.sources import Http
from jobs.sweeper import Sweeper
from services import candidates, sources
from services.desk import Desk
from tests.conftest import OFFICER, clock_of
from tests.scripted_web import SQUARE, Script, answer
from tests.square_sweeps import SOURCE, Shelf, sweeper_at, swept_desk

OTHER = replace(SOURCE, name="zeta")


@dataclass
class Filling:
    """A connector whose every page of a gap takes one call; `then` may do something before it answers."""

    then: Callable[[Watch, int], Page]
    asked: list[str] = field(default_factory=list)

    async def backfill(self, watch: Watch, gap: Gap, http: Http) -> Page:
        await http.get(SQUARE)
        self.asked.append(watch.source.name)
        return self.then(watch, len(self.asked))


async def sweeper_with(desk: Desk, filling: Filling, *policies: SourcePolicy) -> Sweeper:
    """A sweeper whose sources all missed something."""
    made = sweeper_at(swept_desk(desk, *policies), Script({SQUARE: answer("")}), Shelf())
    now = clock_of(desk).now()
    page: Any = Page((), {"seq": 1}, gap=Gap(now - timedelta(hours=2), now - timedelta(hours=1)))
    for policy in policies:
        await candidates.take_in_stream(made.desk, policy.name, page)
    return replace(made, connectors={"mastodon": filling})  # type: ignore[dict-item]  # it only fills in


async def test_a_bug_in_one_sources_gap_costs_that_source_alone(desk: Desk) -> None:
    def then(watch: Watch, _count: int) -> Page:
        if watch.source.name == "square":
            raise ZeroDivisionError
        return Page((), {})

    filling = Filling(then)
    sweeper = await sweeper_with(desk, filling, SOURCE, OTHER)
    await gaps.fill(sweeper)
    ill, well = await sources.list_sources(sweeper.desk, OFFICER)
    assert filling.asked == ["square", "zeta"]
    assert (ill.trouble, ill.trouble_detail) == (Trouble.OUR_FAULT, "ZeroDivisionError")
    assert (ill.has_gap, well.has_gap, well.trouble) == (True, False, None)
    assert ill.calls - ill.calls_left == 1


async def test_a_source_that_was_asked_too_often_is_not_asked_again_before_its_wait_is_over(
    desk: Desk,
) -> None:
    def then(_watch: Watch, count: int) -> Page:
        if count == 1:
            raise MalformedSource(Trouble.TOO_MANY, "429", timedelta(minutes=7))
        return Page((), {})

    filling = Filling(then)
    sweeper = await sweeper_with(desk, filling, SOURCE)
    for _ in range(6):
        await gaps.fill(sweeper)
        clock_of(desk).advance(timedelta(minutes=1))
    assert filling.asked == ["square"]
    clock_of(desk).advance(timedelta(minutes=1))
    await gaps.fill(sweeper)
    assert filling.asked == ["square", "square"]


async def test_filling_in_ends_with_the_calls_of_its_turn_and_each_is_counted_once(
    desk: Desk,
) -> None:
    filling = Filling(lambda _watch, count: Page((), {"at": count}, is_more=True))
    small = replace(SOURCE, every=timedelta(minutes=10), budget=Budget(18, timedelta(hours=1)))
    sweeper = await sweeper_with(desk, filling, small)
    await gaps.fill(sweeper)
    [shown] = await sources.list_sources(sweeper.desk, OFFICER)
    assert (len(filling.asked), shown.calls_left, shown.trouble) == (3, 15, None)
    await gaps.fill(sweeper)
    [shown] = await sources.list_sources(sweeper.desk, OFFICER)
    assert shown.calls_left == 18 - len(filling.asked)

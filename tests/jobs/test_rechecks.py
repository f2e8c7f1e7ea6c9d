"""Media that is still listed is looked at again: cheaply where it is the same, wholly where it isn't."""

from dataclasses import replace
from datetime import timedelta

from bot.render.candidates import notes
from domain.policy import Retention
from domain.sources import Item, Page
from jobs.candidates import examine_waiting
from jobs.sweep import look_back, run_once
from jobs.sweeper import Sweeper
from services import alerts, candidates, sources, turns
from services.desk import Desk
from services.examiner import Examiner
from services.ports import Unfetchable
from tests.conftest import OFFICER, clock_of, with_policy
from tests.services.test_familiar import Counting
from tests.square_sweeps import (
    COPY,
    Shelf,
    jpeg,
    listing,
    media,
    open_case,
    register,
    states,
    sweeper_at,
    swept_desk,
)

HARMLESS = jpeg(3)
LATER = timedelta(hours=7)
PAGE = Page((Item("1", 0, media(1), "https://square.example/1"),), {})


def watching(desk: Desk, shelf: Shelf) -> Sweeper:
    """Looks at one picture that is listed for ever."""
    made = sweeper_at(swept_desk(desk), listing(), shelf)
    decoder = Counting()
    return replace(made, examiner=Examiner(decoder, decoder, desk.policy.tiers))


def decoded(sweeper: Sweeper) -> int:
    return len(sweeper.examiner._hasher.decoded)  # type: ignore[attr-defined]


async def turn(sweeper: Sweeper, page: Page = PAGE) -> int:
    """It is listed (again), and whatever is due is looked at."""
    await turns.begin_turn(sweeper.desk, "square")
    await candidates.take_in(sweeper.desk, "square", page)
    return await examine_waiting(sweeper, "square")


async def test_a_harmless_picture_that_was_swapped_for_the_victims_is_found(
    any_desk: Desk,
) -> None:
    shelf = Shelf({media(1): HARMLESS}, etags={media(1): '"1"'})
    sweeper = watching(any_desk, shelf)
    await register(sweeper.desk, await open_case(sweeper.desk), 7)
    assert await turn(sweeper) == 0
    shelf.files[media(1)], shelf.etags[media(1)] = COPY, '"2"'
    assert (await turn(sweeper), len(shelf.asked)) == (0, 1)
    clock_of(any_desk).advance(LATER)
    assert (await turn(sweeper), len(shelf.asked)) == (1, 2)
    assert len(await alerts.list_alerts(any_desk, OFFICER)) == 1
    clock_of(any_desk).advance(LATER)
    assert (await turn(sweeper), decoded(sweeper)) == (0, 2)


async def test_what_has_its_etag_still_is_settled_without_being_decoded(any_desk: Desk) -> None:
    shelf = Shelf({media(1): HARMLESS}, etags={media(1): '"1"'})
    sweeper = watching(any_desk, shelf)
    for _ in range(4):
        await turn(sweeper)
        clock_of(any_desk).advance(LATER)
    assert (len(shelf.asked), decoded(sweeper)) == (4, 1)
    assert await states(any_desk) == [("examined", "")]
    [source] = await sources.list_sources(sweeper.desk, OFFICER)
    assert (source.seen, source.fetched) == (1, 1)


async def test_a_fingerprint_that_comes_while_it_waits_unchanged_finds_it(desk: Desk) -> None:
    shelf = Shelf({media(1): COPY}, etags={media(1): '"1"'})
    sweeper = watching(desk, shelf)
    await turn(sweeper)
    clock_of(desk).advance(LATER)
    await candidates.take_in(sweeper.desk, "square", PAGE)
    await register(sweeper.desk, await open_case(sweeper.desk), 7)
    assert await look_back(sweeper) == 1
    assert await examine_waiting(sweeper, "square") == 0
    assert await states(desk) == [("examined", "")]


async def test_what_can_not_be_seen_again_stays_as_it_was_known(desk: Desk) -> None:
    shelf = Shelf({media(1): COPY}, etags={media(1): '"1"'})
    sweeper = watching(desk, shelf)
    await turn(sweeper)
    clock_of(desk).advance(LATER)
    shelf.broken[media(1)] = [Unfetchable("gone", "404")]
    await turn(sweeper)
    assert await states(desk) == [("examined", "gone")]
    await register(sweeper.desk, await open_case(sweeper.desk), 7)
    assert await look_back(sweeper) == 1
    [source] = await sources.list_sources(sweeper.desk, OFFICER)
    assert source.failed == 0


async def test_a_post_that_shows_another_address_now_is_asked_for_without_its_etag(
    desk: Desk,
) -> None:
    shelf = Shelf({media(1): HARMLESS, media(2): COPY}, etags={media(1): '"1"', media(2): '"1"'})
    sweeper = watching(desk, shelf)
    await register(sweeper.desk, await open_case(sweeper.desk), 7)
    await turn(sweeper)
    clock_of(desk).advance(LATER)
    changed = Page((replace(PAGE.items[0], media_url=media(2)),), {})
    assert (await turn(sweeper, changed), shelf.asked) == (1, [media(1), media(2)])


async def test_where_nothing_is_kept_all_of_it_is_seen_each_time(desk: Desk) -> None:
    shelf = Shelf({media(1): COPY}, etags={media(1): '"1"'})
    base = watching(desk, shelf)
    nothing: Retention = replace(desk.policy.retention, seen=timedelta(0))
    sweeper = replace(base, desk=with_policy(base.desk, retention=nothing))
    await turn(sweeper)
    await register(sweeper.desk, await open_case(sweeper.desk), 7)
    clock_of(desk).advance(LATER)
    assert await turn(sweeper) == 1


async def test_a_host_that_rests_costs_no_attempt_until_it_lasts_too_long(desk: Desk) -> None:
    shelf = Shelf(broken={media(1): [Unfetchable("resting", "429", LATER)] * 99})
    sweeper = watching(desk, shelf)
    for _ in range(20):
        await turn(sweeper, Page((), {}) if shelf.asked else PAGE)
        clock_of(desk).advance(LATER)
    assert await states(desk) == [("waiting", "resting")]
    assert await candidates.notes_by_source(desk, OFFICER) == {"square": {"resting": 1}}
    for _ in range(10):
        await turn(sweeper, Page((), {}))
        clock_of(desk).advance(LATER)
    assert await states(desk) == [("failed", "resting")]


async def test_staff_see_how_often_which_reason_stands(desk: Desk) -> None:
    reasons = ("timeout", "crashed", "crashed", "nobody knows this one")
    shelf = Shelf(
        broken={media(n): [Unfetchable(reason)] * 9 for n, reason in enumerate(reasons, 1)}
    )
    sweeper = replace(watching(desk, shelf), http=listing(1, 2, 3, 4))
    await run_once(sweeper, "square")
    found = await candidates.notes_by_source(desk, OFFICER)
    assert found == {"square": {"timeout": 1, "crashed": 2, "nobody knows this one": 1}}
    assert [line.split(" · ")[0] for line in notes("ko", found["square"])] == ["2건", "1건", "1건"]
    assert [line.split(" · ")[0] for line in notes("en", found["square"])] == ["2", "1", "1"]


async def test_without_an_etag_it_is_fetched_each_time_and_decoded_once(desk: Desk) -> None:
    shelf = Shelf({media(1): HARMLESS})
    sweeper = watching(desk, shelf)
    for _ in range(2):
        await turn(sweeper)
        clock_of(desk).advance(LATER)
    assert (len(shelf.asked), decoded(sweeper)) == (2, 1)

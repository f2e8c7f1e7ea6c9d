"""A turn of page after page: it ends where the source wants no more, and each call and word is counted once."""

from collections.abc import Callable
from dataclasses import dataclass, field, replace
from datetime import timedelta

from domain.networks import Budget
from domain.pacing import Pace
from domain.sources import Item, MalformedSource, Page, Term, Trouble, Watch
from jobs.sources import Http, Place, each_term
from jobs.sweep import poll
from jobs.sweeper import Sweeper
from services import sources, turns
from services.desk import Desk
from storage import terms as term_table
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


def sweeper_with(desk: Desk, connector: object, *tags: str) -> Sweeper:
    ample = replace(SOURCE, tags=tags, budget=Budget(1000, timedelta(seconds=5)))
    made = sweeper_at(swept_desk(desk, ample), Script({SQUARE: answer("")}), Shelf())
    return replace(made, connectors={"mastodon": connector})  # type: ignore[dict-item]  # it only polls


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


async def paces(sweeper: Sweeper, *keys: str) -> dict[str, Pace]:
    async with sweeper.desk.database.reading() as tx:
        found = await term_table.paces(tx, "square", dict.fromkeys(keys, 1))
    return {pace.key: pace for pace in found}


async def test_words_that_a_refusal_kept_from_being_asked_stay_new(desk: Desk) -> None:
    class Refusing:
        async def poll(self, watch: Watch, http: Http) -> Page:
            async def ask(term: Term, _place: Place | None) -> tuple[Page, Place]:
                if len(asked) == 1:
                    raise MalformedSource(Trouble.TOO_MANY, "429", MINUTES)
                asked.append(term.key)
                return Page((), None), {"high": "1"}

            return await each_term(watch.terms, watch.cursor, ask)

    asked: list[str] = []
    sweeper = sweeper_with(desk, Refusing(), "하나", "둘", "셋")
    begun = await turns.begin_turn(sweeper.desk, "square")
    assert begun is not None
    keys = tuple(term.key for term in begun.terms)
    await poll(sweeper, "square")
    known = await paces(sweeper, *keys)
    now = clock_of(desk).now()
    assert [known[key].asked_at for key in keys] == [now, None, None]


async def test_a_word_learns_its_rate_once_a_turn_however_long_another_catches_up(
    desk: Desk,
) -> None:
    """The first page of each turn brings one post of both, every ten minutes."""

    class CatchingUp:
        def __init__(self) -> None:
            self.pages = 0

        async def poll(self, watch: Watch, http: Http) -> Page:
            self.pages += 1

            async def ask(term: Term, _place: Place | None) -> tuple[Page, Place]:
                is_more = term.text == "하나" and self.pages % 5
                number = f"{term.key}{self.pages}"
                item = Item(number, 0, f"{SQUARE}/{number}", SQUARE, term=term.key)
                return Page((item,), None), {"at": "1"} if is_more else {"high": "1"}

            return await each_term(watch.terms, watch.cursor, ask)

    sweeper = sweeper_with(desk, CatchingUp(), "하나", "둘")
    begun = await turns.begin_turn(sweeper.desk, "square")
    assert begun is not None
    keys = [term.key for term in begun.terms]
    for _ in range(30):
        await poll(sweeper, "square")
        clock_of(desk).advance(timedelta(minutes=10))
    rates = await paces(sweeper, *keys)
    assert [round(rates[key].per_hour) for key in keys] == [6, 6]


@dataclass
class Choosy:
    """A connector that fails for these words, as a service does that they upset."""

    bad: tuple[str, ...]
    trouble: Trouble = Trouble.STATUS
    tried: list[str] = field(default_factory=list)

    async def poll(self, watch: Watch, http: Http) -> Page:
        async def ask(term: Term, _place: Place | None) -> tuple[Page, Place]:
            self.tried.append(term.text)
            if term.text in self.bad:
                raise MalformedSource(self.trouble, "400")
            return Page((), None), {"high": "1"}

        return await each_term(watch.terms, watch.cursor, ask)


async def turns_of(desk: Desk, choosy: Choosy, count: int, *tags: str) -> list[str]:
    """The words that so many turns asked for, with a call for one word in each."""
    scant = replace(SOURCE, tags=tags, budget=Budget(2, SOURCE.every))
    sweeper = sweeper_at(swept_desk(desk, scant), Script({SQUARE: answer("")}), Shelf())
    sweeper = replace(sweeper, connectors={"mastodon": choosy})  # type: ignore[dict-item]  # it only polls
    for _ in range(count):
        await poll(sweeper, "square")
        clock_of(desk).advance(SOURCE.every)
    return choosy.tried


async def test_words_that_always_fail_let_the_others_have_their_turn(desk: Desk) -> None:
    words = ("하나", "둘", "셋", "넷")
    tried = await turns_of(desk, Choosy(("하나", "셋")), 12, *words)
    assert {word: tried.count(word) >= 2 for word in words} == dict.fromkeys(words, True)


async def test_a_word_that_failed_once_is_as_new_as_before(desk: Desk) -> None:
    choosy = Choosy(("하나", "둘"))
    first = (await turns_of(desk, choosy, 1, "하나", "둘"))[0]
    choosy.bad = ()
    assert len(set(await turns_of(desk, choosy, 1, "하나", "둘"))) == 2
    assert (await turns_of(desk, choosy, 1, "하나", "둘"))[-1] == first


async def test_where_nothing_is_reached_no_word_loses_its_turn(desk: Desk) -> None:
    choosy = Choosy(("하나", "둘"), Trouble.UNREACHABLE)
    assert len(set(await turns_of(desk, choosy, 3, "하나", "둘"))) == 1

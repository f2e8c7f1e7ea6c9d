"""Keyed searches against servers that follow their documents: keys, quotas, paging, failures."""

import pytest

from domain.networks import NETWORKS
from domain.sources import MalformedSource, Page, Trouble
from services.turns import most_words
from tests.jobs.documented.cases import CASES, Case, picture
from tests.jobs.documented.server import TERM, asking

EVERY = pytest.mark.parametrize("case", CASES.values(), ids=CASES.keys())
PAGED = pytest.mark.parametrize(
    "case",
    [case for case in CASES.values() if case.has_pages],
    ids=[name for name, case in CASES.items() if case.has_pages],
)


def pictures(*pages: Page) -> set[str]:
    """The full pictures that pages list; thumbnails and clips aside."""
    found = [item.media_url for page in pages for item in page.items]
    return {url for url in found if url.rpartition("/")[2].removesuffix(".jpg").isdigit()}


def expected(*numbers: int) -> set[str]:
    return {picture(number) for number in numbers}


@EVERY
async def test_a_wrong_key_is_said_to_be_refused(case: Case) -> None:
    server = case.server([1])
    async with asking(case.made(), server) as searched:
        searched.secrets = dict.fromkeys(server.secrets, "wrong")
        with pytest.raises(MalformedSource) as caught:
            await searched.poll({})
    assert caught.value.trouble is Trouble.KEY_REFUSED


@EVERY
async def test_a_missing_secret_is_named_and_nothing_is_asked(case: Case) -> None:
    server = case.server([1])
    async with asking(case.made(), server) as searched:
        for name in server.secrets:
            searched.secrets = {**server.secrets, name: ""}
            with pytest.raises(MalformedSource) as caught:
                await searched.poll({})
            assert (caught.value.trouble, caught.value.detail) == (Trouble.KEY_MISSING, name)
    assert server.asked == []


@EVERY
async def test_the_table_names_the_secrets_that_are_asked_for(case: Case) -> None:
    assert case.made().network.needs == tuple(case.server.secrets)
    assert case.made().network in NETWORKS.values()


@EVERY
async def test_the_table_says_how_many_calls_a_word_takes(case: Case) -> None:
    server, network = case.server([]), case.made().network
    async with asking(case.made(), server) as searched:
        await searched.poll({})
    assert len(server.asked) == network.calls_a_word
    words = [most_words(calls, network) for calls in (0, 1, 3 * network.calls_a_word)]
    assert words == [0, 1, 3]


@EVERY
async def test_a_quota_used_up_says_how_long_to_wait(case: Case) -> None:
    server = case.server([1], calls_left=0)
    async with asking(case.made(), server) as searched:
        with pytest.raises(MalformedSource) as caught:
            await searched.poll({})
    assert caught.value.trouble is Trouble.TOO_MANY
    assert caught.value.retry_after == case.rests_for
    assert len(server.asked) == 1


@EVERY
async def test_a_new_word_brings_what_is_there_up_to_the_last_page_and_never_asks_past_it(
    case: Case,
) -> None:
    server = case.server(list(range(1, 4_201)))
    async with asking(case.made(), server) as searched:
        pages = await searched.round({})
    assert pictures(*pages) == expected(*range(4_201 - case.deepest, 4_201))
    assert server.beyond == []
    assert {item.term for page in pages for item in page.items} == {TERM.key}
    assert {post.term for page in pages for post in page.posts} == {TERM.key}


@PAGED
async def test_the_next_round_stops_at_what_is_known(case: Case) -> None:
    server = case.server(list(range(1, 300)))
    async with asking(case.made(), server) as searched:
        first = await searched.round({})
        server.found += [300, 301]
        second = await searched.round(first[-1].cursor or {})
        third = await searched.round(second[-1].cursor or {})
    assert expected(300, 301) <= pictures(*second)
    assert (len(second), len(third)) == (1, 1)


@PAGED
async def test_what_came_in_great_number_meanwhile_is_caught_up_with(case: Case) -> None:
    server = case.server(list(range(1, 200)))
    came = range(200, 200 + 3 * case.size)
    async with asking(case.made(), server) as searched:
        first = await searched.round({})
        server.found += came
        second = await searched.round(first[-1].cursor or {})
    assert len(second) > 2
    assert expected(*came) <= pictures(*second)


@PAGED
async def test_a_failed_page_is_never_passed(case: Case) -> None:
    server = case.server(list(range(1, 200)))
    came = range(200, 200 + 3 * case.size)
    async with asking(case.made(), server) as searched:
        known = (await searched.round({}))[-1].cursor or {}
        server.found += came
        first = await searched.poll(known)
        server.interruption = (503, "")
        with pytest.raises(MalformedSource) as caught:
            await searched.poll(first.cursor or {})
        server.interruption = None
        rest = await searched.round(first.cursor or {})
    assert caught.value.trouble is Trouble.STATUS
    assert expected(*came) <= pictures(first, *rest)


@EVERY
async def test_a_word_that_finds_nothing_is_asked_for_again_from_the_start(case: Case) -> None:
    server = case.server([])
    async with asking(case.made(), server) as searched:
        empty = await searched.poll({})
        server.found.append(7)
        found = await searched.poll(empty.cursor or {})
    assert (empty.items, empty.posts, empty.is_more) == ((), (), False)
    assert pictures(found) == expected(7)


NO_JSON = ("", "<html>", '{"items": [', "[" * 50_000)
NO_SEARCH = ("{}", "[]", "null", '{"photos": 3, "items": {}}', '"text"')
BODIES = {
    **dict.fromkeys(NO_JSON, Trouble.NOT_JSON),
    **dict.fromkeys(NO_SEARCH, Trouble.NOT_A_TIMELINE),
}


@EVERY
async def test_an_answer_that_is_no_search_is_said_to_be_none(case: Case) -> None:
    server, said = case.server([1]), dict[str, Trouble]()
    async with asking(case.made(), server) as searched:
        for body in BODIES:
            server.interruption = (200, body)
            with pytest.raises(MalformedSource) as caught:
                await searched.poll({})
            said[body] = caught.value.trouble
    assert said == BODIES

"""Bluesky's search: words newest first, read back to where the last turn began, and gaps filled in by it."""

import json
from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest

from domain.sources import Cursor, Gap, MalformedSource, Page, Term, Trouble
from jobs.answers import Answer
from jobs.sources.bluesky import Bluesky
from jobs.sources.times import from_us
from tests.conftest import START, FakeClock
from tests.jobs.bluesky_said import CID, HOUR, NOW, ids, images, record, uri, watch
from tests.scripted_web import Script, answer

VIEW = "https://view.example"
PATH = f"{VIEW}/xrpc/app.bsky.feed.searchPosts"
WORD, WORDS = Term("k1", "풍경"), Term("k2", 'hill "town"')
SECOND = 1_000_000


def view(rkey: str, at: int, **more: Any) -> dict[str, Any]:
    """A post as an AppView gives it; at: microseconds at which it was made and seen."""
    when = spelt(at)
    shown = {"images": [{"fullsize": f"{VIEW}/full/{CID}", "thumb": f"{VIEW}/thumb/{CID}"}]}
    made = {"uri": uri(rkey), "record": record("글", images(), createdAt=when), "embed": shown}
    return {**made, "indexedAt": when, **more}


def spelt(at: int) -> str:
    return from_us(at).isoformat(timespec="milliseconds").replace("+00:00", "Z")


def views(*given: Any) -> Answer:
    return answer(json.dumps({"posts": given, "cursor": "25"}))


def full(newest: int) -> Answer:
    """A full page, a second apart."""
    return views(*(view(f"n{number}", newest - number * SECOND) for number in range(100)))


async def search(answers: Any, cursor: Cursor, *terms: Term) -> tuple[Page, Script]:
    script = Script({PATH: answers})
    asked = replace(watch("bluesky", VIEW, cursor), terms=terms or (WORD,))
    return await Bluesky(FakeClock()).poll(asked, script), script


async def fill(answers: Any, cursor: Cursor, *terms: Term) -> tuple[Page, Script]:
    script = Script({PATH: answers})
    asked = replace(watch("bluesky", VIEW, cursor), terms=terms or (WORD,))
    gap = Gap(START - timedelta(hours=9), START - timedelta(hours=1))
    return await Bluesky(FakeClock()).backfill(asked, gap, script), script


async def trouble_of(given: Answer) -> MalformedSource:
    with pytest.raises(MalformedSource) as caught:
        await search(given, {})
    return caught.value


async def test_the_first_search_shows_the_newest_with_the_media_of_the_view() -> None:
    page, script = await search(views(view("a", NOW - SECOND)), {})
    assert script.asked == [(PATH, {"q": "풍경", "sort": "latest", "limit": "100"})]
    assert [(item.media_index, item.media_url, item.term) for item in page.items] == [
        (0, f"{VIEW}/full/{CID}", "k1")
    ]
    assert [(post.native_id, post.text, post.term) for post in page.posts] == [
        (uri("a"), "글", "k1")
    ]
    assert (page.cursor, page.is_more) == ({"k1": {"high": NOW - SECOND}}, False)


async def test_several_words_are_asked_for_as_they_stand() -> None:
    _, script = await search(views(), {}, WORDS)
    assert script.asked[0][1]["q"] == '"hill town"'


async def test_a_search_goes_back_page_by_page_to_where_the_last_began() -> None:
    high, newest = NOW - HOUR, NOW - SECOND
    page, script = await search(full(newest), {"k1": {"high": high}})
    assert script.asked[0][1]["since"] == spelt(high - 180 * SECOND)
    place = {"high": high, "new": newest, "at": newest - 99 * SECOND}
    assert (page.cursor, page.is_more) == ({"k1": place}, True)
    page, script = await search(views(view("z", high)), page.cursor or {})
    assert script.asked[0][1]["until"] == spelt(newest - 99 * SECOND)
    assert (page.cursor, page.is_more) == ({"k1": {"high": newest}}, False)


async def test_a_page_that_repeats_itself_is_not_asked_for_for_ever() -> None:
    same = views(*(view(f"n{number}", NOW) for number in range(100)))
    cursor: Cursor = {"k1": {"high": NOW - HOUR}}
    places = []
    for _ in range(3):
        page, _ = await search(same, cursor)
        cursor = page.cursor or {}
        places.append(cursor["k1"]["at"])
    assert places == [NOW, NOW - 1, NOW - 2]


async def test_pages_out_of_order_lose_nothing_that_is_newer() -> None:
    given = views(view("a", NOW - 9), view("b", NOW - 2), view("c", NOW - 5))
    page, _ = await search(given, {"k1": {"high": NOW - HOUR}})
    assert (ids(page), page.cursor) == (["a", "b", "c"], {"k1": {"high": NOW - 1_000}})


async def test_a_post_of_the_future_moves_nothing_past_now() -> None:
    page, _ = await search(views(view("a", NOW + HOUR)), {})
    assert page.cursor == {"k1": {"high": NOW}}


async def test_odd_posts_are_left_out() -> None:
    odd = [{}, {"uri": uri("a")}, view("", NOW), view("b", NOW, record=3), view("c", NOW, uri=None)]
    page, _ = await search(views(*odd, view("d", NOW, indexedAt=3, embed=[[3]])), {})
    assert ids(page) == ["d"]


@pytest.mark.parametrize(
    ("given", "trouble"),
    [
        (answer("<html>"), Trouble.NOT_JSON),
        (answer("[" * 100_000), Trouble.NOT_JSON),
        (answer("[]"), Trouble.NOT_A_TIMELINE),
        (answer('{"posts": {}}'), Trouble.NOT_A_TIMELINE),
        (answer('{"posts": [3]}'), Trouble.NOT_A_TIMELINE),
        (answer("", 503), Trouble.STATUS),
        (answer("", 401), Trouble.KEY_REFUSED),
    ],
)
async def test_a_malformed_answer_is_said_to_be_one(given: Answer, trouble: Trouble) -> None:
    assert (await trouble_of(given)).trouble is trouble


async def test_a_server_that_wants_to_be_left_alone_says_how_long() -> None:
    trouble = await trouble_of(answer("", 429, retry_after="30"))
    assert (trouble.trouble, trouble.retry_after) == (Trouble.TOO_MANY, timedelta(seconds=30))


async def test_a_gap_is_filled_in_for_each_word_until_nothing_is_left() -> None:
    newest = NOW - 2 * HOUR
    page, script = await fill([full(newest), views()], {}, WORD, WORDS)
    assert [(asked["since"], asked["until"]) for _, asked in script.asked] == [
        (spelt(NOW - 9 * HOUR), spelt(NOW - HOUR + 180 * SECOND))
    ] * 2
    assert (len(page.posts), page.is_more) == (100, True)
    page, script = await fill([views(view("z", NOW - 8 * HOUR))], page.cursor or {}, WORD, WORDS)
    assert [asked["until"] for _, asked in script.asked] == [spelt(newest - 99 * SECOND)]
    assert (ids(page), page.is_more) == (["z"], False)


async def test_a_gap_stays_open_for_a_word_that_failed() -> None:
    page, _ = await fill([answer("", 500), views()], {}, WORD, WORDS)
    assert (page.is_more, page.cursor) == (True, {"k2": {"is_done": True}})
    assert page.trouble is not None


async def test_words_without_an_answer_to_any_raise_the_trouble() -> None:
    with pytest.raises(MalformedSource):
        await fill(answer("", 500), {}, WORD, WORDS)


async def test_posts_of_all_are_never_asked_for() -> None:
    script = Script()
    page = await Bluesky(FakeClock()).poll(watch("bluesky", VIEW), script)
    assert (page.items, script.asked, page.is_more) == ((), [], False)

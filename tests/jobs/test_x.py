"""The recent search of X against a server that answers as the documents of version 2 say."""

import json
import time
from datetime import timedelta

import pytest

from domain.policy import SourcePolicy
from domain.sources import Gap, MalformedSource, Page, Term, Trouble, Watch
from jobs.sources.x import connect
from jobs.sources.x_posts import query
from tests.conftest import START, FakeClock
from tests.peers.loopback import Reading, reading, served
from tests.peers.x import BEARER, Tweet, XPeer, id_of, photo
from tests.scripted_web import Script, answer

AT = START.timestamp()
URL = "https://api.x.example"
RECENT = f"{URL}/2/tweets/search/recent"
TERM = Term("k1", "호수")


def tweets(first: int, last: int) -> list[Tweet]:
    """A post in each second before now, the higher the number the newer."""
    return [
        Tweet(id_of(AT - 1000 + number), "호수", (photo(number),))
        for number in range(first, last + 1)
    ]


async def page_of(told: object, status: int = 200) -> Page:
    """What the connector makes of an answer."""
    source = SourcePolicy("x", "x", URL, timedelta(seconds=60))
    script = Script({RECENT: answer(json.dumps(told), status)})
    return await connect(FakeClock()).poll(Watch(source, (TERM,), {}, {"bearer": BEARER}), script)


async def test_a_new_word_is_followed_for_two_pages_and_then_from_its_newest_post() -> None:
    peer = XPeer(tweets=tweets(1, 30), page=10)
    async with served(peer.app()) as (base, http):
        x = reading(connect(FakeClock()), base, http, "호수", bearer=BEARER)
        assert len(await x.turn()) == 20
        newest = tweets(400, 400)
        peer.tweets += newest
        assert str(newest[0].id) in await x.turn()
        assert int(peer.asked[-1][1]["since_id"]) == id_of(AT - 970 - 180)


async def test_more_new_posts_than_fit_on_a_page_are_all_listed() -> None:
    peer = XPeer(tweets=tweets(1, 1), page=10)
    async with served(peer.app()) as (base, http):
        x = reading(connect(FakeClock()), base, http, "호수", bearer=BEARER)
        await x.turn()
        peer.tweets += tweets(300, 345)
        assert {str(each.id) for each in tweets(300, 345)} <= set(await x.turn())


async def test_a_page_that_fails_on_the_way_is_asked_for_again() -> None:
    peer = XPeer(tweets=tweets(1, 1), page=10)
    async with served(peer.app()) as (base, http):
        x = reading(connect(FakeClock()), base, http, "호수", bearer=BEARER)
        await x.turn()
        peer.tweets += tweets(300, 345)
        await x.poll()
        peer.left, peer.resets_at = 0, int(time.time()) + 600
        with pytest.raises(MalformedSource, match="too_many: 429") as caught:
            await x.poll()
        assert timedelta(seconds=590) < (caught.value.retry_after or timedelta()) <= 600 * A_SECOND
        peer.left = 450
        await x.turn()
        listed = {post.native_id for page in x.pages for post in page.posts}
        assert {str(each.id) for each in tweets(300, 345)} <= listed


A_SECOND = timedelta(seconds=1)


async def test_a_place_that_x_finds_too_old_is_left_and_what_it_still_has_is_listed() -> None:
    peer = XPeer(tweets=tweets(1, 5), oldest_id=id_of(AT - 100))
    async with served(peer.app()) as (base, http):
        x = reading(connect(FakeClock()), base, http, "호수", bearer=BEARER)
        await x.turn()
        assert len(await x.turn()) == 5
        x.watch.cursor["key-호수"]["high"] = id_of(AT - 8 * 86_400)
        peer.asked.clear()
        await x.turn()
        assert ["since_id" in asked for _, asked in peer.asked] == [False]


async def test_a_gap_is_filled_word_by_word_and_a_word_that_fails_keeps_it_open() -> None:
    peer = XPeer(tweets=[*tweets(1, 15), Tweet(id_of(AT - 5), "산")], page=10)
    gap = Gap(START - timedelta(days=9), START)
    async with served(peer.app()) as (base, http):
        x = reading(connect(FakeClock()), base, http, "호수", "산", bearer=BEARER)
        first = await backfilled(x, gap)
        assert (len(first.posts), first.is_more) == (11, True)
        peer.left = 0
        with pytest.raises(MalformedSource):
            await backfilled(x, gap)
        peer.left = 9
        last = await backfilled(x, gap)
        assert (len(last.posts), last.is_more) == (5, False)
    asked = {(told["start_time"], told["end_time"]) for _, told in peer.asked}
    assert asked == {("2026-11-16T03:10:00Z", "2026-11-23T02:59:30Z")}


async def backfilled(x: Reading, gap: Gap) -> Page:
    """A page of the gap; its cursor is kept."""
    page = await x.connector.backfill(x.watch, gap, x.http)
    x.watch = Watch(x.watch.source, x.watch.terms, page.cursor or {}, x.watch.secrets)
    return page


async def test_a_missing_secret_is_named_and_a_wrong_one_said_to_be_refused() -> None:
    async with served(XPeer().app()) as (base, http):
        with pytest.raises(MalformedSource, match="key_missing: bearer"):
            await reading(connect(FakeClock()), base, http, "호수").poll()
        with pytest.raises(MalformedSource, match="key_refused: 401"):
            await reading(connect(FakeClock()), base, http, "호수", bearer="wrong").poll()


@pytest.mark.parametrize(
    ("status", "trouble"),
    [(402, Trouble.TOO_MANY), (403, Trouble.KEY_REFUSED), (503, Trouble.STATUS)],
)
async def test_other_refusals_are_told_apart(status: int, trouble: Trouble) -> None:
    with pytest.raises(MalformedSource) as caught:
        await page_of({}, status)
    assert caught.value.trouble is trouble


async def test_films_are_listed_in_their_best_form_with_their_preview() -> None:
    variants = [
        {"content_type": "application/x-mpegURL", "url": "https://v.example/a.m3u8"},
        {"content_type": "video/mp4", "bit_rate": 100, "url": "https://v.example/low.mp4"},
        {"content_type": "video/mp4", "bit_rate": 900, "url": "https://v.example/high.mp4"},
    ]
    preview = "https://v.example/p.jpg"
    film = {"media_key": "7_1", "variants": variants, "preview_image_url": preview}
    told = {"data": [Tweet(5, "호수 &amp; 산", (film,)).shown()], "includes": {"media": [film]}}
    page = await page_of(told)
    found = [(item.media_index, item.media_url, item.page_url) for item in page.items]
    assert found == [
        (0, "https://v.example/high.mp4", "https://x.com/i/web/status/5"),
        (100, preview, "https://x.com/i/web/status/5"),
    ]
    assert [(post.text, post.term) for post in page.posts] == [("호수 & 산", "k1")]


@pytest.mark.parametrize(
    ("word", "asked"),
    [
        ("호수", '("호수" OR #호수) -is:retweet'),
        ("호수 옆 집", '("호수 옆 집") -is:retweet'),
        ('a" OR "b', '("a OR b") -is:retweet'),
    ],
)
def test_words_are_asked_for_as_typed_and_can_say_nothing_else(word: str, asked: str) -> None:
    assert query(Term("k", word)) == asked

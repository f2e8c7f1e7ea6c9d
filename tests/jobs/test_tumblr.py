"""Tumblr's connector against a server that answers as Tumblr's documents say."""

import json
from datetime import timedelta

import pytest

from domain.policy import SourcePolicy
from domain.sources import Cursor, MalformedSource, Page, Term, Trouble, Watch
from jobs.sources.tumblr import connect
from tests.conftest import START, FakeClock
from tests.peers.loopback import reading, served
from tests.peers.tumblr import KEY, TumblrPeer, post
from tests.scripted_web import Script, answer

AT = int(START.timestamp())
URL = "https://api.tumblr.example"
TERM = Term("k1", "풍경")


async def page_of(*posts: object, cursor: Cursor | None = None) -> Page:
    """What the connector makes of an answer with these posts."""
    source = SourcePolicy("tumblr", "tumblr", URL, timedelta(seconds=60))
    body = json.dumps({"meta": {"status": 200}, "response": posts})
    script = Script({f"{URL}/v2/tagged": answer(body)})
    return await connect(FakeClock()).poll(
        Watch(source, (TERM,), cursor or {}, {"key": KEY}), script
    )


async def test_a_tag_is_followed_into_its_past_and_then_only_what_is_new_is_listed() -> None:
    peer = TumblrPeer(posts=[post(number, AT - 10_000 + number * 10) for number in range(1, 46)])
    async with served(peer.app()) as (base, http):
        tumblr = reading(connect(FakeClock()), base, http, "풍경", key=KEY)
        first = await tumblr.turn()
        assert set(first) == {str(number) for number in range(1, 46)}
        assert [path for path, _ in peer.asked] == ["/v2/tagged"] * 3
        peer.posts.append(post(99, AT))
        assert (await tumblr.turn())[0] == "99"
        assert tumblr.watch.cursor == {"key-풍경": {"high": AT}}


async def test_many_new_posts_are_caught_up_with_page_by_page() -> None:
    peer = TumblrPeer(posts=[post(1, AT - 90_000)])
    async with served(peer.app()) as (base, http):
        tumblr = reading(connect(FakeClock()), base, http, "풍경", key=KEY)
        await tumblr.turn()
        peer.posts += [post(number, AT - 80_000 + number * 300) for number in range(2, 60)]
        assert set(await tumblr.turn()) == {str(number) for number in range(1, 60)}


async def test_a_page_that_fails_is_asked_for_again() -> None:
    peer = TumblrPeer(posts=[post(number, AT - 10_000 + number) for number in range(1, 46)])
    async with served(peer.app()) as (base, http):
        tumblr = reading(connect(FakeClock()), base, http, "풍경", key=KEY)
        await tumblr.poll()
        peer.left = 0
        before = tumblr.watch.cursor
        with pytest.raises(MalformedSource) as caught:
            await tumblr.poll()
        assert (caught.value.trouble, caught.value.retry_after) == (
            Trouble.TOO_MANY,
            timedelta(seconds=1800),
        )
        assert tumblr.watch.cursor == before
        peer.left = 10
        later = await tumblr.turn()
        assert {"1", "25"} <= set(later)


async def test_a_server_that_gives_the_same_page_again_is_told_and_the_way_begins_anew() -> None:
    peer = TumblrPeer(
        posts=[post(number, AT - 900 + number) for number in range(20)], is_stuck=True
    )
    async with served(peer.app()) as (base, http):
        tumblr = reading(connect(FakeClock()), base, http, "풍경", key=KEY)
        await tumblr.turn()
        trouble = tumblr.pages[-1].trouble
        assert trouble is not None
        assert trouble.trouble is Trouble.STALE_CURSOR
        assert tumblr.watch.cursor == {"key-풍경": {}}


async def test_a_second_with_more_posts_than_a_page_doesnt_end_the_way_down() -> None:
    crowd = [post(number, AT - 50) for number in range(100, 130)]
    peer = TumblrPeer(posts=[post(1, AT - 90), *crowd, post(200, AT - 10)])
    async with served(peer.app()) as (base, http):
        tumblr = reading(connect(FakeClock()), base, http, "풍경", key=KEY)
        assert {"1", "200"} <= set(await tumblr.turn())
        assert [page.trouble for page in tumblr.pages] == [None] * 3


async def test_a_missing_key_is_named_and_a_wrong_one_said_to_be_refused() -> None:
    async with served(TumblrPeer().app()) as (base, http):
        with pytest.raises(MalformedSource, match="key_missing: key"):
            await reading(connect(FakeClock()), base, http, "풍경").poll()
        with pytest.raises(MalformedSource, match="key_refused: 401"):
            await reading(connect(FakeClock()), base, http, "풍경", key="wrong").poll()


async def test_blocks_of_the_new_format_give_their_largest_picture_and_films_a_preview() -> None:
    sizes = [{"url": f"https://m.example/{width}.jpg", "width": width} for width in (400, 1280)]
    film = {"url": "https://m.example/f.mp4"}
    poster = [{"url": "https://m.example/p.jpg", "width": 640}]
    content = [
        {"type": "image", "media": sizes, "alt_text": "호수"},
        {"type": "text", "text": "두 번째"},
        {"type": "video", "media": film, "poster": poster},
    ]
    page = await page_of(post(7, AT, photos=[], caption="", content=content))
    found = [(item.media_index, item.media_url, item.term) for item in page.items]
    assert found == [
        (0, "https://m.example/1280.jpg", "k1"),
        (1, "https://m.example/f.mp4", "k1"),
        (100, "https://m.example/p.jpg", "k1"),
    ]
    assert [said.text for said in page.posts] == ["두 번째 호수 풍경"]


async def test_pictures_in_the_markup_and_films_of_the_old_format_are_listed() -> None:
    old = post(
        8,
        AT,
        type="video",
        photos=[],
        body='<figure><img src="https://m.example/in.png"></figure>',
        video_url="https://m.example/v.mp4",
        thumbnail_url="https://m.example/v.jpg",
    )
    found = [(item.media_index, item.media_url) for item in (await page_of(old)).items]
    assert found == [
        (0, "https://m.example/in.png"),
        (1, "https://m.example/v.mp4"),
        (100, "https://m.example/v.jpg"),
    ]


async def test_a_post_from_the_future_doesnt_hide_those_that_come_before_it() -> None:
    page = await page_of(post(9, AT + 1_000_000))
    assert page.cursor == {"k1": {"high": AT}}


async def test_an_answer_without_a_list_of_posts_is_said_to_be_none() -> None:
    source = SourcePolicy("tumblr", "tumblr", URL, timedelta(seconds=60))
    script = Script({f"{URL}/v2/tagged": answer('{"meta": {}, "response": {}}')})
    with pytest.raises(MalformedSource, match="not_a_timeline"):
        await connect(FakeClock()).poll(Watch(source, (TERM,), {}, {"key": KEY}), script)

"""Reddit's connector against a server that answers as Reddit's documents say."""

import json
from datetime import timedelta

import pytest

from domain.policy import SourcePolicy
from domain.sources import Item, MalformedSource, Term, Trouble, Watch
from jobs.sources.reddit import connect
from tests.conftest import START, FakeClock
from tests.peers.loopback import reading, served
from tests.peers.reddit import ID, SECRET, RedditPeer, post
from tests.scripted_web import Script, answer

AT = int(START.timestamp())
SECRETS = {"id": ID, "secret": SECRET}


def posts(first: int, last: int) -> list[dict[str, object]]:
    """A post in each minute, the higher the number the newer."""
    return [post(number, AT - 90_000 + 60 * number) for number in range(first, last + 1)]


async def items_of(**more: object) -> list[tuple[int, str]]:
    """The media of one post."""
    return [(item.media_index, item.media_url) for item in await listed(post(1, AT, **more))]


async def listed(*found: object) -> tuple[Item, ...]:
    """What the connector makes of a search's answer with these posts."""
    source = SourcePolicy("reddit", "reddit", "https://oauth.reddit.com", timedelta(seconds=60))
    children = [{"kind": "t3", "data": each} for each in found]
    script = Script(
        {
            "https://www.reddit.com/api/v1/access_token": answer('{"access_token": "t"}'),
            "https://oauth.reddit.com/search": answer(json.dumps({"data": {"children": children}})),
        }
    )
    watch = Watch(source, (Term("k1", "호수"),), {}, SECRETS)
    return (await connect(FakeClock()).poll(watch, script)).items


async def test_subreddits_are_listed_and_words_searched_for() -> None:
    peer = RedditPeer(posts=[*posts(1, 2), post(9, AT, title="산", subreddit="hill")])
    async with served(peer.app()) as (base, http):
        reddit = reading(
            connect(FakeClock()), f"{base}/r/hill+lake", http, "호수", id=ID, secret=SECRET
        )
        page = await reddit.poll()
    assert sorted((item.native_id, item.term) for item in page.items) == [
        ("t3_1", "key-호수"),
        ("t3_2", "key-호수"),
        ("t3_9", ""),
    ]
    assert [path for path, _ in peer.asked] == [
        "/api/v1/access_token",
        "/r/hill+lake/new",
        "/search",
    ]


async def test_more_new_posts_than_fit_on_a_page_are_all_listed() -> None:
    peer = RedditPeer(posts=posts(1, 1), page=10)
    async with served(peer.app()) as (base, http):
        reddit = reading(connect(FakeClock()), base, http, "호수", id=ID, secret=SECRET)
        await reddit.turn()
        peer.posts += posts(100, 145)
        assert {f"t3_{number}" for number in range(100, 146)} <= set(await reddit.turn())
        peer.asked.clear()
        await reddit.turn()
        assert [path for path, _ in peer.asked] == ["/search"]


async def test_a_page_that_fails_on_the_way_is_asked_for_again() -> None:
    peer = RedditPeer(posts=posts(1, 1), page=10)
    async with served(peer.app()) as (base, http):
        reddit = reading(connect(FakeClock()), base, http, "호수", id=ID, secret=SECRET)
        await reddit.turn()
        peer.posts += posts(100, 145)
        await reddit.poll()
        peer.left = 0
        with pytest.raises(MalformedSource) as caught:
            await reddit.poll()
        assert (caught.value.trouble, caught.value.retry_after) == (
            Trouble.TOO_MANY,
            timedelta(seconds=42),
        )
        peer.left = 100
        found = {"t3_1", *await reddit.turn()}
        assert {f"t3_{number}" for number in range(100, 136)} <= found


async def test_a_cursor_that_leads_to_the_same_page_is_told() -> None:
    peer = RedditPeer(posts=posts(1, 3), repeats="t3_3")
    async with served(peer.app()) as (base, http):
        reddit = reading(connect(FakeClock()), base, http, "호수", id=ID, secret=SECRET)
        await reddit.turn()
        trouble = reddit.pages[-1].trouble
        assert trouble is not None
        assert trouble.trouble is Trouble.STALE_CURSOR


async def test_a_token_is_used_until_it_ends_and_renewed_where_it_is_withdrawn() -> None:
    peer, clock = RedditPeer(posts=posts(1, 1)), FakeClock()
    async with served(peer.app()) as (base, http):
        reddit = reading(connect(clock), base, http, "호수", id=ID, secret=SECRET)
        await reddit.turn()
        await reddit.turn()
        assert peer.given == 1
        clock.advance(timedelta(days=1))
        await reddit.turn()
        assert peer.given == 2
        peer.tokens.clear()
        assert await reddit.turn() == ["t3_1"]
        assert peer.given == 3


async def test_missing_secrets_are_named_and_wrong_ones_said_to_be_refused() -> None:
    async with served(RedditPeer().app()) as (base, http):
        with pytest.raises(MalformedSource, match="key_missing: id"):
            await reading(connect(FakeClock()), base, http, "호수").poll()
        with pytest.raises(MalformedSource, match="key_missing: secret"):
            await reading(connect(FakeClock()), base, http, "호수", id=ID).poll()
        with pytest.raises(MalformedSource, match="key_refused: 401"):
            await reading(connect(FakeClock()), base, http, "호수", id=ID, secret="x").poll()


async def test_a_gallery_is_listed_in_its_order() -> None:
    metadata = {
        "b": {"status": "valid", "s": {"u": "https://p.example/b.jpg?s=1&amp;x=2"}},
        "a": {"status": "valid", "s": {"gif": "https://p.example/a.gif"}},
        "c": {"status": "failed"},
    }
    gallery = {"items": [{"media_id": "a"}, {"media_id": "b", "caption": "둘"}, {"media_id": "c"}]}
    found = await items_of(
        post_hint=None,
        url_overridden_by_dest="https://www.reddit.com/gallery/x",
        media_metadata=metadata,
        gallery_data=gallery,
    )
    assert found == [(0, "https://p.example/a.gif"), (1, "https://p.example/b.jpg?s=1&x=2")]


async def test_films_and_previews_are_listed_also_of_a_post_that_was_passed_on() -> None:
    film = {"reddit_video": {"fallback_url": "https://v.example/DASH_720.mp4"}}
    preview = {"images": [{"source": {"url": "https://p.example/p.jpg"}}]}
    parent = post(2, AT, post_hint=None, url_overridden_by_dest="", is_video=True, media=film)
    found = await items_of(
        post_hint="link",
        url_overridden_by_dest="https://v.redd.example/abc",
        crosspost_parent_list=[parent],
        preview=preview,
    )
    assert found == [(0, "https://v.example/DASH_720.mp4"), (100, "https://p.example/p.jpg")]

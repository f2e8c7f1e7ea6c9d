"""What is particular to each keyed search: its words, its limits, its odd answers."""

import json
from datetime import timedelta
from typing import Any

import pytest

from domain.policy import SourcePolicy
from domain.sources import Cursor, MalformedSource, Page, Post, Term, Trouble, Watch
from jobs.answers import Answer, moment
from jobs.metered import Metered
from tests.conftest import START
from tests.jobs.documented.cases import CASES, NOW, picture
from tests.jobs.documented.server import MEDIA, TERM, asking
from tests.jobs.documented.youtube import YouTubeServer
from tests.scripted_web import SQUARE, Script, answer

CHANNEL = "UC" + "a-B_" * 5 + "cd"
FEEDS, API = "https://www.youtube.com", "https://www.googleapis.com"
FEED = f"{FEEDS}/feeds/videos.xml?channel_id={CHANNEL}"
SEARCH = f"{API}/youtube/v3/search"
BRAVE = f"{SQUARE}/res/v1/images/search"
FLICKR = f"{SQUARE}/services/rest/"


async def polled(
    name: str, script: Script, cursor: Cursor | None = None, url: str = SQUARE, *tags: str
) -> Page:
    """One poll of a search with the right secrets."""
    case, every = CASES[name], timedelta(minutes=1)
    source = SourcePolicy(name, name, url, every, tags)
    terms = (TERM, *(Term(tag, tag.lower().replace("-", "")) for tag in tags))
    return await case.made().poll(Watch(source, terms, cursor or {}, case.server.secrets), script)


async def refused(name: str, script: Script) -> tuple[Trouble, timedelta | None]:
    with pytest.raises(MalformedSource) as caught:
        await polled(name, script)
    return caught.value.trouble, caught.value.retry_after


def shelves(script: Script, root: str, said: Answer, *names: str) -> Script:
    script.answers |= {f"{SQUARE}{root}/{name}": said for name in names}
    return script


def naver(said: Answer) -> Script:
    names = ("image.json", "blog.json", "cafearticle.json", "webkr.json")
    return shelves(Script(), "/v1/search", said, *names)


def kakao(said: Answer) -> Script:
    return shelves(Script(), "/v2/search", said, "web", "image", "blog", "cafe", "vclip")


async def test_naver_gives_what_blogs_say_without_marks_on_the_day_it_was_said() -> None:
    server = CASES["naver"].server([1])
    async with asking(CASES["naver"].made(), server) as searched:
        page = await searched.poll({})
    assert page.posts == (
        Post("https://media.example/1.jpg", picture(1), "풍경 1", None, "k1"),
        Post(
            "https://blog.example/1",
            "https://blog.example/1",
            "산책 1 오늘의 풍경입니다 & 바다 산",
            moment("2026-11-23T00:00:00+09:00"),
            "k1",
        ),
    )
    assert [(item.media_index, item.media_url) for item in page.items] == [
        (0, picture(1)),
        (1, f"{MEDIA}/1s.jpg"),
    ]


async def test_naver_orders_everything_by_date_but_web_pages() -> None:
    script = naver(answer('{"items": [], "total": 0}'))
    await polled("naver", script)
    orders = {url.rpartition("/")[2]: asked.get("sort") for url, asked in script.asked}
    assert orders == {
        "image.json": "date",
        "blog.json": "date",
        "cafearticle.json": "date",
        "webkr.json": None,
    }


async def test_naver_tells_too_fast_from_the_days_end() -> None:
    fast = naver(answer('{"errorCode": "012"}', 429))
    assert await refused("naver", fast) == (Trouble.TOO_MANY, timedelta(seconds=1))
    assert len(fast.asked) == 1  # What is left of the words waits as well.


async def test_kakao_says_that_its_quota_is_used_up_in_two_ways() -> None:
    for said in (answer('{"code": -10, "msg": "x"}', 400), answer('{"errorType": "x"}', 403)):
        trouble, wait = await refused("kakao", kakao(said))
        expected = (Trouble.TOO_MANY, timedelta(hours=12))
        assert (trouble, wait) == (expected if said.status == 400 else (Trouble.KEY_REFUSED, None))


async def test_kakaos_pictures_lead_to_their_pages_and_clips_have_fewer_pages() -> None:
    server = CASES["kakao"].server(list(range(1, 1_000)))
    async with asking(CASES["kakao"].made(), server) as searched:
        last = {"known": [], "at": 15}
        page = await searched.poll({"k1": {"vclip": last, "image": last, "at": True}})
    assert server.beyond == []
    assert {item.page_url for item in page.items if item.media_url == picture(299)} == {
        "https://cafe.example/299"
    }
    place = (page.cursor or {})["k1"]
    assert ("at" in place["vclip"], place["image"]["at"], place["at"]) == (False, 16, True)


async def test_a_shelf_that_fails_stays_where_it_was_while_the_others_go_on() -> None:
    script = kakao(answer('{"documents": [], "meta": {"is_end": true}}'))
    script.answers[f"{SQUARE}/v2/search/blog"] = answer("", 503)
    page = await polled("kakao", script, {"k1": {"blog": {"known": ["a"], "at": 2}}})
    assert (page.cursor or {})["k1"]["blog"] == {"known": ["a"], "at": 2}
    assert page.trouble is not None
    assert page.trouble.trouble is Trouble.STATUS


async def test_where_a_turns_calls_end_the_next_turn_begins_with_the_shelf_that_is_due() -> None:
    script, cursor = kakao(answer('{"documents": [], "meta": {"is_end": true}}')), Cursor()
    for _ in range(3):
        case = CASES["kakao"]
        source = SourcePolicy("s", "kakao", SQUARE, timedelta(minutes=1))
        watch = Watch(source, (TERM, Term("k2", "바다")), cursor, case.server.secrets)
        page = await case.made().poll(watch, Metered(script, 2))
        cursor = page.cursor or {}
        assert page.trouble is not None
        assert page.trouble.trouble is Trouble.BUDGET_SPENT
    asked = [(url.rpartition("/")[2], said["query"]) for url, said in script.asked]
    assert [shelf for shelf, _ in asked] == ["web", "image", "blog", "cafe", "vclip", "web"]
    assert {word for _, word in asked} == {"풍경"}


@pytest.mark.parametrize(
    ("remaining", "reset", "wait"),
    [
        ("0, 100", "1, 1419704", timedelta(seconds=1)),
        ("1, 0", "1, 7200", timedelta(hours=2)),
        ("1, 0", "1, 1419704", timedelta(days=1)),
        ("", "5", timedelta(seconds=5)),
        ("x", "y", None),
        ("0", "-3, ١", None),
    ],
)
async def test_brave_says_in_its_headers_when_it_may_be_asked_again(
    remaining: str, reset: str, wait: timedelta | None
) -> None:
    limits = {"x_ratelimit_remaining": remaining, "x_ratelimit_reset": reset}
    script = Script({BRAVE: answer("{}", 429, **limits)})
    assert await refused("brave", script) == (Trouble.TOO_MANY, wait)


async def test_brave_searches_everything_as_typed() -> None:
    script = Script({BRAVE: answer('{"results": []}')})
    await polled("brave", script)
    asked = script.asked[0][1]
    assert (asked["q"], asked["count"], asked["safesearch"], asked["spellcheck"]) == (
        "풍경",
        "200",
        "off",
        "false",
    )


async def test_flickr_gives_the_largest_size_and_plain_words() -> None:
    server = CASES["flickr"].server([1])
    async with asking(CASES["flickr"].made(), server) as searched:
        page = await searched.poll({})
    (item,), (post,) = page.items, page.posts
    assert (item.native_id, item.media_url) == ("1", picture(1))
    assert item.page_url == "https://www.flickr.com/photos/12345@N00/1"
    assert (post.text, post.posted_at) == ("풍경 1 바다 sea 산", START + timedelta(minutes=1))


async def test_flickr_out_of_service_is_trouble_of_the_server() -> None:
    script = Script({FLICKR: answer('{"stat": "fail", "code": 105, "message": "x"}')})
    assert await refused("flickr", script) == (Trouble.STATUS, None)


def video(number: int, **more: Any) -> Answer:
    snippet = {"title": f"t{number}", "publishedAt": (NOW - timedelta(hours=1)).isoformat()}
    item = {"id": {"videoId": f"v{number}"}, "snippet": {**snippet, **more}}
    return answer(json.dumps({"items": [item]}))


async def test_youtube_shows_the_widest_thumbnail_of_a_video() -> None:
    sizes = {"a": {"url": f"{MEDIA}/a", "width": 1}, "b": {"url": f"{MEDIA}/b", "width": 9}, "c": 3}
    page = await polled("youtube", Script({SEARCH: video(1, thumbnails=sizes)}), {}, API)
    assert [(item.media_url, item.page_url) for item in page.items] == [
        (f"{MEDIA}/b", f"{FEEDS}/watch?v=v1")
    ]


async def test_youtube_begins_a_round_again_whose_page_is_not_given_any_more() -> None:
    stale = answer('{"error": {"errors": [{"reason": "invalidPageToken"}]}}', 400)
    script = Script({SEARCH: [stale, video(1)]})
    place = {"high": NOW.isoformat(), "since": START.isoformat(), "at": "old"}
    page = await polled("youtube", script, {"k1": place}, API)
    tokens = [(asked.get("pageToken"), asked["publishedAfter"]) for _, asked in script.asked]
    assert tokens == [("old", "2026-11-23T03:00:00Z"), (None, "2026-11-23T03:00:00Z")]
    assert page.cursor == {"k1": {"high": NOW.isoformat()}}


async def test_youtube_reads_channels_among_the_tags_without_a_key() -> None:
    server = YouTubeServer([1, 2])
    async with asking(CASES["youtube"].made(), server) as searched:
        searched.secrets = {}
        searched.source = SourcePolicy(
            "c", "youtube", searched.source.url, timedelta(1), (CHANNEL,)
        )
        page = await searched.poll({}, TERM)
    found = [(item.native_id, item.media_url, item.term) for item in page.items]
    assert found == [("yt:video:v2", picture(2), ""), ("yt:video:v1", picture(1), "")]
    assert page.posts[0].text == "풍경 2 바다"
    assert page.trouble is not None
    assert (page.trouble.trouble, page.trouble.detail) == (Trouble.KEY_MISSING, "key")


async def test_youtube_searches_for_no_channel_and_reads_feeds_where_they_lie() -> None:
    feed = answer('<feed xmlns="http://www.w3.org/2005/Atom"><title>t</title></feed>')
    script = Script({FEED: feed, SEARCH: video(1)})
    page = await polled("youtube", script, {}, API, CHANNEL)
    assert [url for url, _ in script.asked] == [FEED, SEARCH]
    assert set(page.asked or ()) == {f"channel/{CHANNEL}", TERM.key, CHANNEL}
    only_feeds = Script({FEED: feed})
    await polled("youtube", only_feeds, {}, FEEDS, CHANNEL)
    assert [url for url, _ in only_feeds.asked] == [FEED]


@pytest.mark.parametrize(
    ("status", "reason", "expected"),
    [
        (403, "accessNotConfigured", (Trouble.KEY_REFUSED, None)),
        (403, "rateLimitExceeded", (Trouble.TOO_MANY, timedelta(minutes=1))),
        (400, "invalidParameter", (Trouble.STATUS, None)),
    ],
)
async def test_youtube_says_why_it_refuses(
    status: int, reason: str, expected: tuple[Trouble, timedelta | None]
) -> None:
    said = answer(json.dumps({"error": {"errors": [{"reason": reason}]}}), status)
    assert await refused("youtube", Script({f"{SQUARE}/youtube/v3/search": said})) == expected

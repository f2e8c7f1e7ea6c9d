"""What the connector of Mastodon-compatible servers makes of timelines, whole and malformed."""

import json

import pytest

from domain.sources import Cursor, Page, Term, Trouble, Watch
from jobs.answers import Answer
from jobs.sources.mastodon import Mastodon
from tests.scripted_web import SQUARE, Script, answer
from tests.square_sweeps import PUBLIC, SOURCE, TAGGED, post, trouble_of

TAG = Term("k1", "풍경")


def posts(*numbers: int) -> Answer:
    return answer(json.dumps([post(number) for number in reversed(numbers)]))


async def timeline(script: Script, cursor: Cursor, *tags: Term) -> Page:
    return await Mastodon().poll(Watch(SOURCE, tags, cursor), script)


async def test_a_timeline_gives_each_picture_with_its_page() -> None:
    two = post(5, f"{SQUARE}/media/a.jpg", f"{SQUARE}/media/b.jpg")
    page = await timeline(Script({PUBLIC: answer(json.dumps([two]))}), {})
    found = [
        (item.native_id, item.media_index, item.media_url, item.page_url) for item in page.items
    ]
    assert found == [
        ("5", 0, f"{SQUARE}/media/a.jpg", f"{SQUARE}/@a/5"),
        ("5", 1, f"{SQUARE}/media/b.jpg", f"{SQUARE}/@a/5"),
    ]


async def test_polling_goes_on_after_the_newest_and_catches_up_page_by_page() -> None:
    first = await timeline(Script({PUBLIC: posts(1, 2)}), {})
    assert (first.cursor, first.is_more) == ({"public": {"high": "2"}}, False)
    script = Script({PUBLIC: posts(*range(3, 43))})
    full = await timeline(script, first.cursor or {})
    assert script.asked == [(PUBLIC, {"limit": "40", "min_id": "2"})]
    assert (full.cursor, full.is_more) == ({"public": {"high": "42", "at": "42"}}, True)
    last = await timeline(Script({PUBLIC: posts(43)}), full.cursor or {})
    assert (last.cursor, last.is_more) == ({"public": {"high": "43"}}, False)


async def test_posts_that_become_visible_late_are_asked_for_again() -> None:
    high = 116_000_000_000_000_000
    script = Script({PUBLIC: posts(high)})
    await timeline(script, {"public": {"high": str(high)}})
    assert int(script.asked[0][1]["min_id"]) == high - (180_000 << 16)


async def test_a_timeline_that_fails_stays_where_it_was_while_the_others_go_on() -> None:
    script = Script({PUBLIC: posts(9), TAGGED: answer("<html>")})
    page = await timeline(script, {"k1": {"high": "4"}}, TAG)
    assert page.cursor == {"public": {"high": "9"}, "k1": {"high": "4"}}
    assert page.trouble is not None
    assert page.trouble.trouble is Trouble.NOT_JSON


async def test_the_cursor_holds_a_tags_key_and_never_its_word() -> None:
    page = await timeline(Script({PUBLIC: posts(9), TAGGED: posts(8)}), {}, TAG)
    assert "풍경" not in json.dumps(page.cursor, ensure_ascii=False)


@pytest.mark.parametrize(
    ("body", "trouble"),
    [
        ("", Trouble.NOT_JSON),
        ('[{"id": "1", "media_att', Trouble.NOT_JSON),
        ("[" * 100_000, Trouble.NOT_JSON),
        ('{"error": "x"}', Trouble.NOT_A_TIMELINE),
        ('[{"id": 1, "media_attachments": []}]', Trouble.NOT_A_TIMELINE),
        ("[null]", Trouble.NOT_A_TIMELINE),
    ],
)
async def test_a_malformed_timeline_is_said_to_be_one(body: str, trouble: Trouble) -> None:
    assert await trouble_of(Mastodon(), SOURCE, Script({PUBLIC: answer(body)})) is trouble


async def test_media_without_a_usable_address_is_left_out() -> None:
    odd = post(1, media_attachments=[None, 3, {}, {"type": "image", "url": "javascript:x"}])
    film = {"type": "video", "url": f"{SQUARE}/f.mp4", "preview_url": f"{SQUARE}/f.jpg"}
    body = json.dumps([odd, post(2, media_attachments=[film])])
    page = await timeline(Script({PUBLIC: answer(body)}), {})
    found = [(item.native_id, item.media_index, item.media_url) for item in page.items]
    assert found == [("2", 0, f"{SQUARE}/f.mp4"), ("2", 100, f"{SQUARE}/f.jpg")]


async def test_a_film_without_an_address_of_its_own_is_known_by_its_preview() -> None:
    film = {"type": "gifv", "url": None, "preview_url": f"{SQUARE}/f.jpg"}
    body = json.dumps([post(1, media_attachments=[film, {"type": "audio", "url": f"{SQUARE}/a"}])])
    page = await timeline(Script({PUBLIC: answer(body)}), {})
    assert [(item.media_index, item.media_url) for item in page.items] == [(0, f"{SQUARE}/f.jpg")]

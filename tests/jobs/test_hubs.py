"""Where feeds say that their hub is: in headers, in themselves, in pages; YouTube's in its documents."""

import pytest

from domain.sources import MalformedSource
from jobs.answers import Answer
from jobs.hubs import Hub, hub_of
from tests.scripted_web import SQUARE, Script, answer

FEED = f"{SQUARE}/feed"
HUB, SELF = "https://hub.example/", f"{SQUARE}/feed.xml"
ATOM = f"""<feed xmlns="http://www.w3.org/2005/Atom"><link rel="hub" href="{HUB}"/>
<link rel="self" href="{SELF}"/><entry><link rel="self" href="/wrong"/></entry></feed>"""
RSS = f"""<rss version="2.0" xmlns:atom="http://www.w3.org/2005/Atom"><channel><link>{SQUARE}</link>
<atom:link rel="self" href="{SELF}"/><atom:link href="{HUB}" rel="hub"/></channel></rss>"""
HTML = f'<head><link rel="hub" href="{HUB}"><link rel="self" href="/feed.xml"></head>'
LINK = f'<{HUB}>; rel="hub", <{SELF}>; title="x"; rel="self"'


@pytest.mark.parametrize(
    "said",
    [
        answer(ATOM),
        answer(RSS),
        answer(HTML, content_type="text/html; charset=utf-8"),
        answer("no feed at all", link=LINK),
        answer(ATOM.replace(HUB, "https://second.example/"), link=LINK),
    ],
)
async def test_a_hub_is_found_wherever_it_is_named(said: Answer) -> None:
    assert await hub_of(FEED, Script({FEED: said})) == Hub(HUB, SELF)


@pytest.mark.parametrize(
    "body",
    [
        "",
        "<rss/>",
        '<feed><link rel="hub" href="javascript:1"/></feed>',
        "<!DOCTYPE a [<!ENTITY b 'c'>]>",
    ],
)
async def test_a_feed_without_a_hub_is_polled_only(body: str) -> None:
    assert await hub_of(FEED, Script({FEED: answer(body)})) is None


async def test_a_feed_that_does_not_answer_is_trouble() -> None:
    with pytest.raises(MalformedSource):
        await hub_of(FEED, Script({FEED: answer("", 500)}))


async def test_the_hub_of_youtubes_channels_is_known() -> None:
    topic = "https://www.youtube.com/feeds/videos.xml?channel_id=UC1"
    assert await hub_of(topic, Script()) == Hub("https://pubsubhubbub.appspot.com/subscribe", topic)

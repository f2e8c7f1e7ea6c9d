"""The connector of Telegram's public channels against a site that shows them as t.me does."""

from datetime import UTC, datetime, timedelta

import pytest

from domain.sources import Item, MalformedSource, Post, Trouble
from jobs.sources.telegram_channels import connect
from tests.conftest import FakeClock
from tests.peers.loopback import reading, served
from tests.peers.telegram_channels import TelegramPeer, message

POSTED = datetime(2026, 11, 23, 2, 0, tzinfo=UTC)


async def test_a_message_gives_its_photo_and_its_words() -> None:
    peer = TelegramPeer()
    peer.fill("lake", 7, 7)
    async with served(peer.app()) as (base, http):
        page = await reading(connect(FakeClock()), base, http, tags=("@lake",)).poll()
    link = "https://t.me/lake/7"
    assert page.items == (Item("lake/7", 0, "https://cdn.example/7.jpg", link, POSTED),)
    assert page.posts == (Post("lake/7", link, "호수 7", POSTED),)


async def test_a_channel_is_followed_into_its_past_and_then_only_what_is_new_is_opened() -> None:
    peer = TelegramPeer()
    peer.fill("lake", 1, 45)
    async with served(peer.app()) as (base, http):
        lake = reading(connect(FakeClock()), base, http, tags=("lake",))
        assert len(await lake.turn()) == 45
        peer.fill("lake", 46, 47)
        peer.asked.clear()
        assert {"lake/46", "lake/47"} <= set(await lake.turn())
        assert peer.asked == [("/s/lake", {})]
        peer.fill("lake", 48, 120)
        assert {f"lake/{number}" for number in range(48, 121)} <= set(await lake.turn())


async def test_a_page_that_fails_on_the_way_is_asked_for_again() -> None:
    peer = TelegramPeer()
    peer.fill("lake", 1, 45)
    async with served(peer.app()) as (base, http):
        lake = reading(connect(FakeClock()), base, http, tags=("lake",))
        await lake.poll()
        peer.is_down = True
        with pytest.raises(MalformedSource) as caught:
            await lake.poll()
        assert (caught.value.trouble, caught.value.retry_after) == (
            Trouble.TOO_MANY,
            timedelta(seconds=30),
        )
        peer.is_down = False
        assert set(await lake.turn()) == {f"lake/{number}" for number in range(1, 26)}


async def test_a_channel_that_is_private_or_missing_is_told_and_the_others_go_on() -> None:
    peer = TelegramPeer()
    peer.fill("lake", 1, 1)
    async with served(peer.app()) as (base, http):
        both = await reading(connect(FakeClock()), base, http, tags=("secret", "lake")).poll()
        with pytest.raises(MalformedSource, match="not_public: secret"):
            await reading(connect(FakeClock()), base, http, tags=("secret",)).poll()
    assert [item.native_id for item in both.items] == ["lake/1"]
    assert both.trouble is not None
    assert both.trouble.trouble is Trouble.NOT_PUBLIC


async def test_a_channel_without_messages_is_no_trouble() -> None:
    async with served(TelegramPeer(channels={"new": {}}).app()) as (base, http):
        page = await reading(connect(FakeClock()), base, http, tags=("new",)).poll()
    assert (page.items, page.is_more, page.trouble) == ((), False, None)


async def test_robots_txt_is_asked_once_an_hour_and_honoured() -> None:
    peer, clock = TelegramPeer(), FakeClock()
    peer.fill("lake", 1, 1)
    async with served(peer.app()) as (base, http):
        lake = reading(connect(clock), base, http, tags=("lake",))
        await lake.poll()
        peer.robots = "User-agent: *\nDisallow: /s/"
        await lake.poll()
        assert [path for path, _ in peer.asked] == ["/robots.txt", "/s/lake", "/s/lake"]
        clock.advance(timedelta(minutes=61))
        with pytest.raises(MalformedSource, match="robots"):
            await lake.poll()


@pytest.mark.parametrize(
    ("status", "trouble"), [(429, Trouble.TOO_MANY), (503, Trouble.STATUS), (403, None)]
)
async def test_where_robots_txt_may_hold_rules_that_we_cant_see_nothing_is_read(
    status: int, trouble: Trouble | None
) -> None:
    peer = TelegramPeer(robots_status=status)
    peer.fill("lake", 1, 1)
    async with served(peer.app()) as (base, http):
        lake = reading(connect(FakeClock()), base, http, tags=("lake",))
        if trouble is None:
            assert await lake.turn() == ["lake/1"]
            return
        with pytest.raises(MalformedSource) as caught:
            await lake.poll()
    assert (caught.value.trouble, [path for path, _ in peer.asked]) == (trouble, ["/robots.txt"])


async def test_films_stickers_and_previews_of_links_are_listed() -> None:
    inside = (
        '<i class="tgme_widget_message_video_thumb" '
        'style="background-image:url(&quot;https://cdn.example/t.jpg&quot;)"></i>'
        '<video class="tgme_widget_message_video" src="https://cdn.example/v.mp4"></video>'
        '<i class="link_preview_image" style="background-image: url(https://cdn.example/l.jpg)"></i>'
        '<a class="tgme_widget_message_photo_wrap" style="background-image:none"></a>'
    )
    peer = TelegramPeer(channels={"lake": {3: message("lake", 3, inside)}})
    async with served(peer.app()) as (base, http):
        page = await reading(connect(FakeClock()), base, http, tags=("lake",)).poll()
    assert [(item.media_index, item.media_url) for item in page.items] == [
        (0, "https://cdn.example/l.jpg"),
        (1, "https://cdn.example/v.mp4"),
        (100, "https://cdn.example/t.jpg"),
    ]


async def test_a_source_without_channels_is_said_to_be_malformed() -> None:
    async with served(TelegramPeer().app()) as (base, http):
        with pytest.raises(MalformedSource, match="no channel"):
            await reading(connect(FakeClock()), base, http).poll()

"""4chan's connector against a server that serves its files as 4chan's documents say."""

import json
from datetime import timedelta

import pytest

from domain.policy import SourcePolicy
from domain.sources import MalformedSource, Trouble, Watch
from jobs.sources.fourchan import connect
from tests.conftest import FakeClock
from tests.peers.fourchan import FourChanPeer, post
from tests.peers.loopback import reading, served
from tests.scripted_web import Script, answer

A_TURN = timedelta(seconds=60)


def paths(peer: FourChanPeer) -> list[str]:
    """What was asked for since the last time."""
    found = [path for path, _ in peer.asked]
    peer.asked.clear()
    return found


async def test_a_catalogue_shows_short_threads_whole_and_long_ones_are_opened() -> None:
    peer = FourChanPeer()
    peer.say("g", 1, post(1), post(2))
    peer.say("g", 10, *(post(number) for number in range(10, 20)))
    async with served(peer.app()) as (base, http):
        found = await reading(connect(FakeClock()), base, http, tags=("/g/",)).turn()
        assert set(found) == {f"g/{number}" for number in (1, 2, *range(10, 20))}
        assert paths(peer) == ["/g/catalog.json", "/g/thread/10.json"]


async def test_a_poll_is_one_request() -> None:
    peer = FourChanPeer()
    for thread in (1, 20, 40):
        peer.say("g", thread, *(post(thread + number) for number in range(10)))
    async with served(peer.app()) as (base, http):
        chan = reading(connect(FakeClock()), base, http, tags=("g",))
        await chan.turn()
        assert [page.is_more for page in chan.pages] == [True, True, True, False]
        assert len(paths(peer)) == 4


async def test_what_is_new_and_shown_by_the_catalogue_needs_no_thread() -> None:
    peer, clock = FourChanPeer(), FakeClock()
    peer.say("g", 10, *(post(number) for number in range(10, 20)))
    async with served(peer.app()) as (base, http):
        chan = reading(connect(clock), base, http, tags=("g",))
        await chan.turn()
        paths(peer)
        clock.advance(A_TURN)
        peer.say("g", 10, post(21))
        assert await chan.turn() == ["g/21"]
        assert paths(peer) == ["/g/catalog.json"]
        clock.advance(A_TURN)
        peer.say("g", 10, *(post(number) for number in range(30, 37)))
        assert set(await chan.turn()) == {f"g/{number}" for number in range(30, 37)}
        assert paths(peer) == ["/g/catalog.json", "/g/thread/10.json"]


async def test_what_didnt_change_is_not_sent_again() -> None:
    peer, clock = FourChanPeer(), FakeClock()
    peer.say("g", 1, post(1))
    async with served(peer.app()) as (base, http):
        chan = reading(connect(clock), base, http, tags=("g",))
        await chan.turn()
        clock.advance(A_TURN)
        assert await chan.turn() == []
        assert peer.not_modified == 1


async def test_a_thread_that_is_gone_is_forgotten_without_a_word() -> None:
    peer = FourChanPeer()
    peer.say("g", 10, *(post(number) for number in range(10, 20)))
    async with served(peer.app()) as (base, http):
        chan = reading(connect(FakeClock()), base, http, tags=("g",))
        await chan.poll()
        del peer.threads["g"][10]
        page = await chan.poll()
        assert (page.items, page.trouble, page.is_more) == ((), None, False)
        assert chan.watch.cursor["g"]["threads"] == {}


async def test_a_thread_that_fails_is_left_alone_for_ten_seconds_and_asked_for_again() -> None:
    peer, clock = FourChanPeer(is_down={"g/10"}), FakeClock()
    peer.say("g", 10, *(post(number) for number in range(10, 20)))
    peer.say("b", 1, post(1))
    async with served(peer.app()) as (base, http):
        chan = reading(connect(clock), base, http, tags=("g", "b"))
        await chan.turn()
        troubles = [page.trouble.trouble for page in chan.pages if page.trouble]
        assert troubles == [Trouble.STATUS]
        assert paths(peer) == ["/g/catalog.json", "/b/catalog.json", "/g/thread/10.json"]
        peer.is_down.clear()
        assert await chan.turn() == []
        assert paths(peer) == []
        clock.advance(timedelta(seconds=11))
        assert "g/12" in await chan.turn()
        assert paths(peer) == ["/g/thread/10.json"]


async def test_a_board_that_isnt_there_is_told_and_the_others_go_on() -> None:
    peer = FourChanPeer()
    peer.say("g", 1, post(1))
    async with served(peer.app()) as (base, http):
        both = reading(connect(FakeClock()), base, http, tags=("nowhere", "g"))
        assert await both.turn() == ["g/1"]
        assert both.pages[0].trouble is not None
        alone = reading(connect(FakeClock()), base, http, tags=("nowhere",))
        with pytest.raises(MalformedSource, match="status: 404"):
            await alone.poll()


async def test_a_stale_thread_is_looked_at_again_until_it_holds_what_the_catalogue_names() -> None:
    peer, clock = FourChanPeer(), FakeClock()
    peer.say("g", 10, *(post(number) for number in range(10, 20)))
    async with served(peer.app()) as (base, http):
        chan = reading(connect(clock), base, http, tags=("g",))
        await chan.poll()
        whole = peer.threads["g"][10]
        peer.threads["g"][10] = whole[:3]
        await chan.poll()
        peer.threads["g"][10] = whole
        peer.changed += 1
        clock.advance(timedelta(seconds=11))
        assert await chan.turn() == [f"g/{number}" for number in range(13, 20)]


async def test_files_and_pages_are_where_the_documents_say() -> None:
    film = post(2, tim=17, ext=".webm", sub="<b>호수</b>", com="a<wbr>b")
    gone = post(3, filedeleted=1)
    odd = post(4, ext="/../x")
    threads = [{**post(1, tim=16), "replies": 3, "last_replies": [film, gone, odd]}]
    shown = answer(json.dumps([{"page": 1, "threads": threads}]))
    script = Script({"https://a.4cdn.org/g/catalog.json": shown})
    page = await connect(FakeClock()).poll(real("g"), script)
    found = [(item.media_index, item.media_url, item.page_url) for item in page.items]
    assert found == [
        (0, "https://i.4cdn.org/g/16.jpg", "https://boards.4chan.org/g/thread/1#p1"),
        (0, "https://i.4cdn.org/g/17.webm", "https://boards.4chan.org/g/thread/1#p2"),
        (100, "https://i.4cdn.org/g/17s.jpg", "https://boards.4chan.org/g/thread/1#p2"),
    ]
    assert page.posts[1].text == "호수 ab lake"


async def test_a_source_without_boards_is_said_to_be_malformed() -> None:
    with pytest.raises(MalformedSource, match="no board"):
        await connect(FakeClock()).poll(real(), Script())


def real(*boards: str) -> Watch:
    """A watch of 4chan itself, for scripts only."""
    source = SourcePolicy("fourchan", "fourchan", "https://a.4cdn.org", A_TURN, boards)
    return Watch(source)

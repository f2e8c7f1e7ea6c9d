"""Timelines page and filter as Mastodon's do; streams tell at once."""

import asyncio
import json
from pathlib import Path
from typing import Any

import aiohttp
import pytest
from mastodon import Mastodon, MastodonAPIError, MastodonRatelimitError, StreamListener

from practice.square import streaming
from tests.practice.town import Town, a_town

_PATIENCE_S = 10


async def _write(api: Mastodon, texts: list[str]) -> list[str]:
    posts = [await asyncio.to_thread(api.status_post, text) for text in texts]
    return [str(post.id) for post in posts]


async def test_a_tag_is_read_page_by_page_in_both_directions(tmp_path: Path) -> None:
    async with a_town(tmp_path) as town:
        api = await town.sign_in()
        ids = await _write(api, [f"#trip {number}" for number in range(7)])
        await _write(api, ["#other"])
        pages = [await asyncio.to_thread(api.timeline_hashtag, "trip", limit=3)]
        while pages[-1]:
            pages.append(await asyncio.to_thread(api.fetch_next, pages[-1]) or [])
        oldest = await asyncio.to_thread(api.timeline_hashtag, "trip", limit=2, min_id=ids[0])
        newest = await asyncio.to_thread(api.timeline_hashtag, "trip", limit=2, since_id=ids[0])
        newer = await asyncio.to_thread(api.fetch_previous, oldest)
    assert [[str(post.id) for post in page] for page in pages] == [
        ids[6:3:-1],
        ids[3:0:-1],
        ids[:1],
        [],
    ]
    assert [str(post.id) for post in oldest] == [ids[2], ids[1]]
    assert [str(post.id) for post in newest] == [ids[6], ids[5]]
    assert [str(post.id) for post in newer or ()] == [ids[4], ids[3]]


async def test_only_media_leaves_words_out(tmp_path: Path) -> None:
    async with a_town(tmp_path) as town:
        api = await town.sign_in()
        shown = await town.post(api, "#trip")
        await _write(api, ["#trip words"])
        tagged = await asyncio.to_thread(api.timeline_hashtag, "trip", only_media=True)
        public = await asyncio.to_thread(api.timeline_public, only_media=True, local=True)
        elsewhere = await asyncio.to_thread(api.timeline_public, remote=True)
    assert [post.id for post in tagged] == [post.id for post in public] == [shown.id]
    assert elsewhere == []


async def test_a_page_holds_forty_posts_at_most(tmp_path: Path) -> None:
    async with a_town(tmp_path) as town:
        await _write(await town.sign_in(), [f"{number}" for number in range(43)])
        _, many = await town.call("GET", "/api/v1/timelines/public?limit=80")
        _, usual = await town.call("GET", "/api/v1/timelines/public")
        _, none = await town.call("GET", "/api/v1/timelines/public?limit=0")
        bad = await town.call("GET", "/api/v1/timelines/public?max_id=abc")
    assert (len(many), len(usual), none) == (40, 20, [])
    assert bad == (400, {"error": "max_id is not a whole number"})


async def test_calls_are_counted_and_too_many_are_refused(tmp_path: Path) -> None:
    async with a_town(tmp_path) as town:
        api = await town.sign_in()
        await town.call("POST", "/practice/square/limit", json={"limit": 2})
        status, _, headers = await town.get("/api/v1/timelines/public")
        await asyncio.to_thread(api.timeline_public)
        with pytest.raises(MastodonRatelimitError):
            await asyncio.to_thread(api.timeline_public)
        page, _, _ = await town.get("/gallery")
        bad, _ = await town.call("POST", "/practice/square/limit", json={"limit": "many"})
    assert (status, page, bad) == (200, 200, 400)
    assert (headers["X-RateLimit-Limit"], headers["X-RateLimit-Remaining"]) == ("2", "1")


class _Listener(StreamListener):
    """Hands what it hears in its own thread to the test's loop."""

    def __init__(self, heard: asyncio.Queue[tuple[str, str]]) -> None:
        self._heard = heard
        self._loop = asyncio.get_running_loop()

    def _tell(self, kind: str, number: Any) -> None:
        self._loop.call_soon_threadsafe(self._heard.put_nowait, (kind, str(number)))

    def on_update(self, status: Any) -> None:
        self._tell("update", status.id)

    def on_delete(self, status_id: Any) -> None:
        self._tell("delete", status_id)


async def test_mastodon_py_hears_of_posts_and_deletions(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(streaming, "BEAT_S", 0.1)  # Mastodon.py closes a stream at its next beat.
    heard: asyncio.Queue[tuple[str, str]] = asyncio.Queue()
    listener = _Listener(heard)
    async with a_town(tmp_path) as town:
        api = await town.sign_in()
        handle = await asyncio.to_thread(api.stream_hashtag, "trip", listener, run_async=True)
        await _write(api, ["#other"])
        (wanted,) = await _write(api, ["#Trip"])
        first = await asyncio.wait_for(heard.get(), _PATIENCE_S)
        await asyncio.to_thread(api.status_delete, wanted)
        second = await asyncio.wait_for(heard.get(), _PATIENCE_S)
        await asyncio.to_thread(handle.close)
    assert [first, second] == [("update", wanted), ("delete", wanted)]


async def test_a_stream_needs_a_token_and_a_name_that_exists(tmp_path: Path) -> None:
    async with a_town(tmp_path) as town:
        token = (await town.sign_in()).access_token
        nobody, _ = await town.call("GET", "/api/v1/streaming/public")
        headers = {"Authorization": f"Bearer {token}"}
        unknown = await town.call("GET", "/api/v1/streaming/gossip", headers=headers)
        untagged = await town.call("GET", "/api/v1/streaming/hashtag", headers=headers)
    assert nobody == 401
    assert unknown == (400, {"error": "Unknown stream type"})
    assert untagged == (400, {"error": "Missing tag name parameter"})


def _listen(town: Town, api: Mastodon, query: str) -> Any:
    return town.session.ws_connect(
        f"{town.address}/api/v1/streaming?access_token={api.access_token}{query}"
    )


async def test_a_websocket_carries_several_streams(tmp_path: Path) -> None:
    async with a_town(tmp_path) as town:
        api = await town.sign_in()
        async with _listen(town, api, "") as socket:
            await socket.send_json({"type": "subscribe", "stream": "nonsense"})
            refused = await socket.receive_json(timeout=_PATIENCE_S)
            await socket.send_json({"type": "subscribe", "stream": "hashtag", "tag": "trip"})
            await socket.send_json({"type": "subscribe", "stream": "public:media"})
            await socket.send_str("nonsense")
            await socket.receive_json(timeout=_PATIENCE_S)
            await _write(api, ["words only", "#trip"])
            tagged = await socket.receive_json(timeout=_PATIENCE_S)
            await town.post(api, "picture")
            shown = await socket.receive_json(timeout=_PATIENCE_S)
    assert refused == {"error": "Unknown stream type", "status": 400}
    assert (tagged["stream"], tagged["event"]) == (["hashtag", "trip"], "update")
    assert shown["stream"] == ["public:media"]


async def _break(town: Town, kind: str) -> None:
    fault = {"server": "square", "kind": kind, "count": 1, "on": "push"}
    assert (await town.call("POST", "/practice/faults", json=fault))[0] == 200


async def test_stream_faults_repeat_reorder_and_cut(tmp_path: Path) -> None:
    async with a_town(tmp_path) as town:
        api = await town.sign_in()
        async with _listen(town, api, "&stream=public") as socket:
            await _break(town, "twice")
            (one,) = await _write(api, ["1"])
            await _break(town, "reorder")
            two, three = await _write(api, ["2", "3"])
            events = [await socket.receive_json(timeout=_PATIENCE_S) for _ in range(4)]
            await _break(town, "drop")
            await _write(api, ["4"])
            end = await socket.receive(timeout=_PATIENCE_S)
    heard = [json.loads(event["payload"])["id"] for event in events]
    assert heard == [one, one, three, two]
    assert end.type is aiohttp.WSMsgType.CLOSE


async def test_streams_end_when_the_square_stops(tmp_path: Path) -> None:
    async with a_town(tmp_path) as town:
        api = await town.sign_in()
        headers = {"Authorization": f"Bearer {api.access_token}"}
        address = f"{town.address}/api/v1/streaming/public"
        async with (
            town.session.get(address, headers=headers) as events,
            _listen(town, api, "&stream=public") as socket,
        ):
            assert await events.content.readline() == b":)\n"
            stopping = asyncio.create_task(town.runner.cleanup())
            rest = await asyncio.wait_for(events.content.read(), _PATIENCE_S)
            end = await socket.receive(timeout=_PATIENCE_S)
            await asyncio.wait_for(stopping, _PATIENCE_S)
    assert (rest, end.type) == (b"", aiohttp.WSMsgType.CLOSE)


async def test_a_malformed_body_is_refused(tmp_path: Path) -> None:
    async with a_town(tmp_path) as town:
        api = await town.sign_in()
        headers = {
            "Authorization": f"Bearer {api.access_token}",
            "Content-Type": "application/json",
        }
        answers = [
            await town.call("POST", "/api/v1/statuses", data=body, headers=headers)
            for body in (b"{", b"[]")
        ]
        with pytest.raises(MastodonAPIError):
            await asyncio.to_thread(api.status_post, "")
    assert [status for status, _ in answers] == [400, 400]

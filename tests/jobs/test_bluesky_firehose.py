"""The firehose of Bluesky: frames whole and broken, numbers that are stale, repeated or of the future."""

from contextlib import suppress
from datetime import datetime, timedelta
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from libipld import encode_dag_cbor

from domain.sources import Cursor, Gap, MalformedSource, Page, Trouble
from jobs.sources.batches import MOST_FLAWED, Flawed
from jobs.sources.bluesky_frames import Frame, read_frame
from jobs.sources.bluesky_pds import Pds
from tests.conftest import START, FakeClock
from tests.jobs.bluesky_said import HOUR, NOW, commit, frame, ids, watch
from tests.scripted_web import Said, Script

PDS = "https://pds.example"
PATH = "wss://pds.example/xrpc/com.atproto.sync.subscribeRepos"
KNOWN = {"seq": 5, "at": NOW - HOUR}


async def read(script: Script, cursor: Cursor | None = None) -> tuple[list[Page], str]:
    """The pages of a stream, and the trouble with which it ended."""
    pages = list[Page]()
    try:
        stream = Pds(FakeClock()).stream(watch("bluesky_pds", PDS, cursor), script)
        async for page in stream:
            pages = [*pages, page]
    except MalformedSource as trouble:
        return pages, str(trouble)
    return pages, ""


def saying(*frames: Said, seq: int | None = None) -> Script:
    return Script(said={PATH + (f"?cursor={seq}" if seq is not None else ""): frames})


async def test_posts_arrive_with_their_media_and_move_the_number() -> None:
    script = saying(
        commit(7, START, "a", "b"), frame("#identity", {"seq": 8}), commit(9, START, "c")
    )
    [page], _ = await read(script)
    assert ids(page) == ["a", "b", "c"]
    assert [item.native_id.rsplit("/", 1)[1] for item in page.items] == ["a", "b", "c"]
    assert page.cursor == {"seq": 9, "at": NOW}
    assert script.asked == [(PATH, {})]


async def test_the_last_number_is_asked_for_and_repeated_frames_do_not_move_it_back() -> None:
    script = saying(commit(6, START, "b"), commit(4, START, "a"), seq=5)
    [page], _ = await read(script, KNOWN)
    assert (ids(page), page.cursor, page.gap) == (["b", "a"], {"seq": 6, "at": NOW}, None)


async def test_an_outdated_number_leaves_a_gap_until_the_first_frame() -> None:
    first = START - timedelta(minutes=10)
    told = frame("#info", {"name": "OutdatedCursor", "message": "x"})
    [page], _ = await read(
        saying(told, commit(90, first, "a"), commit(91, START, "b"), seq=5), KNOWN
    )
    assert page.gap == Gap(START - timedelta(hours=1), first)
    assert page.cursor == {"seq": 91, "at": NOW}


async def test_a_number_of_the_future_leaves_a_gap_and_it_goes_on_without_one() -> None:
    script = saying(frame("", {"error": "FutureCursor"}, op=-1), seq=5)
    script.said = {**script.said, PATH: [commit(2, START, "a")]}
    [page], trouble = await read(script, KNOWN)
    assert (ids(page), page.cursor, trouble) == (["a"], {"seq": 2, "at": NOW}, "")
    assert page.gap == Gap(START - timedelta(hours=1), START)


async def test_being_too_slow_ends_the_stream_after_what_had_arrived() -> None:
    said = commit(6, START, "a"), frame("", {"error": "ConsumerTooSlow"}, op=-1)
    pages, trouble = await read(saying(*said, seq=5), KNOWN)
    assert ([ids(page) for page in pages], pages[0].cursor) == ([["a"]], {"seq": 6, "at": NOW})
    assert trouble == "stream_ended: ConsumerTooSlow"


async def test_a_clock_that_runs_ahead_moves_no_time_past_now() -> None:
    [page], _ = await read(saying(commit(6, START + timedelta(days=9), "a"), seq=5), KNOWN)
    assert page.cursor == {"seq": 6, "at": NOW}
    assert page.posts[0].posted_at == datetime.fromisoformat("2026-11-20T00:00:00Z")


async def test_deleted_posts_and_other_records_are_ignored() -> None:
    deletes = [{"action": "delete", "path": "app.bsky.feed.post/a", "cid": None}]
    likes = [{"action": "create", "path": "app.bsky.feed.like/a", "cid": b"x"}]
    said = commit(6, START, ops=deletes), commit(7, START, ops=likes), commit(8, START, "a")
    [page], _ = await read(saying(*said))
    assert (ids(page), page.cursor) == (["a"], {"seq": 8, "at": NOW})


async def test_a_changed_post_is_looked_at_again() -> None:
    [page], _ = await read(saying(commit(6, START, "a", action="update")))
    assert ids(page) == ["a#000000000000"]


@pytest.mark.parametrize("blocks", [b"", b"\xff" * 40, b"\x01", "text", None, [1]])
async def test_a_commit_whose_blocks_are_broken_costs_itself_alone(blocks: Any) -> None:
    said = commit(6, START, "a", blocks=blocks), commit(7, START, "b")
    [page], _ = await read(saying(*said))
    assert (ids(page), page.cursor) == (["b"], {"seq": 7, "at": NOW})


async def test_broken_frames_are_skipped_and_too_many_in_a_row_end_the_stream() -> None:
    broken: list[Said] = [b"", b"\xff", "text", b"\x81" * 9_000, encode_dag_cbor([1])]
    pages, trouble = await read(saying(*broken, commit(6, START, "a"), *broken))
    assert ([ids(page) for page in pages], trouble) == ([["a"]], "")
    pages, trouble = await read(saying(commit(6, START, "a"), *[b"?"] * MOST_FLAWED))
    assert ([ids(page) for page in pages], trouble) == ([["a"]], "not_a_timeline: stream")


@pytest.mark.parametrize("trouble", [Trouble.TIMEOUT, Trouble.STATUS, Trouble.TOO_LARGE])
async def test_a_connection_that_breaks_gives_what_came_before(trouble: Trouble) -> None:
    pages, said = await read(saying(commit(6, START, "a"), MalformedSource(trouble)))
    assert ([ids(page) for page in pages], said) == ([["a"]], trouble.value)


@given(st.binary(max_size=200))
def test_any_bytes_are_a_frame_or_flawed(data: bytes) -> None:
    with suppress(Flawed):
        assert isinstance(read_frame(data), Frame)


ANYTHING = st.sampled_from(
    [None, True, -1, 0, 1 << 62, -(1 << 63), "", "x", b"", b"\xff" * 9, [], [None], {}, {"path": 3}]
    + [[{"action": "create", "path": "app.bsky.feed.post/x", "cid": cid}] for cid in (b"", 3, None)]
)
NAMES = ("seq", "time", "repo", "blocks", "ops", "name", "error")


@given(
    st.fixed_dictionaries({}, optional=dict.fromkeys(NAMES, ANYTHING)),
    st.sampled_from(["#commit", "#info", "#account", ""]),
    st.sampled_from([1, -1]),
)
def test_any_body_is_a_frame(body: dict[str, Any], kind: str, op: int) -> None:
    with suppress(Flawed):
        assert isinstance(read_frame(frame(kind, body, op)), Frame)

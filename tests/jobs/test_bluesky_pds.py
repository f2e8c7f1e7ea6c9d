"""A PDS by listing: walks through its repositories, what has changed, and what fails on the way."""

import json
from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from domain.sources import Cursor, Gap, MalformedSource, Page, Trouble
from jobs.answers import Answer
from jobs.sources.bluesky_pds import Pds
from jobs.sources.times import tid, tid_us
from tests.conftest import START, FakeClock
from tests.jobs.bluesky_said import CID, HOUR, NOW, ids, images, record, uri, watch
from tests.scripted_web import Script, answer

BASE = "https://pds.example"
REPOS = f"{BASE}/xrpc/com.atproto.sync.listRepos"
RECORDS = f"{BASE}/xrpc/com.atproto.repo.listRecords"
SECOND = 1_000_000
ONE, TWO = "did:plc:one", "did:plc:two"


def repos(*given: tuple[str, int], cursor: str = "") -> Answer:
    """Repositories with the microsecond of their last change."""
    rows = [{"did": did, "rev": tid(at), "head": CID, "active": True} for did, at in given]
    return answer(json.dumps({"repos": rows, **({"cursor": cursor} if cursor else {})}))


def records(did: str, *times: int, cursor: str = "") -> Answer:
    rows = [row(uri(tid(at), did)) for at in times]
    return answer(json.dumps({"records": rows, **({"cursor": cursor} if cursor else {})}))


def row(address: str) -> dict[str, Any]:
    return {"uri": address, "cid": CID, "value": record("글", images())}


async def walk(script: Script, cursor: Cursor) -> Page:
    return await Pds(FakeClock()).poll(watch("bluesky_pds", BASE, cursor), script)


def asked(script: Script) -> list[str]:
    """What was asked for, in short."""
    return [given.get("repo") or given.get("cursor", "repos") for _, given in script.asked]


async def test_a_first_walk_lists_the_newest_of_every_repository() -> None:
    answers = [records(ONE, NOW - 5, cursor="more"), records(TWO, NOW - 9)]
    script = Script({REPOS: repos((ONE, NOW - 5), (TWO, NOW - 9)), RECORDS: answers})
    page = await walk(script, {})
    assert ids(page) == [tid(NOW - 5), tid(NOW - 9)]
    assert page.items[1].media_url == (f"{BASE}/xrpc/com.atproto.sync.getBlob?did={TWO}&cid={CID}")
    assert (asked(script), page.is_more) == (["repos", ONE, TWO], False)
    assert page.cursor == {"since": NOW - 5, "retry": []}


async def test_later_walks_read_what_has_changed_since_and_no_further_back() -> None:
    since = NOW - HOUR
    new, old = [NOW - number for number in range(3)], since - 301 * SECOND
    answers = [records(ONE, *new, cursor="c1"), records(ONE, NOW - 9, old, cursor="c2")]
    script = Script({REPOS: repos((ONE, NOW), (TWO, old)), RECORDS: answers})
    page = await walk(script, {"since": since})
    assert ids(page) == [tid(at) for at in (*new, NOW - 9)]
    assert [given.get("cursor") for _, given in script.asked] == [None, None, "c1"]


async def test_a_key_that_says_no_time_counts_as_new() -> None:
    body = {"records": [row(uri("self", ONE)), row(uri(tid(5), ONE))]}
    script = Script({REPOS: repos((ONE, NOW)), RECORDS: answer(json.dumps(body))})
    assert ids(await walk(script, {"since": NOW})) == ["self"]


async def test_a_long_walk_goes_on_where_it_was_page_by_page() -> None:
    many = [(f"did:plc:{number:03}", NOW) for number in range(45)]
    script = Script({REPOS: repos(*many, cursor="next"), RECORDS: records(ONE)})
    steps: list[tuple[int, Any, Any]] = []
    cursor: Cursor = {}
    for _ in range(3):
        before = len(script.asked)
        page = await walk(script, cursor)
        cursor = page.cursor or {}
        steps.append((len(script.asked) - before, cursor.get("after"), cursor.get("at")))
    assert steps == [(21, many[19][0], None), (21, many[39][0], None), (6, None, "next")]
    last = await walk(Script({REPOS: repos()}), cursor)
    assert (last.is_more, last.cursor) == (False, {"since": NOW, "retry": []})


async def test_a_cursor_that_repeats_itself_ends_the_walk() -> None:
    script = Script({REPOS: repos((ONE, 5), cursor="same")})
    page = await walk(script, {"since": NOW, "began": NOW, "at": "same"})
    assert (page.is_more, page.cursor) == (False, {"since": tid_us(tid(5)), "retry": []})


async def test_records_without_end_are_not_read_without_end() -> None:
    answers = [records(ONE, NOW, cursor=f"c{number}") for number in range(100)]
    script = Script({REPOS: repos((ONE, NOW)), RECORDS: answers})
    page = await walk(script, {"since": NOW - HOUR})
    assert (len(script.asked), len(page.posts)) == (31, 30)


async def test_a_repository_that_fails_is_asked_again_in_the_next_walk() -> None:
    broken = [answer("", 500), records(TWO, NOW)]
    page = await walk(Script({REPOS: repos((ONE, NOW), (TWO, NOW)), RECORDS: broken}), {})
    assert (ids(page), page.cursor) == ([tid(NOW)], {"since": NOW, "retry": [ONE]})
    again = Script({REPOS: repos((ONE, 5), (TWO, 5)), RECORDS: records(ONE, NOW)})
    page = await walk(again, page.cursor or {})
    assert (asked(again), page.cursor) == (["repos", ONE], {"since": 5, "retry": []})


async def test_a_repository_that_was_taken_away_is_no_trouble() -> None:
    script = Script({REPOS: repos((ONE, NOW)), RECORDS: answer('{"error": "x"}', 400)})
    page = await walk(script, {})
    assert (page.posts, page.cursor) == ((), {"since": NOW, "retry": []})


async def test_deactivated_repositories_are_not_read() -> None:
    rows = [{"did": ONE, "rev": tid(NOW), "active": False}, {"did": 3}, {"rev": "x"}]
    script = Script({REPOS: answer(json.dumps({"repos": rows}))})
    await walk(script, {})
    assert asked(script) == ["repos"]


async def test_posts_of_somebody_else_are_left_out() -> None:
    script = Script({REPOS: repos((ONE, NOW)), RECORDS: records(TWO, NOW)})
    assert (await walk(script, {})).posts == ()


async def test_a_clock_that_runs_ahead_moves_the_cursor_to_now_at_most() -> None:
    script = Script({REPOS: repos((ONE, NOW + HOUR)), RECORDS: records(ONE, NOW + HOUR)})
    assert (await walk(script, {})).cursor == {"since": NOW, "retry": []}


async def test_too_many_calls_end_the_page_and_say_for_how_long() -> None:
    script = Script({REPOS: repos((ONE, NOW)), RECORDS: answer("", 429, retry_after="9")})
    with pytest.raises(MalformedSource) as caught:
        await walk(script, {})
    assert (caught.value.trouble, caught.value.retry_after) == (
        Trouble.TOO_MANY,
        timedelta(seconds=9),
    )


async def test_a_spent_budget_keeps_what_was_read_and_goes_on_there() -> None:
    spent = [records(ONE, NOW), MalformedSource(Trouble.BUDGET_SPENT)]
    page = await walk(Script({REPOS: repos((ONE, NOW), (TWO, NOW)), RECORDS: spent}), {})
    assert (ids(page), page.is_more, (page.cursor or {})["after"]) == ([tid(NOW)], True, ONE)
    assert page.trouble is not None
    rest = Script({REPOS: repos((ONE, NOW), (TWO, NOW)), RECORDS: records(TWO, NOW - 1)})
    page = await walk(rest, page.cursor or {})
    assert (ids(page), asked(rest), page.is_more) == ([tid(NOW - 1)], ["repos", TWO], False)


@pytest.mark.parametrize(
    ("body", "trouble"),
    [
        ("", Trouble.NOT_JSON),
        ("[]", Trouble.NOT_A_TIMELINE),
        ('{"repos": [3]}', Trouble.NOT_A_TIMELINE),
        ('{"repos": {}}', Trouble.NOT_A_TIMELINE),
    ],
)
async def test_a_malformed_list_is_said_to_be_one(body: str, trouble: Trouble) -> None:
    with pytest.raises(MalformedSource) as caught:
        await walk(Script({REPOS: answer(body)}), {})
    assert caught.value.trouble is trouble


@pytest.mark.parametrize("body", ["", "[]", '{"records": [3]}', '{"records": 3}'])
async def test_where_no_repository_can_be_read_the_trouble_is_raised(body: str) -> None:
    with pytest.raises(MalformedSource):
        await walk(Script({REPOS: repos((ONE, NOW)), RECORDS: answer(body)}), {})


async def test_a_gap_is_filled_in_by_a_walk_of_its_own() -> None:
    gap = Gap(START - timedelta(hours=2), START - timedelta(hours=1))
    script = Script({REPOS: repos((ONE, NOW), cursor="c"), RECORDS: records(ONE, NOW - HOUR)})
    page = await Pds(FakeClock()).backfill(watch("bluesky_pds", BASE), gap, script)
    assert (len(page.posts), page.is_more) == (1, True)
    end = replace(watch("bluesky_pds", BASE), cursor=page.cursor or {})
    page = await Pds(FakeClock()).backfill(end, gap, Script({REPOS: repos()}))
    assert (page.posts, page.is_more) == ((), False)


@given(st.integers(0, 2**53))
def test_identifiers_sort_as_their_times_and_can_be_read_again(count: int) -> None:
    assert tid_us(tid(count)) == count
    assert tid(count) < tid(count + 1)

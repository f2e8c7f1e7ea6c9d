"""What searches share: plain words, places, and answers that no connector falls over."""

import contextlib
import json
from collections.abc import Iterator, Mapping
from copy import deepcopy
from dataclasses import astuple, dataclass, field
from datetime import UTC, datetime, timedelta
from typing import Any
from urllib.parse import urlencode
from zoneinfo import ZoneInfo

import pytest
from aiohttp.test_utils import make_mocked_request
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from domain.policy import SourcePolicy
from domain.sources import Cursor, MalformedSource, Watch
from jobs.answers import Answer
from jobs.sources.searches import (
    PACIFIC,
    Listing,
    Result,
    after_known,
    after_time,
    page_of,
    since,
    until_midnight,
    words,
)
from tests.conftest import START, FakeClock
from tests.jobs.documented.cases import CASES, NOW, Case
from tests.jobs.documented.flickr import FlickrServer
from tests.jobs.documented.server import TERM, Documented
from tests.scripted_web import SQUARE, Script, answer


def listing(*numbers: int, older: int | None = None) -> Listing:
    """Results a minute apart, as they come."""
    made = [
        Result(str(number), f"{SQUARE}/{number}", "", (), START + timedelta(minutes=number))
        for number in numbers
    ]
    return Listing(made, older)


def test_marks_around_a_word_are_no_spaces_and_entities_are_letters() -> None:
    entry = {"title": "푸른 <b>풍경</b>이 &lt;A&amp;B&gt;", "description": "<p>바다</p>산", "x": 3}
    assert words(entry, "title", "description", "x", "none") == "푸른 풍경이 <A&B> 바다 산"


def test_a_result_gives_its_picture_and_its_thumbnail_in_places_that_stay() -> None:
    both = Result("1", f"{SQUARE}/1", "말", ("", f"{SQUARE}/s.jpg"), START)
    nowhere = Result("2", "", "말")
    page = page_of(TERM, Listing([both, nowhere], None))
    assert [(item.native_id, item.media_index, item.page_url) for item in page.items] == [
        ("1", 1, f"{SQUARE}/1")
    ]
    assert [(post.native_id, post.text, post.term) for post in page.posts] == [("1", "말", "k1")]


def test_a_round_ends_where_half_of_what_was_known_is_met() -> None:
    known = after_known({}, listing(3, 2, 1))
    assert known == {"known": known["known"]}
    assert len(known["known"]) == 3
    edited = after_known(
        known, listing(9, 8, 1, older=2)
    )  # An old one that floated up ends nothing.
    assert (edited["at"], edited["met"]) == (2, 1)
    ended = after_known(edited, listing(7, 3, older=3))
    assert ended == after_known({}, listing(9, 8, 1))


def test_a_round_without_results_forgets_nothing() -> None:
    known = after_known({}, listing(3, 2, 1))
    assert after_known(known, listing()) == known


def test_a_search_by_time_keeps_its_start_through_the_round() -> None:
    first = after_time({}, listing(100, 90), NOW)
    assert since(first) == START + timedelta(minutes=40)
    catching_up = after_time(first, listing(300, 200, older=2), NOW)
    assert (since(catching_up), catching_up["at"]) == (START + timedelta(minutes=40), 2)
    ended = after_time(catching_up, listing(150, 100, older=3), NOW)
    assert ended == {"high": (START + timedelta(minutes=300)).isoformat()}


@pytest.mark.parametrize("year", [1, 1970, 2999])
def test_a_time_that_can_not_be_stops_no_search(year: int) -> None:
    odd = Listing([Result("1", SQUARE, "", (), datetime(year, 1, 1, tzinfo=UTC))], None)
    begins = since(after_time({}, odd, NOW))
    assert begins is not None
    assert datetime(1999, 1, 1, tzinfo=UTC) < begins < NOW


def test_a_daily_quota_begins_again_at_its_own_midnight_also_when_clocks_change() -> None:
    before = datetime(2026, 10, 31, 23, 0, tzinfo=PACIFIC).astimezone(UTC)
    change = datetime(2026, 11, 1, 0, 0, tzinfo=PACIFIC).astimezone(UTC)
    assert until_midnight(before, PACIFIC) == timedelta(hours=1)
    assert until_midnight(change, PACIFIC) == timedelta(hours=25)
    assert until_midnight(START, ZoneInfo("Asia/Seoul")) == timedelta(hours=12)


@dataclass
class Mutating(Script):
    """Asks a documented server in process, and changes something in what it says."""

    server: Documented = field(default_factory=FlickrServer)
    changes: list[tuple[int, Any]] = field(default_factory=list)
    status: int = 200

    async def get(
        self,
        url: str,
        params: Mapping[str, str] | None = None,
        headers: Mapping[str, str] | None = None,
    ) -> Answer:
        target = f"{url.removeprefix(SQUARE)}?{urlencode(params or {})}"
        said = await self.server.handle(make_mocked_request("GET", target, headers=headers))
        body = json.loads(said.body if isinstance(said.body, bytes) else b"")
        for place, value in self.changes:
            body = changed(body, place, deepcopy(value))  # Else one could come to hold itself.
        return answer(json.dumps(body), self.status)


def changed(body: Any, place: int, value: Any) -> Any:
    """The JSON with another value at one of its places, counted around."""
    holders = list(_holders({"all": body}))
    holder, key = holders[place % len(holders)]
    if holder == {"all": body}:
        return value
    holder[key] = value
    return body


def _holders(inside: Any) -> Iterator[tuple[Any, Any]]:
    pairs = inside.items() if isinstance(inside, dict) else enumerate(inside)
    for key, value in list(pairs):
        yield inside, key
        if isinstance(value, dict | list):
            yield from _holders(value)


VALUES: st.SearchStrategy[Any] = st.one_of(
    st.sampled_from(
        [
            None,
            True,
            "",
            [],
            {},
            [[]],
            {"a": 1},
            -1,
            10**18,
            1e300,
            "100",
            "\ud800",
            "\0",
            "<b>&#0;",
        ]
    ),
    st.sampled_from(
        ["https://a.example/1.jpg", "https://[", "javascript:x", "0001-01-01T00:00+23:00", "9" * 99]
    ),
    st.text(max_size=9),
    st.floats(),
)


@pytest.mark.parametrize("case", CASES.values(), ids=CASES.keys())
@settings(max_examples=40, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(
    changes=st.lists(st.tuples(st.integers(0, 200), VALUES), max_size=3),
    status=st.sampled_from([200, 200, 200, 400, 403, 422, 429, 500]),
)
async def test_no_json_makes_a_search_fall_over(
    case: Case, changes: list[tuple[int, Any]], status: int
) -> None:
    server, clock = case.server([1, 2, 3]), FakeClock(NOW)
    script = Mutating(server=server, changes=changes, status=status)
    source = SourcePolicy("searched", "any", SQUARE, timedelta(minutes=1))
    cursor: Cursor = {}
    for _ in range(2):  # What was kept can be asked with again.
        watch = Watch(source, (TERM,), cursor, server.secrets)
        with contextlib.suppress(MalformedSource):
            page = await case.connect(clock).poll(watch, script)
            cursor = page.cursor or {}
            kept = [cursor, *map(astuple, page.items), *map(astuple, page.posts)]
            json.dumps(kept, default=str, ensure_ascii=False).encode()

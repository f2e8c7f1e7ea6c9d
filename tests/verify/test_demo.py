"""The demo, played to its end: on SQLite, on PostgreSQL, and with the bot killed in the middle of it."""

from typing import Any

import pytest

from practice.play_stalked import PERSON
from tests.verify.performance import Performance, perform

pytestmark = [pytest.mark.verify, pytest.mark.timeout(600)]

STEPS = 23


def assert_played(result: dict[str, Any]) -> None:
    """Every step was seen, everything was measured, and nothing was lost or doubled."""
    assert result["ok"], result
    counted = {
        name: result[name]
        for name in ("posted", "expected", "alerts", "duplicate_alerts", "lost_updates")
    }
    assert counted == {
        "posted": 25,
        "expected": 7,
        "alerts": 7,
        "duplicate_alerts": 0,
        "lost_updates": 0,
    }
    names = ("mirrored", "cropped_10", "cropped_25", "screenshot")
    assert result["altered"] == dict.fromkeys(names, True)
    assert result["sources"] == ["square", "square-feed", "square-gallery"]
    assert len(result["steps"]) == STEPS
    for measured in ("posted_to_alert_s", "missed_to_page_s", "sos_to_staff_s"):
        assert 0 < result[measured] < 60, measured


async def test_the_demo_ends_well() -> None:
    result = await perform()
    assert_played(result)
    assert result["bots"] == 1


async def test_the_demo_ends_well_on_postgresql(pg_url: str) -> None:
    assert_played(await perform({}, "--database", pg_url))


async def test_the_demo_ends_well_though_the_bot_is_killed_three_times() -> None:
    killed = {
        "keywords": while_it_sweeps,
        "stalking intake": while_she_enrols,
        "missed claimed": when_she_calls_for_help,
    }
    result = await perform(killed)
    assert_played(result)
    assert result["bots"] == 4


async def while_it_sweeps(show: Performance) -> None:
    async def fetched() -> bool:
        calls = (await show.stage.get("/practice/log"))["calls"]
        return any("/media/" in str(call) and "GET" in str(call) for call in calls)

    await show.seen(fetched)
    show.kill_bot()


async def while_she_enrols(show: Performance) -> None:
    async def begun() -> bool:
        return len(await show.stage.phone(PERSON)) > 2

    await show.seen(begun)
    show.kill_bot()


async def when_she_calls_for_help(show: Performance) -> None:
    async def called() -> bool:
        return any("도와주세요" in str(one) for one in await show.stage.phone(PERSON))

    await show.seen(called)
    show.kill_bot()

"""In live mode there is no practice world, and so no page."""

from contextlib import AsyncExitStack

import pytest

from bot import __main__ as front_door
from tests.bot.test_settings import LIVE, settings


async def test_a_live_centre_opens_no_practice_server(monkeypatch: pytest.MonkeyPatch) -> None:
    async def never(*_: object) -> None:
        raise AssertionError("a live centre served a practice world")

    monkeypatch.setattr(front_door, "serve", never)
    async with AsyncExitStack() as stack:
        made = await front_door.world_of(settings(**LIVE), stack, is_empty=False)
    assert (made.practice, made.square) == ("", "")

"""Slack's socket: Slack may be away at the start or later, and an unknown token is told at once."""

from pathlib import Path

import pytest
from slack_sdk.web.async_client import AsyncWebClient

from bot.slack.front import Front
from bot.slack.socket import KeepingHandler, NotKnown
from practice.cast import SLACK_APP_TOKEN
from practice.faults import Fault
from services.desk import Desk
from tests.bot.slack.desk_in_slack import TABLES
from tests.practice.slack_office import office, until


async def test_slack_away_at_the_start_is_no_reason_to_give_up(desk: Desk, tmp_path: Path) -> None:
    async with office(tmp_path / "world") as place:
        away = AsyncWebClient(token=place.client.token, base_url="http://127.0.0.1:9/slack/api/")
        handler = KeepingHandler(Front(desk, away, TABLES), desk, SLACK_APP_TOKEN)
        began = handler.last_good_s
        await handler.keep_open()
        assert (await handler.client.is_connected(), handler.last_good_s) == (False, began)
        handler.client.web_client = place.client
        await handler.keep_open()
        await until(lambda: place.desk.switchboard.connections == 1)
        await handler.keep_open()
        assert place.desk.switchboard.connections == 1
        await handler.close_async()  # type: ignore[no-untyped-call]  # slack_bolt leaves it so


async def test_a_token_that_slack_does_not_know_ends_the_start(desk: Desk, tmp_path: Path) -> None:
    async with office(tmp_path / "world") as place:
        handler = KeepingHandler(Front(desk, place.client, TABLES), desk, "xapp-unknown")
        with pytest.raises(NotKnown, match="invalid_auth"):
            await handler.keep_open()
        await handler.close_async()  # type: ignore[no-untyped-call]  # slack_bolt leaves it so


async def test_slack_busy_for_a_moment_is_waited_out(desk: Desk, tmp_path: Path) -> None:
    async with office(tmp_path / "world") as place:
        place.world.faults.add(Fault("slack", "status", count=1, status=503))
        handler = KeepingHandler(Front(desk, place.client, TABLES), desk, SLACK_APP_TOKEN)
        await handler.keep_open()
        await handler.keep_open()
        await until(lambda: place.desk.switchboard.connections == 1)
        await handler.close_async()  # type: ignore[no-untyped-call]  # slack_bolt leaves it so

"""Channels over the Web API with the real slack_sdk."""

from pathlib import Path
from typing import Any

import pytest
from slack_sdk.web.async_client import AsyncWebClient

from practice.cast import SLACK_USER_TOKEN
from tests.practice.slack_office import office


async def test_channels_are_listed_made_and_joined_as_in_slack(tmp_path: Path) -> None:
    async with office(tmp_path) as place:
        client = place.client
        listed = await client.conversations_list(types="public_channel,private_channel")
        made = (await client.conversations_create(name="사건-2026-1", is_private=True))["channel"]
        await client.conversations_invite(channel=made["id"], users=["U0OFFICER1"])
        members = await client.conversations_members(channel=made["id"])
        talk = await client.conversations_open(users=["U0ONCALL1"])
        sent = await client.chat_postMessage(channel="U0ONCALL1", text="호출")
        again = {"name": "사건-2026-1"}
        twice = {"channel": made["id"], "users": "U0OFFICER1"}
        errors = [
            await place.error_of("conversations.create", **again),
            await place.error_of("conversations.create", name="Big Name"),
            await place.error_of("conversations.invite", **twice),
            await place.error_of("conversations.open", users="U0NOBODY"),
            await place.error_of("conversations.archive", channel=made["id"]),
            await place.error_of("chat.postMessage", channel=made["id"], text="x"),
        ]
    assert "C0DELETION" in [one["id"] for one in listed["channels"]]
    assert members["members"] == ["U0ANSIMBOT", "U0OFFICER1"]
    assert sent["channel"] == talk["channel"]["id"] == "D0ONCALL1"
    assert errors == [
        "name_taken",
        "invalid_name_specials",
        "already_in_channel",
        "user_not_found",
        "",
        "is_archived",
    ]


@pytest.mark.parametrize(
    ("method", "args", "error"),
    [
        ("conversations.open", {"users": "U0ANSIMBOT"}, "cannot_dm_bot"),
        ("conversations.open", {"users": "U0STRANGER"}, "user_not_found"),
        ("conversations.open", {"channel": "C0NOWHERE"}, "channel_not_found"),
        ("conversations.create", {}, "invalid_name_required"),
        ("conversations.create", {"name": "x" * 81}, "invalid_name_maxlength"),
        ("conversations.invite", {"channel": "C0ALERTS"}, "invalid_arguments"),
        (
            "conversations.invite",
            {"channel": "C0ALERTS", "users": "U0ANSIMBOT"},
            "cant_invite_self",
        ),
        ("conversations.history", {"channel": "C0ELSEWHERE"}, "not_in_channel"),
        ("conversations.info", {"channel": "C0NOWHERE"}, "channel_not_found"),
        (
            "conversations.join",
            {"channel": "C0ALERTS"},
            "method_not_supported_for_channel_type",
        ),
        ("chat.postMessage", {"channel": "U0STRANGER", "text": "x"}, "channel_not_found"),
    ],
)
async def test_channel_calls_are_refused_by_slack_s_names(
    tmp_path: Path, method: str, args: dict[str, Any], error: str
) -> None:
    async with office(tmp_path) as place:
        assert await place.error_of(method, **args) == error


async def test_the_bot_joins_a_public_channel_and_may_then_speak_there(tmp_path: Path) -> None:
    async with office(tmp_path) as place:
        joined = await place.client.conversations_join(channel="C0ELSEWHERE")
        sent = await place.client.chat_postMessage(channel="#봇없음", text="왔습니다")
        await place.client.conversations_archive(channel="C0ELSEWHERE")
        again = await place.error_of("conversations.archive", channel="C0ELSEWHERE")
        listed = await place.client.conversations_list(exclude_archived=True)
    assert joined["channel"]["is_member"]
    assert sent["channel"] == "C0ELSEWHERE"
    assert again == "already_archived"
    assert "C0ELSEWHERE" not in [one["id"] for one in listed["channels"]]


async def test_two_people_talk_without_the_bot_which_hears_nothing_of_it(tmp_path: Path) -> None:
    async with office(tmp_path) as place:
        to_officer = {"with": "U0OFFICER1"}
        begun = await place.do("talk", user="U0ONCALL1", **to_officer)
        again = await place.do("talk", user="U0OFFICER1", **{"with": "U0ONCALL1"})
        said = await place.do("say", user="U0ONCALL1", channel="U0OFFICER1", text="잠깐만요")
        seen = await place.see(begun["channel"])
        waiting = list(place.world.shelf.all("slack_event"))
        hidden = await place.error_of("conversations.info", channel=begun["channel"])
        refusals = [
            await place.refused("talk", user="U0ONCALL1", **{"with": "U0ONCALL1"}),
            await place.refused("talk", user="U0ONCALL1", **{"with": "U0STRANGER"}),
            await place.refused("talk", user="U0ONCALL1", **{"with": "U0NOBODY"}),
            await place.refused("say", user="U0MANAGER1", channel=begun["channel"], text="나도"),
        ]
    assert begun["channel"] == again["channel"] == said["channel"] == "D0OFFICER1XONCALL1"
    assert [one["text"] for one in seen] == ["잠깐만요"]
    assert (waiting, hidden) == ([], "channel_not_found")
    assert [status for status, _ in refusals] == [400, 403, 404, 403]


async def test_a_person_s_token_opens_their_own_talks_and_the_bot_s_only_its_own(
    tmp_path: Path,
) -> None:
    async with office(tmp_path) as place:
        chief = AsyncWebClient(token=SLACK_USER_TOKEN, base_url=place.client.base_url)
        own = await chief.conversations_open(users=["U0OFFICER1"], return_im=True)
        bots = await place.client.conversations_open(users=["U0OFFICER1"], return_im=True)
        with_bot = await chief.conversations_open(users=["U0ANSIMBOT"], return_im=True)
        listed = await place.client.conversations_list(types="im")
    shown = [(one["channel"]["id"], one["channel"]["user"]) for one in (own, bots, with_bot)]
    assert shown == [
        ("D0OFFICER1XSUPERVISOR", "U0OFFICER1"),
        ("D0OFFICER1", "U0OFFICER1"),
        ("D0SUPERVISOR", "U0ANSIMBOT"),
    ]
    assert [one["id"] for one in listed["channels"]] == ["D0OFFICER1", "D0SUPERVISOR"]

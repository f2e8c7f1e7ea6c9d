"""Messages over the Web API with the real slack_sdk: posted, edited, found again, refused."""

from pathlib import Path
from typing import Any

import pytest
from slack_sdk.errors import SlackApiError
from slack_sdk.web.async_client import AsyncWebClient

from practice.cast import SLACK_APP_TOKEN
from tests.practice.slack_office import office

ALERTS = "C0ALERTS"


def section(text: str) -> dict[str, Any]:
    return {"type": "section", "text": {"type": "mrkdwn", "text": text}}


async def test_a_message_is_posted_edited_and_deleted_and_its_past_stays_to_be_seen(
    tmp_path: Path,
) -> None:
    async with office(tmp_path) as place:
        ts = (await place.client.chat_postMessage(channel=ALERTS, text="하나"))["ts"]
        await place.client.chat_update(channel=ALERTS, ts=ts, text="둘")
        await place.client.chat_delete(channel=ALERTS, ts=ts)
        [seen] = await place.see(ALERTS)
        gone = await place.error_of("chat.update", channel=ALERTS, ts=ts, text="셋")
        unchanged = await place.see(ALERTS, since=seen["changed"])
    assert (seen["text"], seen["deleted"]) == ("둘", True)
    assert [(one["change"], one["text"]) for one in seen["history"]] == [
        ("edit", "하나"),
        ("delete", "둘"),
    ]
    assert (gone, unchanged) == ("message_not_found", [])


async def test_an_update_with_text_alone_takes_the_blocks_away(tmp_path: Path) -> None:
    async with office(tmp_path) as place:
        posted = await place.client.chat_postMessage(
            channel=ALERTS, text="하나", blocks=[section("하나")]
        )
        await place.client.chat_update(channel=ALERTS, ts=posted["ts"], text="둘")
        [seen] = await place.see(ALERTS)
    assert (seen["text"], seen["blocks"]) == ("둘", [])


@pytest.mark.parametrize(
    ("args", "expected"),
    [
        ({"blocks": [section("둘")]}, ("", "둘")),
        ({"text": "둘", "blocks": [section("셋")]}, ("둘", "셋")),
        ({"metadata": {}}, ("하나", "하나")),
        ({"blocks": []}, ("하나", None)),
    ],
)
async def test_an_update_keeps_what_it_does_not_name(
    tmp_path: Path, args: dict[str, Any], expected: tuple[str, str | None]
) -> None:
    metadata = {"event_type": "e", "event_payload": {}}
    async with office(tmp_path) as place:
        posted = await place.client.chat_postMessage(
            channel=ALERTS, text="하나", blocks=[section("하나")], metadata=metadata
        )
        await place.client.api_call(
            "chat.update", json={"channel": ALERTS, "ts": posted["ts"], **args}
        )
        empty = await place.error_of("chat.update", channel=ALERTS, ts=posted["ts"])
        [seen] = await place.see(ALERTS)
    words = seen["blocks"][0]["text"]["text"] if seen["blocks"] else None
    assert (seen["text"], words) == expected
    assert seen["metadata"] == (None if "metadata" in args else metadata)
    assert empty == "no_text"


async def test_the_bot_finds_its_own_message_by_the_metadata_it_gave(tmp_path: Path) -> None:
    metadata = {"event_type": "ansim_alert", "event_payload": {"id": "a1"}}
    async with office(tmp_path) as place:
        for number in range(5):
            await place.client.chat_postMessage(channel=ALERTS, text=str(number))
        sent = await place.client.chat_postMessage(channel=ALERTS, text="경보", metadata=metadata)
        [found] = (
            await place.client.conversations_history(
                channel=ALERTS, include_all_metadata=True, oldest=sent["ts"], inclusive=True
            )
        )["messages"]
        without = await place.client.conversations_history(channel=ALERTS)
    assert (found["ts"], found["metadata"]) == (sent["ts"], metadata)
    assert [one for one in without["messages"] if "metadata" in one] == []


async def test_history_comes_newest_first_in_pages_and_leaves_threads_to_replies(
    tmp_path: Path,
) -> None:
    async with office(tmp_path) as place:
        for text in "가나다":
            sent = await place.client.chat_postMessage(channel=ALERTS, text=text)
        for text in "라마":
            await place.client.chat_postMessage(channel=ALERTS, text=text, thread_ts=sent["ts"])
        pages = [
            [message["text"] for message in page["messages"]]
            async for page in await place.client.conversations_history(channel=ALERTS, limit=2)
        ]
        replies = await place.client.conversations_replies(channel=ALERTS, ts=sent["ts"])
    assert pages == [["다", "나"], ["가"]]
    assert [one["text"] for one in replies["messages"]] == ["다", "라", "마"]
    assert replies["messages"][0]["reply_count"] == 2


async def test_what_only_one_person_sees_is_in_no_history(tmp_path: Path) -> None:
    async with office(tmp_path) as place:
        await place.client.chat_postEphemeral(channel=ALERTS, user="U0OFFICER1", text="쉿")
        history = await place.client.conversations_history(channel=ALERTS)
        [seen] = await place.see(ALERTS)
        outside = await place.error_of(
            "chat.postEphemeral", channel="C0DELETION", user="U0MANAGER1", text="쉿"
        )
    assert (history["messages"], seen["ephemeral_for"]) == ([], "U0OFFICER1")
    assert outside == "user_not_in_channel"


async def test_after_ten_messages_at_once_a_channel_is_rate_limited_and_others_are_not(
    tmp_path: Path,
) -> None:
    async with office(tmp_path) as place:
        for number in range(10):
            await place.client.chat_postMessage(channel=ALERTS, text=str(number))
        with pytest.raises(SlackApiError) as refused:
            await place.client.chat_postMessage(channel=ALERTS, text="열하나")
        elsewhere = await place.client.chat_postMessage(channel="C0GENERAL", text="하나")
    answer = refused.value.response
    assert (answer.status_code, answer["error"]) == (429, "ratelimited")
    assert answer.headers["Retry-After"] == "1"
    assert elsewhere["ok"]


@pytest.mark.parametrize(
    ("error", "args"),
    [
        ("channel_not_found", {"channel": "C0NOWHERE", "text": "x"}),
        ("not_in_channel", {"channel": "C0ELSEWHERE", "text": "x"}),
        ("invalid_arguments", {"text": "x"}),
        ("no_text", {"channel": ALERTS}),
        ("msg_too_long", {"channel": ALERTS, "text": "x" * 40_001}),
        ("invalid_blocks_format", {"channel": ALERTS, "blocks": "[{"}),
        ("invalid_blocks", {"channel": ALERTS, "blocks": [section("x" * 3001)]}),
        ("msg_blocks_too_long", {"channel": ALERTS, "blocks": [section("x" * 2990)] * 5}),
        ("invalid_metadata_format", {"channel": ALERTS, "text": "x", "metadata": {"a": 1}}),
    ],
)
async def test_slack_s_refusals_have_slack_s_names(
    tmp_path: Path, error: str, args: dict[str, Any]
) -> None:
    async with office(tmp_path) as place:
        assert await place.error_of("chat.postMessage", **args) == error


async def test_tokens_methods_and_other_people_s_messages_are_guarded(tmp_path: Path) -> None:
    async with office(tmp_path) as place:
        said = await place.do("say", user="U0OFFICER1", channel=ALERTS, text="하나 & <둘>")
        other = {"channel": ALERTS, "ts": said["ts"]}
        errors = [
            await place.error_of("auth.test", token="xoxb-invented"),
            await place.error_of("auth.test", token=""),
            await place.error_of("auth.test", token=SLACK_APP_TOKEN),
            await place.error_of("chat.postTelegram"),
            await place.error_of("chat.update", text="x", **other),
            await place.error_of("chat.delete", **other),
        ]
        [seen] = await place.see(ALERTS)
    assert errors == [
        "invalid_auth",
        "not_authed",
        "not_allowed_token_type",
        "unknown_method",
        "cant_update_message",
        "cant_delete_message",
    ]
    assert seen["text"] == "하나 &amp; &lt;둘&gt;"


async def test_arguments_may_come_by_query_form_or_json(tmp_path: Path) -> None:
    async with office(tmp_path) as place:
        client: AsyncWebClient = place.client
        await client.api_call("chat.postMessage", params={"channel": ALERTS, "text": "질의"})
        await client.api_call("chat.postMessage", data={"channel": ALERTS, "text": "양식"})
        await client.api_call("chat.postMessage", json={"channel": ALERTS, "text": "문서"})
        history = await client.api_call(
            "conversations.history", http_verb="GET", params={"channel": ALERTS, "limit": 2}
        )
    assert [one["text"] for one in history["messages"]] == ["문서", "양식"]

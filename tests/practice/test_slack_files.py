"""Files: up by the real slack_sdk or by a person, down with the token alone, really gone."""

import asyncio
from pathlib import Path
from typing import Any

import aiohttp
import pytest
from slack_bolt.app.async_app import AsyncApp

from practice.cast import SLACK_BOT_TOKEN, SLACK_USER_TOKEN
from tests.practice.slack_office import Office, bot, office, until

OFFICER = "U0OFFICER1"
BYTES = b"0123456789" * 1000


async def given(place: Office, **fields: str) -> dict[str, Any]:
    form = aiohttp.FormData({"user": OFFICER, **fields})
    form.add_field("file", BYTES, filename="지문.txt", content_type="text/plain")
    async with place.session.post("/practice/slack/upload", data=form) as answer:
        told: dict[str, Any] = await answer.json()
        return told


async def fetched(place: Office, address: str, token: str) -> tuple[int, bytes, str]:
    headers = {"Authorization": f"Bearer {token}"} if token else {}
    async with place.session.get(address, headers=headers, allow_redirects=False) as answer:
        return answer.status, await answer.read(), answer.headers.get("Location", "")


async def test_the_bot_uploads_in_three_steps_and_its_file_stands_in_the_channel(
    tmp_path: Path,
) -> None:
    async with office(tmp_path) as place:
        done = await place.client.files_upload_v2(
            channel="C0DELETION", filename="a.csv", content=BYTES, initial_comment="표"
        )
        [seen] = await place.see("C0DELETION")
        address = done["file"]["url_private_download"]
        got = await fetched(place, address, SLACK_BOT_TOKEN)
        await place.client.files_delete(file=done["file"]["id"])
        gone = await fetched(place, address, SLACK_BOT_TOKEN)
        [after] = await place.see("C0DELETION")
    assert (seen["text"], seen["files"][0]["name"]) == ("표", "a.csv")
    assert (got[0], got[1]) == (200, BYTES)
    assert gone[0] == 404
    assert after["files"] == [{"id": done["file"]["id"], "mode": "tombstone"}]
    assert list((tmp_path / "files").iterdir()) == []


async def test_a_person_s_file_is_told_to_the_bot_and_opens_with_the_token_alone(
    tmp_path: Path,
) -> None:
    heard: list[Any] = []

    def setup(app: AsyncApp) -> None:
        @app.event("file_shared")
        async def shared(event: Any) -> None:
            heard.append(event["file_id"])

        @app.event("message")
        async def said(event: Any) -> None:
            heard.append((event["subtype"], event["files"][0]["id"]))

    async with office(tmp_path) as place, bot(place, setup):
        told = await given(place, channel="C0DELETION")
        await until(lambda: len(heard) == 2)
        address = told["file"]["url_private_download"]
        answers = [await fetched(place, address, token) for token in ("", "xoxb-no")]
        right = await fetched(place, address, SLACK_BOT_TOKEN)
    assert {str(one) for one in heard} == {
        told["file_id"],
        str(("file_share", told["file_id"])),
    }
    assert [(status, to.startswith("/slack/login")) for status, _, to in answers] == [
        (302, True),
        (302, True),
    ]
    assert right[1] == BYTES


async def test_only_a_user_token_deletes_what_a_person_uploaded(tmp_path: Path) -> None:
    async with office(tmp_path) as place:
        number = (await given(place, channel="C0DELETION"))["file_id"]
        errors = [
            await place.error_of("files.delete", file=number),
            await place.error_of("files.delete", token=SLACK_USER_TOKEN, file=number),
            await place.error_of("files.delete", token=SLACK_USER_TOKEN, file=number),
            await place.error_of("files.info", file="F0NONE"),
        ]
    assert errors == ["cant_delete_file", "", "file_deleted", "file_not_found"]


async def test_a_file_chosen_in_a_modal_is_the_bot_s_to_read_only_then(tmp_path: Path) -> None:
    files: asyncio.Queue[Any] = asyncio.Queue()
    view = {
        "type": "modal",
        "callback_id": "add",
        "title": {"type": "plain_text", "text": "지문"},
        "submit": {"type": "plain_text", "text": "등록"},
        "blocks": [
            {
                "type": "input",
                "block_id": "hashes",
                "label": {"type": "plain_text", "text": "파일"},
                "element": {"type": "file_input", "action_id": "file", "max_files": 1},
            }
        ],
    }

    def setup(app: AsyncApp) -> None:
        @app.view("add")
        async def submitted(ack: Any, view: Any) -> None:
            await ack()
            files.put_nowait(view["state"]["values"]["hashes"]["file"]["files"][0])

    async with office(tmp_path) as place, bot(place, setup):
        told = await given(place)
        before = await place.error_of("files.info", file=told["file_id"])
        trigger = place.desk.triggers.new(OFFICER)
        opened = await place.client.views_open(trigger_id=trigger, view=view)
        form = {"user": OFFICER, "view_id": opened["view"]["id"]}
        many = await place.do("submit", **form, values={"file": [told["file_id"]] * 2})
        await place.do("submit", **form, values={"file": [told["file_id"]]})
        chosen = await files.get()
        got = await fetched(place, chosen["url_private_download"], SLACK_BOT_TOKEN)
    assert before == "file_not_found"
    assert many["errors"] == {"hashes": "Please choose no more than 1."}
    assert got[1] == BYTES


@pytest.mark.parametrize("fields", [{}, {"user": "U0NOBODY"}])
async def test_an_upload_without_a_person_or_a_file_is_refused(
    tmp_path: Path, fields: dict[str, str]
) -> None:
    async with office(tmp_path) as place:
        form = aiohttp.FormData({**fields, "note": "x"}, default_to_multipart=True)
        async with place.session.post("/practice/slack/upload", data=form) as answer:
            refusal = await answer.json()
    assert (answer.status, refusal["ok"]) in ((400, False), (404, False))


async def test_an_upload_address_takes_a_form_of_the_length_that_was_said(tmp_path: Path) -> None:
    async with office(tmp_path) as place:
        reserved = await place.client.files_getUploadURLExternal(
            filename="a.txt", length=len(BYTES)
        )
        address, number = reserved["upload_url"], reserved["file_id"]
        statuses = []
        for data in (b"short", BYTES):
            form = aiohttp.FormData()
            form.add_field("file", data, filename="a.txt")
            async with place.session.post(address, data=form) as answer:
                statuses.append(answer.status)
        early = await place.error_of("files.completeUploadExternal", files=[{"id": "F0NONE"}])
        done = await place.client.files_completeUploadExternal(files=[{"id": number}])
        async with place.session.post(address, data=BYTES) as answer:
            statuses.append(answer.status)
        shapeless = await place.error_of("files.completeUploadExternal", files="{}")
        empty = await place.error_of("files.getUploadURLExternal", filename="a", length=0)
    assert statuses == [400, 200, 404]
    assert (early, shapeless, empty) == ("file_not_found", "invalid_arguments", "invalid_arguments")
    assert done["files"][0]["size"] == len(BYTES)

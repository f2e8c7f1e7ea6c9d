"""Mastodon.py works against the town square: people, media, posts."""

import asyncio
import io
from pathlib import Path

import aiohttp
import pytest
from mastodon import Mastodon, MastodonAPIError, MastodonNotFoundError, MastodonUnauthorizedError
from PIL import Image

from tests.practice.town import Town, a_town, picture


async def test_a_person_signs_in_by_any_name_and_stays_the_same_person(tmp_path: Path) -> None:
    async with a_town(tmp_path) as town:
        first = await town.sign_in("나그네")
        again = await town.sign_in("나그네")
        known = await asyncio.to_thread(first.account_verify_credentials)
        known_again = await asyncio.to_thread(again.account_verify_credentials)
    assert known.username == "나그네"
    assert known_again.id == known.id


async def test_the_instance_tells_its_version_and_streaming_address(tmp_path: Path) -> None:
    async with a_town(tmp_path) as town:
        api = await town.sign_in()
        newer = await asyncio.to_thread(api.instance_v2)
        older = await asyncio.to_thread(api.instance_v1)
        node = await asyncio.to_thread(api.instance_nodeinfo)
        version = await asyncio.to_thread(api.retrieve_mastodon_version)
    assert version == "4.3.7"
    assert older.urls.streaming_api == town.address.replace("http", "ws")
    assert newer.configuration.statuses.max_media_attachments == 4
    assert node.software.name == "mastodon"


async def test_a_posted_picture_is_served_byte_for_byte(tmp_path: Path) -> None:
    async with a_town(tmp_path) as town:
        post = await town.post(await town.sign_in(), "여기 #산책 & <b>", seed=4)
        media = post.media_attachments[0]
        path = media.url.removeprefix(town.address)
        status, body, headers = await town.get(path)
        again, _, _ = await town.get(path, headers={"If-None-Match": headers["Etag"]})
    assert (status, body) == (200, picture(4))
    assert (headers["Content-Type"], headers["X-Content-Type-Options"]) == ("image/jpeg", "nosniff")
    assert again == 304
    assert (media.type, media.description, media.meta.original.size) == (
        "image",
        "scenery 4",
        "320x240",
    )
    assert [tag.name for tag in post.tags] == ["산책"]
    assert post.content.endswith("&amp; &lt;b&gt;</p>")


async def test_a_deleted_post_is_gone_everywhere(tmp_path: Path) -> None:
    async with a_town(tmp_path) as town:
        api = await town.sign_in()
        post = await town.post(api, "#gone")
        address = post.media_attachments[0].url.removeprefix(town.address)
        small = post.media_attachments[0].preview_url.removeprefix(town.address)
        deleted = await asyncio.to_thread(api.status_delete, post)
        with pytest.raises(MastodonNotFoundError):
            await asyncio.to_thread(api.status, post)
        timeline = await asyncio.to_thread(api.timeline_hashtag, "gone")
        answers = [(await town.get(one))[0] for one in (address, small)]
        page, _, _ = await town.get(post.url.removeprefix(town.address))
        unknown, _, _ = await town.get("/media/never.jpg")
    assert (deleted.text, timeline, answers, page) == ("#gone", [], [410, 410], 410)
    assert unknown == 404
    assert list((tmp_path / "files" / "square").iterdir()) == []


async def test_the_same_idempotency_key_posts_once(tmp_path: Path) -> None:
    async with a_town(tmp_path) as town:
        api = await town.sign_in()
        first = await asyncio.to_thread(api.status_post, "once", idempotency_key="k1")
        again = await asyncio.to_thread(api.status_post, "once", idempotency_key="k1")
        timeline = await asyncio.to_thread(api.timeline_public)
    assert again.id == first.id
    assert [post.id for post in timeline] == [first.id]


async def test_only_those_who_may_see_a_post_see_it(tmp_path: Path) -> None:
    async with a_town(tmp_path) as town:
        author, other = await town.sign_in("author"), await town.sign_in("other")
        for visibility in ("public", "unlisted", "private", "direct"):
            await town.post(author, f"{visibility} #seen", visibility=visibility)
        account = (await asyncio.to_thread(author.account_verify_credentials)).id
        own = await asyncio.to_thread(author.account_statuses, account)
        others = await asyncio.to_thread(other.account_statuses, account)
        tagged = await asyncio.to_thread(other.timeline_hashtag, "SEEN")
        with pytest.raises(MastodonNotFoundError):
            await asyncio.to_thread(other.status, own[0])
    assert [post.visibility for post in own] == ["direct", "private", "unlisted", "public"]
    assert [post.visibility for post in others] == ["unlisted", "public"]
    assert [post.visibility for post in tagged] == ["public"]


def _broken() -> dict[str, bytes]:
    bomb = io.BytesIO()
    Image.new("1", (7000, 7000)).save(bomb, "PNG")
    whole = picture(2)
    return {
        "text": b"no picture at all",
        "empty": b"",
        "cut": whole[: len(whole) // 2],
        "bomb": bomb.getvalue(),
    }


@pytest.mark.parametrize("name", ["text", "empty", "cut", "bomb"])
async def test_what_is_no_media_is_refused(tmp_path: Path, name: str) -> None:
    async with a_town(tmp_path) as town:
        api = await town.sign_in()
        with pytest.raises(MastodonAPIError) as refusal:
            await asyncio.to_thread(api.media_post, _broken()[name], "image/jpeg")
    assert refusal.value.args[1] == 422
    assert refusal.value.args[3].startswith("Validation failed: ")


async def test_a_video_is_accepted_first_and_ready_after(tmp_path: Path) -> None:
    start = b"\x00\x00\x00\x18ftypisom" + bytes(500)
    async with a_town(tmp_path) as town:
        api = await town.sign_in()
        media = await asyncio.to_thread(api.media_post, start, "video/mp4")
        ready = await asyncio.to_thread(api.media, media)
        described = await asyncio.to_thread(api.media_update, media, description="바다")
    assert (media.url, ready.type) == (None, "video")
    assert ready.url.endswith(".mp4")
    assert described.description == "바다"


@pytest.mark.parametrize(
    ("arguments", "sentence"),
    [
        ({}, "Text can't be blank"),
        ({"status": "x" * 501}, "Text character limit of 500 exceeded"),
        ({"status": "x", "visibility": "loud"}, "Visibility is not included in the list"),
        ({"status": "x", "media_ids": ["9"]}, "Media with id 9 can't be attached"),
        ({"status": "x", "media_ids": list("12345")}, "Cannot attach more than 4 files"),
    ],
)
async def test_a_bad_post_is_refused_with_a_sentence(
    tmp_path: Path, arguments: dict[str, object], sentence: str
) -> None:
    async with a_town(tmp_path) as town:
        token = (await town.sign_in()).access_token
        headers = {"Authorization": f"Bearer {token}"}
        answer = await town.call("POST", "/api/v1/statuses", json=arguments, headers=headers)
    assert answer == (422, {"error": f"Validation failed: {sentence}"})


async def test_a_stranger_to_the_square_is_refused(tmp_path: Path) -> None:
    async with a_town(tmp_path) as town:
        unknown = Mastodon(access_token="invented", api_base_url=town.address)
        with pytest.raises(MastodonUnauthorizedError):
            await asyncio.to_thread(unknown.account_verify_credentials)
        assert await _token(town, client_secret="wrong") == (401, {"error": "invalid_client"})
        status, given = await _token(town)
        headers = {"Authorization": f"Bearer {given['access_token']}"}
        nobody = await town.call("POST", "/api/v1/statuses", json={"status": "x"}, headers=headers)
        readers = await _token(
            town, grant_type="password", username="a", password="b", scope="read"
        )
        headers = {"Authorization": f"Bearer {readers[1]['access_token']}"}
        reader = await town.call("POST", "/api/v1/statuses", json={"status": "x"}, headers=headers)
    assert (status, given["token_type"]) == (200, "Bearer")
    assert nobody == (403, {"error": "This method requires an authenticated user"})
    assert reader == (403, {"error": "This action is outside the authorized scopes"})


async def _token(town: Town, **changed: str) -> tuple[int, dict[str, str]]:
    _, client = await town.call("POST", "/api/v1/apps", data={"client_name": "x"})
    keys = {name: client[name] for name in ("client_id", "client_secret")}
    usual = {"grant_type": "client_credentials", "scope": "read write"}
    return await town.call("POST", "/oauth/token", data={**usual, **keys, **changed})


async def test_reports_are_kept_for_the_moderators(tmp_path: Path) -> None:
    async with a_town(tmp_path) as town:
        post = await town.post(await town.sign_in("poster"), "#seen")
        centre = await town.sign_in("centre")
        report = await asyncio.to_thread(
            centre.report, post.account, post, comment="삭제를 요청합니다", category="violation"
        )
        _, kept = await town.call("GET", "/practice/square/reports")
        with pytest.raises(MastodonNotFoundError):
            await asyncio.to_thread(centre.report, "1", comment="whom?")
    assert report.target_account.id == post.account.id
    assert [(one["posts"], one["comment"]) for one in kept["reports"]] == [
        ([str(post.id)], "삭제를 요청합니다")
    ]


async def test_a_broken_file_can_be_planted_and_another_put_in_its_place(tmp_path: Path) -> None:
    async with a_town(tmp_path) as town:
        form = _multipart(file=b"\xff\xd8 cut", content_type="image/jpeg", text="#bad")
        _, planted = await town.call("POST", "/practice/square/plant", data=form)
        media = planted["post"]["media_attachments"][0]
        path = media["url"].removeprefix(town.address)
        before = await town.get(path)
        form = _multipart(file=picture(3), content_type="image/jpeg", media_id=media["id"])
        await town.call("POST", "/practice/square/replace", data=form)
        after = await town.get(path)
        refused = await town.call("POST", "/practice/square/plant", data={"text": "nothing"})
    assert (before[1], after[1]) == (b"\xff\xd8 cut", picture(3))
    assert before[2]["Etag"] != after[2]["Etag"]
    assert refused == (400, {"ok": False, "error": "The file is missing."})


def _multipart(**fields: str | bytes) -> aiohttp.FormData:
    form = aiohttp.FormData()
    for name, value in fields.items():
        form.add_field(name, value, filename="file.jpg" if name == "file" else None)
    return form

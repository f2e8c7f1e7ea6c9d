"""What somebody uploads never runs in a browser that opens its address."""

from pathlib import Path

import aiohttp
import pytest
from slack_sdk.web.async_client import AsyncWebClient

from practice.cast import SLACK_BOT_TOKEN
from practice.scenery import jpeg
from tests.practice.slack_office import Office, office
from tests.practice_world import whole_world

HTML = b"<!doctype html><script>alert(1)</script>"
SVG = b'<svg xmlns="http://www.w3.org/2000/svg"><script>alert(1)</script></svg>'
SAFE = {
    "X-Content-Type-Options": "nosniff",
    "Content-Security-Policy": "default-src 'none'; sandbox",
}


async def uploaded(place: Office, name: str, data: bytes) -> dict[str, str]:
    form = aiohttp.FormData({"user": "U0OFFICER1", "channel": "C0DELETION"})
    form.add_field("file", data, filename=name)
    async with place.session.post("/practice/slack/upload", data=form) as answer:
        return dict((await answer.json())["file"])


async def headers_at(place: Office, address: str) -> dict[str, str]:
    headers = {"Authorization": f"Bearer {SLACK_BOT_TOKEN}"}
    async with place.session.get(address, headers=headers) as answer:
        assert answer.status == 200
        return dict(answer.headers)


@pytest.mark.parametrize(
    ("name", "data"), [("a.html", HTML), ("a.svg", SVG), ("a.png", HTML), ('"><b>.xml', SVG)]
)
async def test_a_page_or_a_drawing_is_only_ever_handed_over_as_a_download(
    tmp_path: Path, name: str, data: bytes
) -> None:
    async with office(tmp_path) as place:
        file = await uploaded(place, name, data)
        own = f"/practice/slack/file/{file['id']}"
        seen = [await headers_at(place, address) for address in (own, f"{own}?shown=1")]
        private = [file["url_private"], file["url_private_download"]]
        seen_by_bot = [await headers_at(place, address) for address in private]
    for headers in seen:
        assert headers["Content-Type"] == "application/octet-stream"
        assert headers["Content-Disposition"].startswith("attachment; filename*=UTF-8''")
    assert [one["Content-Disposition"] for one in seen_by_bot] == ["attachment", "attachment"]
    assert [one.items() >= SAFE.items() for one in [*seen, *seen_by_bot]] == [True] * 4


async def test_a_picture_is_shown_in_place_by_what_its_bytes_are(tmp_path: Path) -> None:
    async with office(tmp_path) as place:
        file = await uploaded(place, "그림.txt", jpeg(3, (64, 48)))
        shown = await headers_at(place, f"/practice/slack/file/{file['id']}?shown=1")
        given = await headers_at(place, f"/practice/slack/file/{file['id']}")
    assert (shown["Content-Type"], "Content-Disposition" in shown) == ("image/jpeg", False)
    assert shown.items() >= SAFE.items()
    assert given["Content-Disposition"].startswith("attachment")


async def test_bytes_that_call_themselves_a_form_go_up_all_the_same(tmp_path: Path) -> None:
    data = jpeg(3, (64, 48))
    async with whole_world(tmp_path) as world, aiohttp.ClientSession() as http:
        client = AsyncWebClient(SLACK_BOT_TOKEN, base_url=world.addresses.slack_api)
        given = await client.files_getUploadURLExternal(filename="a.jpg", length=len(data))
        kind = {"Content-Type": "application/x-www-form-urlencoded"}
        async with http.post(str(given["upload_url"]), data=data, headers=kind) as answer:
            told = await answer.text()
    assert (answer.status, told) == (200, f"OK - {len(data)}")

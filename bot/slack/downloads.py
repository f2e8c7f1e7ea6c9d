"""Takes an uploaded file's bytes from Slack into memory, and from nowhere but Slack."""

from collections.abc import Mapping
from typing import Any
from urllib.parse import urlsplit

import aiohttp
from slack_sdk.errors import SlackApiError

from bot.slack.calls import Call
from domain.refusals import Reason, Refusal

_TIME_OUT = aiohttp.ClientTimeout(total=120)
_CHUNK = 65_536


async def file_info(call: Call, file_id: str) -> Mapping[str, Any]:
    """What Slack says of a file; refuses one that isn't there."""
    try:
        answer = await call.client.files_info(file=file_id)
    except SlackApiError:
        raise Refusal(Reason.UPLOAD_GONE) from None
    found: Mapping[str, Any] = answer["file"]
    return found


async def download(call: Call, file: Mapping[str, Any], most: int, too_large: Refusal) -> bytes:
    """The bytes of a private file; refuses what lies elsewhere, and with `too_large` what is larger."""
    url = str(file.get("url_private_download") or file.get("url_private") or "")
    if not _is_slacks(call.client.base_url, url):
        raise Refusal(Reason.UPLOAD_GONE)
    headers = {"Authorization": f"Bearer {call.client.token}"}
    try:
        async with (
            aiohttp.ClientSession(timeout=_TIME_OUT, trust_env=False) as session,
            session.get(url, headers=headers, allow_redirects=False) as response,
        ):
            return await _body(response, most, too_large)
    except (aiohttp.ClientError, TimeoutError):
        raise Refusal(Reason.UPLOAD_GONE) from None


def _is_slacks(api: str, url: str) -> bool:
    """Whether the token may be shown there: the API's own host and port, or its host of files."""
    ours, theirs = urlsplit(api), urlsplit(url)
    hosts = (ours.hostname, f"files.{ours.hostname}")
    return theirs.scheme == ours.scheme and theirs.port == ours.port and theirs.hostname in hosts


async def _body(response: aiohttp.ClientResponse, most: int, too_large: Refusal) -> bytes:
    if response.status != 200:
        raise Refusal(Reason.UPLOAD_GONE)
    pieces = bytearray()
    async for piece in response.content.iter_chunked(_CHUNK):
        pieces += piece
        if len(pieces) > most:
            raise too_large
    return bytes(pieces)

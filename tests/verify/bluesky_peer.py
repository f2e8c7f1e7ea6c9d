"""A real PDS of Bluesky's network on loopback, with files of its own, and somebody who posts there."""

import json
import os
import shutil
import subprocess
from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager, contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import aiohttp
import pytest

PEER = Path(__file__).parents[1] / "peers" / "bluesky"


@dataclass
class Author:
    """An account on the PDS."""

    base: str
    did: str
    session: aiohttp.ClientSession

    async def upload(self, data: bytes, kind: str = "image/jpeg") -> dict[str, Any]:
        """The blob as a record names it."""
        path = f"{self.base}/xrpc/com.atproto.repo.uploadBlob"
        async with self.session.post(path, data=data, headers={"Content-Type": kind}) as answer:
            answer.raise_for_status()
            return dict((await answer.json())["blob"])

    async def post(self, text: str, *pictures: dict[str, Any], **more: Any) -> str:
        """Where the post is, as `at://…`."""
        images = [{"image": blob, "alt": "언덕 그림"} for blob in pictures]
        embed = {"embed": {"$type": "app.bsky.embed.images", "images": images}} if images else {}
        record = {"text": text, "createdAt": "2026-11-20T01:02:03.000Z", **embed, **more}
        made = await self._call("com.atproto.repo.createRecord", record)
        return str(made["uri"])

    async def like(self, uri: str) -> None:
        """Something that is no post."""
        record = {"subject": {"uri": uri, "cid": _ANY_CID}, "createdAt": "2026-11-20T01:02:03.000Z"}
        await self._call("com.atproto.repo.createRecord", record, "app.bsky.feed.like")

    async def delete(self, uri: str) -> None:
        """Take a post away."""
        body = {"repo": self.did, "collection": _POSTS, "rkey": uri.rsplit("/", 1)[1]}
        await _posted(self.session, f"{self.base}/xrpc/com.atproto.repo.deleteRecord", body)

    async def _call(self, method: str, record: dict[str, Any], kind: str = "") -> dict[str, Any]:
        collection = kind or _POSTS
        body = {"repo": self.did, "collection": collection}
        return await _posted(
            self.session,
            f"{self.base}/xrpc/{method}",
            {**body, "record": {"$type": collection, **record}},
        )


_POSTS = "app.bsky.feed.post"
_ANY_CID = "bafyreidfayvfuwqa7qlnopdjiqrxzs6blmoeu4rujcjtnci5beludirz2a"


async def _posted(session: aiohttp.ClientSession, url: str, body: Any) -> dict[str, Any]:
    async with session.post(url, json=body) as answer:
        assert answer.status == 200, await answer.text()
        return dict(await answer.json())


@contextmanager
def bluesky_pds(folder: Path) -> Iterator[str]:
    """The address of a PDS; skips where it isn't there."""
    node = shutil.which("node")
    if node is None or not (PEER / "node_modules" / "@atproto" / "dev-env").is_dir():
        pytest.skip("needs a Bluesky PDS: `make peers` fetches it (Node 18.7 or newer, npm)")
    process = subprocess.Popen(
        [node, "peer.mjs"],
        cwd=PEER,
        env={**os.environ, "TMPDIR": str(folder), "LOG_ENABLED": "false"},
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        stderr=subprocess.DEVNULL,
    )
    try:
        assert process.stdout is not None
        yield f"http://127.0.0.1:{json.loads(process.stdout.readline())['pds']}"
    finally:
        process.kill()
        process.communicate()


@asynccontextmanager
async def author_at(base: str, name: str) -> AsyncIterator[Author]:
    """A new account."""
    account = {"handle": f"{name}.test", "email": f"{name}@mail.test", "password": f"{name}-pass"}
    async with aiohttp.ClientSession() as first:
        made = await _posted(first, f"{base}/xrpc/com.atproto.server.createAccount", account)
    allowed = {"Authorization": f"Bearer {made['accessJwt']}"}
    async with aiohttp.ClientSession(headers=allowed) as session:
        yield Author(base, str(made["did"]), session)

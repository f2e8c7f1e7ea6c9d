"""Posts of Bluesky as its servers send them, made for the tests: records, frames, events, views."""

import json
from datetime import datetime, timedelta
from typing import Any

from libipld import encode_dag_cbor

from domain.policy import SourcePolicy
from domain.sources import Cursor, Page, Watch
from jobs.sources.times import at_us
from tests.conftest import START

POSTS = "app.bsky.feed.post"
DID = "did:plc:ewvi7nxzyoun6zhxrhs64oiz"
CID = "bafkreicqqy7kmiaikuiso6q7w245vekwp5ej3u3w53shu6pzjxlkoa2y3u"
NOW = at_us(START)
HOUR = 3_600_000_000


def picture(cid: str = CID, alt: str = "") -> dict[str, Any]:
    return {"alt": alt, "image": blob(cid)}


def blob(cid: str = CID, kind: str = "image/jpeg") -> dict[str, Any]:
    return {"$type": "blob", "ref": {"$link": cid}, "mimeType": kind, "size": 9}


def images(*pictures: dict[str, Any]) -> dict[str, Any]:
    return {"$type": "app.bsky.embed.images", "images": list(pictures or (picture(),))}


def record(text: str = "", embed: Any = None, **more: Any) -> dict[str, Any]:
    made = {"$type": POSTS, "text": text, "createdAt": "2026-11-20T00:00:00Z"}
    return {**made, **({"embed": embed} if embed else {}), **more}


def uri(rkey: str, did: str = DID) -> str:
    return f"at://{did}/{POSTS}/{rkey}"


def source(kind: str, url: str) -> SourcePolicy:
    return SourcePolicy("sky", kind, url, timedelta(seconds=30))


def watch(kind: str, url: str, cursor: Cursor | None = None) -> Watch:
    return Watch(source(kind, url), cursor=cursor or {})


def event(at: int, rkey: str = "r1", *, operation: str = "create", **commit: Any) -> str:
    """An event of Jetstream."""
    body = {"rev": "x", "operation": operation, "collection": POSTS, "rkey": rkey}
    written = {"record": record("글", images()), "cid": CID} if operation != "delete" else {}
    made = {"did": DID, "time_us": at, "kind": "commit", "commit": {**body, **written, **commit}}
    return json.dumps(made, ensure_ascii=False)


def frame(kind: str, body: dict[str, Any], op: int = 1) -> bytes:
    """A frame of the firehose."""
    head = {"op": op, "t": kind} if op == 1 else {"op": op}
    return encode_dag_cbor(head) + encode_dag_cbor(body)


def commit(seq: int, when: datetime, *rkeys: str, action: str = "create", **more: Any) -> bytes:
    """A frame that writes these posts, each with a picture."""
    blocks = {_cid_bytes(number): record(f"글 {key}", images()) for number, key in enumerate(rkeys)}
    ops = [
        {"action": action, "path": f"{POSTS}/{key}", "cid": cid}
        for key, cid in zip(rkeys, blocks, strict=True)
    ]
    made = {"seq": seq, "repo": DID, "rev": "x", "time": when.isoformat(), "ops": ops}
    return frame("#commit", {**made, "blocks": car(blocks), "tooBig": False, **more})


def car(blocks: dict[bytes, Any]) -> bytes:
    """A file of blocks."""
    root = b"\xd8\x2a\x58\x25\x00" + next(iter(blocks), _cid_bytes(0))  # A link, of 37 bytes.
    parts = [b"\xa2\x65roots\x81" + root + b"\x67version\x01"]
    parts += [cid + encode_dag_cbor(body) for cid, body in blocks.items()]
    return b"".join(_counted(part) for part in parts)


def _counted(part: bytes) -> bytes:
    count, length = b"", len(part)
    while length > 127:
        count, length = count + bytes([length & 127 | 128]), length >> 7
    return count + bytes([length]) + part


def _cid_bytes(number: int) -> bytes:
    """A CID of DAG-CBOR and SHA-256."""
    return bytes([1, 0x71, 0x12, 0x20]) + number.to_bytes(32, "big")


def ids(page: Page) -> list[str]:
    return [post.native_id.rsplit("/", 1)[1] for post in page.posts]

"""Pictures to practise with: generated scenery, and the hash file of each as `ansim hash` makes it."""

import asyncio
import io
from functools import cache
from pathlib import Path

from aiohttp import web

from practice.guard import refused
from practice.scenery import scenery

HASHES = Path(__file__).parent / "hashes"
# A picture of each style, by its seed; the hash files beside were made from these.
SEEDS = {"hills": 7, "waves": 21, "shapes": 33, "patches": 46}


@cache
def jpeg(name: str) -> bytes:
    """One picture as a JPEG file."""
    out = io.BytesIO()
    scenery(SEEDS[name], style=name).save(out, "JPEG", quality=90)
    return out.getvalue()


async def listed(request: web.Request) -> web.Response:
    """The names of the pictures."""
    return web.json_response({"ok": True, "pictures": list(SEEDS)})


async def show(request: web.Request) -> web.StreamResponse:
    """`NAME.jpg` is the picture, `NAME.json` its hash file."""
    name, _, kind = request.match_info["name"].rpartition(".")
    if name not in SEEDS or kind not in ("jpg", "json"):
        raise refused("There is no such picture to practise with.")
    if kind == "json":
        return web.FileResponse(HASHES / f"{name}.json")
    body = await asyncio.to_thread(jpeg, name)
    headers = {"Cache-Control": "max-age=3600", "X-Content-Type-Options": "nosniff"}
    return web.Response(body=body, content_type="image/jpeg", headers=headers)

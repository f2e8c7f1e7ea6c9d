"""A public square on loopback with many pictures of some size, in a process of its own.

Speaks as much of Mastodon's interface as a sweep asks for. Drawn scenery, cut, tilted in colour and
encoded anew, so that each file and each picture is another. Some are copies of the first few.
"""

import argparse
import asyncio
import io
import json
import sys

import numpy as np
from aiohttp import web
from PIL import Image, ImageOps

from benchmarks.measuring import say
from practice.scenery import scenery

SIZE = (1280, 960)
FIRST_STRANGER = 70_000
_SCENES = 40
_ON_A_PAGE = 40
_WANTED = 140_000
_NEAR = 6_000


def main() -> None:
    """Draws first, then says its port and serves until it is ended."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--pictures", type=int, required=True)
    parser.add_argument("--copies", type=int, required=True, help="of the pictures below")
    parser.add_argument("--known", type=int, required=True, help="sceneries 0, 1, … are registered")
    asked = parser.parse_args()
    files = drawn(asked.pictures, asked.copies, asked.known)
    asyncio.run(_serve(files))


def copies_at(pictures: int, copies: int) -> list[int]:
    """Which pictures are copies: spread evenly."""
    return [round((at + 0.5) * pictures / copies) for at in range(copies)]


def drawn(pictures: int, copies: int, known: int) -> list[bytes]:
    """The files, in their order."""
    chance = np.random.default_rng(SEED)
    scenes = [scenery(FIRST_STRANGER + at, (1600, 1200)) for at in range(min(_SCENES, pictures))]
    originals = [scenery(at) for at in range(known)]
    say(f"{len(scenes)} sceneries drawn")
    where = {place: at for at, place in enumerate(copies_at(pictures, copies))}
    made = []
    for at in range(pictures):
        if at in where:
            made.append(_of_size(originals[where[at] % known], at))
        else:
            made.append(_of_size(_another(scenes[at % len(scenes)], chance), at))
    say(f"{pictures} pictures of {sum(map(len, made)) / len(made) / 1e3:.0f} kB on average")
    return made


SEED = 11


def _another(scene: Image.Image, chance: np.random.Generator) -> Image.Image:
    """Another cut of the scene, perhaps mirrored, under another light."""
    side = chance.uniform(0.55, 1.0)
    width, height = int(scene.width * side), int(scene.height * side)
    left = int(chance.integers(0, scene.width - width + 1))
    top = int(chance.integers(0, scene.height - height + 1))
    cut = scene.crop((left, top, left + width, top + height)).resize(
        SIZE, Image.Resampling.BILINEAR
    )
    cut = ImageOps.mirror(cut) if chance.random() < 0.5 else cut
    levels = np.arange(256)
    light = [np.clip(levels * chance.uniform(0.7, 1.3), 0, 255).astype(int) for _ in range(3)]
    return cut.point([int(value) for table in light for value in table])


_QUALITIES = [80]  # What fitted last; scenes differ little.


def _of_size(picture: Image.Image, at: int) -> bytes:
    """A JPEG of about the size that is wanted; grain decides how coarse it has to be."""
    low, high, data = 20, 97, b""
    quality = _QUALITIES[0]
    while low <= high:
        data = _jpeg(picture, quality)
        if abs(len(data) - _WANTED) <= _NEAR:
            break
        low, high = (quality + 1, high) if len(data) < _WANTED else (low, quality - 1)
        quality = (low + high) // 2
    _QUALITIES[0] = quality
    return data + at.to_bytes(4, "big")  # No two files are the same, decoders don't look there.


def _jpeg(picture: Image.Image, quality: int) -> bytes:
    data = io.BytesIO()
    picture.save(data, "JPEG", quality=quality)
    return data.getvalue()


async def _serve(files: list[bytes]) -> None:
    listed = [0]

    async def release(request: web.Request) -> web.Response:
        listed[0] = int(request.query["upto"])
        return web.json_response({"upto": listed[0]})

    async def public(request: web.Request) -> web.Response:
        after = int(request.query.get("min_id", "0"))
        last = min(after + _ON_A_PAGE, listed[0])
        return web.json_response([_post(request, each) for each in range(last, after, -1)])

    async def media(request: web.Request) -> web.Response:
        return web.Response(body=files[int(request.match_info["at"])], content_type="image/jpeg")

    app = web.Application()
    app.router.add_get("/release", release)
    app.router.add_get("/api/v1/timelines/public", public)
    app.router.add_get("/media/{at}.jpg", media)
    runner = web.AppRunner(app, access_log=None)
    await runner.setup()
    await web.TCPSite(runner, "127.0.0.1", 0).start()
    sys.stdout.write(json.dumps({"port": runner.addresses[0][1]}) + "\n")
    sys.stdout.flush()
    await asyncio.Event().wait()


def _post(request: web.Request, number: int) -> dict[str, object]:
    """Numbers count from 1, pictures from 0."""
    base = f"http://{request.host}"
    media = [{"type": "image", "url": f"{base}/media/{number - 1}.jpg"}]
    return {"id": str(number), "url": f"{base}/@a/{number}", "media_attachments": media}


if __name__ == "__main__":
    main()

"""A practice world with a square that never runs dry: as soon as pictures are fetched, newer ones are there.

Under /endless it speaks as much of Mastodon's interface as polls ask for. Started like `ansim practice`.
"""

import argparse
import asyncio
import json
import sys
import time
from dataclasses import dataclass, field
from pathlib import Path

from aiohttp import web

from benchmarks.cases import copied, stranger
from practice.server import build
from practice.world import World

BASE = "/endless"
KNOWN = 4_300  # The scenery that is registered; a copy of it comes now and then.
_COPY_EVERY = 400
_ON_A_PAGE = 40
_OPEN = 160  # So many are public and not fetched yet, whenever somebody looks.
_FILES = 24


def main() -> None:
    """Prints the addresses when ready, and serves until it is ended."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--port", type=int, required=True)
    parser.add_argument("--state", type=Path, required=True)
    asked = parser.parse_args()
    asked.state.mkdir(parents=True, exist_ok=True)
    asyncio.run(_serve(asked.port, asked.state))


@dataclass
class Endless:
    """Posts are numbered from 1; `public` holds when those that nobody has fetched were made.

    lags_s: from being made to being fetched, since somebody asked last.
    """

    files: list[bytes]
    copies: list[bytes]
    made: int = 0
    fetched: int = 0
    public: dict[int, float] = field(default_factory=dict)
    lags_s: list[float] = field(default_factory=list)

    def top_up(self, now_s: float) -> None:
        """As many as are wanted are public."""
        while len(self.public) < _OPEN:
            self.made += 1
            self.public[self.made] = now_s

    def page(self, after: int) -> list[int]:
        """The numbers right after one, newest first."""
        return list(range(min(after + _ON_A_PAGE, self.made), after, -1))

    def fetch(self, number: int, now_s: float) -> bytes:
        """A picture, in a file that was never seen; fetched for the first time, its lag counts."""
        made = self.public.pop(number, None)
        if made is not None:
            self.fetched += 1
            self.lags_s.append(now_s - made)
        among = self.files if number % _COPY_EVERY else self.copies
        return among[number % len(among)] + number.to_bytes(8, "big")

    def figures(self) -> dict[str, object]:
        """What was fetched so far, and the lags since the last call."""
        lags, self.lags_s = self.lags_s, []
        return {"fetched": self.fetched, "lags_s": [round(each, 3) for each in lags]}


async def _serve(port: int, state: Path) -> None:
    world = World(state, True)
    app = build(world)
    mount(app, Endless([stranger(4 * at) for at in range(_FILES)], [copied(KNOWN, 4)]))
    runner = web.AppRunner(app, access_log=None)
    await runner.setup()
    await web.TCPSite(runner, "127.0.0.1", port).start()
    world.addresses.practice = f"http://127.0.0.1:{runner.addresses[0][1]}"
    sys.stdout.write(json.dumps(world.addresses.as_json()) + "\n")
    sys.stdout.flush()
    await asyncio.Event().wait()


def mount(app: web.Application, endless: Endless) -> None:
    """Its listing, its media, and what it has to tell."""

    async def public(request: web.Request) -> web.Response:
        endless.top_up(time.monotonic())
        numbers = endless.page(int(request.query.get("min_id", "0")))
        return web.json_response([_post(request, each) for each in numbers])

    async def media(request: web.Request) -> web.Response:
        data = endless.fetch(int(request.match_info["number"]), time.monotonic())
        return web.Response(body=data, content_type="image/jpeg")

    async def figures(_: web.Request) -> web.Response:
        return web.json_response(endless.figures())

    app.router.add_get(f"{BASE}/api/v1/timelines/public", public)
    app.router.add_get(f"{BASE}/media/{{number}}.jpg", media)
    app.router.add_get(f"{BASE}/figures", figures)


def _post(request: web.Request, number: int) -> dict[str, object]:
    base = f"http://{request.host}{BASE}"
    media = [{"type": "image", "url": f"{base}/media/{number}.jpg"}]
    return {"id": str(number), "url": f"{base}/@a/{number}", "media_attachments": media}


if __name__ == "__main__":
    main()

"""Puts the practice world on one loopback port and keeps it there until it is told to stop."""

import asyncio
import fcntl
import json
import os
import signal
import sqlite3
import sys
from collections.abc import Awaitable, Callable
from pathlib import Path

from aiohttp import web

from practice import control, marks, page, slack, square, telegram
from practice.guard import guard
from practice.mishaps import mishaps
from practice.recording import recording
from practice.world import World

Sample = Callable[[str], Awaitable[None]]

_HOST = "127.0.0.1"
_LARGEST_BODY = 60 * 1024 * 1024
_SHUTDOWN_S = 2.0


def build(world: World) -> web.Application:
    """The whole practice world as one application."""
    app = web.Application(
        middlewares=[guard, recording(world), mishaps(world)], client_max_size=_LARGEST_BODY
    )
    control.mount(app, world)
    marks.mount(app, world)
    for server in (slack, telegram, square, page):
        server.mount(app, world)
    return app


async def serve(world: World, port: int) -> web.AppRunner:
    """Answer on this port, or with 0 on the one of last time (if it is free, else on any).

    Raises OSError if the port that was asked for is taken.
    """
    runner = web.AppRunner(build(world), shutdown_timeout=_SHUTDOWN_S)
    await runner.setup()
    try:
        await _listen(runner, world, port)
    except OSError:
        await runner.cleanup()
        raise
    taken = int(runner.addresses[0][1])
    world.addresses.practice = f"http://{_HOST}:{taken}"
    world.shelf.put("address", "port", {"port": taken})
    return runner


async def _listen(runner: web.AppRunner, world: World, port: int) -> None:
    kept = (world.shelf.get("address", "port") or {}).get("port", 0)
    if port or not kept:
        await web.TCPSite(runner, _HOST, port).start()
        return
    try:
        await web.TCPSite(runner, _HOST, int(kept)).start()
    except OSError:
        await web.TCPSite(runner, _HOST, 0).start()


def run(port: int, folder: Path, is_empty: bool, sample: Sample | None = None) -> None:
    """Serve until SIGINT or SIGTERM; prints the addresses as one line of JSON when ready.

    `sample` plays the sample centre into a world at an address, unless it is to be empty.

    Ends the process with one sentence if folder or port can't be used.
    """
    try:
        folder.mkdir(parents=True, exist_ok=True)
        with (folder / "lock").open("w") as lock:
            fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
            asyncio.run(_live(World(folder, is_empty), port, sample))
    except BlockingIOError:
        raise SystemExit(f"Another practice world lives in {folder}.") from None
    except (OSError, sqlite3.Error) as error:
        raise SystemExit(f"The practice world can't start in {folder}: {error}.") from None


async def _live(world: World, port: int, sample: Sample | None) -> None:
    told_to_stop = asyncio.Event()
    loop = asyncio.get_running_loop()
    for number in (signal.SIGINT, signal.SIGTERM):
        loop.add_signal_handler(number, told_to_stop.set)
    try:
        runner = await serve(world, port)
    except OSError as error:
        raise SystemExit(f"Port {port} can't be opened: {os.strerror(error.errno or 0)}.") from None
    sys.stdout.write(json.dumps(world.addresses.as_json()) + "\n")
    sys.stdout.flush()
    player = _player(world, sample)
    await told_to_stop.wait()
    player.cancel()
    await asyncio.gather(player, return_exceptions=True)
    await runner.cleanup()
    world.shelf.close()


def _player(world: World, sample: Sample | None) -> asyncio.Future[None]:
    """Whoever plays the sample centre meanwhile; somebody with nothing to do in an empty world."""
    if sample is None or world.is_empty:
        return asyncio.get_running_loop().create_future()
    return asyncio.ensure_future(sample(world.addresses.practice))

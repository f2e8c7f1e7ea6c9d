"""The whole practice world on a loopback port, faults and log included."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path

from practice.server import serve
from practice.world import World


@asynccontextmanager
async def whole_world(folder: Path) -> AsyncIterator[World]:
    """Every server of the practice world, as `ansim practice` runs it."""
    world = World(folder)
    runner = await serve(world, 0)
    try:
        yield world
    finally:
        await runner.cleanup()
        world.shelf.close()

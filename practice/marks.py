"""What has been played of the sample centre in this world, so that no part is played twice."""

from typing import Any

from aiohttp import web

from practice.guard import refused
from practice.world import World

_KIND, _KEY, _LONGEST = "sample", "done", 60


def mount(app: web.Application, world: World) -> None:
    """Add /practice/sample."""

    async def mark(request: web.Request) -> web.Response:
        """Mark the part named `done` as played; answers all that are."""
        try:
            part = (await request.json())["done"]
        except (ValueError, KeyError, TypeError):
            raise refused("Say which part is done.") from None
        if not isinstance(part, str) or not 0 < len(part) <= _LONGEST:
            raise refused(f"done is not a name of at most {_LONGEST} letters.")
        parts = [*_played(world), part]
        world.shelf.put(_KIND, _KEY, {"parts": list(dict.fromkeys(parts))})
        return web.json_response({"ok": True, "done": _played(world)})

    app.router.add_post("/practice/sample", mark)


def state(world: World) -> dict[str, Any]:
    """The parts that were played, for /practice/state."""
    return {"sample": {"is_wanted": not world.is_empty, "done": _played(world)}}


def _played(world: World) -> list[str]:
    return list((world.shelf.get(_KIND, _KEY) or {}).get("parts", []))

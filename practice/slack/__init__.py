"""The practice world's Slack: who works there."""

from dataclasses import asdict
from typing import Any

from aiohttp import web

from practice.cast import CHANNELS, STAFF
from practice.world import World


def mount(app: web.Application, world: World) -> None:
    """Add its routes: none here."""


def state(world: World) -> dict[str, Any]:
    """The people and the channels."""
    return {
        "people": [asdict(one) for one in STAFF],
        "channels": [asdict(channel) for channel in CHANNELS],
    }

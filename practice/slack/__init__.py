"""The practice world's Slack."""

from aiohttp import web

from practice.world import World


def mount(app: web.Application, world: World) -> None:
    """Add its routes: none here."""

"""The town square: a small public social network by Mastodon's API."""

from aiohttp import web

from practice.world import World


def mount(app: web.Application, world: World) -> None:
    """Add its routes: none here."""

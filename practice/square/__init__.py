"""The town square: a small public social network by Mastodon's API."""

from aiohttp import web

from practice.square import (
    accounts,
    feed,
    files,
    gallery,
    instance,
    limits,
    media,
    planting,
    reports,
    statuses,
    streaming,
    timelines,
    tokens,
)
from practice.square.state import Square
from practice.world import World


def mount(app: web.Application, world: World) -> None:
    """Add its routes and its limit of calls; what was posted comes back from the shelf."""
    square = Square(world)
    limits.mount(app, square)
    streams = streaming.mount(app, square)
    statuses.mount(app, square, streams)
    planting.mount(app, square, streams)
    for part in (tokens, accounts, media, timelines, reports, instance, feed, files, gallery):
        part.mount(app, square)

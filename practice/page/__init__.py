"""The practice centre in the browser: one page over the practice servers' own interface."""

from aiohttp import web

from practice.page import pictures
from practice.page.feed import Feed
from practice.page.files import StaticFiles
from practice.world import World


def mount(app: web.Application, world: World) -> None:
    """Add the page at /, its files, the pictures to practise with, and the feed of changes."""
    files, feed = StaticFiles(), Feed(world)
    app.router.add_get("/", files.index)
    app.router.add_get("/practice/page/stories", files.stories)
    app.router.add_get("/practice/page/static/{path:.+}", files.show)
    app.router.add_get("/practice/page/pictures", pictures.listed)
    app.router.add_get("/practice/page/pictures/{name}", pictures.show)
    app.router.add_get("/practice/live", feed.serve)
    app.on_shutdown.append(feed.stop)

"""What the square says about itself."""

from typing import Any

from aiohttp import web

from practice.square.state import Square

VERSION = "4.3.7"
_TITLE = "Practice town square"
_TYPES = [
    "image/jpeg",
    "image/png",
    "image/gif",
    "image/webp",
    "image/avif",
    "video/mp4",
    "video/quicktime",
    "video/webm",
]


def mount(app: web.Application, square: Square) -> None:
    """Add /api/v1/instance, /api/v2/instance, nodeinfo and robots.txt."""
    desk = _Desk(square)
    for path in ("/api/v1/instance", "/api/v1/instance/"):
        app.router.add_get(path, desk.first)
    for path in ("/api/v2/instance", "/api/v2/instance/"):
        app.router.add_get(path, desk.second)
    app.router.add_get("/.well-known/nodeinfo", desk.links)
    app.router.add_get("/nodeinfo/2.0", desk.nodeinfo)
    app.router.add_get("/robots.txt", desk.robots)


class _Desk:
    def __init__(self, square: Square) -> None:
        self._square = square

    def _about(self) -> dict[str, Any]:
        return {
            "title": _TITLE,
            "version": VERSION,
            "description": "A small social network for practice, on this machine only.",
            "languages": ["ko", "en"],
            "rules": [],
            "configuration": _CONFIGURATION | {"urls": {"streaming": self._streaming()}},
        }

    def _streaming(self) -> str:
        return self._square.url("").replace("http://", "ws://")

    def _counts(self) -> dict[str, int]:
        people, posts = list(self._square.accounts), list(self._square.posts)
        return {"user_count": len(people), "status_count": len(posts), "domain_count": 0}

    async def first(self, request: web.Request) -> web.Response:
        """The older entity."""
        more = {
            "uri": self._square.url("").removeprefix("http://"),
            "short_description": "",
            "email": "",
            "urls": {"streaming_api": self._streaming()},
            "stats": self._counts(),
            "thumbnail": None,
            "registrations": False,
            "approval_required": False,
            "invites_enabled": False,
            "contact_account": None,
        }
        return web.json_response({**self._about(), **more})

    async def second(self, request: web.Request) -> web.Response:
        """The newer entity."""
        more = {
            "domain": self._square.url("").removeprefix("http://"),
            "source_url": "",
            "usage": {"users": {"active_month": self._counts()["user_count"]}},
            "thumbnail": {"url": self._square.url("/avatars/missing.png")},
            "api_versions": {"mastodon": 2},
            "registrations": {"enabled": False, "approval_required": False, "message": None},
            "contact": {"email": "", "account": None},
        }
        return web.json_response({**self._about(), **more})

    async def links(self, request: web.Request) -> web.Response:
        """Where nodeinfo is."""
        schema = "http://nodeinfo.diaspora.software/ns/schema/2.0"
        return web.json_response(
            {"links": [{"rel": schema, "href": self._square.url("/nodeinfo/2.0")}]}
        )

    async def nodeinfo(self, request: web.Request) -> web.Response:
        """Software and counts."""
        counts = self._counts()
        usage = {"users": {"total": counts["user_count"]}, "localPosts": counts["status_count"]}
        return web.json_response(
            {
                "version": "2.0",
                "software": {"name": "mastodon", "version": VERSION},
                "protocols": [],
                "services": {"inbound": [], "outbound": []},
                "usage": usage,
                "openRegistrations": False,
                "metadata": {},
            }
        )

    async def robots(self, request: web.Request) -> web.Response:
        """What a robot may read."""
        return web.Response(text="User-agent: *\nDisallow: /oauth/\nDisallow: /practice/\n")


_CONFIGURATION: dict[str, Any] = {
    "statuses": {
        "max_characters": 500,
        "max_media_attachments": 4,
        "characters_reserved_per_url": 23,
    },
    "media_attachments": {
        "supported_mime_types": _TYPES,
        "image_size_limit": 16_777_216,
        "image_matrix_limit": 33_177_600,
        "video_size_limit": 62_914_560,
        "video_frame_rate_limit": 120,
        "video_matrix_limit": 8_294_400,
        "description_limit": 1500,
    },
    "polls": {"max_options": 0, "max_characters_per_option": 0, "min_expiration": 0},
}

"""flickr.photos.search as its documents describe it."""

from datetime import timedelta
from typing import Any, ClassVar

from aiohttp import web

from tests.conftest import START
from tests.jobs.documented.server import MEDIA, Documented

_MOST = 4_000


class FlickrServer(Documented):
    """Failures come with status 200; no more than the first 4,000 results are given."""

    paths: ClassVar = ("/services/rest/",)
    secrets: ClassVar = {"key": "right"}

    def knows(self, request: web.Request) -> bool:
        return request.query["api_key"] == "right"

    def refusal(self) -> web.Response:
        told = "Invalid API Key (Key has invalid format)"
        return web.json_response({"stat": "fail", "code": 100, "message": told})

    def used_up(self) -> web.Response:
        return web.Response(status=429, headers={"Retry-After": "600"})

    def page(self, request: web.Request) -> web.Response:
        number, size = int(request.query["page"]), int(request.query["per_page"])
        if number * size > _MOST:
            return self.past_the_end(request, {"stat": "fail", "code": 0, "message": "too far"})
        oldest = int(request.query.get("min_upload_date", 0))
        fitting = [each for each in self.found if _uploaded(each) >= oldest]
        shown = sorted(fitting, reverse=True)[(number - 1) * size : number * size]
        pages = -(-len(fitting) // size)
        listed = {"page": number, "pages": pages, "perpage": size, "total": len(fitting)}
        return web.json_response(
            {"photos": {**listed, "photo": [_photo(each) for each in shown]}, "stat": "ok"}
        )


def _uploaded(number: int) -> int:
    return int((START + timedelta(minutes=number)).timestamp())


def _photo(number: int) -> dict[str, Any]:
    return {
        "id": str(number),
        "owner": "12345@N00",
        "title": f"풍경 {number}",
        "ispublic": 1,
        "description": {"_content": '<a href="https://a.example">바다</a>'},
        "dateupload": str(_uploaded(number)),
        "ownername": "산",
        "tags": "sea",
        "url_l": f"{MEDIA}/{number}.jpg",
        "url_m": f"{MEDIA}/{number}m.jpg",
    }

"""Daum search of Kakao as its documents describe it."""

from typing import Any, ClassVar

from aiohttp import web

from tests.jobs.documented.server import MEDIA, Documented, minute

_SHELVES = {"web": 50, "image": 50, "blog": 50, "cafe": 50, "vclip": 15}


class KakaoServer(Documented):
    """Everything is found on the shelves of pictures and of clips."""

    paths: ClassVar = tuple(f"/v2/search/{shelf}" for shelf in _SHELVES)
    secrets: ClassVar = {"key": "right"}

    def knows(self, request: web.Request) -> bool:
        return request.headers["Authorization"] == "KakaoAK right"

    def refusal(self) -> web.Response:
        told = {"errorType": "AccessDeniedError", "message": "wrong appKey(wrong) format"}
        return web.json_response(told, status=401)

    def used_up(self) -> web.Response:
        told = {"errorType": "RequestThrottled", "message": "API limit has been exceeded."}
        return web.json_response(told, status=429)

    def page(self, request: web.Request) -> web.Response:
        shelf = request.path.rpartition("/")[2]
        number, size = int(request.query["page"]), int(request.query["size"])
        if number > _SHELVES[shelf] or size > (30 if shelf == "vclip" else 50):
            told = {"errorType": "InvalidArgument", "message": "page is more than max"}
            return self.past_the_end(request, told)
        shown = self.newest((number - 1) * size, size) if shelf in ("image", "vclip") else []
        total = len(self.found) if shelf in ("image", "vclip") else 0
        meta = {"total_count": total, "pageable_count": total, "is_end": number * size >= total}
        documents = [_picture(each) if shelf == "image" else _clip(each) for each in shown]
        return web.json_response({"meta": meta, "documents": documents})


def _picture(number: int) -> dict[str, Any]:
    return {
        "collection": "blog",
        "thumbnail_url": f"{MEDIA}/{number}s.jpg",
        "image_url": f"{MEDIA}/{number}.jpg",
        "width": 1280,
        "height": 960,
        "display_sitename": "풍경집",
        "doc_url": f"https://cafe.example/{number}",
        "datetime": minute(number),
    }


def _clip(number: int) -> dict[str, Any]:
    return {
        "title": f"<b>풍경</b> &lt;{number}&gt;",
        "play_time": 30,
        "thumbnail": f"{MEDIA}/clip{number}.jpg",
        "url": f"https://clip.example/{number}",
        "datetime": minute(number),
        "author": "산",
    }

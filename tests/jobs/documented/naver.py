"""Naver search as its documents describe it."""

from typing import ClassVar

from aiohttp import web

from tests.jobs.documented.server import MEDIA, Documented

_SHELVES = ("image", "blog", "cafearticle", "webkr")


class NaverServer(Documented):
    """Pictures are found on the shelf of pictures, what else there is on that of blogs."""

    paths: ClassVar = tuple(f"/v1/search/{shelf}.json" for shelf in _SHELVES)
    secrets: ClassVar = {"id": "centre", "secret": "right"}

    def knows(self, request: web.Request) -> bool:
        given = request.headers
        return (given["X-Naver-Client-Id"], given["X-Naver-Client-Secret"]) == ("centre", "right")

    def refusal(self) -> web.Response:
        told = "Authentication failed (인증에 실패하였습니다.)"
        return web.json_response({"errorMessage": told, "errorCode": "024"}, status=401)

    def used_up(self) -> web.Response:
        told = "Query limit exceeded (쿼리 한도를 초과했습니다.)"
        return web.json_response({"errorMessage": told, "errorCode": "010"}, status=429)

    def page(self, request: web.Request) -> web.Response:
        shelf = request.path.rpartition("/")[2].removesuffix(".json")
        start, size = int(request.query["start"]), int(request.query["display"])
        if start > 1_000 or size > 100:
            told = "Invalid start value (부적절한 start 값입니다.)"
            return self.past_the_end(request, {"errorMessage": told, "errorCode": "SE03"})
        shown = self.newest(start - 1, size) if shelf in ("image", "blog") else []
        total = len(self.found) if shelf in ("image", "blog") else 0
        items = [_picture(each) if shelf == "image" else _blog(each) for each in shown]
        return web.json_response(
            {"total": total, "start": start, "display": len(items), "items": items}
        )


def _picture(number: int) -> dict[str, str]:
    picture, thumbnail = f"{MEDIA}/{number}.jpg", f"{MEDIA}/{number}s.jpg"
    title = f"<b>풍경</b> {number}"
    sizes = {"sizeheight": "960", "sizewidth": "1280"}
    return {"title": title, "link": picture, "thumbnail": thumbnail, **sizes}


def _blog(number: int) -> dict[str, str]:
    link = f"https://blog.example/{number}"
    return {
        "title": f"산책 {number}",
        "link": link,
        "description": "오늘의 <b>풍경</b>입니다 &amp; 바다",
        "bloggername": "산",
        "bloggerlink": "https://blog.example",
        "postdate": "20261123",
    }

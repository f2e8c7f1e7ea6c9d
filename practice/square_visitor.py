"""A visitor of the town square: signs in and posts pictures by Mastodon's own API."""

from typing import Any, Self

import aiohttp


class Visitor:
    """Somebody on the square; use it as `async with Visitor(square, name) as visitor`."""

    def __init__(self, square: str, name: str) -> None:
        self._square = square
        self._name = name
        self._http = aiohttp.ClientSession()

    async def __aenter__(self) -> Self:
        app = await self._post("/api/v1/apps", client_name="visitor", redirect_uris="urn:none")
        token = await self._post(
            "/oauth/token",
            grant_type="password",
            client_id=app["client_id"],
            client_secret=app["client_secret"],
            username=self._name,
            password="visitor",  # noqa: S106 - the square takes any.
            scope="read write",
        )
        self._http.headers["Authorization"] = f"Bearer {token['access_token']}"
        return self

    async def __aexit__(self, *_: object) -> None:
        await self._http.close()

    async def post(self, text: str, picture: bytes) -> str:
        """Post one picture; the post's id."""
        form = aiohttp.FormData()
        form.add_field("file", picture, filename="picture.jpg", content_type="image/jpeg")
        async with self._http.post(f"{self._square}/api/v2/media", data=form) as answer:
            media = (await answer.json())["id"]
        status = await self._post("/api/v1/statuses", status=text, **{"media_ids[]": media})
        return str(status["id"])

    async def _post(self, path: str, **form: str) -> dict[str, Any]:
        async with self._http.post(f"{self._square}{path}", data=form) as answer:
            answer.raise_for_status()
            return dict(await answer.json())

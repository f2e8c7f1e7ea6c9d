"""A site with a feed and its hub on loopback: asks back, signs, and says no, as WebSub specifies."""

import hmac
from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager
from dataclasses import dataclass, field

import aiohttp
from aiohttp import web


@dataclass
class LoopbackHub:
    """A feed at `/feed`, which names the hub `/hub`, which answers with `status`."""

    session: aiohttp.ClientSession
    url: str = ""
    status: int = 202
    lease: str = "600"
    asked: list[Mapping[str, str]] = field(default_factory=list)

    @property
    def port(self) -> int:
        return int(self.url.rpartition(":")[2])

    @property
    def topic(self) -> str:
        return f"{self.url}/feed"

    async def feed(self, _request: web.Request) -> web.Response:
        told = {"Link": f'<{self.url}/hub>; rel="hub", <{self.topic}>; rel="self"'}
        return web.Response(text="<rss version='2.0'/>", headers=told)

    async def hub(self, request: web.Request) -> web.Response:
        self.asked.append({name: str(value) for name, value in (await request.post()).items()})
        return web.Response(status=self.status)

    async def verify(self, **changed: str) -> tuple[int, str]:
        """Ask back for the newest request, with some of it changed; status and what was said."""
        asked = {
            "hub.mode": "subscribe",
            "hub.topic": self.asked[-1]["hub.topic"],
            "hub.challenge": "c1",
            "hub.lease_seconds": self.lease,
        }
        asked |= {f"hub.{name}": value for name, value in changed.items()}
        async with self.session.get(self.asked[-1]["hub.callback"], params=asked) as said:
            return said.status, await said.text()

    async def tell(self, body: bytes, method: str = "sha256", secret: str | None = None) -> int:
        """Send news, signed; the status."""
        key = self.asked[-1]["hub.secret"] if secret is None else secret
        signature = hmac.new(key.encode(), body, method).hexdigest()
        headers = {"X-Hub-Signature": f"{method}={signature}"}
        return await self.send(body, headers)

    async def send(self, body: bytes, headers: Mapping[str, str], path: str = "") -> int:
        """Send anything to where we were told to."""
        url = path or self.asked[-1]["hub.callback"]
        async with self.session.post(url, data=body, headers=dict(headers)) as said:
            return said.status


@asynccontextmanager
async def loopback_hub() -> AsyncIterator[LoopbackHub]:
    """One that listens."""
    async with aiohttp.ClientSession() as session:
        hub = LoopbackHub(session)
        app = web.Application()
        app.router.add_get("/feed", hub.feed)
        app.router.add_post("/hub", hub.hub)
        runner = web.AppRunner(app, shutdown_timeout=0.1)
        await runner.setup()
        await web.TCPSite(runner, "127.0.0.1", 0).start()
        hub.url = f"http://127.0.0.1:{runner.addresses[0][1]}"
        yield hub
        await runner.cleanup()

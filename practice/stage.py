"""Acting in the practice world over its HTTP interface, patiently: as people do, who look and try again."""

import asyncio
import time
from collections.abc import Callable
from typing import Any

import aiohttp

Json = dict[str, Any]
Test = Callable[[Json], bool]

LOOK_S = 0.05
PATIENCE_S = 120.0
SECOND_TRY_S = 6.0


class NotSeen(RuntimeError):
    """Something that should have happened was not seen in time."""


class Stage:
    """People's hands and eyes in one practice world. `acts` counts what they did and saw answered."""

    def __init__(
        self,
        http: aiohttp.ClientSession,
        practice: str,
        look_s: float = LOOK_S,
        second_try_s: float = SECOND_TRY_S,
    ) -> None:
        self._http = http
        self.practice = practice
        self.look_s = look_s
        self.second_try_s = second_try_s
        self.acts = 0
        self.answered = 0

    async def get(self, path: str, **query: str) -> Json:
        """What a GET of the interface answers."""
        async with self._http.get(f"{self.practice}{path}", params=query) as answer:
            return dict(await answer.json())

    async def post(self, path: str, **body: Any) -> Json:
        """What a POST of the interface answers; a mistake of ours is `ok: false`."""
        async with self._http.post(f"{self.practice}{path}", json=body) as answer:
            return dict(await answer.json())

    async def delete(self, path: str) -> Json:
        """What a DELETE of the interface answers."""
        async with self._http.delete(f"{self.practice}{path}") as answer:
            return dict(await answer.json())

    async def send_file(self, user: str, name: str, data: bytes) -> str:
        """Upload a file as somebody; its id."""
        form = aiohttp.FormData({"user": user})
        form.add_field("file", data, filename=name)
        async with self._http.post(f"{self.practice}/practice/slack/upload", data=form) as answer:
            return str((await answer.json())["file_id"])

    async def state(self) -> Json:
        """The world as it is."""
        return await self.get("/practice/state")

    async def timeline(self) -> list[Json]:
        """The newest posts on the town square."""
        address = f"{self.practice}/api/v1/timelines/public"
        async with self._http.get(address, params={"limit": "40"}) as answer:
            return list(await answer.json())

    async def clock(self, **change: float) -> None:
        """Change the shared clock: `rate` or `advance_s`."""
        await self.post("/practice/clock", **change)

    async def slack(self, channel: str = "") -> list[Json]:
        """The messages of one Slack channel, or of all."""
        return list((await self.get("/practice/slack/messages", channel=channel))["messages"])

    async def phone(self, person: str) -> list[Json]:
        """The messages on a phone."""
        return list((await self.get("/practice/telegram/messages", person=person))["messages"])

    async def wait(self, what: str, look: Callable[[], Any], patience: float = PATIENCE_S) -> Any:
        """Look until there is something; raises NotSeen naming what was waited for."""
        until = time.monotonic() + patience
        while time.monotonic() < until:
            found = await look()
            if found:
                return found
            await asyncio.sleep(self.look_s)
        raise NotSeen(what)

    async def in_slack(
        self, what: str, test: Test, channel: str = "", patience: float = PATIENCE_S
    ) -> Json:
        """The first message in Slack that passes the test."""

        async def look() -> Json | None:
            return next((one for one in await self.slack(channel) if test(one)), None)

        return dict(await self.wait(what, look, patience))

    async def on_phone(self, person: str, what: str, test: Test) -> Json:
        """The newest message on a phone that passes the test."""

        async def look() -> Json | None:
            return next((one for one in reversed(await self.phone(person)) if test(one)), None)

        return dict(await self.wait(what, look))

    async def form(self, user: str, callback: str) -> Json:
        """The form of this kind on somebody's screen."""

        async def look() -> Json | None:
            views = (await self.get("/practice/slack/views", user=user))["views"]
            fitting = [one for one in views if callback in (one.get("callback_id"), _callback(one))]
            return fitting[-1] if fitting else None

        return dict(await self.wait(f"form {callback}", look, self.second_try_s))

    async def until_answered(
        self, what: str, act: Callable[[], Any], answer: Callable[[], Any]
    ) -> Any:
        """Act, look for the answer, and act again if none comes: the bot may have been down.

        `act` says whether the act was taken at all; `answer` gives what shows that it worked.
        """
        self.acts += 1
        until = time.monotonic() + PATIENCE_S
        while time.monotonic() < until:
            await self._tried(act)
            try:
                found = await self.wait(what, answer, self.second_try_s)
            except NotSeen:
                continue
            self.answered += 1
            return found
        raise NotSeen(what)

    async def _tried(self, act: Callable[[], Any]) -> None:
        try:
            await act()
        except (aiohttp.ClientError, NotSeen, KeyError):
            await asyncio.sleep(self.look_s)

    async def command(self, user: str, line: str, channel: str = "C0GENERAL") -> Json:
        """Type a slash command once; what the interface says of it."""
        name, _, text = line.partition(" ")
        body = {"user": user, "channel": channel, "command": name, "text": text}
        return await self.post("/practice/slack/command", **body)

    async def told(self, user: str, since: float, *words: str) -> Json | None:
        """The newest message for this person alone, after `since`, that holds all these words."""
        fitting = [
            one
            for one in await self.slack()
            if one.get("ephemeral_for") == user or _is_talk_with(one, user)
            if float(one["ts"]) >= since and all(word in text_of(one) for word in words)
        ]
        return fitting[-1] if fitting else None

    async def rate(self) -> float:
        """How fast the practice clock runs."""
        return float((await self.state())["clock"]["rate"])

    async def now(self) -> float:
        """The practice time, in seconds since 1970, as message stamps count it."""
        return float((await self.state())["clock"]["timestamp"])


def text_of(message: Json) -> str:
    """Everything readable in a Slack message: its text and its blocks."""
    return f"{message.get('text', '')} {message.get('blocks') or ''}"


def button_of(message: Json, action: str) -> Json | None:
    """The button of this action in a message."""
    for block in message.get("blocks") or ():
        for element in block.get("elements", ()):
            if element.get("action_id") == action:
                return dict(element)
    return None


def _is_talk_with(message: Json, user: str) -> bool:
    return str(message.get("channel", "")) == f"D0{user.removeprefix('U0')}"


def _callback(shown: Json) -> str:
    return str(shown.get("view", {}).get("callback_id", ""))

"""A web that answers each address with what the test has written down for it, and opens no socket."""

from collections.abc import AsyncGenerator, AsyncIterator, Mapping, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from typing import Any, cast

from domain.sources import MalformedSource, Trouble
from jobs.answers import Answer
from jobs.sockets import Socket

SQUARE = "https://square.example"
Said = str | bytes | MalformedSource


@dataclass
class Script:
    """An Http: `answers` to GET and POST, in turn where there are several; `said` on what stays open.

    asked: address and params with headers, or form, of each call; sent: what sockets were told; apart:
    how far apart calls to a site are to be.
    """

    answers: dict[str, Any] = field(default_factory=dict)
    asked: list[tuple[str, dict[str, Any]]] = field(default_factory=list)
    said: dict[str, Sequence[Said]] = field(default_factory=dict)
    sent: list[str] = field(default_factory=list)
    apart: dict[str, float] = field(default_factory=dict)

    async def get(
        self,
        url: str,
        params: Mapping[str, str] | None = None,
        headers: Mapping[str, str] | None = None,
    ) -> Answer:
        return self._answer(url, {**(params or {}), **(headers or {})})

    async def post(
        self,
        url: str,
        form: Mapping[str, str] | None = None,
        body: Mapping[str, Any] | None = None,
        headers: Mapping[str, str] | None = None,
    ) -> Answer:
        return self._answer(url, {**(form or {}), **(body or {}), **(headers or {})})

    async def lines(
        self, url: str, headers: Mapping[str, str] | None = None
    ) -> AsyncGenerator[str, None]:
        self.asked.append((url, dict(headers or {})))
        for said in self.said.get(url, (MalformedSource(Trouble.UNREACHABLE),)):
            if isinstance(said, MalformedSource):
                raise said
            yield str(said)

    @asynccontextmanager
    async def socket(self, url: str) -> AsyncIterator[Socket]:
        self.asked.append((url, {}))
        yield cast(Socket, _Socket(self, url))

    def spaced(self, _spacing_s: float) -> "Script":
        return self

    def keep_apart(self, url: str, seconds: float) -> None:
        self.apart[url] = seconds

    def _answer(self, url: str, given: dict[str, Any]) -> Answer:
        self.asked.append((url, given))
        found = self.answers.get(url) or MalformedSource(Trouble.UNREACHABLE)
        if isinstance(found, list):
            found = found.pop(0) if len(found) > 1 else found[0]
        if isinstance(found, MalformedSource):
            raise found
        return cast(Answer, found)


@dataclass
class _Socket:
    script: Script
    url: str

    async def send(self, text: str) -> None:
        self.script.sent.append(text)

    async def __aiter__(self) -> AsyncIterator[str | bytes]:
        for said in self.script.said.get(self.url, ()):
            if isinstance(said, MalformedSource):
                raise said
            yield said


def answer(body: str | bytes, status: int = 200, **headers: str) -> Answer:
    """An answer of a source; `content_type` and the like as keywords."""
    named = {name.replace("_", "-"): value for name, value in headers.items()}
    return Answer(status, named, body.encode() if isinstance(body, str) else body, SQUARE + "/")

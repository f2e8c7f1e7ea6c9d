"""Counts the calls that a turn makes, makes no more than its budget leaves, and says that it goes on."""

from collections.abc import AsyncGenerator, Mapping
from contextlib import AbstractAsyncContextManager
from typing import Any

from domain.sources import MalformedSource, Trouble
from jobs.answers import Answer
from jobs.loops import still_going
from jobs.sockets import Socket
from jobs.sources import Http


class Metered:
    """An Http for one turn; `calls` were made of the `most` that it may make."""

    def __init__(self, http: Http, most: int) -> None:
        self._http = http
        self._most = most
        self.calls = 0
        self._told = 0

    def uncounted(self) -> int:
        """How many calls were made since this was asked before, so that each is counted once."""
        fresh, self._told = self.calls - self._told, self.calls
        return fresh

    async def get(
        self,
        url: str,
        params: Mapping[str, str] | None = None,
        headers: Mapping[str, str] | None = None,
    ) -> Answer:
        """One counted GET; raises MalformedSource where none is left."""
        self._count()
        answer = await self._http.get(url, params, headers)
        still_going()  # Calls may be a minute apart.
        return answer

    async def post(
        self,
        url: str,
        form: Mapping[str, str] | None = None,
        body: Mapping[str, Any] | None = None,
        headers: Mapping[str, str] | None = None,
    ) -> Answer:
        """One counted POST."""
        self._count()
        answer = await self._http.post(url, form, body, headers)
        still_going()  # Calls may be a minute apart.
        return answer

    def lines(
        self, url: str, headers: Mapping[str, str] | None = None
    ) -> AsyncGenerator[str, None]:
        """One counted call that stays open."""
        self._count()
        return self._http.lines(url, headers)

    def socket(self, url: str) -> AbstractAsyncContextManager[Socket]:
        """One counted call that stays open."""
        self._count()
        return self._http.socket(url)

    def keep_apart(self, url: str, seconds: float) -> None:
        """What a site wants is no call."""
        self._http.keep_apart(url, seconds)

    def _count(self) -> None:
        if self.calls >= self._most:
            raise MalformedSource(Trouble.BUDGET_SPENT)
        self.calls += 1

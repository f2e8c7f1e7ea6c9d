"""aiohttp's connections, each seen by the guard at the very address that is about to be opened."""

import socket
from collections.abc import Sequence
from typing import Any

import aiohttp

from jobs.guard import Guard


class Blocked(OSError):
    """An address that the guard refuses."""


def guarded_session(
    guard: Guard,
    name: str,
    *,
    resolver: Any = None,
    limit: int = 32,
    limit_per_host: int = 4,
    accept: str = "*/*",
    read_bufsize: int = 65_536,
    is_unpacked: bool = True,
) -> aiohttp.ClientSession:
    """A session without cookies and proxies, for the running loop; `name` is who visits.

    is_unpacked: whether it undoes what Content-Encoding says; bodies come as they were sent else.
    """

    def opened(info: Sequence[Any]) -> socket.socket:
        """Called with the address really connected to, whoever resolved it."""
        family, kind, protocol, _, address = info
        if not guard.allows(str(address[0]), int(address[1])):
            raise Blocked("the guard refuses this address")
        made = socket.socket(family, kind, protocol)
        made.setblocking(False)
        return made

    return aiohttp.ClientSession(
        connector=aiohttp.TCPConnector(
            limit=limit, limit_per_host=limit_per_host, socket_factory=opened, resolver=resolver
        ),
        cookie_jar=aiohttp.DummyCookieJar(),
        headers={"User-Agent": name, "Accept": accept},
        trust_env=False,
        auto_decompress=is_unpacked,
        max_line_size=8_190,
        max_field_size=8_190,
        read_bufsize=read_bufsize,
    )


def is_blocked(error: BaseException) -> bool:
    """Whether the guard is why a connection failed."""
    inner = getattr(error, "os_error", None)
    return any(isinstance(each, Blocked) for each in (error, inner, error.__cause__))

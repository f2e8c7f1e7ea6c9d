"""The pace of calls to the interfaces of sources: so far apart as networks and sites ask for."""

import asyncio
import time
from collections import OrderedDict
from collections.abc import Awaitable, Callable, Collection
from dataclasses import dataclass, field
from math import inf

from jobs.guard import host_of

MOST_HOSTS = 10_000
FURTHEST_APART_S = 60.0  # Nobody who asks for more is listened to.


@dataclass
class _Host:
    """last_s: when it was last asked; apart_s: how far apart it wants calls to be."""

    last_s: float = -inf
    apart_s: float = 0.0
    turns: asyncio.Lock = field(default_factory=asyncio.Lock)
    waiting: int = 0


class Pacer:
    """One for a process and its event loop. monotonic, sleep: the clock by which calls are spaced.

    Unlike an AsyncLimiter, whose pace is fixed, it takes the pace from whoever asks and from what a
    site's robots.txt says later. own: hosts of the practice world, which are asked as fast as they
    answer.
    """

    def __init__(
        self,
        *,
        own: Collection[str] = (),
        monotonic: Callable[[], float] = time.monotonic,
        sleep: Callable[[float], Awaitable[None]] = asyncio.sleep,
        most_hosts: int = MOST_HOSTS,
    ) -> None:
        self._own = own
        self._now = monotonic
        self._sleep = sleep
        self._most_hosts = most_hosts
        self._hosts: OrderedDict[str, _Host] = OrderedDict()

    def __len__(self) -> int:
        return len(self._hosts)

    def keep_apart(self, url: str, seconds: float) -> None:
        """From now on calls to the host of this address are at least so far apart, a minute at most."""
        self._host(host_of(url)).apart_s = min(max(seconds, 0.0), FURTHEST_APART_S)

    async def turn(self, url: str, spacing_s: float) -> None:
        """Wait until the host of this address may be asked, one caller after the other."""
        name = host_of(url)
        if name in self._own:
            return
        host = self._host(name)
        host.waiting += 1
        try:
            async with host.turns:
                wait = host.last_s + max(spacing_s, host.apart_s) - self._now()
                if wait > 0:
                    await self._sleep(wait)
                host.last_s = self._now()
        finally:
            host.waiting -= 1

    def _host(self, name: str) -> _Host:
        """What is known of a host; the one that was asked longest ago is forgotten for it."""
        host = self._hosts.setdefault(name, _Host())
        self._hosts.move_to_end(name)
        if len(self._hosts) > self._most_hosts:
            idle = (each for each, known in self._hosts.items() if not known.waiting)
            del self._hosts[next(idle)]
        return host

"""Politeness to the hosts of media: how many at once, how often, and when one is left alone."""

import asyncio
from collections import OrderedDict, deque
from collections.abc import AsyncIterator, Callable, Collection
from contextlib import asynccontextmanager
from dataclasses import dataclass, field

from aiolimiter import AsyncLimiter

from services.ports import Unfetchable

MOST_HOSTS = 10_000
LONGEST_REST_S = 86_400.0
_LONGEST_WAIT_S = 3_600.0
_FIRST_REST_S = 5.0
_LONGEST_COUNTED_S = 15.0  # A film takes longer, which says nothing of how long pictures take.
_LAST_ONE = 0.2  # How much the last fetch weighs in how long one takes.


class Resting(Exception):
    """A host is not to be asked now; `seconds` until it may be."""

    def __init__(self, seconds: float) -> None:
        super().__init__(f"{seconds:.1f} s")
        self.seconds = seconds


@dataclass(frozen=True)
class Pace:
    """How many fetches a host is asked for, at once and a second; how long and how many may wait."""

    at_once: int = 4
    a_second: float = 10.0
    patience_s: float = 2.0
    most_waiting: int = 8


POLITE = Pace()
OWN = Pace(64, 10_000.0, 15.0, 1_000)


@dataclass
class _Host:
    """slots: how many may fetch at once now; appointed: until when turns are given away already."""

    pace: Pace
    limiter: AsyncLimiter
    slots: int
    busy: int = 0
    waiting: deque[asyncio.Future[None]] = field(default_factory=deque)
    takes_s: float = 0.0
    rests_until: float = 0.0
    rests: int = 0
    appointed: float = 0.0

    async def enter(self) -> None:
        while self.busy >= self.slots:
            waiter = asyncio.get_running_loop().create_future()
            self.waiting.append(waiter)
            try:
                await waiter
            except asyncio.CancelledError:
                self._wake()  # It may have been this one's turn.
                raise
        self.busy += 1
        try:
            await self.limiter.acquire()
        except asyncio.CancelledError:
            self.leave()
            raise

    def leave(self) -> None:
        self.busy -= 1
        self._wake()

    def _wake(self) -> None:
        for _ in range(self.slots - self.busy):
            while self.waiting:
                waiter = self.waiting.popleft()
                if not waiter.done():
                    waiter.set_result(None)
                    break

    def took(self, seconds: float, is_well: bool) -> None:
        """A host that fails has one fetch at a time until it does well again."""
        self.takes_s += _LAST_ONE * (min(seconds, _LONGEST_COUNTED_S) - self.takes_s)
        self.slots = min(self.slots + 1, self.pace.at_once) if is_well else 1

    def appointment(self, now: float) -> float:
        """In how many seconds the next turn is that nobody was given yet."""
        step = max(1 / self.pace.a_second, self.takes_s / self.slots)
        free_from = max(now, self.rests_until)
        self.appointed = min(max(self.appointed, free_from) + step, free_from + _LONGEST_WAIT_S)
        return self.appointed - now


class Politeness:
    """One for a process and its event loop. monotonic: the clock by which hosts rest.

    A fetch that can't have its turn soon is turned away with an appointment, each later than the one
    before, so that a slow or resting host holds up nobody else's. own: hosts of the practice world,
    which are asked as fast as they answer.
    """

    def __init__(
        self,
        monotonic: Callable[[], float],
        pace: Pace = POLITE,
        *,
        own: Collection[str] = (),
        most_hosts: int = MOST_HOSTS,
    ) -> None:
        self._now = monotonic
        self._pace = pace
        self._own = own
        self._most_hosts = most_hosts
        self._hosts: OrderedDict[str, _Host] = OrderedDict()

    def __len__(self) -> int:
        return len(self._hosts)

    @asynccontextmanager
    async def turn(self, name: str) -> AsyncIterator[None]:
        """One fetch from this host; raises Resting where its turn is not soon."""
        host = self._host(name)
        await self._enter(host)
        began, is_well = asyncio.get_running_loop().time(), False
        try:
            yield
            is_well = True
        except Unfetchable:  # It answered.
            is_well = True
            raise
        finally:
            host.took(asyncio.get_running_loop().time() - began, is_well)
            host.leave()

    def rest(self, name: str, seconds: float | None) -> float:
        """Leave a host alone for so long, or for longer each time where it doesn't say; how long."""
        host = self._host(name)
        doubled = min(_FIRST_REST_S * 2.0 ** min(host.rests, 10), _LONGEST_WAIT_S)
        host.rests += 1
        wait = min(max(1.0, doubled if seconds is None else seconds), LONGEST_REST_S)
        host.rests_until = max(host.rests_until, self._now() + wait)
        return host.appointment(self._now())

    def well(self, name: str) -> None:
        """A host gave what it was asked for."""
        self._host(name).rests = 0

    async def _enter(self, host: _Host) -> None:
        self._check(host)
        if len(host.waiting) >= host.pace.most_waiting:
            raise Resting(host.appointment(self._now()))
        try:
            async with asyncio.timeout(host.pace.patience_s):
                await host.enter()
        except TimeoutError:
            raise Resting(host.appointment(self._now())) from None
        try:
            self._check(host)  # It may have asked for it while we waited.
        except Resting:
            host.leave()
            raise

    def _check(self, host: _Host) -> None:
        if host.rests_until > self._now():
            raise Resting(host.appointment(self._now()))

    def _host(self, name: str) -> _Host:
        """What is known of a host; the one that was asked longest ago is forgotten for it."""
        host = self._hosts.get(name)
        if host is None:
            pace = OWN if name in self._own else self._pace
            host = _Host(pace, AsyncLimiter(pace.a_second, 1.0), pace.at_once)
            self._hosts[name] = host
            self._forget()
        self._hosts.move_to_end(name)
        return host

    def _forget(self) -> None:
        while len(self._hosts) > self._most_hosts:
            idle = (name for name, host in self._hosts.items() if not host.busy | len(host.waiting))
            oldest = next(idle, None)
            if oldest is None:
                return
            del self._hosts[oldest]

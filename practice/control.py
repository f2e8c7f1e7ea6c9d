"""The controls of the practice world: its state, its clock, its faults and its log."""

import asyncio
import math
import time
from dataclasses import asdict
from typing import Any

from aiohttp import web

from practice import marks, slack, telegram
from practice.faults import KINDS, SERVERS, Fault
from practice.guard import refused
from practice.world import World

_LONGEST_WAIT_S = 60.0


def mount(app: web.Application, world: World) -> None:
    """Add the calls under /practice that belong to no single server."""
    controls = _Controls(world)
    app.router.add_get("/practice/state", controls.state)
    app.router.add_get("/practice/clock", controls.clock)
    app.router.add_post("/practice/clock", controls.set_clock)
    app.router.add_get("/practice/faults", controls.faults)
    app.router.add_post("/practice/faults", controls.add_fault)
    app.router.add_delete("/practice/faults", controls.clear_faults)
    app.router.add_get("/practice/log", controls.log)
    app.on_shutdown.append(controls.stop)


class _Controls:
    def __init__(self, world: World) -> None:
        self._world = world
        self._ticked = asyncio.Event()

    async def state(self, request: web.Request) -> web.Response:
        """Who and what there is, where it answers, and the clock."""
        own = {
            "addresses": self._world.addresses.as_json(),
            "clock": self._clock_face(),
            "is_connected": self._world.is_socket_open(),
        }
        served = slack.state(self._world) | telegram.state(self._world)
        return _good(**own | served | marks.state(self._world))

    def _clock_face(self) -> dict[str, Any]:
        clock = self._world.clock
        now = clock.now()
        return {
            "now": now.isoformat(),
            "timestamp": now.timestamp(),
            "rate": clock.rate,
            "version": clock.version,
        }

    async def clock(self, request: web.Request) -> web.Response:
        """The clock; with `after` and `wait`, once its version is another or the wait is over."""
        after = _number(dict(request.query), "after", -1, math.inf)
        wait = _number(dict(request.query), "wait", 0, _LONGEST_WAIT_S) or 0.0
        if after is not None and after == self._world.clock.version and wait:
            ticked = self._ticked.wait()
            try:
                await asyncio.wait_for(ticked, wait)
            except TimeoutError:
                return _good(clock=self._clock_face())
        return _good(clock=self._clock_face())

    async def set_clock(self, request: web.Request) -> web.Response:
        """Set the rate or jump forward; answers the clock."""
        body = await _body(request)
        rate = _number(body, "rate", 0.1, 10_000)
        seconds = _number(body, "advance_s", 0, 10 * 366 * 86_400)
        if rate is None and seconds is None:
            raise refused("Say either rate or advance_s.")
        if rate is not None:
            self._world.clock.set_rate(rate)
        if seconds is not None:
            self._world.clock.advance(seconds)
        self._tick()
        return _good(clock=self._clock_face())

    def _tick(self) -> None:
        self._ticked.set()
        self._ticked = asyncio.Event()

    async def stop(self, app: web.Application) -> None:
        """Let go of everybody who waits for the clock."""
        self._tick()

    async def faults(self, request: web.Request) -> web.Response:
        """The faults in force."""
        return _good(faults=[_as_json(fault) for fault in self._world.faults.standing()])

    async def add_fault(self, request: web.Request) -> web.Response:
        """Put a fault in force."""
        fault = _fault(await _body(request))
        self._world.faults.add(fault)
        return _good(fault=_as_json(fault))

    async def clear_faults(self, request: web.Request) -> web.Response:
        """Everything works again."""
        self._world.faults.clear()
        return _good()

    async def log(self, request: web.Request) -> web.Response:
        """The calls with a number above `since`."""
        since = _number(dict(request.query), "since", 0, math.inf) or 0
        return _good(calls=self._world.log.since(int(since)))


def _good(**data: Any) -> web.Response:
    return web.json_response({"ok": True, **data})


async def _body(request: web.Request) -> dict[str, Any]:
    try:
        body = await request.json()
    except ValueError:
        raise refused("The body is not JSON.") from None
    if not isinstance(body, dict):
        raise refused("The body is not a JSON object.")
    return body


def _number(body: dict[str, Any], name: str, least: float, most: float) -> float | None:
    given = body.get(name)
    if given is None:
        return None
    try:
        number = math.nan if isinstance(given, bool) else float(given)
    except (TypeError, ValueError):
        number = math.nan
    if not least <= number <= most or math.isinf(number):
        limit = f"at least {least:g}" if math.isinf(most) else f"from {least:.12g} to {most:.12g}"
        raise refused(f"{name} is not a number {limit}.")
    return number


def _fault(body: dict[str, Any]) -> Fault:
    server, kind = str(body.get("server")), str(body.get("kind"))
    if server not in SERVERS:
        raise refused(f"server is not one of {', '.join(SERVERS)}.")
    if kind not in KINDS:
        raise refused(f"kind is not one of {', '.join(KINDS)}.")
    on = str(body.get("on") or "")
    if on not in ("", "call", "push"):
        raise refused("on is neither call nor push.")
    count, seconds = _number(body, "count", 1, 1e9), _number(body, "seconds", 0, 1e6)
    if count is None and seconds is None:
        raise refused("Say either count (of calls) or seconds.")
    path = str(body.get("path") or "")
    fault = Fault(server, kind, is_handled=body.get("is_handled") is True, on=on, path=path)
    fault.count = None if count is None else int(count)
    fault.until = None if seconds is None else time.monotonic() + seconds
    fault.status = int(_number(body, "status", 400, 599) or fault.status)
    rate, delay = _number(body, "rate", 0, 1), _number(body, "delay_s", 0, 600)
    fault.rate = fault.rate if rate is None else rate
    fault.delay_s = fault.delay_s if delay is None else delay
    return fault


def _as_json(fault: Fault) -> dict[str, Any]:
    known = asdict(fault)
    until = known.pop("until")
    return {**known, "seconds": None if until is None else max(0.0, until - time.monotonic())}

"""The play that `ansim demo` gives: what people do and see in the practice world, step by step."""

import time
from collections.abc import Awaitable, Callable
from dataclasses import asdict, dataclass, field
from datetime import timedelta
from typing import Any

from practice.play_acts import ALERTS, LEAD, ON_CALL, SECOND, SUPERVISOR, Report, order
from practice.play_minor import ThreatenedMinor
from practice.play_stalked import StalkedVictim
from practice.stage import NotSeen, Stage, button_of

Hash = Callable[[bytes], Awaitable[bytes]]
Tell = Callable[[str, float], None]

_ROLES = ("deletion_officer", "case_manager", "counsellor", "on_call")


@dataclass
class Play:
    """One performance. `hash_file` is the officer's own machine; `tell` hears of each step."""

    stage: Stage
    hash_file: Hash
    tell: Tell
    missed_after: timedelta
    report: Report = field(default_factory=Report)
    trouble: str = ""

    async def perform(self) -> dict[str, Any]:
        """Every step in its order; what was measured, and `ok` only if each was seen to happen."""
        minor = ThreatenedMinor(self.stage, self.report, self.hash_file)
        stalked = StalkedVictim(self.stage, self.report, self.missed_after)
        opening = [
            ("bot connected", self.await_bot),
            ("roles", self.give_roles),
            ("rota", self.set_rota),
        ]
        try:
            for name, scene in [*opening, *minor.scenes(), *stalked.scenes()]:
                began = time.monotonic()
                await scene()
                self._note(name, round(time.monotonic() - began, 3))
        except NotSeen as trouble:
            self.trouble = str(trouble)
        return await self.result()

    def _note(self, name: str, seconds: float) -> None:
        self.report.steps.append({"name": name, "seconds": seconds})
        self.tell(name, seconds)

    async def await_bot(self) -> None:
        """The bot opens its socket."""

        async def look() -> bool:
            return bool((await self.stage.state())["is_connected"])

        await self.stage.wait("bot connected", look)

    async def give_roles(self) -> None:
        """The supervisor gives everybody their role."""
        for person in (await self.stage.state())["people"]:
            if person["role"] in _ROLES:
                line = f"/ansim role <@{person['id']}> {person['role']}"
                await order(self.stage, SUPERVISOR, line, person["id"])

    async def set_rota(self) -> None:
        """The supervisor sets the rota for the week."""
        for person, rung in ((ON_CALL, "first"), (SECOND, "second"), (LEAD, "lead")):
            await order(self.stage, SUPERVISOR, f"/oncall set <@{person}> {rung}", person)

    async def result(self) -> dict[str, Any]:
        """The object that `--json` prints: counted in what people see, none of it assumed."""
        alerts = await self.alerts()
        measured = asdict(self.report)
        lost = self.stage.acts - self.stage.answered
        doubled = sum(count - 1 for count in alerts.values())
        is_whole = not self.trouble and lost == 0 and doubled == 0
        is_right = len(alerts) == self.report.expected
        return {
            "ok": is_whole and is_right,
            **measured,
            "alerts": len(alerts),
            "duplicate_alerts": doubled,
            "lost_updates": lost,
            **({"trouble": self.trouble} if self.trouble else {}),
        }

    async def alerts(self) -> dict[str, int]:
        """How often each alert stands in the alert channel, by its number."""
        counted: dict[str, int] = {}
        for message in await self.stage.slack(ALERTS):
            number = _number(message)
            if number:
                counted[number] = counted.get(number, 0) + 1
        return counted


def _number(message: dict[str, Any]) -> str:
    """The number of the alert that a message is, as it stands or as it first stood."""
    for version in [message, *message.get("history", ())]:
        button = button_of(version, "alert_claim")
        if button is not None:
            return str(button["value"])
    return ""

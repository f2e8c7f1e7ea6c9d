"""The play that `ansim demo` gives: what people do and see in the practice world, step by step."""

import time
from collections.abc import Awaitable, Callable
from dataclasses import asdict, dataclass, field
from datetime import timedelta
from functools import partial
from typing import Any

from practice.play_acts import ALERTS, KINDS, Hash, Report, await_bot, give_roles, set_rota
from practice.play_minor import ThreatenedMinor
from practice.play_stalked import StalkedVictim
from practice.stage import NotSeen, Stage, button_of

Tell = Callable[[str, float], None]
Scene = tuple[str, Callable[[], Awaitable[None]]]


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
        opening: list[Scene] = [
            ("bot connected", partial(await_bot, self.stage)),
            ("roles", partial(give_roles, self.stage)),
            ("rota", partial(set_rota, self.stage)),
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

    async def result(self) -> dict[str, Any]:
        """The object that `--json` prints: counted in what people see, none of it assumed."""
        alerts = await self.alerts()
        measured = asdict(self.report)
        lost = self.stage.acts - self.stage.answered
        doubled = sum(count - 1 for count in alerts.values())
        is_whole = not self.trouble and lost == 0 and doubled == 0
        is_right = len(alerts) == self.report.expected and all(self.report.altered.values())
        is_right = is_right and len(self.report.sources) == len(KINDS)
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

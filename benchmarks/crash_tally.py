"""What the crash benchmark remembers over its own death, and what it counts at the end."""

import json
from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from practice.stage import button_of, text_of

Json = Mapping[str, Any]
_MARKS = ("🔴", "🟠", "🟡")  # With its severity a message about an alert begins.


@dataclass
class Log:
    """Events, one JSON object a line: what was begun, which cases there are, what was killed when."""

    file: Path
    events: list[dict[str, Any]] = field(default_factory=list)

    def __post_init__(self) -> None:
        if self.file.exists():
            lines = self.file.read_text("utf-8").splitlines(keepends=True)
            whole = [line for line in lines if line.endswith("\n")]  # The last may be cut off.
            self.events = [json.loads(line) for line in whole]
            self.file.write_text("".join(whole), "utf-8")

    def add(self, event: str, **more: Any) -> None:
        """Write one down at once."""
        self.events.append({"event": event, **more})
        with self.file.open("a", encoding="utf-8") as opened:
            opened.write(json.dumps(self.events[-1]) + "\n")

    def of(self, event: str) -> list[dict[str, Any]]:
        """All events of one kind, in their order."""
        return [each for each in self.events if each["event"] == event]


@dataclass(frozen=True)
class Alerts:
    """Of each case's number: the numbers of its alerts, as often as each stands in the channel.

    taken: the alerts that nobody is asked to take any more.
    """

    by_case: Mapping[str, Counter[str]]
    taken: frozenset[str]

    @property
    def total(self) -> int:
        """How many different alerts there are."""
        return sum(len(each) for each in self.by_case.values())


def alerts_in(messages: Iterable[Json], numbers: Iterable[str]) -> Alerts:
    """The matches told in the alert channel, of these cases."""
    by_case: dict[str, Counter[str]] = {number: Counter() for number in numbers}
    taken = set()
    for message in messages:
        alert, case = alert_of(message), case_of(message, by_case)
        if alert and case:
            by_case[case][alert] += 1
            if button_of(dict(message), "alert_claim") is None:
                taken.add(alert)
    return Alerts(by_case, frozenset(taken))


def alert_of(message: Json) -> str:
    """The number of the alert that a message is, as it stands or as it first stood; else empty.

    What says that somebody couldn't be reached about an alert begins with their name: it is none.
    """
    for version in [message, *message.get("history", ())]:
        button = button_of(dict(version), "alert_claim")
        if button is not None and str(version["text"])[:1] in _MARKS:
            return str(button["value"])
    return ""


def case_of(message: Json, numbers: Iterable[str]) -> str:
    """Which of these cases a message is about; empty where it is none."""
    text = text_of(dict(message))
    return next((number for number in numbers if number in text), "")


def counted(posted: Mapping[str, int], alerts: Alerts) -> dict[str, int]:
    """Lost and doubled, case by case, so that one never hides the other.

    posted: how many copies of each case's material are public. Doubled is for whoever reads: the same
    alert twice in the channel, or more alerts than there are copies.
    """
    lost = doubled = 0
    for number, expected in posted.items():
        found = alerts.by_case.get(number, Counter())
        lost += max(0, expected - len(found))
        doubled += found.total() - len(found) + max(0, len(found) - expected)
    expected_ = sum(posted.values())
    return {"expected": expected_, "alerts": alerts.total, "lost": lost, "doubled": doubled}

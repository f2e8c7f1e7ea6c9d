"""Faults on demand: a server of the practice world can drop, repeat, slow, refuse or be down."""

import random
import time
from dataclasses import dataclass

SERVERS = ("slack", "telegram", "square")
KINDS = ("drop", "twice", "slow", "status", "down", "reorder")


@dataclass
class Fault:
    """One thing that goes wrong, for `count` calls or until `until` (monotonic seconds).

    `rate` is the share of calls that it hits, `delay_s` how slow `slow` is; with `is_handled` a
    dropped call is carried out and only its answer is lost. `on` narrows it to a whole "call" or
    to a "push" (an envelope, an update, a stream's event); empty, it hits whichever comes first.
    `path` narrows it to calls whose path ends so, such as "views.open".
    """

    server: str
    kind: str
    count: int | None = None
    until: float | None = None
    status: int = 503
    rate: float = 1.0
    delay_s: float = 2.0
    is_handled: bool = False
    on: str = ""
    path: str = ""

    def is_over(self) -> bool:
        """Whether it has run its course."""
        if self.count is not None and self.count <= 0:
            return True
        return self.until is not None and time.monotonic() >= self.until


class Faults:
    """The faults in force; each server asks before it answers."""

    def __init__(self) -> None:
        self._faults: list[Fault] = []

    def add(self, fault: Fault) -> None:
        """Put one in force."""
        self._faults.append(fault)

    def clear(self) -> None:
        """Everything works again."""
        self._faults.clear()

    def standing(self) -> list[Fault]:
        """Those that are still in force."""
        self._faults = [fault for fault in self._faults if not fault.is_over()]
        return list(self._faults)

    def take(self, server: str, *kinds: str, on: str = "push", path: str = "") -> Fault | None:
        """The fault of one of these kinds that hits this push or call, counted down; or none."""
        for fault in self.standing():
            is_meant = fault.server == server and fault.kind in kinds and fault.on in ("", on)
            is_here = path.endswith(fault.path)
            if is_meant and is_here and (fault.rate >= 1 or random.random() < fault.rate):
                if fault.count is not None:
                    fault.count -= 1
                return fault
        return None

"""Faults on demand: a server of the practice world can drop, repeat, slow, refuse or be down."""

import time
from dataclasses import dataclass

SERVERS = ("slack", "telegram", "square")
KINDS = ("drop", "twice", "slow", "status", "down", "reorder")


@dataclass
class Fault:
    """One thing that goes wrong, for `count` calls or until `until` (monotonic seconds)."""

    server: str
    kind: str
    count: int | None = None
    until: float | None = None
    status: int = 503
    rate: float = 1.0

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

    def take(self, server: str, *kinds: str) -> Fault | None:
        """The fault of one of these kinds that hits this call, counted down; or none."""
        self._faults = [fault for fault in self._faults if not fault.is_over()]
        for fault in self._faults:
            if fault.server == server and fault.kind in kinds:
                if fault.count is not None:
                    fault.count -= 1
                return fault
        return None

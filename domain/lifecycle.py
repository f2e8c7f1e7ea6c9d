"""A lifecycle: a table of transitions, one `move`, and its own diagram."""

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum
from typing import Generic, TypeVar

from domain.refusals import Reason, Refusal

S = TypeVar("S", bound=StrEnum)
E = TypeVar("E", bound=StrEnum)


class IllegalMove(Refusal):
    """This event can't happen to something in this state."""

    def __init__(self, lifecycle: str, state: str, event: str) -> None:
        super().__init__(Reason.ILLEGAL_MOVE, lifecycle=lifecycle, state=state, event=event)


@dataclass(frozen=True)
class Lifecycle(Generic[S, E]):
    """Which event leads from which state to which; `start` is where it begins."""

    name: str
    start: S
    table: Mapping[tuple[S, E], S]

    def move(self, state: S, event: E) -> S:
        """The state after `event`; raises IllegalMove where the table has no such row."""
        after = self.table.get((state, event))
        if after is None:
            raise IllegalMove(self.name, state, event)
        return after

    def allows(self, state: S, event: E) -> bool:
        """Whether `event` can happen in `state`."""
        return (state, event) in self.table

    def mermaid(self) -> str:
        """The table as a Mermaid state diagram."""
        rows = [f"    [*] --> {self.start}"]
        rows += [
            f"    {before} --> {after}: {event}" for (before, event), after in self.table.items()
        ]
        return "\n".join(["stateDiagram-v2", *rows])

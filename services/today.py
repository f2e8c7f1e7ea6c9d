"""What waits for a person today."""

from dataclasses import dataclass

from domain.access import Action, Actor
from domain.cases import Case, CaseState, Missing
from services.cards import missing_now
from services.desk import Desk
from storage import alerts as alert_table
from storage import cases as case_table

_MOST = 50


@dataclass(frozen=True)
class Today:
    """The alerts that nobody has taken, and the actor's own cases with what they lack."""

    alerts: int
    cases: tuple[tuple[Case, tuple[Missing, ...]], ...]


async def today(desk: Desk, actor: Actor) -> Today:
    """Everything that waits for this person."""
    async with desk.look(actor, Action.READ_CASES) as tx:
        cases = await case_table.in_state(tx, CaseState.OPEN, _MOST)
        mine = [case for case in cases if actor.id in (case.first, case.second)]
        rows = [(case, await missing_now(tx, case)) for case in mine]
        return Today(await alert_table.count_waiting(tx), tuple(rows))

"""The police's risk level of a case: set by a person, obeyed by every check-in from then on."""

from domain.access import Action, Actor
from domain.cases import Case, RiskLevel, number_from, require_kept
from domain.checkins import missed_after
from services.desk import Desk
from storage import cases as table


async def set_level(desk: Desk, actor: Actor, word: str, level: RiskLevel) -> Case:
    """Note the level that a person has assessed; a closed case too can become dangerous again."""
    async with desk.deed(actor, Action.PLAN_CHECKINS) as deed:
        case = await table.numbered(deed.tx, number_from(word))
        require_kept(case)
        await table.change(deed.tx, case, risk=level)
        await deed.record(f"case:{case.id}", event="risk", before=case.risk, after=level)
        silence = missed_after(deed.policy.checkins, level).total_seconds() / 60
        await deed.answer(
            "case_risk_set", number=case.number, level=level, minutes=f"{silence:.4g}"
        )
        deed.wake_after("deadlines")
    return case

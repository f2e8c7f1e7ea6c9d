"""A case's card in its unit's channel: posted once, and changed with whatever it tells."""

from uuid import uuid4

from domain.cases import Case, CaseState, Missing, missing_of
from domain.outbox import Draft, Operation, Route
from services.desk import Deed
from storage import cases as case_table
from storage import consents as consent_table
from storage import fingerprints as fingerprint_table
from storage.database import Transaction

Facts = dict[str, object]


async def missing_now(tx: Transaction, case: Case) -> tuple[Missing, ...]:
    """What the intake still lacks at this moment."""
    return missing_of(
        case,
        await case_table.settled(tx, case.id),
        await consent_table.of_case(tx, case.id),
        await fingerprint_table.count_active(tx, case.id),
    )


async def facts_of(tx: Transaction, case: Case) -> Facts:
    """What a card says of a case."""
    return {
        "number": case.number,
        "alias": case.alias,
        "harms": sorted(case.harms),
        "unit": case.unit,
        "state": case.state,
        "is_minor": case.is_minor,
        "in_danger": case.in_danger,
        "first": case.first,
        "second": case.second,
        "missing": list(await missing_now(tx, case)),
    }


async def post(deed: Deed, case: Case) -> Facts:
    """Put the card up; what it says."""
    facts = await facts_of(deed.tx, case)
    await deed.send(_draft(deed, case, Operation.POST, key_of(case.id), facts))
    return facts


async def refresh(deed: Deed, case_id: int) -> Facts:
    """Let the card say what is true by now; what it says. An erased case's card changes no more."""
    case = await case_table.existing(deed.tx, case_id)
    facts = await facts_of(deed.tx, case)
    key = f"{key_of(case.id)}:{uuid4().hex}"
    if case.state is not CaseState.ERASED:
        await deed.send(_draft(deed, case, Operation.EDIT, key, facts))
    return facts


def key_of(case_id: int) -> str:
    """The dedup key of a case's card."""
    return f"case-card:{case_id}"


def _draft(deed: Deed, case: Case, operation: Operation, key: str, facts: Facts) -> Draft:
    """Each card keeps its own order, so that one that can't be changed blocks no other."""
    card = key_of(case.id)
    return Draft(
        route=Route.SLACK,
        operation=operation,
        kind="case_card",
        address=deed.desk.places.units[case.unit],
        dedup_key=key,
        facts=facts,
        case_id=case.id,
        target=card if operation is Operation.EDIT else "",
        order_key=card,
    )

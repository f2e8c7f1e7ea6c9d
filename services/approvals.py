"""Asking for an approval: supervisors hear that real names of a case wait before they may go out."""

from domain.access import Role
from domain.cases import Case
from domain.outbox import Draft, Operation, Route
from services import copies
from services.desk import Deed
from storage import people as people_table


async def ask(deed: Deed, case: Case, count: int) -> None:
    """Tell each supervisor how many more names wait, never which; whoever typed them knows already."""
    if not count:
        return
    for person in await people_table.with_role(deed.tx, Role.SUPERVISOR):
        if person == deed.actor.id:
            continue
        draft = Draft(
            route=Route.SLACK,
            operation=Operation.POST,
            kind="names_wait",
            address=person,
            dedup_key=f"names-wait:{case.id}:{person}:{deed.now.isoformat()}",
            facts={"number": case.number, "count": count},
            language=await copies.language_of(deed, person),
        )
        await deed.send(draft)

"""What Ansim posted in Slack about an erased case goes; alerts stay, for they name a number alone."""

from uuid import uuid4

from domain.cases import Case
from domain.outbox import Draft, Operation, Outcome, Route
from services.desk import Deed
from storage import bubbles

_STAY = frozenset({"alert", "alert_undelivered"})


async def remove_posts(deed: Deed, case: Case) -> None:
    """Cards, relayed words, reviews: while the case's key still opens where they lie."""
    for kind, reference in await bubbles.posts(deed.tx, deed.safe, case.id, Route.SLACK):
        if kind not in _STAY:
            await deed.send(_removal(kind, reference))


async def remove_late(deed: Deed, sent: Draft, outcome: Outcome) -> None:
    """A post reached Slack after its case was erased: it goes again at once."""
    is_post = sent.route is Route.SLACK and sent.operation is Operation.POST
    if is_post and sent.kind not in _STAY and outcome.reference:
        await deed.send(_removal(sent.kind, outcome.reference))


def _removal(kind: str, reference: str) -> Draft:
    """Sealed by the day: it outlives the case's key, and names no case."""
    key = f"removal:{uuid4().hex}"
    return Draft(
        route=Route.SLACK,
        operation=Operation.DELETE,
        kind=kind,
        address=reference.partition(":")[0],
        dedup_key=key,
        order_key=key,
        lies_at=reference,
    )

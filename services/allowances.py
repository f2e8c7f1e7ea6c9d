"""Allowances: whether a source may be asked anything now, and with how many calls."""

from datetime import datetime, timedelta

from domain.networks import NETWORKS, Budget, Network
from domain.pacing import Spent, calls_now
from domain.policy import SourcePolicy
from domain.refusals import Reason, Refusal
from services.desk import Deed
from storage import sources as table
from storage.sources import SourceRow


def is_approved(row: SourceRow | None, network: Network | None) -> bool:
    """Whether an approval is recorded, where the network needs one."""
    if network is None or not network.needs_approval:
        return True
    return row is not None and row.approved_at is not None


def is_resting(row: SourceRow, now: datetime) -> bool:
    """Whether it is to be left alone still: it asked for that, or failed again and again."""
    return row.rests_until is not None and now < row.rests_until


def calls_for(row: SourceRow, source: SourcePolicy, now: datetime) -> int:
    """How many calls a turn that begins now may make; none where they are used up."""
    is_hot = row.hot_until is not None and now < row.hot_until
    spent, budget = spent_now(row, source, now), budget_of(source)
    return calls_now(spent, budget, source.every, now, is_hot)


def spent_now(row: SourceRow, source: SourcePolicy, now: datetime) -> Spent:
    """What was spent; where a stretch of its budget is over, the next begins."""
    spent = table.spent_of(row).at(now, budget_of(source))
    row.spent, row.spent_since = spent.calls, spent.since
    return spent


def budget_of(source: SourcePolicy) -> Budget:
    """Its own budget, else its network's."""
    return source.budget or NETWORKS[source.kind].budget


def require_calls(deed: Deed, row: SourceRow, source: SourcePolicy) -> int:
    """How many calls are left for what a person asks for; refuses where it may not be asked now."""
    if not is_approved(row, NETWORKS[source.kind]):
        raise Refusal(Reason.LACKS_APPROVAL, name=source.name)
    if row.rests_until is not None and is_resting(row, deed.now):
        raise _not_before(deed, Reason.SOURCE_RESTS, source, row.rests_until)
    spent, budget = spent_now(row, source, deed.now), budget_of(source)
    left = spent.left(deed.now, budget)
    if not left:
        raise _not_before(deed, Reason.CALLS_SPENT, source, (spent.since or deed.now) + budget.per)
    return left


def _not_before(deed: Deed, reason: Reason, source: SourcePolicy, until: datetime) -> Refusal:
    shown = deed.policy.hours.wall_time(until + timedelta(seconds=59))  # Whole minutes are shown.
    return Refusal(reason, name=source.name, until=shown)

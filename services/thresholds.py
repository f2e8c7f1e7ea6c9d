"""Limits on trial: every candidate is weighed by them too, nobody is paged, and a report compares both."""

from collections.abc import Iterable
from dataclasses import dataclass
from hashlib import sha256

from domain.access import Action, Actor
from domain.matches import Finding
from domain.refusals import Reason, Refusal
from domain.verdicts import Tier
from services.desk import Deed, Desk
from services.fingerprints import swept_case
from storage import cases as case_table
from storage import shadow_verdicts as table
from storage import stamps
from storage.database import Transaction

_PAGING = frozenset({Tier.CERTAIN.value, Tier.STRONG.value})
_STAMP = "limits on trial"


@dataclass(frozen=True)
class ThresholdReport:
    """What limits on trial would have changed: pages more and fewer, every change of tier, the cases."""

    more_pages: int
    fewer_pages: int
    changes: dict[tuple[str, str], int]
    cases: tuple[str, ...]


async def note(
    deed: Deed, candidate_id: int, in_force: Iterable[Finding], on_trial: Iterable[Finding]
) -> None:
    """Write down where the two differ about one candidate."""
    await _begin_anew(deed)
    before = {(f.fingerprint_id, f.case_id): f.verdict.tier.value for f in in_force}
    after = {(f.fingerprint_id, f.case_id): f.verdict.tier.value for f in on_trial}
    for fingerprint_id, case_id in before.keys() | after.keys():
        key = fingerprint_id, case_id
        tiers = before.get(key, ""), after.get(key, "")
        if tiers[0] != tiers[1] and await swept_case(deed.tx, case_id) is not None:
            await table.add(deed.tx, candidate_id, fingerprint_id, case_id, tiers, deed.now)


async def _begin_anew(deed: Deed) -> None:
    """What other limits would have done says nothing about these."""
    stamp = sha256(repr((deed.policy.tiers, deed.policy.trial_tiers)).encode()).hexdigest()
    if await stamps.read(deed.tx, _STAMP) != stamp:
        await table.clear(deed.tx)
        await stamps.write(deed.tx, _STAMP, stamp)


async def report(desk: Desk, actor: Actor) -> ThresholdReport:
    """What would have been; refuses where no limits are on trial."""
    if desk.policy.trial_tiers is None:
        raise Refusal(Reason.NO_LIMITS_ON_TRIAL)
    async with desk.look(actor, Action.READ_SOURCES) as tx:
        changes = await table.counted(tx)
        return ThresholdReport(
            more_pages=_pages(changes, paged_before=False),
            fewer_pages=_pages(changes, paged_before=True),
            changes=changes,
            cases=await _numbers(tx),
        )


def _pages(changes: dict[tuple[str, str], int], *, paged_before: bool) -> int:
    return sum(
        count
        for (before, after), count in changes.items()
        if (before in _PAGING) == paged_before and (after in _PAGING) != paged_before
    )


async def _numbers(tx: Transaction) -> tuple[str, ...]:
    cases = [await case_table.existing(tx, case_id) for case_id in await table.case_ids(tx)]
    return tuple(case.number for case in cases)

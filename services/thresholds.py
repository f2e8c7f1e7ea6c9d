"""Limits on trial: all media is weighed by them, too, nobody is paged, and a report compares both.

Pictures and videos that sweeps look at, and what looking back compares again. A video is looked at more
closely only where the limits in force say so: by wider ones its frames may say a little less.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace
from hashlib import sha256

from domain.access import Action, Actor
from domain.matches import Finding
from domain.policy import Policy, Tiers
from domain.refusals import Reason, Refusal
from domain.verdicts import Tier
from services.desk import Deed, Desk
from services.fingerprints import swept_case
from services.register import Query, Register
from storage import cases as case_table
from storage import shadow_verdicts as table
from storage import stamps
from storage.database import Transaction

_PAGING = frozenset({Tier.CERTAIN.value, Tier.STRONG.value})
_STAMPED = "limits on trial"


@dataclass(frozen=True)
class ThresholdReport:
    """What limits on trial would have changed: pages more and fewer, every change of tier, the cases."""

    more_pages: int
    fewer_pages: int
    changes: dict[tuple[str, str], int]
    cases: tuple[str, ...]


@dataclass(frozen=True)
class Weighed:
    """What media resembles by the limits in force, and for (fingerprint, case) which tier those on
    trial would make another, now and then; a tier is empty where there is no match at all.
    """

    findings: list[Finding]
    changes: Mapping[tuple[int, int], tuple[str, str]] = field(default_factory=dict)

    @property
    def is_news(self) -> bool:
        """Whether there is anything to write down."""
        return bool(self.findings or self.changes)

    def without_silenced(self) -> "Weighed":
        """The same without what a false alarm silences."""
        return replace(self, findings=[each for each in self.findings if not each.silenced_by])


def weigh(register: Register, query: Query, policy: Policy) -> Weighed:
    """What media resembles by the limits in force, and what those on trial would change."""
    findings = register.findings(query)
    if policy.trial_tiers is None:
        return Weighed(findings)
    return Weighed(findings, _changes(findings, register.findings(query, policy.trial_tiers)))


def widest(policy: Policy) -> Tiers:
    """Limits that leave out nothing that those in force or those on trial may find."""
    tiers, trial = policy.tiers, policy.trial_tiers or policy.tiers
    return replace(
        tiers,
        certain=max(tiers.certain, trial.certain),
        least_quality=min(tiers.least_quality, trial.least_quality),
        variant_possible=max(tiers.variant_possible, trial.variant_possible),
        confirmable=max(tiers.confirmable, trial.confirmable),
    )


async def note(
    deed: Deed, candidate_id: int, changes: Mapping[tuple[int, int], tuple[str, str]]
) -> None:
    """Write down what the limits on trial would change about one candidate."""
    if not changes:
        return
    await _begin_anew(deed)
    for (fingerprint_id, case_id), tiers in changes.items():
        if await swept_case(deed.tx, case_id) is not None:
            await table.add(deed.tx, candidate_id, fingerprint_id, case_id, tiers, deed.now)


def _changes(
    in_force: Iterable[Finding], on_trial: Iterable[Finding]
) -> dict[tuple[int, int], tuple[str, str]]:
    """Of each case the surest finding counts; what a false alarm silences pages nobody either way."""
    before = {each.case_id: each for each in in_force if not each.silenced_by}
    after = {each.case_id: each for each in on_trial if not each.silenced_by}
    changes = {}
    for case_id in sorted(before.keys() | after.keys()):
        now, then = before.get(case_id), after.get(case_id)
        named = then or now
        if named and _tier(now) != _tier(then):
            changes[named.fingerprint_id, case_id] = _tier(now), _tier(then)
    return changes


def _tier(finding: Finding | None) -> str:
    return finding.verdict.tier.value if finding else ""


async def _begin_anew(deed: Deed) -> None:
    """What other limits would have done says nothing about these."""
    if await stamps.read(deed.tx, _STAMPED) != _stamp(deed.policy):
        await table.clear(deed.tx)
        await stamps.write(deed.tx, _STAMPED, _stamp(deed.policy))


def _stamp(policy: Policy) -> str:
    return sha256(repr((policy.tiers, policy.trial_tiers)).encode()).hexdigest()


async def report(desk: Desk, actor: Actor) -> ThresholdReport:
    """What would have been; refuses where no limits are on trial."""
    if desk.policy.trial_tiers is None:
        raise Refusal(Reason.NO_LIMITS_ON_TRIAL)
    async with desk.look(actor, Action.READ_SOURCES) as tx:
        if await stamps.read(tx, _STAMPED) != _stamp(desk.policy):
            return ThresholdReport(0, 0, {}, ())
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

"""What looking back found near is weighed, where it was examined, and written down."""

import asyncio
from collections.abc import Sequence

from domain.access import SYSTEM, Action
from domain.policy import Policy
from domain.sightings import Seen
from services import following
from services.desk import Deed, Desk
from services.examiner import Examiner
from services.matches import write
from services.register import Query, Register
from services.thresholds import Weighed, note, weigh
from storage import fingerprints as fingerprint_table
from storage import kept_prints as kept_table
from storage import sources as source_table

_JUDGED_AT_ONCE = 200


async def judge(desk: Desk, examiner: Examiner, ids: Sequence[int]) -> int:
    """Weigh all that is kept of these candidates, where they were examined; new matches."""
    total = 0
    for first in range(0, len(ids), _JUDGED_AT_ONCE):
        some = ids[first : first + _JUDGED_AT_ONCE]
        async with desk.look(SYSTEM, Action.SWEEP) as tx:
            seen = await kept_table.seen_of(tx, desk.safe, some, following.since(desk))
        weighed = await asyncio.to_thread(_weighed, examiner.register, seen, desk.policy)
        for each in weighed:
            total += await _write_late(desk, *each)
    return total


def _weighed(register: Register, seen: list[Seen], policy: Policy) -> list[tuple[Seen, Weighed]]:
    """What is news of these; what a false alarm silences was counted when it was seen."""
    known = [(each, each.print_) for each in seen]
    weighed = [
        (each, weigh(register, Query.of_print(print_), policy).without_silenced())
        for each, print_ in known
        if print_ is not None
    ]
    return [(each, found) for each, found in weighed if found.is_news]


async def _write_late(desk: Desk, seen: Seen, weighed: Weighed) -> int:
    async with desk.deed(SYSTEM, Action.SWEEP) as deed:
        kept = await _in_force(deed, weighed)
        await note(deed, seen.candidate.id, kept.changes)
        matched = await write(deed, seen, kept.findings)
        await source_table.count(deed.tx, seen.candidate.source, matched=matched)
    return matched


async def _in_force(deed: Deed, weighed: Weighed) -> Weighed:
    """Without what was withdrawn while it was compared."""
    found = {(each.fingerprint_id, each.case_id) for each in weighed.findings} | {*weighed.changes}
    ids, cases = [each for each, _ in found], {each for _, each in found}
    kept = {each.id for each in await fingerprint_table.in_force(deed.tx, ids, cases)}
    return Weighed(
        [each for each in weighed.findings if each.fingerprint_id in kept],
        {key: tiers for key, tiers in weighed.changes.items() if key[0] in kept},
    )

"""Strangers: media that resembles nothing registered, many of it settled in one transaction."""

from collections import Counter, defaultdict
from collections.abc import Sequence
from dataclasses import dataclass

from domain.access import SYSTEM, Action
from domain.sightings import Seen
from services.desk import Deed, Desk
from services.past import Past
from services.together import Together
from storage import changes as changes_table
from storage import settlements as settlement_table
from storage import sources as source_table

_LINGER_S = 0.1  # While much waits; a transaction takes as long as some glances.
_MOST = 64  # A few milliseconds of a transaction: an emergency call never waits longer.


@dataclass(frozen=True)
class _Stranger:
    """What was seen, and up to which change it was compared with what is registered."""

    desk: Desk
    past: Past
    seen: Seen
    number: int


class Strangers:
    """One for a process, as its register is."""

    def __init__(self) -> None:
        self._settling = Together(_settle_all, _MOST)
        self._settling_many = Together(_settle_all, _MOST, linger_s=_LINGER_S)

    async def settle(self, desk: Desk, past: Past, seen: Seen, number: int) -> bool:
        """Write down that it was examined, whoever holds its lease; false where something was registered
        since this change: then it is to be compared again.
        """
        settling = self._settling_many if seen.is_glance else self._settling
        return await settling.ask(_Stranger(desk, past, seen, number))


async def _settle_all(strangers: Sequence[_Stranger]) -> list[bool]:
    """The last change is held still meanwhile; see services.matches.examine."""
    desk = strangers[0].desk  # A process has one.
    async with desk.deed(SYSTEM, Action.SWEEP) as deed:
        number = await changes_table.last(deed.tx)
        still = [each for each in strangers if each.number == number]
        await _settle(deed, still)
    return [each.number == number for each in strangers]


async def _settle(deed: Deed, strangers: Sequence[_Stranger]) -> None:
    kept = defaultdict[tuple[str, bool], list[Seen]](list)
    for each in strangers:
        candidate = each.seen.candidate
        kept[candidate.source, candidate.is_again].append(kept_of(deed, each.seen))
        remember(deed, each.past, each.seen)
    recheck_at, counts = deed.now + deed.policy.recheck, Counter[str]()
    for (source, is_again), seen in sorted(kept.items()):
        ended = await settlement_table.end_all(deed.tx, deed.safe, seen, deed.now, recheck_at)
        counts[source] += 0 if is_again else ended
    for source, count in counts.items():  # Last, since all processes wait for these rows.
        await source_table.count(deed.tx, source, fetched=count)


def kept_of(deed: Deed, seen: Seen) -> Seen:
    """What is kept of it for looking back: nothing, where the policy says so."""
    return seen if deed.policy.retention.seen else seen.without_print()


def remember(deed: Deed, past: Past, seen: Seen) -> None:
    """Add it to what is looked back at, before its transaction commits: see services.look_back."""
    kept = kept_of(deed, seen)
    if kept.print_ is not None:
        past.add_own(kept.candidate.id, deed.now, kept.print_.pdq)

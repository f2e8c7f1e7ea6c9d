"""Deadlines: what is overdue is found by a query, and each thing is dealt with on its own."""

from collections.abc import Awaitable, Callable, Sequence

import structlog

from services import checkins, ladder
from services.desk import Desk

Due = Callable[[Desk], Awaitable[list[int]]]
Act = Callable[[Desk, int], Awaitable[object]]
Whole = Callable[[Desk], Awaitable[object]]

log = structlog.get_logger()


class SomeFailed(RuntimeError):
    """Not everything overdue could be dealt with; the rest was, and this is tried again."""


async def run(desk: Desk, also: Sequence[Whole] = ()) -> None:
    """One look at everything overdue: check-ins, ladders, claims, the briefing, and what `also` names.

    One thing that fails holds back nothing else; raises SomeFailed at the end.
    """
    failures = await _each(desk, checkins.due_silences, checkins.expire_one)
    failures += await _each(desk, checkins.due_prompts, checkins.prompt_one)
    failures += await _each(desk, ladder.due_ladders, ladder.advance_ladder)
    failures += await _each(desk, ladder.due_claims, ladder.expire_claim)
    for whole in (ladder.send_briefing, *also):
        failures += not await _went_well(whole.__name__, whole(desk))
    if failures:
        raise SomeFailed(failures)


async def _each(desk: Desk, due: Due, act: Act) -> int:
    """Deal with everything that is due; how many failed."""
    failed = 0
    for number in await due(desk):
        failed += not await _went_well(act.__name__, act(desk, number))
    return failed


async def _went_well(what: str, deed: Awaitable[object]) -> bool:
    try:
        await deed
    except Exception as error:  # noqa: BLE001 - the next person's deadline must not wait for this one
        log.error("deadline_failed", what=what, error=type(error).__name__)
        return False
    return True

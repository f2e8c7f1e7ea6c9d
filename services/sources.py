"""What staff see and say of sources: how each fares, sweeping now, pausing, approving, forgetting."""

from collections.abc import Iterable
from dataclasses import replace
from datetime import datetime, timedelta

from domain.access import Action, Actor
from domain.networks import NETWORKS
from domain.pacing import HOT_FOR
from domain.policy import SourcePolicy
from domain.refusals import Reason, Refusal
from domain.sources import Source
from services import allowances, sweeps
from services.desk import Deed, Desk
from services.fingerprints import ready_case
from services.terms import keys_of
from services.turns import all_sources, stand
from storage import added_sources as added_table
from storage import backlogs as backlog_table
from storage import candidates as candidate_table
from storage import glances as glance_table
from storage import places
from storage import rechecks as recheck_table
from storage import sources as table
from storage import streams as stream_table
from storage import terms as term_table
from storage.sources import SourceRow

LONGEST_GROUND = 200


def loop_of(name: str) -> str:
    """The name of the loop that sweeps a source."""
    return f"sweep-{name}"


def named(sources: Iterable[SourcePolicy], name: str) -> SourcePolicy:
    """The source of this name; refuses any other."""
    for source in sources:
        if source.name == name:
            return source
    raise Refusal(Reason.NO_SUCH_SOURCE, name=name[:40])


async def sweep_now(desk: Desk, actor: Actor, what: str = "") -> list[str]:
    """Ask for one source to be swept at once, for those that take a case's words, or for all (empty);
    the names. A message shows how far it is.
    """
    async with desk.deed(actor, Action.SWEEP) as deed:
        sources = await all_sources(deed.tx, desk)
        chosen, number = await _chosen(deed, sources, what)
        for source in chosen:
            await table.ask_now(deed.tx, source.name, actor.id, deed.now)
            await deed.record(f"source:{source.name}", asked="now")
            deed.wake_after(loop_of(source.name))
        names = [source.name for source in chosen]
        if names:
            await sweeps.begin(deed, names, number)
        else:
            await deed.answer("sweep_asked", sources=names)
    return names


async def _chosen(
    deed: Deed, sources: tuple[SourcePolicy, ...], what: str
) -> tuple[list[SourcePolicy], str]:
    """The sources that are meant, and the number of the case whose words they are asked for."""
    if not what:
        return list(sources), ""
    if any(source.name == what for source in sources) or not what[0].isdigit():
        return [named(sources, what)], ""
    case = await ready_case(deed.tx, what)
    keys = await keys_of(deed.tx, deed.safe, [case.id])
    await term_table.heat(deed.tx, keys, deed.now + HOT_FOR)
    return [s for s in sources if NETWORKS[s.kind].takes_words], case.number


async def list_sources(desk: Desk, actor: Actor) -> list[Source]:
    """Every source, of the policy and added, and how it fares."""
    async with desk.look(actor, Action.READ_SOURCES) as tx:
        sources = await all_sources(tx, desk)
        rows = await table.every_row(tx)
        waiting = await candidate_table.waiting_by_source(tx)
        glanced = await glance_table.glanced_by_source(tx)
        notes = await recheck_table.notes(tx)
        streams = await stream_table.every_stream(tx)
        now, own = desk.clock.now(), {source.name for source in desk.policy.sources}
        due = await backlog_table.due_by_source(tx, now)
        newest = {each.name: await backlog_table.newest_seen(tx, each.name) for each in sources}
    return [
        replace(
            _source(source, rows.get(source.name) or SourceRow(name=source.name), now),
            waiting=waiting.get(source.name, 0),
            glanced=glanced.get(source.name, 0),
            notes=notes.get(source.name, {}),
            is_added=source.name not in own,
            stream=streams.get(source.name),
            lag=_since(newest[source.name], now),
            waits=_since(due.get(source.name), now),
        )
        for source in sources
    ]


def _since(moment: datetime | None, now: datetime) -> timedelta | None:
    return now - moment if moment is not None else None


def _source(policy: SourcePolicy, row: SourceRow, now: datetime) -> Source:
    network = NETWORKS[policy.kind]
    budget = allowances.budget_of(policy)
    return Source(
        name=policy.name,
        kind=policy.kind,
        url=policy.url,
        last_success_at=row.last_success_at,
        trouble=row.trouble,
        trouble_detail=row.trouble_detail,
        failures=row.failures,
        seen=row.seen,
        fetched=row.fetched,
        matched=row.matched,
        failed=row.failed,
        is_paused=row.is_paused,
        tags=policy.tags,
        last_item_at=row.last_item_at,
        streamed_at=row.streamed_at,
        calls_left=table.spent_of(row).left(now, budget),
        calls=budget.calls,
        breaker=row.breaker,
        rests_until=row.rests_until,
        is_hot=row.hot_until is not None and now < row.hot_until,
        is_shadow=row.shadow_since is not None or (policy.is_shadow and not row.shadow_ended_at),
        lacks_approval=not allowances.is_approved(row, network),
        has_gap=bool(row.gap),
        every=policy.every,
        began_at=row.began_at,
    )


async def set_paused(desk: Desk, actor: Actor, name: str, *, is_paused: bool) -> None:
    """Ask a source for nothing any more, or again."""
    async with desk.deed(actor, Action.CHANGE_SOURCES) as deed:
        source = named(await all_sources(deed.tx, desk), name)
        row = await table.begin(deed.tx, source.name)
        row.is_paused, row.due_at = is_paused, deed.now
        deed.tx.add(row)
        await deed.record(f"source:{name}", event="paused" if is_paused else "resumed")
        await deed.answer("source_paused" if is_paused else "source_resumed", name=name)
        deed.wake_after(loop_of(name))


async def approve(desk: Desk, actor: Actor, name: str, ground: str) -> None:
    """Record on what ground a source that needs it may be asked."""
    async with desk.deed(actor, Action.APPROVE_SOURCE) as deed:
        source = named(await all_sources(deed.tx, desk), name)
        if not NETWORKS[source.kind].needs_approval:
            raise Refusal(Reason.NEEDS_NO_APPROVAL, name=name)
        words = " ".join(ground.split())
        if not words:
            raise Refusal(Reason.EMPTY_TEXT, what="ground")
        if len(words) > LONGEST_GROUND:
            raise Refusal(Reason.TOO_LONG, most=LONGEST_GROUND)
        row = await table.begin(deed.tx, name, deed.now)
        await stand(deed, row, source)  # The approval is one of this address.
        row.approved_at, row.approved_by, row.approved_on = deed.now, actor.id, words
        deed.tx.add(row)
        await deed.record(f"source:{name}", event="approved")
        await deed.answer("source_approved", name=name, ground=words)
        deed.wake_after(loop_of(name))


async def forget(desk: Desk, actor: Actor, name: str) -> None:
    """Take out a source that a form had added; what it brought stays, where it would go on doesn't."""
    async with desk.deed(actor, Action.CHANGE_SOURCES) as deed:
        named(await all_sources(deed.tx, desk), name)
        if not await added_table.remove(deed.tx, name):
            raise Refusal(Reason.SOURCE_OF_POLICY, name=name)
        row = await table.begin(deed.tx, name)
        places.leave(row, deed.now)
        deed.tx.add(row)
        await term_table.forget_others(deed.tx, name, ())
        await deed.record(f"source:{name}", event="forgotten")
        await deed.answer("source_forgotten", name=name)
        deed.wake_after("sources")

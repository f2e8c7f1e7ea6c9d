"""Where each source stands: the turns of sweeps, what went wrong, and what staff see of it."""

from domain.access import SYSTEM, Action, Actor
from domain.cases import CaseState
from domain.keywords import folded
from domain.networks import NETWORKS
from domain.policy import SourcePolicy
from domain.refusals import Reason, Refusal
from domain.sources import MalformedSource, Source, Term, Watch, tag_text
from services.desk import Desk
from services.fingerprints import swept_case
from storage import candidates as candidate_table
from storage import cases as case_table
from storage import keywords as keyword_table
from storage import sources as table
from storage.database import Transaction
from storage.sealed import Safe
from storage.sources import SourceRow

_MOST_CASES = 100_000
_KEY_LETTERS = 16


def loop_of(name: str) -> str:
    """The name of the loop that sweeps a source."""
    return f"sweep-{name}"


def named(desk: Desk, name: str) -> SourcePolicy:
    """The source of this name in the policy; refuses any other."""
    for source in desk.policy.sources:
        if source.name == name:
            return source
    raise Refusal(Reason.NO_SUCH_SOURCE, name=name[:40])


async def begin_turn(desk: Desk, name: str) -> Watch | None:
    """Cursor and words for a poll; none while the source is paused and nobody asked for it."""
    source = named(desk, name)
    async with desk.deed(SYSTEM, Action.SWEEP) as deed:
        row = await table.begin(deed.tx, name)
        if row.is_paused and row.asked_at is None:
            return None
        words = await _keywords(deed.tx, deed.safe) if NETWORKS[source.kind].takes_words else []
        return Watch(source, _terms(deed.safe, [*source.tags, *words]), dict(row.cursor))


async def _keywords(tx: Transaction, safe: Safe) -> list[str]:
    """The words of every open case with the consents to sweep."""
    cases = await case_table.in_state(tx, CaseState.OPEN, _MOST_CASES)
    asked = [case.id for case in cases if await swept_case(tx, case.id) is not None]
    return [keyword.text for keyword in await keyword_table.of_cases(tx, safe, sorted(asked))]


def _terms(safe: Safe, words: list[str]) -> tuple[Term, ...]:
    texts = dict.fromkeys(tag_text(folded(word)) for word in words)
    return tuple(Term(safe.digest("tag", text)[:_KEY_LETTERS], text) for text in texts if text)


async def note_trouble(desk: Desk, name: str, trouble: MalformedSource | None) -> None:
    """What is wrong with a source, shown in /sweep status until a turn goes well."""
    async with desk.deed(SYSTEM, Action.SWEEP) as deed:
        await table.note_trouble(deed.tx, name, trouble)


async def sweep_now(desk: Desk, actor: Actor, name: str) -> list[str]:
    """Ask for a source to be swept at once, or for all (no name); the names."""
    chosen = [named(desk, name)] if name else list(desk.policy.sources)
    async with desk.deed(actor, Action.SWEEP) as deed:
        for source in chosen:
            await table.ask_now(deed.tx, source.name, actor.id, deed.now)
            await deed.record(f"source:{source.name}", asked="now")
            deed.wake_after(loop_of(source.name))
        names = [source.name for source in chosen]
        await deed.answer("sweep_asked", sources=names)
    return names


async def list_sources(desk: Desk, actor: Actor) -> list[Source]:
    """Every source of the policy, and how it fares."""
    async with desk.look(actor, Action.READ_SOURCES) as tx:
        rows = await table.every_row(tx)
        waiting = await candidate_table.waiting_by_source(tx)
    return [
        _source(source, rows.get(source.name) or SourceRow(name=source.name), waiting)
        for source in desk.policy.sources
    ]


def _source(policy: SourcePolicy, row: SourceRow, waiting: dict[str, int]) -> Source:
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
        waiting=waiting.get(policy.name, 0),
        is_paused=row.is_paused,
        tags=policy.tags,
    )

"""Turns: what a poll or a stream of a source starts from, and when the next is due."""

from collections.abc import Iterable
from datetime import datetime, timedelta

from domain.access import SYSTEM, Action
from domain.breakers import BreakerState
from domain.networks import NETWORKS, Can, Network
from domain.pacing import BURST, chosen, wait_between
from domain.policy import SourcePolicy
from domain.sources import Gap, Term, Watch
from domain.sweeps import Unasked
from services import allowances
from services.desk import Deed, Desk
from services.keywords import KEY_LETTERS
from services.terms import terms_of
from storage import added_sources as added_table
from storage import candidates as candidate_table
from storage import gaps as gap_table
from storage import places
from storage import sources as table
from storage import terms as term_table
from storage.database import Transaction
from storage.sources import SourceRow

MOST_WAITING = 5_000  # A source with more than this to be looked at is not asked for more.


async def every_source(desk: Desk) -> tuple[SourcePolicy, ...]:
    """The sources of the policy, and those that staff added."""
    async with desk.look(SYSTEM, Action.READ_SOURCES) as tx:
        return await all_sources(tx, desk)


async def all_sources(tx: Transaction, desk: Desk) -> tuple[SourcePolicy, ...]:
    """The same inside a transaction."""
    own = {source.name for source in desk.policy.sources}
    added = [each for each in await added_table.all_added(tx) if each.name not in own]
    return (*desk.policy.sources, *added)


async def is_due(desk: Desk, name: str) -> bool:
    """Whether a source is to be polled now: its time has come, or somebody asked for it."""
    async with desk.look(SYSTEM, Action.READ_SOURCES) as tx:
        row = await table.find(tx, name)
    now = desk.clock.now()
    return row is None or row.asked_at is not None or row.due_at is None or row.due_at <= now


def tick_of(source: SourcePolicy) -> timedelta:
    """How often to see whether a source is due: as often as it is asked after a hit."""
    return source.every / BURST


async def begin_turn(desk: Desk, name: str) -> Watch | None:
    """What a poll starts from; none while the source may not, or need not, be asked."""
    async with desk.deed(SYSTEM, Action.SWEEP) as deed:
        source = _named(await all_sources(deed.tx, desk), name)
        if source is None:
            return None
        row = await table.begin(deed.tx, name, deed.now)
        await stand(deed, row, source)
        row.due_at = deed.now + wait_between(source.every, deed.now, row.hot_until)
        _begin_shadow(row, source, deed.now)
        deed.tx.add(row)
        why = await _why_not(deed, row, NETWORKS.get(source.kind))
        watch = None if why else await _watch(deed, row, source)
        if watch is None:
            table.let_be(row, why or Unasked.QUOTA)
        return watch


def _named(sources: Iterable[SourcePolicy], name: str) -> SourcePolicy | None:
    return next((source for source in sources if source.name == name), None)


async def stand(deed: Deed, row: SourceRow, source: SourcePolicy) -> None:
    """Whoever was given another address begins anew there, with every word and without an approval."""
    if places.stand_at(row, places.place_of(deed.safe, source), deed.now):
        await term_table.forget_others(deed.tx, source.name, ())


def _begin_shadow(row: SourceRow, source: SourcePolicy, now: datetime) -> None:
    if source.is_shadow and row.shadow_since is None and row.shadow_ended_at is None:
        row.shadow_since = now


async def _why_not(deed: Deed, row: SourceRow, network: Network | None) -> Unasked | None:
    """Not while it is paused, lacks an approval, rests, or has brought too much; an officer may have an
    open breaker probed.
    """
    if row.is_paused and row.asked_at is None:
        return Unasked.PAUSED
    if not allowances.is_approved(row, network):
        return Unasked.NOT_APPROVED
    is_resting = allowances.is_resting(row, deed.now)
    is_probed = row.breaker is BreakerState.OPEN and (not is_resting or row.asked_at is not None)
    if is_resting and not is_probed:
        return Unasked.RESTS
    waiting = await candidate_table.waiting_by_source(deed.tx)
    if waiting.get(row.name, 0) > MOST_WAITING:
        return Unasked.BACKLOG
    if is_probed:
        table.put_breaker(row, table.breaker_of(row).probed(), deed.now)
    return None


async def _watch(deed: Deed, row: SourceRow, source: SourcePolicy) -> Watch | None:
    network = NETWORKS.get(source.kind)
    if network is None:
        return Watch(source, place=row.place)
    calls = allowances.calls_for(row, source, deed.now)
    if not calls:
        return None
    terms = await terms_of(deed.tx, deed.safe, source) if network.takes_words else {}
    own = 1 if Can.LIST in network.can else 0
    paces = await term_table.paces(deed.tx, source.name, {key: g for key, (_, g) in terms.items()})
    keys = chosen(paces, deed.now, most_words(calls - own, network))
    await term_table.forget_others(deed.tx, source.name, terms)
    cursor = {key: at for key, at in row.cursor.items() if _is_kept(key, terms, network)}
    return Watch(source, tuple(terms[key][0] for key in keys), cursor, calls=calls, place=row.place)


def most_words(calls: int, network: Network) -> int:
    """How many words so many calls are enough for; one where they are enough for a part of it."""
    return max(min(calls, 1), calls // network.calls_a_word)


def _is_kept(key: str, terms: dict[str, tuple[Term, int]], network: Network) -> bool:
    """Places of words that nobody asks for any more are forgotten; a connector's own stay."""
    looks_like_a_word = len(key) == KEY_LETTERS and network.takes_words
    return key in terms or not looks_like_a_word


async def to_stream(desk: Desk) -> list[tuple[SourcePolicy, frozenset[str]]]:
    """Every source that is to be streamed now, with the keys of the words to stream it with."""
    async with desk.look(SYSTEM, Action.SWEEP) as tx:
        rows = await table.every_row(tx)
        return [
            (source, frozenset(await _stream_words(tx, desk, source)))
            for source in await all_sources(tx, desk)
            if _is_streamed(source, rows.get(source.name))
        ]


async def begin_stream(desk: Desk, name: str) -> Watch | None:
    """What a stream starts from: every word, and its own cursor; none while it may not be opened."""
    async with desk.deed(SYSTEM, Action.SWEEP) as deed:
        source = _named(await all_sources(deed.tx, desk), name)
        row = await table.begin(deed.tx, name, deed.now)
        if source is None:
            return None
        await stand(deed, row, source)
        deed.tx.add(row)
        if not _is_streamed(source, row):
            return None
        _begin_shadow(row, source, deed.now)
        words = await _stream_words(deed.tx, desk, source)
        return Watch(source, tuple(words.values()), dict(row.stream_cursor), place=row.place)


def _is_streamed(source: SourcePolicy, row: SourceRow | None) -> bool:
    network = NETWORKS.get(source.kind)
    if network is None or Can.STREAM not in network.can:
        return False
    return allowances.is_approved(row, network) and not (row is not None and row.is_paused)


async def _stream_words(tx: Transaction, desk: Desk, source: SourcePolicy) -> dict[str, Term]:
    """Words by key, for a network whose stream is asked for words."""
    if not NETWORKS[source.kind].streams_words:
        return {}
    found = await terms_of(tx, desk.safe, source)
    return {key: term for key, (term, _) in found.items()}


async def has_room(desk: Desk, name: str) -> bool:
    """Whether a stream may go on bringing media: what waits to be looked at is bounded."""
    async with desk.look(SYSTEM, Action.SWEEP) as tx:
        return (await candidate_table.waiting_by_source(tx)).get(name, 0) < MOST_WAITING


async def begin_gap(desk: Desk, name: str) -> tuple[Watch, Gap] | None:
    """What filling a source's gap starts from; none where there is none, or it may not be asked now."""
    async with desk.deed(SYSTEM, Action.SWEEP) as deed:
        source = _named(await all_sources(deed.tx, desk), name)
        row = await table.find(deed.tx, name)
        if source is None or row is None or not row.gap or not _may_fill(row, source, deed.now):
            return None
        row = await table.begin(deed.tx, name)
        gap, calls = gap_table.gap_of(row), allowances.calls_for(row, source, deed.now)
        deed.tx.add(row)
        is_elsewhere = places.is_elsewhere(row, row.place and places.place_of(deed.safe, source))
        if gap is None or not calls or is_elsewhere:
            return None
        terms = await terms_of(deed.tx, deed.safe, source)
        words = tuple(term for term, _ in terms.values())
        return Watch(source, words, dict(row.gap_cursor), calls=calls, place=row.place), gap


def _may_fill(row: SourceRow, source: SourcePolicy, now: datetime) -> bool:
    """Not while it is paused, lacks an approval, or rests; an open breaker is probed by polls alone."""
    network = NETWORKS.get(source.kind)
    if network is None or row.is_paused or not allowances.is_approved(row, network):
        return False
    return row.breaker is BreakerState.CLOSED and not allowances.is_resting(row, now)

"""Looking at what a start would find, with nothing opened for writing: database, keys, policy, decoders."""

from collections.abc import Awaitable, Callable
from contextlib import closing
from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum
from functools import partial
from pathlib import Path
from typing import Any

from sqlalchemy.exc import SQLAlchemyError
from sqlmodel import func, select

from domain.audit import first_break
from matching.children import Children
from matching.decoding import Undecodable
from services.house import WrongMode
from services.policy import PolicyWrong, load_policy
from storage import audit, keys, migrate, stamps
from storage.database import only_looking, sqlite_file

_CLOCKS_APART_S = (
    5.0  # Leases last thirty seconds: with more, one process takes what another works on.
)


class State(StrEnum):
    """How a thing stands: it holds, it is worth knowing, it must be mended, or it wasn't looked at."""

    GOOD = "good"
    NOTE = "note"
    BAD = "bad"
    SKIPPED = "skipped"


@dataclass(frozen=True)
class Line:
    """One thing that was looked at: `key` names its sentence, `facts` fill it."""

    key: str
    state: State
    facts: dict[str, Any] = field(default_factory=dict)


class NoDatabase(RuntimeError):
    """There is an address, but no database that can be used; the text says why in a few words."""


async def refuse_misfit(url: str, mode: str) -> None:
    """Before anything is opened: raises NoDatabase or WrongMode, and changes nothing."""
    line = await look_at_database(url, mode)
    if line.key == "wrong_mode":
        raise WrongMode(line.facts["mode"])
    if line.state is State.BAD:
        raise NoDatabase(" ".join(str(fact) for fact in line.facts.values()))


async def look_at_database(url: str, mode: str) -> Line:
    """Whether it is there, ours, of this mode and this release."""
    file = sqlite_file(url)
    if file is not None and not file.exists():
        return Line("no_database", State.NOTE, {"where": file})
    return await _looked(url, partial(_database, mode=mode))


async def look_at_record(url: str) -> Line:
    """Whether the record of deeds is whole; only for a database that stands."""
    return await _looked(url, _record)


async def look_at_clock(url: str, now: Callable[[], datetime]) -> list[Line]:
    """Whether this machine's clock agrees with that of the database's machine, if that may be another."""
    return [] if sqlite_file(url) else [await _looked(url, partial(_clock, now=now))]


async def _looked(url: str, look: Callable[[Any], Awaitable[Line]]) -> Line:
    try:
        async with only_looking(url) as tx:
            return await look(tx)
    except (SQLAlchemyError, OSError) as error:
        why = type(getattr(error, "orig", None) or error).__name__
        return Line("unreachable", State.BAD, {"why": why})


async def _database(tx: Any, mode: str) -> Line:
    step, newest = await migrate.step_of(tx), migrate.newest()
    if not step:
        return Line("empty_database", State.NOTE)
    if not migrate.is_known(step):
        return Line("too_new", State.BAD, {"step": step, "newest": newest})
    known = await stamps.read(tx, "mode")
    if known and known != mode:
        return Line("wrong_mode", State.BAD, {"mode": known})
    if step != newest:
        return Line("behind", State.NOTE, {"step": step, "newest": newest})
    return Line("at_head", State.GOOD, {"step": step})


async def _clock(tx: Any, now: Callable[[], datetime]) -> Line:
    there: datetime = (await tx.exec(select(func.clock_timestamp()))).one()
    apart = round(abs((there - now()).total_seconds()), 1)
    if apart > _CLOCKS_APART_S:
        return Line("clock_apart", State.BAD, {"seconds": apart})
    return Line("clock_agrees", State.GOOD)


async def _record(tx: Any) -> Line:
    entries = await audit.sealed_entries(tx)
    broken = first_break(entries)
    if broken is not None:
        return Line("record_broken", State.BAD, {"number": broken})
    return Line("record_whole", State.GOOD, {"count": len(entries)})


def look_at_keys(folder: Path, master: bytes) -> Line:
    """Whether the master key opens the key store."""
    fits = keys.fits(folder, master)
    if fits is None:
        return Line("no_keys", State.NOTE, {"where": folder})
    return Line("keys_fit", State.GOOD) if fits else Line("wrong_key", State.BAD, {"where": folder})


def look_at_policy(folder: Path, **addresses: str) -> list[Line]:
    """The policy files in force: one line, or one for each mistake."""
    try:
        load_policy(folder, **addresses)
    except PolicyWrong as wrong:
        where = [
            (f"{one.file}:{one.line}", f"{one.field}: {one.problem}") for one in wrong.mistakes
        ]
        return [Line("policy_wrong", State.BAD, {"where": at, "what": what}) for at, what in where]
    own = sorted(file.name for file in folder.glob("*.toml"))
    return [Line("policy_holds", State.GOOD, {"own": ", ".join(own) or "-"})]


async def look_at_decoders() -> list[Line]:
    """Whether the processes that decode strangers' media are confined on this machine."""
    with closing(Children(1)) as children:
        try:
            is_cut = await children.is_network_cut()
            is_limited = await children.is_memory_limited()
        except Undecodable:
            return [Line("no_decoders", State.BAD)]
    return [
        Line("network_cut", State.GOOD) if is_cut else Line("network_open", State.NOTE),
        Line("memory_limited", State.GOOD) if is_limited else Line("memory_free", State.NOTE),
    ]

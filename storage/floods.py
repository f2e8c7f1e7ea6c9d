"""Queries of floods: how a fingerprint stands, what counts towards one, and what was held back."""

from datetime import datetime

from sqlmodel import and_, col, func, or_, select, update

from domain.floods import Gauge
from domain.matches import MatchState
from domain.verdicts import Tier, Way
from storage.database import Transaction
from storage.fingerprints import FingerprintRow
from storage.matches import MatchRow

_UNDECIDED = (MatchState.FOUND, MatchState.SECOND_LOOK)


async def hold(tx: Transaction, fingerprint_id: int) -> Gauge | None:
    """How a fingerprint stands, held until the transaction ends: matches of it come one by one."""
    query = select(FingerprintRow).where(FingerprintRow.id == fingerprint_id).with_for_update()
    row = (await tx.exec(query.execution_options(populate_existing=True))).first()
    if row is None:
        return None
    return Gauge(
        row.id or 0,
        row.case_id,
        row.quarantined_at,
        row.released_at,
        row.notice or 0,
        row.version,
    )


async def count(tx: Transaction, gauge: Gauge, since: datetime, is_minor: bool) -> int:
    """How many matches since then are dismissed, or undecided and of a kind that may be held back
    (`domain.floods.is_never_held`).
    """
    may_be_held = col(MatchRow.way) != Way.SAME_FILE
    if is_minor:
        may_be_held = and_(may_be_held, col(MatchRow.tier) != Tier.CERTAIN)
    query = select(func.count()).where(
        MatchRow.fingerprint_id == gauge.fingerprint_id,
        MatchRow.found_at > since,
        MatchRow.shadow_source == "",
        or_(
            col(MatchRow.state) == MatchState.DISMISSED,
            and_(col(MatchRow.state).in_(_UNDECIDED), may_be_held),
        ),
    )
    return (await tx.exec(query)).one()


async def quarantine(tx: Transaction, gauge: Gauge, notice: int, now: datetime) -> None:
    """From now on its alerts are held back; `notice` is the alert that tells so."""
    await _set(tx, gauge, quarantined_at=now, notice=notice)


async def release(tx: Transaction, gauge: Gauge, now: datetime) -> None:
    """From now on its matches alert again."""
    await _set(tx, gauge, released_at=now)


async def _set(tx: Transaction, gauge: Gauge, **values: object) -> None:
    statement = update(FingerprintRow).where(col(FingerprintRow.id) == gauge.fingerprint_id)
    await tx.exec(statement.values(**values, version=gauge.version + 1))


async def waiting(tx: Transaction, fingerprint_id: int) -> list[int]:
    """The matches that were held back and that nobody has decided."""
    query = select(MatchRow.id).where(
        MatchRow.fingerprint_id == fingerprint_id,
        col(MatchRow.is_held).is_(True),
        col(MatchRow.state).in_(_UNDECIDED),
    )
    return [found for found in (await tx.exec(query.order_by(col(MatchRow.id)))).all() if found]


async def retell(tx: Transaction, fingerprint_id: int, alert_id: int) -> None:
    """Another alert tells of what was held back and is undecided."""
    await tx.exec(
        update(MatchRow)
        .where(
            col(MatchRow.fingerprint_id) == fingerprint_id,
            col(MatchRow.is_held).is_(True),
            col(MatchRow.state).in_(_UNDECIDED),
        )
        .values(alert_id=alert_id)
    )

"""Table and queries of the inbox: everything that came in, sealed until it was acted on."""

from datetime import datetime

from sqlmodel import Field, Index, SQLModel, UniqueConstraint, col, delete, select, update

from domain.inbox import InboxState, Letter, Received
from storage.columns import enum_field, sealed_field
from storage.database import Transaction, insert_once
from storage.sealed import Safe, day_key


class InboxRow(SQLModel, table=True):
    """One letter; `body`, its payload and whom it is from, is emptied once it was acted on."""

    __tablename__ = "inbox"
    __table_args__ = (
        UniqueConstraint("origin", "key"),
        Index("ix_inbox_state_id", "state", "id"),
    )

    id: int | None = Field(default=None, primary_key=True)
    origin: str = Field(max_length=60)
    key: str = Field(max_length=120)
    state: InboxState = enum_field(InboxState, default=InboxState.RECEIVED)
    key_id: str = Field(max_length=60)
    body: bytes = sealed_field()
    received_at: datetime
    done_at: datetime | None = None
    replays: int = 0


class OffsetRow(SQLModel, table=True):
    """Up to which update a Telegram bot's updates are safely in the inbox."""

    __tablename__ = "telegram_offset"

    bot: str = Field(primary_key=True, max_length=60)
    next_update: int


async def take_in(tx: Transaction, safe: Safe, letter: Letter, now: datetime) -> int | None:
    """Keep a letter; its row's id, or none where the same letter came before."""
    key_id = day_key(now.date())
    row = {
        "origin": letter.origin,
        "key": letter.key,
        "state": InboxState.RECEIVED,
        "key_id": key_id,
        "body": safe.seal_json(key_id, [letter.order_key, letter.payload]),
        "received_at": now,
        "replays": 0,
    }
    if not await insert_once(tx, InboxRow, row):
        return None
    found = select(InboxRow.id).where(InboxRow.origin == letter.origin, InboxRow.key == letter.key)
    return (await tx.exec(found)).one()


async def mark_done(tx: Transaction, inbox_id: int, now: datetime) -> None:
    """The letter was acted on: it is never replayed, and its contents are gone."""
    await _settle(tx, inbox_id, InboxState.DONE, now)


async def mark_failed(tx: Transaction, inbox_id: int, now: datetime) -> None:
    """The letter can't be acted on; staff were told."""
    await _settle(tx, inbox_id, InboxState.FAILED, now)


async def _settle(tx: Transaction, inbox_id: int, state: InboxState, now: datetime) -> None:
    await tx.exec(
        update(InboxRow)
        .where(col(InboxRow.id) == inbox_id, col(InboxRow.state) == InboxState.RECEIVED)
        .values(state=state, done_at=now, body=b"")
    )


async def unfinished(tx: Transaction, safe: Safe, origin: str) -> list[Received]:
    """The letters of this origin (or those that begin so) not acted on yet, oldest first."""
    query = (
        select(InboxRow)
        .where(InboxRow.state == InboxState.RECEIVED, col(InboxRow.origin).startswith(origin))
        .order_by(col(InboxRow.id))
    )
    return [_opened(row, safe) for row in (await tx.exec(query)).all()]


async def forget_done(tx: Transaction, before: datetime) -> int:
    """Remove letters acted on before this moment; nobody sends them again after so long. How many."""
    old = delete(InboxRow).where(
        col(InboxRow.state) == InboxState.DONE, col(InboxRow.done_at) < before
    )
    return (await tx.exec(old)).rowcount


async def count_replay(tx: Transaction, inbox_id: int) -> None:
    """Write down that this letter is being tried again."""
    change = update(InboxRow).where(col(InboxRow.id) == inbox_id)
    await tx.exec(change.values(replays=InboxRow.replays + 1))


async def next_update(tx: Transaction, bot: str) -> int:
    """The number of the first update of this bot that isn't in the inbox; 0 at the very first."""
    row = await tx.get(OffsetRow, bot)
    return row.next_update if row else 0


async def move_offset(tx: Transaction, bot: str, next_number: int) -> None:
    """Say that every update below this number is in the inbox."""
    await tx.merge(OffsetRow(bot=bot, next_update=next_number))


def _opened(row: InboxRow, safe: Safe) -> Received:
    order_key, payload = safe.open_json(row.key_id, row.body)
    letter = Letter(row.origin, row.key, payload, order_key)
    return Received(row.id or 0, letter, row.received_at, row.replays, is_replay=True)

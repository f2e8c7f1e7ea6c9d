"""Table and queries of relays: staff's words, kept from the preview until they are sent or read."""

from dataclasses import dataclass
from datetime import datetime

from sqlmodel import Field, Index, SQLModel, col, select, update

from domain.conversations import RELAY, RelayEvent, RelayState
from domain.refusals import Reason, Refusal
from storage.columns import enum_field, sealed_field
from storage.database import Transaction, insert_once
from storage.keys import KeyErased
from storage.sealed import Safe, case_key


class RelayRow(SQLModel, table=True):
    """One message of staff's thread; `message_key` names it in Slack (`channel:ts`)."""

    __tablename__ = "relay"
    __table_args__ = (Index("ix_relay_conversation", "conversation_id", "state"),)

    id: int | None = Field(default=None, primary_key=True)
    conversation_id: int = Field(foreign_key="conversation.id")
    case_id: int = Field(foreign_key="victim_case.id")
    message_key: str = Field(unique=True, max_length=80)
    author: str = Field(max_length=40)
    text: bytes = sealed_field()
    state: RelayState = enum_field(RelayState, default=RelayState.PREVIEWED)
    made_at: datetime


@dataclass(frozen=True)
class Relay:
    """A relay, opened."""

    id: int
    conversation_id: int
    case_id: int
    author: str
    text: str
    state: RelayState


async def add(
    tx: Transaction,
    safe: Safe,
    conversation_id: int,
    case_id: int,
    message_key: str,
    author: str,
    text: str,
    now: datetime,
) -> int | None:
    """Keep staff's words for their preview; none where this message was previewed before."""
    values = {
        "conversation_id": conversation_id,
        "case_id": case_id,
        "message_key": message_key,
        "author": author,
        "text": safe.seal(case_key(case_id), text),
        "state": RelayState.PREVIEWED,
        "made_at": now,
    }
    if not await insert_once(tx, RelayRow, values):
        return None
    query = select(RelayRow.id).where(RelayRow.message_key == message_key)
    return (await tx.exec(query)).one()


async def find(tx: Transaction, safe: Safe, relay_id: int) -> Relay:
    """One relay; refuses where there is none, or none any more."""
    row = await tx.get(RelayRow, relay_id, populate_existing=True)
    if row is None:
        raise Refusal(Reason.NO_SUCH_RELAY)
    try:
        return _opened(safe, row)
    except KeyErased:
        raise Refusal(Reason.NO_SUCH_RELAY) from None


async def held(tx: Transaction, safe: Safe, conversation_id: int) -> list[Relay]:
    """What waits behind the code word, oldest first."""
    query = (
        select(RelayRow)
        .where(RelayRow.conversation_id == conversation_id, RelayRow.state == RelayState.HELD)
        .order_by(col(RelayRow.id))
    )
    return [_opened(safe, row) for row in (await tx.exec(query)).all()]


async def move(tx: Transaction, relay: Relay, state: RelayState) -> None:
    """Compare-and-set; refuses where somebody else was first."""
    statement = (
        update(RelayRow)
        .where(col(RelayRow.id) == relay.id, col(RelayRow.state) == relay.state)
        .values(state=state)
        .returning(col(RelayRow.id))
        .execution_options(synchronize_session=False)
    )
    if (await tx.exec(statement)).first() is None:
        raise Refusal(Reason.CHANGED_MEANWHILE, what=f"relay {relay.id}")


async def end_of_case(tx: Transaction, case_id: int) -> None:
    """No words of a case that weren't read yet will ever be."""
    ends = [state for state in RelayState if RELAY.allows(state, RelayEvent.ERASE)]
    statement = (
        update(RelayRow)
        .where(col(RelayRow.case_id) == case_id, col(RelayRow.state).in_(ends))
        .values(state=RelayState.CANCELLED)
        .execution_options(synchronize_session=False)
    )
    await tx.exec(statement)


def _opened(safe: Safe, row: RelayRow) -> Relay:
    text = safe.open(case_key(row.case_id), row.text)
    return Relay(row.id or 0, row.conversation_id, row.case_id, row.author, text, row.state)

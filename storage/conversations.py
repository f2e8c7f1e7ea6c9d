"""Table and queries of conversations: one row per chat of a private bot, found by a keyed digest."""

import secrets
from datetime import datetime
from typing import Any

from sqlmodel import Field, SQLModel, UniqueConstraint, col, select, update

from domain.conversations import Agreement, Chat, Conversation, ConversationState, Step
from domain.refusals import Reason, Refusal
from storage.columns import enum_field, sealed_field
from storage.database import Transaction, insert_once
from storage.keys import KeyErased
from storage.sealed import Safe, case_key


class ConversationRow(SQLModel, table=True):
    """A phone's chat with one persona; `chat` and `agreed` are sealed with the case's key."""

    __tablename__ = "conversation"
    __table_args__ = (UniqueConstraint("bot", "chat_digest"),)

    id: int | None = Field(default=None, primary_key=True)
    case_id: int = Field(foreign_key="victim_case.id", index=True)
    bot: str = Field(max_length=60)
    chat_digest: str = Field(max_length=64)
    chat: bytes = sealed_field()
    agreed: bytes = sealed_field()
    persona: str = Field(max_length=20)
    language: str = Field(max_length=2)
    state: ConversationState = enum_field(ConversationState, default=ConversationState.ENROLLING)
    step: Step = enum_field(Step, default=Step.LANGUAGE)
    consent_text: str = Field(default="", max_length=20)
    awaits_word: bool = False
    wrong_words: int = 0
    opened_until: datetime | None = None
    duress_at: datetime | None = None
    heard_at: datetime
    started_at: datetime
    version: int = 1


def _digest(safe: Safe, chat: Chat) -> str:
    return safe.digest("chat", chat.address)


async def add(
    tx: Transaction,
    safe: Safe,
    chat: Chat,
    case_id: int,
    persona: str,
    language: str,
    agreement: Agreement,
    now: datetime,
) -> bool:
    """Begin a conversation; false where this chat has one."""
    key = case_key(case_id)
    values = {
        "case_id": case_id,
        "bot": chat.bot,
        "chat_digest": _digest(safe, chat),
        "chat": safe.seal(key, str(chat.id)),
        "agreed": safe.seal_json(key, [agreement.code_word, agreement.duress_word]),
        "persona": persona,
        "language": language,
        "state": ConversationState.ENROLLING,
        "step": Step.LANGUAGE,
        "consent_text": "",
        "awaits_word": False,
        "wrong_words": 0,
        "heard_at": now,
        "started_at": now,
        "version": 1,
    }
    return await insert_once(tx, ConversationRow, values)


async def at_chat(tx: Transaction, safe: Safe, chat: Chat) -> Conversation | None:
    """The conversation of this chat; none for a stranger, an ended or an erased one."""
    query = select(ConversationRow).where(
        ConversationRow.bot == chat.bot,
        ConversationRow.chat_digest == _digest(safe, chat),
        ConversationRow.state != ConversationState.ENDED,
    )
    return _opened(safe, (await tx.exec(query)).first())


async def find(tx: Transaction, safe: Safe, conversation_id: int) -> Conversation | None:
    """One conversation by its id."""
    return _opened(safe, await tx.get(ConversationRow, conversation_id, populate_existing=True))


async def of_case(tx: Transaction, safe: Safe, case_id: int) -> Conversation | None:
    """The conversation that a case has now, the newest first."""
    query = (
        select(ConversationRow)
        .where(
            ConversationRow.case_id == case_id,
            ConversationRow.state != ConversationState.ENDED,
        )
        .order_by(col(ConversationRow.id).desc())
    )
    return _opened(safe, (await tx.exec(query)).first())


async def all_of_case(tx: Transaction, safe: Safe, case_id: int) -> list[Conversation]:
    """Every conversation that a case ever had, oldest first: an earlier phone has its bubbles too."""
    query = select(ConversationRow).where(ConversationRow.case_id == case_id)
    rows = (await tx.exec(query.order_by(col(ConversationRow.id)))).all()
    return [found for row in rows if (found := _opened(safe, row)) is not None]


async def end_of_case(tx: Transaction, case_id: int) -> None:
    """End whatever a case still talks in."""
    statement = (
        update(ConversationRow)
        .where(
            col(ConversationRow.case_id) == case_id,
            col(ConversationRow.state) != ConversationState.ENDED,
        )
        .values(state=ConversationState.ENDED, version=ConversationRow.version + 1)
        .execution_options(synchronize_session=False)
    )
    await tx.exec(statement)


async def let_go(tx: Transaction, safe: Safe, chat: Chat) -> None:
    """Free a chat whose conversation has ended or was erased, so that another can begin there."""
    statement = (
        update(ConversationRow)
        .where(
            col(ConversationRow.bot) == chat.bot,
            col(ConversationRow.chat_digest) == _digest(safe, chat),
        )
        .values(
            chat_digest=safe.digest("ended", secrets.token_hex(16)),
            state=ConversationState.ENDED,
        )
        .execution_options(synchronize_session=False)
    )
    await tx.exec(statement)


async def change(tx: Transaction, conversation: Conversation, **values: Any) -> None:
    """Compare-and-set: writes only if nobody changed the conversation since it was read."""
    statement = (
        update(ConversationRow)
        .where(
            col(ConversationRow.id) == conversation.id,
            col(ConversationRow.version) == conversation.version,
        )
        .values(**values, version=conversation.version + 1)
        .returning(col(ConversationRow.id))
        .execution_options(synchronize_session=False)
    )
    if (await tx.exec(statement)).first() is None:
        raise Refusal(Reason.CHANGED_MEANWHILE, what=f"conversation {conversation.id}")


def _opened(safe: Safe, row: ConversationRow | None) -> Conversation | None:
    """The row with its seals opened; none where the case's key is gone."""
    if row is None:
        return None
    try:
        chat_id = int(safe.open(case_key(row.case_id), row.chat))
        code_word, duress_word = safe.open_json(case_key(row.case_id), row.agreed)
    except KeyErased:
        return None
    return Conversation(
        id=row.id or 0,
        case_id=row.case_id,
        chat=Chat(row.bot, chat_id),
        persona=row.persona,
        language=row.language,
        state=row.state,
        step=row.step,
        agreement=Agreement(code_word, duress_word),
        awaits_word=row.awaits_word,
        wrong_words=row.wrong_words,
        opened_until=row.opened_until,
        duress_at=row.duress_at,
        heard_at=row.heard_at,
        version=row.version,
    )

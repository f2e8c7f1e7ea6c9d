"""Tables and queries of the public hotline: where a stranger's dialogue stands, and call-back requests."""

import secrets
from dataclasses import dataclass
from datetime import datetime

from sqlmodel import Field, SQLModel, UniqueConstraint, select, update
from sqlmodel import col as column

from domain.conversations import Chat
from domain.hotline import CallBack, CallBackState, HotlineStep
from domain.refusals import Reason, Refusal
from storage.columns import enum_field, sealed_field
from storage.database import Transaction
from storage.keys import KeyErased
from storage.sealed import Safe


class HotlineRow(SQLModel, table=True):
    """One chat of the public bot; what was typed so far is sealed with a key of its own."""

    __tablename__ = "hotline_chat"
    __table_args__ = (UniqueConstraint("bot", "chat_digest"),)

    id: int | None = Field(default=None, primary_key=True)
    bot: str = Field(max_length=60)
    chat_digest: str = Field(max_length=64)
    language: str = Field(max_length=2)
    step: HotlineStep = enum_field(HotlineStep, default=HotlineStep.IDLE)
    key_id: str = Field(default="", max_length=60)
    typed: bytes | None = sealed_field(nullable=True, default=None)


class CallBackRow(SQLModel, table=True):
    """A request to be called; erased with its key when it was done."""

    __tablename__ = "call_back"

    id: int | None = Field(default=None, primary_key=True)
    key_id: str = Field(max_length=60)
    body: bytes = sealed_field()
    state: CallBackState = enum_field(CallBackState, default=CallBackState.ASKED)
    asked_at: datetime


@dataclass(frozen=True)
class HotlineChat:
    """Where a stranger's dialogue stands: what they typed so far (`phone`, `hours`)."""

    id: int
    chat: Chat
    language: str
    step: HotlineStep
    key_id: str
    typed: dict[str, str]


async def at_chat(tx: Transaction, safe: Safe, chat: Chat, language: str) -> HotlineChat:
    """The dialogue of this chat, begun if there is none."""
    digest = safe.digest("chat", chat.address)
    query = select(HotlineRow).where(HotlineRow.bot == chat.bot, HotlineRow.chat_digest == digest)
    row = (await tx.exec(query)).first()
    if row is None:
        row = HotlineRow(bot=chat.bot, chat_digest=digest, language=language)
        tx.add(row)
        await tx.flush()
    return HotlineChat(row.id or 0, chat, row.language, row.step, row.key_id, _typed(safe, row))


async def save(
    tx: Transaction, safe: Safe, chat: HotlineChat, step: HotlineStep, typed: dict[str, str]
) -> None:
    """Keep where the dialogue stands now; nothing typed means nothing kept."""
    row = await tx.get_one(HotlineRow, chat.id)
    row.step = step
    if not typed and row.key_id:
        safe.keys.erase(row.key_id)
    row.key_id = (row.key_id or f"hotline-{secrets.token_hex(8)}") if typed else ""
    row.typed = safe.seal_json(row.key_id, typed) if typed else None
    tx.add(row)


async def choose_language(tx: Transaction, chat: HotlineChat, language: str) -> None:
    """Speak this language from now on."""
    change = update(HotlineRow).where(column(HotlineRow.id) == chat.id)
    await tx.exec(change.values(language=language))


async def ask(tx: Transaction, safe: Safe, call_back: dict[str, str], now: datetime) -> int:
    """Keep a request to be called; its number."""
    key_id = f"callback-{secrets.token_hex(8)}"
    row = CallBackRow(key_id=key_id, body=safe.seal_json(key_id, call_back), asked_at=now)
    tx.add(row)
    await tx.flush()
    return row.id or 0


async def find(tx: Transaction, safe: Safe, call_back_id: int) -> CallBack:
    """One request, opened; refuses where there is none or it was erased."""
    row = await tx.get(CallBackRow, call_back_id, populate_existing=True)
    if row is None:
        raise Refusal(Reason.NO_SUCH_CALL_BACK, number=call_back_id)
    try:
        body = safe.open_json(row.key_id, row.body)
    except KeyErased:
        raise Refusal(Reason.NO_SUCH_CALL_BACK, number=call_back_id) from None
    return CallBack(row.id or 0, body["phone"], body["hours"], row.state, row.asked_at)


async def settle(tx: Transaction, safe: Safe, call_back_id: int) -> None:
    """The call was made: the number is erased with its key."""
    row = await tx.get_one(CallBackRow, call_back_id)
    row.state = CallBackState.DONE
    tx.add(row)
    safe.keys.erase(row.key_id)


def _typed(safe: Safe, row: HotlineRow) -> dict[str, str]:
    if row.typed is None:
        return {}
    try:
        return dict(safe.open_json(row.key_id, row.typed))
    except KeyErased:
        return {}

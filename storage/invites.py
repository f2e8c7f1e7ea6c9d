"""Table and queries of invitations: one-time links, of which only a digest is kept."""

from dataclasses import dataclass
from datetime import datetime

from sqlmodel import Field, SQLModel, col, select, update

from domain.conversations import Agreement
from storage.columns import sealed_field
from storage.database import Transaction
from storage.keys import KeyErased
from storage.sealed import Safe, case_key


class InviteRow(SQLModel, table=True):
    """One link; it is used once, by whoever has it, before it expires."""

    __tablename__ = "invite"

    id: int | None = Field(default=None, primary_key=True)
    case_id: int = Field(foreign_key="victim_case.id", index=True)
    token_digest: str = Field(unique=True, max_length=64)
    bot: str = Field(max_length=60)
    language: str = Field(max_length=2)
    agreed: bytes = sealed_field()
    made_by: str = Field(max_length=40)
    made_at: datetime
    expires_at: datetime
    used_at: datetime | None = None


@dataclass(frozen=True)
class Invite:
    """A link that was just used."""

    id: int
    case_id: int
    language: str
    agreement: Agreement


async def add(
    tx: Transaction,
    safe: Safe,
    token: str,
    case_id: int,
    bot: str,
    language: str,
    agreement: Agreement,
    made_by: str,
    times: tuple[datetime, datetime],
) -> None:
    """Keep a new link, made and expiring at `times`; older links of the case are dead from now on."""
    made_at, expires_at = times
    await end_of_case(tx, case_id, made_at)
    sealed = safe.seal_json(case_key(case_id), [agreement.code_word, agreement.duress_word])
    tx.add(
        InviteRow(
            case_id=case_id,
            token_digest=safe.digest("invite", token),
            bot=bot,
            language=language,
            agreed=sealed,
            made_by=made_by,
            made_at=made_at,
            expires_at=expires_at,
        )
    )
    await tx.flush()


async def use(tx: Transaction, safe: Safe, token: str, bot: str, now: datetime) -> Invite | None:
    """Use a link: its contents the first time, none for one used, expired, invented or erased."""
    statement = (
        update(InviteRow)
        .where(
            col(InviteRow.token_digest) == safe.digest("invite", token),
            col(InviteRow.bot) == bot,
            col(InviteRow.used_at).is_(None),
            col(InviteRow.expires_at) > now,
        )
        .values(used_at=now)
        .returning(col(InviteRow.id))
        .execution_options(synchronize_session=False)
    )
    found = (await tx.exec(statement)).scalar_one_or_none()
    if found is None:
        return None
    row = (await tx.exec(select(InviteRow).where(InviteRow.id == found))).one()
    try:
        code_word, duress_word = safe.open_json(case_key(row.case_id), row.agreed)
    except KeyErased:
        return None
    return Invite(found, row.case_id, row.language, Agreement(code_word, duress_word))


async def end_of_case(tx: Transaction, case_id: int, now: datetime) -> None:
    """Whatever link of a case wasn't used yet is dead from now on."""
    change = update(InviteRow).where(col(InviteRow.case_id) == case_id)
    await tx.exec(change.where(col(InviteRow.used_at).is_(None)).values(expires_at=now))

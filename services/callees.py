"""Whom a check-in reaches: the case, what is agreed with its person, and the chat if there is one."""

from dataclasses import dataclass
from datetime import datetime

from domain.cases import Case, CaseState
from domain.consents import ConsentPart, held_parts
from domain.contacts import ContactChannel, SafeContact
from domain.conversations import Conversation, Step
from services.desk import Deed
from storage import cases, consents, contacts, conversations


@dataclass(frozen=True)
class Callee:
    """A case's person, as far as check-ins go."""

    case: Case
    contact: SafeContact | None
    conversation: Conversation | None
    has_consent: bool

    @property
    def is_by_phone(self) -> bool:
        """Whether staff call, rather than a persona."""
        return self.contact is not None and self.contact.channel is ContactChannel.TELEPHONE

    @property
    def is_erased(self) -> bool:
        """Whether the case is gone, and with it every reason to ask."""
        return self.case.state is CaseState.ERASED

    def obstacle(self, now: datetime) -> str:
        """Why nothing may be begun now, in one word; empty where something may."""
        if not self.has_consent:
            return "no_consent"
        if self.contact is None or (self.contact.halted_at is None and not self._holds(now)):
            return "no_contact"
        if self.contact.halted_at is not None:
            return "halted"
        return "" if self.is_by_phone or self._is_enrolled() else "not_enrolled"

    def _holds(self, now: datetime) -> bool:
        return self.contact is not None and self.contact.is_current(now)

    def _is_enrolled(self) -> bool:
        return self.conversation is not None and self.conversation.step is Step.DONE


async def callee_of(deed: Deed, case_id: int) -> Callee:
    """The person of a case."""
    held = held_parts(await consents.of_case(deed.tx, case_id))
    return Callee(
        case=await cases.existing(deed.tx, case_id),
        contact=await contacts.find(deed.tx, case_id),
        conversation=await conversations.of_case(deed.tx, deed.safe, case_id),
        has_consent=ConsentPart.CHECKINS in held,
    )

"""Recording consent: each part given and withdrawn by itself, and stopping at once what it carried."""

from domain.access import Action, Actor
from domain.cases import number_from, require_open
from domain.consents import TEXT_VERSION, Basis, Consent, ConsentPart
from domain.refusals import Reason, Refusal
from services import cards
from services.desk import Deed, Desk
from storage import cases as case_table
from storage import consents as table
from storage import fingerprints as fingerprint_table


async def give(
    desk: Desk,
    actor: Actor,
    word: str,
    parts: tuple[ConsentPart, ...],
    basis: Basis = Basis.OWN_CONSENT,
    recipient: str = "",
) -> None:
    """Write these parts as given today, with the version of the text that was read out."""
    async with desk.deed(actor, Action.RECORD_CONSENT) as deed:
        case = await case_table.numbered(deed.tx, number_from(word))
        require_open(case)
        given = [p for p in parts if await _give(deed, case.id, p, basis, recipient)]
        await fingerprint_table.touch_case(deed.tx, case.id, deed.now)
        await deed.record(f"case:{case.id}", number=case.number, given=given, basis=basis)
        await cards.refresh(deed, case.id)
        await deed.answer("consent_given", number=case.number, parts=list(parts))


async def _give(deed: Deed, case_id: int, part: ConsentPart, basis: Basis, recipient: str) -> bool:
    to = recipient if part is ConsentPart.PASSING_ON else ""
    consent = Consent(part, to, basis, TEXT_VERSION, deed.now)
    return await table.give(deed.tx, case_id, consent, deed.actor.id)


async def withdraw(desk: Desk, actor: Actor, word: str, part: ConsentPart) -> None:
    """End a part; what it carried stops in the same transaction."""
    async with desk.deed(actor, Action.RECORD_CONSENT) as deed:
        case = await case_table.numbered(deed.tx, number_from(word))
        if not await table.withdraw(deed.tx, case.id, part, deed.now):
            raise Refusal(Reason.CONSENT_NOT_HELD, number=case.number, part=part)
        if part is ConsentPart.DESCRIPTORS:
            await fingerprint_table.drop_points(deed.tx, case.id)
        await fingerprint_table.touch_case(deed.tx, case.id, deed.now)
        await deed.record(f"case:{case.id}", number=case.number, withdrawn=part)
        await cards.refresh(deed, case.id)
        await deed.answer("consent_withdrawn", number=case.number, part=part)

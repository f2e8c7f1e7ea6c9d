"""Inviting a person: what was agreed face to face, and the one-time link that it makes."""

import secrets
from dataclasses import dataclass
from datetime import time

from domain.access import Action, Actor
from domain.cases import Case, Missing, number_from, require_open
from domain.consents import ConsentPart, require_part
from domain.contacts import ContactChannel, SafeContact
from domain.conversations import checked_agreement
from domain.refusals import Reason, Refusal
from domain.walltime import zone_named
from services import cards, phones
from services.desk import Deed, Desk
from storage import cases, consents, contacts, invites

_TOKEN_BYTES = 32


@dataclass(frozen=True)
class Wish:
    """What the person wants: by which way, when, in which language, with which two words.

    `bot` is the user name of a private bot; empty where the person doesn't use Telegram already:
    a new account would show up in somebody's contacts, so check-ins go by telephone.
    """

    bot: str
    opens: time
    closes: time
    zone: str
    language: str = "ko"
    code_word: str = ""
    duress_word: str = ""


async def find_bots(desk: Desk, actor: Actor, word: str) -> tuple[Case, list[str]]:
    """The case that somebody is to be invited for, checked, and the bots to choose from."""
    async with desk.look(actor, Action.INVITE) as tx:
        case = await cases.numbered(tx, number_from(word))
        require_open(case)
        held = await consents.of_case(tx, case.id)
        require_part(case.number, held, ConsentPart.CHECKINS)
    return case, phones.private_bots(desk)


async def invite(desk: Desk, actor: Actor, word: str, wish: Wish) -> str:
    """Keep the safe contact and make a link; the token is told once and only its digest kept.

    By telephone no link is made, and the token is empty.
    """
    async with desk.deed(actor, Action.INVITE) as deed:
        case = await cases.numbered(deed.tx, number_from(word))
        require_open(case)
        held = await consents.of_case(deed.tx, case.id)
        require_part(case.number, held, ConsentPart.CHECKINS)
        await _keep_contact(deed, case, wish)
        token = await _make_link(deed, case, wish) if wish.bot else ""
        way = "telegram" if wish.bot else "telephone"
        await deed.record(f"case:{case.id}", number=case.number, event="invited", way=way)
        hours = int(deed.policy.retention.invite.total_seconds() // 3600)
        await deed.answer(
            f"invite_{way}", number=case.number, bot=wish.bot, token=token, hours=hours
        )
    return token


async def renew_contact(desk: Desk, actor: Actor, word: str) -> None:
    """The person was asked and it is still safe: the record holds for another term."""
    async with desk.deed(actor, Action.INVITE) as deed:
        case = await cases.numbered(deed.tx, number_from(word))
        await renew(deed, case)
        await deed.answer("contact_renewed", number=case.number)


async def renew(deed: Deed, case: Case) -> None:
    """Let the case's safe contact hold for another term, from now; refuses where there is none."""
    contact = await contacts.find(deed.tx, case.id)
    if contact is None:
        raise Refusal(Reason.NO_SAFE_CONTACT, number=case.number)
    expires = deed.now + deed.policy.retention.safe_contact
    renewed = SafeContact(
        case.id, contact.channel, contact.opens, contact.closes, contact.zone, expires
    )
    await contacts.save(deed.tx, renewed, deed.actor.id)
    await deed.record(f"case:{case.id}", number=case.number, event="contact_renewed")


async def _keep_contact(deed: Deed, case: Case, wish: Wish) -> None:
    zone_named(wish.zone)
    channel = ContactChannel.TELEGRAM if wish.bot else ContactChannel.TELEPHONE
    expires = deed.now + deed.policy.retention.safe_contact
    contact = SafeContact(case.id, channel, wish.opens, wish.closes, wish.zone, expires)
    await contacts.save(deed.tx, contact, deed.actor.id)
    done = await cases.settled(deed.tx, case.id)
    if Missing.SAFE_CONTACT not in done:
        await cases.change(deed.tx, case, settled=sorted({*done, str(Missing.SAFE_CONTACT)}))
        await cards.refresh(deed, case.id)


async def _make_link(deed: Deed, case: Case, wish: Wish) -> str:
    phones.persona_of(deed.desk, wish.bot)
    agreement = checked_agreement(wish.code_word, wish.duress_word)
    token = secrets.token_urlsafe(_TOKEN_BYTES)
    times = (deed.now, deed.now + deed.policy.retention.invite)
    await invites.add(
        deed.tx, deed.safe, token, case.id, wish.bot, wish.language, agreement, deed.actor.id, times
    )
    return token

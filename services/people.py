"""Who is speaking, and who may be what."""

from dataclasses import dataclass

from domain.access import SYSTEM, Action, Actor, Role
from domain.people import Language, Person, role_named
from domain.refusals import Reason, Refusal
from services.desk import Desk
from storage import people as table


@dataclass(frozen=True)
class Account:
    """What Slack says of who is speaking."""

    id: str
    team: str
    is_guest: bool = False
    is_bot: bool = False


async def identify(desk: Desk, account: Account, home_team: str) -> Actor:
    """The actor behind a Slack account; refuses other workspaces, guests, bots and strangers."""
    if account.team != home_team:
        raise Refusal(Reason.OTHER_WORKSPACE)
    if account.is_guest:
        raise Refusal(Reason.GUEST)
    if account.is_bot:
        raise Refusal(Reason.NOT_STAFF)
    async with desk.look(SYSTEM, Action.READ_HELP) as tx:
        person = await table.find(tx, account.id)
    if person is None or not person.roles:
        raise Refusal(Reason.NOT_STAFF)
    return Actor(person.id, person.roles, person.language)


async def seat_supervisor(desk: Desk, person_id: str) -> None:
    """Make this person a supervisor, as the settings ask, while the centre has none."""
    async with desk.deed(SYSTEM, Action.GRANT_ROLE) as deed:
        if await table.with_role(deed.tx, Role.SUPERVISOR):
            return
        await table.save(deed.tx, Person(person_id, frozenset({Role.SUPERVISOR}), Language.KOREAN))
        await deed.record(f"person:{person_id}", roles=[Role.SUPERVISOR])


async def grant(desk: Desk, actor: Actor, person_id: str, words: tuple[str, ...]) -> Person:
    """Give a person exactly these roles (`none` takes all away); the last supervisor stays one."""
    roles = frozenset(role_named(word) for word in words if word.lower() != "none")
    async with desk.deed(actor, Action.GRANT_ROLE) as deed:
        supervisors = await table.with_role(deed.tx, Role.SUPERVISOR)
        if supervisors == [person_id] and Role.SUPERVISOR not in roles:
            raise Refusal(Reason.LAST_SUPERVISOR)
        known = await table.find(deed.tx, person_id)
        person = Person(person_id, roles, known.language if known else Language.KOREAN)
        await table.save(deed.tx, person)
        await deed.record(f"person:{person_id}", roles=sorted(roles))
        await deed.answer("people_granted", person=person_id, roles=sorted(roles))
    return person


async def grant_to(
    desk: Desk, actor: Actor, account: Account, home_team: str, words: tuple[str, ...]
) -> Person:
    """Give an account these roles; a guest, a bot or another workspace's account can only lose them."""
    is_member = account.team == home_team and not (account.is_guest or account.is_bot)
    if not is_member and any(word.lower() != "none" for word in words):
        raise Refusal(Reason.NOT_A_MEMBER, person=account.id)
    return await grant(desk, actor, account.id, words)


async def speak(desk: Desk, actor: Actor, word: str) -> Person:
    """From now on, this person reads Korean (`ko`) or English (`en`)."""
    if word not in tuple(Language):
        raise Refusal(Reason.UNKNOWN_LANGUAGE, word=word)
    async with desk.deed(actor, Action.READ_HELP) as deed:
        person = Person(actor.id, actor.roles, Language(word))
        await table.save(deed.tx, person)
        await deed.record(f"person:{actor.id}", language=word)
        await deed.answer("people_language", language=word)
    return person


async def roles_of(desk: Desk, actor: Actor, person_id: str) -> Person:
    """What a person may do here; refuses one who has no role."""
    async with desk.look(actor, Action.READ_HELP) as tx:
        person = await table.find(tx, person_id)
    if person is None:
        raise Refusal(Reason.UNKNOWN_PERSON, person=person_id)
    return person

"""Who speaks is known before anything else; strangers, guests and bots get no further."""

import pytest

from domain.access import Role
from domain.people import Language
from domain.refusals import Reason, Refusal
from services import people
from services.desk import Desk
from services.people import Account
from tests.conftest import MANAGER, OFFICER, SUPERVISOR

HOME = "T0ANSIM"


async def test_staff_are_known_by_their_account(desk: Desk) -> None:
    actor = await people.identify(desk, Account(OFFICER.id, HOME), HOME)
    assert (actor.id, actor.roles) == (OFFICER.id, OFFICER.roles)


@pytest.mark.parametrize(
    ("account", "reason"),
    [
        (Account("U0SUPERVISOR", "T0OTHER"), Reason.OTHER_WORKSPACE),
        (Account("U0SUPERVISOR", HOME, is_guest=True), Reason.GUEST),
        (Account("U0SUPERVISOR", HOME, is_bot=True), Reason.NOT_STAFF),
        (Account("U0NOROLE", HOME), Reason.NOT_STAFF),
    ],
)
async def test_who_does_not_belong_here_is_refused(
    desk: Desk, account: Account, reason: Reason
) -> None:
    with pytest.raises(Refusal) as refused:
        await people.identify(desk, account, HOME)
    assert refused.value.reason is reason


async def test_roles_are_set_exactly(desk: Desk) -> None:
    await people.grant(desk, SUPERVISOR, MANAGER.id, ("on_call", "counsellor"))
    found = await people.roles_of(desk, SUPERVISOR, MANAGER.id)
    assert found.roles == {Role.ON_CALL, Role.COUNSELLOR}


async def test_the_last_supervisor_stays(desk: Desk) -> None:
    with pytest.raises(Refusal) as refused:
        await people.grant(desk, SUPERVISOR, SUPERVISOR.id, ("none",))
    assert refused.value.reason is Reason.LAST_SUPERVISOR


@pytest.mark.parametrize("word", ["king", "system", "victim", ""])
async def test_only_staff_roles_can_be_given(desk: Desk, word: str) -> None:
    with pytest.raises(Refusal) as refused:
        await people.grant(desk, SUPERVISOR, MANAGER.id, (word,))
    assert refused.value.reason is Reason.UNKNOWN_ROLE


async def test_the_first_supervisor_is_seated_only_where_there_is_none(desk: Desk) -> None:
    await people.seat_supervisor(desk, "U0NOROLE")
    with pytest.raises(Refusal):
        await people.roles_of(desk, SUPERVISOR, "U0NOROLE")


async def test_a_language_is_kept_when_roles_change(desk: Desk) -> None:
    await people.speak(desk, MANAGER, "en")
    await people.grant(desk, SUPERVISOR, MANAGER.id, ("on_call",))
    assert (await people.roles_of(desk, SUPERVISOR, MANAGER.id)).language is Language.ENGLISH


async def test_a_language_we_lack_is_refused(desk: Desk) -> None:
    with pytest.raises(Refusal) as refused:
        await people.speak(desk, MANAGER, "fr")
    assert refused.value.reason is Reason.UNKNOWN_LANGUAGE

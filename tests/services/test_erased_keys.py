"""An erased case's key is never made again, whatever comes late."""

import pytest

from domain.consents import ConsentPart
from services import cases, consents
from services.desk import Desk
from storage.keys import KeyErased
from storage.sealed import case_key
from tests.conftest import MANAGER, SUPERVISOR
from tests.fixtures_phones import conversation_of, enrolled, with_phones


@pytest.fixture
def phones_desk(any_desk: Desk) -> Desk:
    return with_phones(any_desk)


async def test_sealing_for_an_erased_case_is_refused_and_makes_no_key(phones_desk: Desk) -> None:
    case = await enrolled(phones_desk)
    await cases.erase(phones_desk, SUPERVISOR, case.number)
    with pytest.raises(KeyErased):
        phones_desk.safe.seal(case_key(case.id), "late")
    assert case_key(case.id) not in phones_desk.safe.keys.names()


async def test_a_new_case_of_an_id_that_a_backup_gives_again_has_a_key(phones_desk: Desk) -> None:
    phones_desk.safe.erase_case(1)
    case = await enrolled(phones_desk)
    assert (case.id, (await conversation_of(phones_desk)).case_id) == (1, 1)


async def test_a_consent_that_is_withdrawn_later_seals_nothing_more(phones_desk: Desk) -> None:
    case = await enrolled(phones_desk)
    await cases.erase(phones_desk, SUPERVISOR, case.number)
    await consents.withdraw(phones_desk, MANAGER, case.number, ConsentPart.CHECKINS)
    assert case_key(case.id) not in phones_desk.safe.keys.names()

"""What Ansim posted in Slack about an erased case goes with it, also what was on its way."""

import pytest

from domain.outbox import Operation, Route
from jobs.delivery import Courier
from services import cases
from services.desk import Desk
from tests.conftest import SUPERVISOR
from tests.fixtures_phones import enrolled, open_case, with_phones
from tests.phone_in_hand import Held, Phone


@pytest.fixture
def phones_desk(any_desk: Desk) -> Desk:
    return with_phones(any_desk)


async def test_what_ansim_posted_in_slack_about_it_goes_too(phones_desk: Desk) -> None:
    phone = Phone()
    case = await enrolled(phones_desk)
    await phone.deliver(phones_desk)
    posted = {d.kind for d in phone.told if d.operation is Operation.POST and d.case_id == case.id}
    assert {"case_card", "phone_thread"} <= posted
    phone.told.clear()
    await cases.erase(phones_desk, SUPERVISOR, case.number)
    await phone.deliver(phones_desk)
    removed = [draft for draft in phone.told if draft.operation is Operation.DELETE]
    assert {draft.kind for draft in removed} == posted
    assert {draft.case_id for draft in removed} == {None}
    assert all(draft.lies_at.startswith(draft.address) for draft in removed)


async def test_a_post_that_was_in_the_air_is_taken_down_again(phones_desk: Desk) -> None:
    phone = Phone()
    held = Held(phone)
    case = await open_case(phones_desk)
    courier = Courier(phones_desk, Route.SLACK, held)
    await courier.run()
    await held.arrived.wait()
    await cases.erase(phones_desk, SUPERVISOR, case.number)
    held.go_on.set()
    await courier.finish()
    await phone.deliver(phones_desk)
    removed = [draft for draft in phone.told if draft.operation is Operation.DELETE]
    assert [(draft.kind, draft.case_id) for draft in removed] == [("case_card", None)]

"""Cases are opened in seconds, numbered without clash, and do nothing that consent doesn't carry."""

import asyncio
from datetime import UTC, datetime

import pytest

from domain.access import Action, Actor, Role
from domain.cases import CaseState, Harm, Intake, Missing, Unit
from domain.consents import Basis, ConsentPart
from domain.outbox import Draft, Operation, Route
from domain.refusals import Reason, Refusal
from services import cases, consents
from services.desk import Desk
from storage import cases as case_table
from storage import outbox
from tests.conftest import COUNSELLOR, MANAGER, OFFICER, SUPERVISOR, clock_of
from tests.post_office import PostOffice

INTAKE = Intake("하늘", Harm.THREAT, is_minor=True)


async def sent(desk: Desk) -> list[Draft]:
    """Everything waiting to leave for Slack."""
    async with desk.database.transaction() as tx:
        now = desk.clock.now()
        parcels = await outbox.claim(tx, desk.safe, Route.SLACK, now, now - now, 100)
    return [parcel.draft for parcel in parcels]


async def edits_of_card(desk: Desk) -> list[Draft]:
    """What is to be changed in a case's card, as a delivery would find it."""
    given = [parcel.draft for parcel in await PostOffice().empty(desk)]
    return [draft for draft in given if draft.operation is Operation.EDIT]


async def test_an_intake_gives_a_number_a_card_and_an_answer(desk: Desk) -> None:
    case = await cases.open_case(desk, OFFICER, INTAKE)
    assert (case.number, case.unit, case.first) == ("2026-0001", Unit.YOUTH, OFFICER.id)
    assert {(d.kind, d.address) for d in await sent(desk)} == {
        ("case_card", "C0YOUTH"),
        ("case_opened", OFFICER.id),
    }


async def test_the_card_says_what_is_true_by_now(desk: Desk) -> None:
    await cases.open_case(desk, OFFICER, INTAKE)
    await PostOffice().empty(desk)
    await cases.settle(desk, OFFICER, "2026-1", Missing.WISH)
    await consents.give(desk, OFFICER, "2026-1", (ConsentPart.PERSONAL_DATA,))
    await cases.assign(desk, OFFICER, "2026-1", MANAGER.id, is_second=True)
    edits = await edits_of_card(desk)  # One: edits that nobody will ever see are not sent.
    assert [(d.target, d.address, d.facts["second"]) for d in edits] == [
        ("case-card:1", "C0YOUTH", MANAGER.id)
    ]
    assert edits[0].facts["missing"] == [
        Missing.SUICIDE_RISK,
        Missing.SAFE_CONTACT,
        Missing.DUTY_TO_REPORT,
        Missing.MATERIAL,
    ]
    await cases.close(desk, OFFICER, "2026-1", "끝")
    assert [d.facts["state"] for d in await edits_of_card(desk)] == [CaseState.CLOSED]


async def test_numbers_never_clash_when_many_open_at_once(any_desk: Desk) -> None:
    opened = await asyncio.gather(
        *(cases.open_case(any_desk, OFFICER, Intake(f"별{n}", Harm.OTHER)) for n in range(8))
    )
    assert sorted(case.number for case in opened) == [f"2026-{n:04d}" for n in range(1, 9)]


async def test_the_year_of_a_number_is_the_centres_own(desk: Desk) -> None:
    clock_of(desk).move_to(datetime(2026, 12, 31, 15, 30, tzinfo=UTC))  # 00:30 in Seoul
    assert (await cases.open_case(desk, OFFICER, INTAKE)).number == "2027-0001"


async def test_what_is_missing_shrinks_as_it_is_settled(desk: Desk) -> None:
    await cases.open_case(desk, OFFICER, INTAKE)
    view = await cases.show_case(desk, OFFICER, "2026-1")
    assert view.missing == tuple(Missing)
    await cases.settle(desk, OFFICER, "2026-1", Missing.SUICIDE_RISK)
    await cases.settle(desk, OFFICER, "2026-1", Missing.SUICIDE_RISK)
    await consents.give(desk, OFFICER, "2026-1", (ConsentPart.PERSONAL_DATA,))
    await cases.assign(desk, OFFICER, "2026-1", MANAGER.id, is_second=True)
    view = await cases.show_case(desk, OFFICER, "2026-1")
    assert view.missing == (
        Missing.SAFE_CONTACT,
        Missing.WISH,
        Missing.DUTY_TO_REPORT,
        Missing.MATERIAL,
    )


async def test_a_consent_is_given_once_and_withdrawn_by_itself(any_desk: Desk) -> None:
    await cases.open_case(any_desk, OFFICER, INTAKE)
    parts = (ConsentPart.PERSONAL_DATA, ConsentPart.FINGERPRINTS)
    for _ in range(2):
        await consents.give(any_desk, OFFICER, "2026-1", parts, Basis.OWN_CONSENT)
    await consents.withdraw(any_desk, OFFICER, "2026-1", ConsentPart.FINGERPRINTS)
    view = await cases.show_case(any_desk, OFFICER, "2026-1")
    assert [(c.part, c.is_held) for c in view.consents] == [
        (ConsentPart.PERSONAL_DATA, True),
        (ConsentPart.FINGERPRINTS, False),
    ]


async def test_a_part_that_is_not_held_cannot_be_withdrawn(desk: Desk) -> None:
    await cases.open_case(desk, OFFICER, INTAKE)
    with pytest.raises(Refusal) as refused:
        await consents.withdraw(desk, OFFICER, "2026-1", ConsentPart.LOCATION)
    assert refused.value.reason is Reason.CONSENT_NOT_HELD


async def test_notes_are_read_again_and_sealed_at_rest(desk: Desk) -> None:
    await cases.open_case(desk, OFFICER, INTAKE)
    await cases.note(desk, OFFICER, "2026-1", "  통화함  ")
    view = await cases.show_case(desk, OFFICER, "2026-1")
    assert [(note.author, note.text) for note in view.notes] == [(OFFICER.id, "통화함")]


async def test_a_closed_case_takes_no_more(desk: Desk) -> None:
    await cases.open_case(desk, OFFICER, INTAKE)
    await cases.close(desk, OFFICER, "2026-1", "당사자 요청")
    with pytest.raises(Refusal) as refused:
        await cases.note(desk, OFFICER, "2026-1", "더")
    assert refused.value.reason is Reason.CASE_CLOSED
    assert await cases.list_cases(desk, OFFICER) == []


async def test_an_erased_case_can_be_read_by_nobody(desk: Desk) -> None:
    await cases.open_case(desk, OFFICER, INTAKE)
    await cases.note(desk, OFFICER, "2026-1", "지울 말")
    case = await cases.erase(desk, SUPERVISOR, "2026-1")
    with pytest.raises(Refusal) as refused:
        await cases.show_case(desk, SUPERVISOR, "2026-1")
    assert refused.value.reason is Reason.CASE_ERASED
    assert f"case-{case.id}" not in desk.safe.keys.names()
    async with desk.look(SUPERVISOR, Action.READ_CASES) as tx:
        erased = await case_table.numbered(tx, "2026-0001")
    assert (erased.state, erased.alias) == (CaseState.ERASED, "")


@pytest.mark.parametrize(
    ("alias", "reason"),
    [("", Reason.EMPTY_TEXT), ("   ", Reason.EMPTY_TEXT), ("긴" * 41, Reason.TOO_LONG)],
)
async def test_a_bad_alias_is_refused_and_opens_nothing(
    desk: Desk, alias: str, reason: Reason
) -> None:
    with pytest.raises(Refusal) as refused:
        await cases.open_case(desk, OFFICER, Intake(alias, Harm.OTHER))
    assert refused.value.reason is reason
    assert await cases.list_cases(desk, OFFICER) == []


@pytest.mark.parametrize("word", ["2026-9999", "142", "abc", "", "2026-0001; DROP"])
async def test_an_unknown_number_is_refused(desk: Desk, word: str) -> None:
    with pytest.raises(Refusal) as refused:
        await cases.show_case(desk, OFFICER, word)
    assert refused.value.reason is Reason.NO_SUCH_CASE


async def test_who_has_not_the_role_is_refused(desk: Desk) -> None:
    victim = Actor("v", frozenset({Role.VICTIM}))
    for actor, deed in (
        (victim, cases.open_case(desk, victim, INTAKE)),
        (COUNSELLOR, cases.erase(desk, COUNSELLOR, "2026-1")),
    ):
        with pytest.raises(Refusal) as refused:
            await deed
        assert (actor, refused.value.reason) == (actor, Reason.NOT_ALLOWED)


async def test_two_who_change_a_case_at_once_do_not_overwrite_each_other(desk: Desk) -> None:
    case = await cases.open_case(desk, OFFICER, INTAKE)
    await cases.assign(desk, OFFICER, "2026-1", MANAGER.id, is_second=False)
    with pytest.raises(Refusal) as refused:
        async with desk.database.transaction() as tx:
            await case_table.change(tx, case, first=COUNSELLOR.id)
    assert refused.value.reason is Reason.CHANGED_MEANWHILE

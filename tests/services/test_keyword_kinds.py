"""Kinds of keywords: what is sent where and when, and what only the centre itself compares."""

from collections.abc import Awaitable
from dataclasses import replace
from typing import Any

import pytest
from sqlmodel import select

from domain.cases import Harm, Intake
from domain.consents import ConsentPart
from domain.keywords import MOST_AT_ONCE, KeywordKind, Typed, becomes, divided
from domain.outbox import Route
from domain.refusals import Reason, Refusal
from services import cases, consents, keywords, turns
from services.desk import Desk
from services.outbox import claim_parcels
from storage.keywords import KeywordRow
from storage.outbox import OutboxRow
from tests.conftest import MANAGER, OFFICER, SUPERVISOR, Woken
from tests.square_sweeps import SWEPT, open_case, swept_desk

NAME, OTHER = KeywordKind.REAL_NAME, KeywordKind.OTHER


async def refused(doing: Awaitable[Any]) -> Reason:
    with pytest.raises(Refusal) as caught:
        await doing
    return caught.value.reason


async def asked(desk: Desk) -> list[str]:
    """What the square is asked for."""
    turn = await turns.begin_turn(desk, "square")
    assert turn is not None
    return sorted(term.text for term in turn.terms if term.text != "풍경")


async def waiting_ids(desk: Desk, number: str) -> list[int]:
    _, waiting = await keywords.waiting_names(desk, SUPERVISOR, number)
    return [view.keyword.id for view in waiting]


async def test_a_real_name_goes_out_only_when_approved(any_desk: Desk) -> None:
    desk = swept_desk(any_desk)
    case = await open_case(desk)
    given = {NAME: ["김민지"], KeywordKind.HANDLE: ["@minji_98"], OTHER: ["김 민지 사진"]}
    assert await keywords.add_keywords(desk, OFFICER, case.number, given) == 3
    assert await asked(desk) == ["minji_98"]
    ids = await waiting_ids(desk, case.number)
    assert await keywords.approve(desk, SUPERVISOR, case.number, ids) == 1
    assert await asked(desk) == ["kimminji", "minji_98", "김민지", "김민지사진"]


async def test_supervisors_hear_that_names_wait_and_never_which(any_desk: Desk) -> None:
    desk = swept_desk(any_desk)
    case = await open_case(desk)
    for given in (
        {NAME: ["김민지", "김철수"], OTHER: ["물결"]},
        {NAME: ["김민지"]},
        {OTHER: ["구름"]},
    ):
        await keywords.add_keywords(desk, OFFICER, case.number, given)
    await keywords.add_keywords(desk, SUPERVISOR, case.number, {NAME: ["이영희"]})
    parcels = await claim_parcels(desk, Route.SLACK)
    told = [each.draft for each in parcels if each.draft.kind == "names_wait"]
    assert [(draft.address, draft.facts) for draft in told] == [
        (SUPERVISOR.id, {"number": case.number, "count": 2})
    ]


async def test_only_a_supervisor_approves_and_only_once(any_desk: Desk) -> None:
    desk = swept_desk(any_desk)
    case = await open_case(desk)
    await keywords.add_keywords(desk, OFFICER, case.number, {NAME: ["김민지"]})
    ids = await waiting_ids(desk, case.number)
    for actor in (OFFICER, MANAGER):
        refusal = keywords.approve(desk, actor, case.number, ids)
        assert await refused(refusal) is Reason.NOT_ALLOWED
    await keywords.approve(desk, SUPERVISOR, case.number, ids)
    again = keywords.approve(desk, SUPERVISOR, case.number, ids)
    assert await refused(again) is Reason.NOTHING_TO_APPROVE
    shown = keywords.waiting_names(desk, SUPERVISOR, case.number)
    assert await refused(shown) is Reason.NOTHING_TO_APPROVE


async def test_no_other_cases_name_is_approved_along(desk: Desk) -> None:
    ready = swept_desk(desk)
    one, other = await open_case(ready), await open_case(ready)
    for case in (one, other):
        await keywords.add_keywords(ready, OFFICER, case.number, {NAME: ["김민지"]})
    ids = await waiting_ids(ready, other.number)
    wrong = keywords.approve(ready, SUPERVISOR, one.number, ids)
    assert await refused(wrong) is Reason.NOTHING_TO_APPROVE


async def test_a_word_that_turns_out_to_be_a_name_waits_and_never_turns_back(desk: Desk) -> None:
    ready = swept_desk(desk)
    case = await open_case(ready)
    await keywords.set_keywords(ready, OFFICER, case.number, ("김민지",))
    assert await asked(ready) == ["김민지"]
    assert await keywords.add_keywords(ready, OFFICER, case.number, {NAME: ["김 민지"]}) == 1
    assert await asked(ready) == []
    assert await keywords.set_keywords(ready, OFFICER, case.number, ("김민지",)) == 0
    assert await asked(ready) == []


async def test_words_to_exclude_are_never_sent(desk: Desk) -> None:
    ready = swept_desk(desk)
    case = await open_case(ready)
    given = {KeywordKind.EXCLUDED: ["가수"], KeywordKind.SCHOOL: ["한빛여자중학교"]}
    await keywords.add_keywords(ready, OFFICER, case.number, given)
    assert await asked(ready) == ["한빛여자중학교", "한빛여중"]


async def test_the_gravest_cases_words_are_asked_for_first(any_desk: Desk) -> None:
    desk = swept_desk(any_desk)
    calm = await cases.open_case(desk, OFFICER, Intake("둘", Harm.OTHER))
    await consents.give(desk, OFFICER, calm.number, SWEPT)
    minor = await open_case(desk, is_minor=True)
    for case, text in ((calm, "calm"), (minor, "grave")):
        await keywords.set_keywords(desk, OFFICER, case.number, (text,))
    async with desk.database.reading() as tx:
        found = await keywords.sent_words(tx, desk.safe, [calm.id, minor.id])
    assert [(each.text, each.gravity) for each in found] == [("grave", 3), ("calm", 1)]
    assert found[0].key == keywords.term_key(desk.safe, "GRAVE")


async def test_a_typed_word_wakes_the_sources_that_take_words(desk: Desk) -> None:
    ready = swept_desk(desk)
    case = await open_case(ready)
    woken = Woken()
    ready = replace(ready, wake=woken)
    await keywords.add_keywords(ready, OFFICER, case.number, {NAME: ["김민지"]})
    assert "sweep-square" not in woken
    await keywords.add_keywords(ready, OFFICER, case.number, {OTHER: ["물결사진"]})
    assert woken.count("sweep-square") == 1
    await turns.begin_turn(ready, "square")
    assert not await turns.is_due(ready, "square")
    await keywords.add_keywords(ready, OFFICER, case.number, {OTHER: ["노을사진"]})
    assert await turns.is_due(ready, "square")


async def test_bad_words_are_refused_and_nothing_is_kept(desk: Desk) -> None:
    case, bare = await open_case(desk), await open_case(desk, consented=False)
    closed = await open_case(desk)
    await cases.close(desk, OFFICER, closed.number, "끝")
    many = [f"word{number}" for number in range(200)]
    doings = {
        Reason.EMPTY_TEXT: (case.number, {}),
        Reason.TOO_LONG: (case.number, {OTHER: ["x" * 61]}),
        Reason.TOO_MANY_KEYWORDS: (case.number, {OTHER: many}),
        Reason.NO_SUCH_CASE: ("2026-9999", {OTHER: ["a1"]}),
        Reason.CASE_CLOSED: (closed.number, {OTHER: ["a1"]}),
        Reason.CONSENT_MISSING: (bare.number, {OTHER: ["a1"]}),
    }
    for reason, (number, given) in doings.items():
        assert await refused(keywords.add_keywords(desk, OFFICER, number, given)) is reason
    signs = keywords.add_keywords(desk, OFFICER, case.number, {OTHER: ["#?!"]})
    assert await refused(signs) is Reason.EMPTY_TEXT
    async with desk.database.reading() as tx:
        assert (await tx.exec(select(KeywordRow))).all() == []


async def test_a_case_has_only_so_many_words(desk: Desk) -> None:
    case = await open_case(desk)
    for first in range(0, 200, MOST_AT_ONCE):
        texts = [f"word{first + number}" for number in range(MOST_AT_ONCE)]
        await keywords.add_keywords(desk, OFFICER, case.number, {OTHER: texts})
    more = keywords.set_keywords(desk, OFFICER, case.number, ("more",))
    assert await refused(more) is Reason.TOO_MANY_KEYWORDS


async def test_words_lie_sealed_with_their_case_in_table_and_answer(desk: Desk) -> None:
    case = await open_case(desk)
    given = {NAME: ["심은이름"], KeywordKind.HANDLE: ["planted_handle"]}
    await keywords.add_keywords(desk, OFFICER, case.number, given)
    async with desk.database.reading() as tx:
        kept = [row.text for row in (await tx.exec(select(KeywordRow))).all()]
        rows = (await tx.exec(select(OutboxRow).where(OutboxRow.kind == "keywords_added"))).all()
    assert [row.key_id for row in rows] == [f"case-{case.id}"]
    everything = b"".join([*kept, *(str(row).encode() for row in rows)])
    assert [each in everything for each in ("심은이름".encode(), b"planted_handle")] == [False] * 2


async def test_local_words_are_those_of_cases_that_are_swept_for_as_they_stand(
    any_desk: Desk,
) -> None:
    desk = swept_desk(any_desk)
    case = await open_case(desk)
    assert (await keywords.compiled_words(desk)).named_in("김민지") == []
    await keywords.add_keywords(desk, OFFICER, case.number, {NAME: ["김민지"]})
    words = await keywords.compiled_words(desk)
    assert [named.case_id for named in words.named_in("김민지")] == [case.id]
    assert await keywords.compiled_words(desk) is words
    await consents.withdraw(desk, OFFICER, case.number, ConsentPart.FINGERPRINTS)
    assert (await keywords.compiled_words(desk)).named_in("김민지") == []
    await consents.give(desk, OFFICER, case.number, (ConsentPart.FINGERPRINTS,))
    assert len((await keywords.compiled_words(desk)).named_in("김민지")) == 1
    await keywords.forget_keyword(desk, OFFICER, case.number, "김민지")
    assert (await keywords.compiled_words(desk)).named_in("김민지") == []


async def test_an_erased_case_names_nobody(desk: Desk) -> None:
    ready = swept_desk(desk)
    case = await open_case(ready)
    await keywords.set_keywords(ready, OFFICER, case.number, ("물결사진",))
    await cases.erase(ready, SUPERVISOR, case.number)
    assert (await keywords.compiled_words(ready)).named_in("물결사진") == []
    assert await asked(ready) == []


def test_a_word_given_twice_is_of_the_stricter_kind() -> None:
    typed = Typed.of({NAME: ["김민지"], OTHER: ["김 민지", "b1", "B1"]})
    assert sorted(typed.words) == [(OTHER, "b1"), (NAME, "김민지")]
    assert becomes(OTHER, NAME) is becomes(NAME, OTHER) is NAME
    assert becomes(NAME, KeywordKind.EXCLUDED) is KeywordKind.EXCLUDED
    assert becomes(KeywordKind.HANDLE, KeywordKind.SCHOOL) is KeywordKind.HANDLE


def test_commas_and_lines_divide_what_was_typed() -> None:
    assert divided(" a1, b1，c d\n\n e、f ") == [" a1", " b1", "c d", " e", "f "]

"""Leads: posts that name a case, told in the morning, decided once, and merged with matches."""

import json
from datetime import timedelta
from typing import Any

import pytest
from sqlmodel import select

from domain.access import Action
from domain.alerts import Alert, AlertKind, AlertState, Severity
from domain.cases import Case
from domain.consents import ConsentPart
from domain.keywords import KeywordKind
from domain.leads import MOST_ALERTED, LeadState
from domain.refusals import Reason, Refusal
from domain.sources import Page, Post
from jobs.sweep import run_once
from services import alerts, candidates, consents, keywords, ladder, lead_reviews, leads, turns
from services.desk import Desk
from storage.leads import LeadRow
from storage.outbox import OutboxRow
from tests.conftest import OFFICER, ON_CALL, START, clock_of
from tests.scripted_web import SQUARE, Script, answer
from tests.square_sweeps import (
    COPY,
    PUBLIC,
    TAGGED,
    Shelf,
    media,
    open_case,
    post,
    register,
    sweeper_at,
    swept_desk,
)


async def named_case(desk: Desk, *texts: str, kind: KeywordKind = KeywordKind.REAL_NAME) -> Case:
    """A case with these words; the square had its first turn."""
    case = await open_case(desk)
    await keywords.add_keywords(desk, OFFICER, case.number, {kind: texts or ("김민지",)})
    await turns.begin_turn(desk, "square")
    return case


def said(number: int, text: str, term: str = "") -> Post:
    return Post(str(number), f"{SQUARE}/@a/{number}", text, START, term)


async def listed(desk: Desk, *posts: Post) -> None:
    """A page of the square's says this."""
    await candidates.take_in(desk, "square", Page((), None, posts=posts))


async def states(desk: Desk) -> list[LeadState]:
    async with desk.database.reading() as tx:
        rows = (await tx.exec(select(LeadRow).order_by(LeadRow.id))).all()  # type: ignore[arg-type]  # a column
    return [row.state for row in rows]


async def raised(desk: Desk) -> list[Alert]:
    return sorted(await alerts.list_alerts(desk, OFFICER), key=lambda each: each.id)


async def refused(doing: Any) -> Reason:
    with pytest.raises(Refusal) as caught:
        await doing
    return caught.value.reason


async def test_a_post_that_names_the_person_is_a_lead_once(any_desk: Desk) -> None:
    desk = swept_desk(any_desk)
    case = await named_case(desk)
    both = said(1, "김민지한테 들음"), said(2, "풍경 사진")
    await listed(desk, *both)
    await listed(desk, *both)
    [alert] = await raised(desk)
    assert (alert.kind, alert.severity, alert.case_number, alert.paged) == (
        AlertKind.LEAD,
        Severity.C,
        case.number,
        (),
    )
    [view] = await leads.list_leads(desk, OFFICER)
    assert (view.number, view.lead.state, view.lead.ways, view.link) == (
        case.number,
        LeadState.NEW,
        ("typed",),
        "",
    )


async def test_a_post_found_by_its_word_that_does_not_hold_it_is_none(desk: Desk) -> None:
    ready = swept_desk(desk)
    await named_case(ready, "물결사진", kind=KeywordKind.OTHER)
    key = keywords.term_key(ready.safe, "물결사진")
    await listed(ready, said(1, "물결무늬 그림", key), said(2, "물결 사진 모음", key))
    [view] = await leads.list_leads(ready, OFFICER)
    assert view.lead.page_digest == ready.safe.digest("address", f"{SQUARE}/@a/2")


async def test_initials_or_a_school_alone_are_none(desk: Desk) -> None:
    ready = swept_desk(desk)
    case = await named_case(ready)
    given = {KeywordKind.SCHOOL: ["한빛여자중학교"]}
    await keywords.add_keywords(ready, OFFICER, case.number, given)
    await listed(ready, said(1, "ㄱㅁㅈ"), said(2, "한빛여중 급식"), said(3, "한빛여중 ㄱㅁㅈ"))
    [view] = await leads.list_leads(ready, OFFICER)
    assert view.lead.ways == ("initials", "school_name")


async def test_without_consent_there_are_none(desk: Desk) -> None:
    ready = swept_desk(desk)
    case = await named_case(ready)
    await consents.withdraw(ready, OFFICER, case.number, ConsentPart.FINGERPRINTS)
    await listed(ready, said(1, "김민지"))
    assert await states(ready) == []


async def test_consent_withdrawn_between_comparison_and_writing_counts(desk: Desk) -> None:
    ready = swept_desk(desk)
    case = await named_case(ready)
    page = Page((), None, posts=(said(1, "김민지"),))
    found = await leads.named_in(ready, page)
    await consents.withdraw(ready, OFFICER, case.number, ConsentPart.FINGERPRINTS)
    async with ready.deed(OFFICER, Action.SWEEP) as deed:
        assert await leads.write(deed, "square", found) == 0


async def test_a_word_forgotten_between_comparison_and_writing_counts(desk: Desk) -> None:
    ready = swept_desk(desk)
    case = await named_case(ready)
    found = await leads.named_in(ready, Page((), None, posts=(said(1, "김민지"),)))
    await keywords.forget_keyword(ready, OFFICER, case.number, "김민지")
    async with ready.deed(OFFICER, Action.SWEEP) as deed:
        assert await leads.write(deed, "square", found) == 0


async def test_at_night_nobody_is_paged_and_the_morning_briefing_tells(desk: Desk) -> None:
    ready = swept_desk(desk)
    clock_of(ready).move_to(START + timedelta(hours=15))  # Three at night in Seoul.
    await named_case(ready)
    await listed(ready, said(1, "김민지"))
    [alert] = await raised(ready)
    assert (alert.paged, alert.state) == ((), AlertState.NEW)
    clock_of(ready).move_to(alert.next_rung_at or START)
    await ladder.send_briefing(ready)
    async with ready.database.reading() as tx:
        kinds = (await tx.exec(select(OutboxRow.kind).where(OutboxRow.kind == "briefing"))).all()
    assert (clock_of(ready).now().hour, len(kinds)) == (1, 1)  # Ten in the morning there.


async def test_only_whoever_took_it_reads_the_link(any_desk: Desk) -> None:
    desk = swept_desk(any_desk)
    await named_case(desk)
    await listed(desk, said(1, "김민지"))
    [alert] = await raised(desk)
    [view] = await leads.list_leads(desk, OFFICER)
    await alerts.claim(desk, OFFICER, alert.id)
    shown = [
        (await leads.show_lead(desk, actor, view.lead.id)).link for actor in (OFFICER, ON_CALL)
    ]
    assert shown == [f"{SQUARE}/@a/1", ""]
    assert await refused(lead_reviews.confirm(desk, ON_CALL, alert.id)) is Reason.NOT_YOURS
    assert await refused(alerts.close(desk, OFFICER, alert.id)) is Reason.ILLEGAL_MOVE


async def test_confirmed_or_dismissed_it_is_over_and_never_told_again(any_desk: Desk) -> None:
    desk = swept_desk(any_desk)
    await named_case(desk)
    posts = said(1, "김민지"), said(2, "김 민 지")
    await listed(desk, *posts)
    verbs = lead_reviews.confirm, lead_reviews.dismiss
    for alert, verb in zip(await raised(desk), verbs, strict=True):
        await alerts.claim(desk, OFFICER, alert.id)
        await verb(desk, OFFICER, alert.id)
        assert await refused(verb(desk, OFFICER, alert.id)) is Reason.ALERT_OVER
    await listed(desk, *posts)
    assert await states(desk) == [LeadState.CONFIRMED, LeadState.DISMISSED]
    assert await raised(desk) == []


async def test_the_same_page_can_be_a_lead_of_another_case(desk: Desk) -> None:
    ready = swept_desk(desk)
    await named_case(ready)
    await listed(ready, said(1, "김민지"))
    [alert] = await raised(ready)
    await alerts.claim(ready, OFFICER, alert.id)
    await lead_reviews.dismiss(ready, OFFICER, alert.id)
    other = await named_case(ready)
    await listed(ready, said(1, "김민지"))
    assert [each.case_number for each in await raised(ready)] == [other.number]


async def sweep(desk: Desk, content: str, picture: bytes) -> int:
    """One turn at the square, where post 1 says this and shows that; how many matches."""
    timeline = answer(json.dumps([post(1, content=content)]))
    script = Script({PUBLIC: timeline, TAGGED: answer("[]")})
    return await run_once(sweeper_at(desk, script, Shelf({media(1): picture})), "square")


async def test_a_match_on_the_same_page_takes_the_lead_in(any_desk: Desk) -> None:
    desk = swept_desk(any_desk)
    case = await named_case(desk)
    await register(desk, case, 7)
    assert await sweep(desk, "<p>김민지</p>", COPY) == 1
    assert await states(desk) == [LeadState.MERGED]
    [found], [view] = await raised(desk), await leads.list_leads(desk, OFFICER)
    assert found.kind is AlertKind.MATCH
    of_lead = await alerts.show_alert(desk, OFFICER, view.lead.alert_id or 0)
    assert (of_lead.state, of_lead.merged_into) == (AlertState.MERGED, found.id)
    await alerts.claim(desk, OFFICER, of_lead.id)
    assert (await alerts.show_alert(desk, OFFICER, found.id)).owner == OFFICER.id
    await listed(desk, said(1, "김민지"))
    assert await states(desk) == [LeadState.MERGED]


async def test_where_a_match_is_there_already_no_lead_is_made(desk: Desk) -> None:
    ready = swept_desk(desk)
    case = await open_case(ready)
    await register(ready, case, 7)
    assert await sweep(ready, "", COPY) == 1
    given = {KeywordKind.REAL_NAME: ["김민지"]}
    await keywords.add_keywords(ready, OFFICER, case.number, given)
    await listed(ready, said(1, "김민지"))
    assert await states(ready) == []


async def test_a_page_whose_media_matches_nothing_stays_a_lead(desk: Desk) -> None:
    ready = swept_desk(desk)
    case = await named_case(ready)
    await register(ready, case, 9)
    assert await sweep(ready, "<p>김민지</p>", COPY) == 0
    assert await states(ready) == [LeadState.NEW]


async def test_a_frequent_word_floods_nobody_and_loses_nothing(desk: Desk) -> None:
    ready = swept_desk(desk)
    await named_case(ready)
    await listed(ready, *(said(number, "김민지") for number in range(MOST_ALERTED + 3)))
    told = await raised(ready)
    assert (len(told), len(await states(ready))) == (MOST_ALERTED, MOST_ALERTED + 3)
    await alerts.claim(ready, OFFICER, told[0].id)
    await lead_reviews.dismiss(ready, OFFICER, told[0].id)
    assert len(await raised(ready)) == MOST_ALERTED


async def test_nothing_of_the_post_is_kept(desk: Desk) -> None:
    ready = swept_desk(desk)
    await named_case(ready)
    await listed(ready, said(1, "김민지 심은글석류"))
    async with ready.database.reading() as tx:
        kept = str((await tx.exec(select(LeadRow))).all()).encode()
        kept += str((await tx.exec(select(OutboxRow))).all()).encode()
    planted = "심은글석류", "김민지", SQUARE
    assert [each for each in planted if each.encode() in kept or each in kept.decode()] == []

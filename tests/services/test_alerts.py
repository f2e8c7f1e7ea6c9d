"""An alert is raised once, taken by one person, and what happens to it shows everywhere."""

import asyncio
from datetime import timedelta

import pytest

import storage.matches
from domain.access import Action
from domain.alerts import AlertDraft, AlertEvent, AlertKind, AlertState, Severity
from domain.outbox import Operation, Route
from domain.refusals import Reason, Refusal
from services import alerts
from services.desk import Desk
from tests.conftest import ON_CALL, PLACES, SECOND, SUPERVISOR, clock_of
from tests.post_office import PostOffice, an_alert, raised, seen, usual_rota


async def refusal_of(deed: object) -> Reason:
    with pytest.raises(Refusal) as caught:
        await deed  # type: ignore[misc]  # any awaitable
    return caught.value.reason


async def test_the_same_dedup_key_raises_one_alert(any_desk: Desk) -> None:
    await raised(any_desk)
    async with any_desk.deed(SUPERVISOR, Action.READ_ALERTS) as deed:
        assert await alerts.raise_alert(deed, an_alert()) is None
    assert len(await alerts.list_alerts(any_desk, SUPERVISOR)) == 1


async def test_of_two_claims_at_once_one_wins(any_desk: Desk) -> None:
    await usual_rota(any_desk)
    alert_id = await raised(any_desk)
    outcomes = await asyncio.gather(
        alerts.claim(any_desk, ON_CALL, alert_id),
        alerts.claim(any_desk, SECOND, alert_id),
        return_exceptions=True,
    )
    refused = [outcome for outcome in outcomes if isinstance(outcome, Refusal)]
    assert [refusal.reason for refusal in refused] == [Reason.ALREADY_CLAIMED]
    owner = (await seen(any_desk, alert_id)).owner
    assert refused[0].facts["owner"] == owner


async def test_a_second_press_is_told_who_has_it(desk: Desk) -> None:
    alert_id = await raised(desk)
    await alerts.claim(desk, ON_CALL, alert_id)
    assert await refusal_of(alerts.claim(desk, ON_CALL, alert_id)) == Reason.ALREADY_YOURS
    assert await refusal_of(alerts.claim(desk, SECOND, alert_id)) == Reason.ALREADY_CLAIMED


async def test_an_unknown_alert_is_refused(desk: Desk) -> None:
    assert await refusal_of(alerts.claim(desk, ON_CALL, 99)) == Reason.NO_SUCH_ALERT


async def test_an_alert_acknowledged_anywhere_shows_everywhere(desk: Desk) -> None:
    office = PostOffice()
    await usual_rota(desk)
    alert_id = await raised(desk)
    posted = {parcel.draft.dedup_key for parcel in await office.empty(desk)}
    posted = {key for key in posted if key.startswith("alert:")}
    await alerts.claim(desk, SECOND, alert_id)
    edits = [p.draft for p in await office.empty(desk) if p.draft.operation is Operation.EDIT]
    assert {edit.target for edit in edits} == posted
    assert {edit.facts["owner"] for edit in edits} == {SECOND.id}


async def test_within_two_minutes_the_same_page_joins_the_first_alert(desk: Desk) -> None:
    office = PostOffice()
    await usual_rota(desk)
    first = await raised(desk, an_alert("k1", bundle_key="page"))
    await office.empty(desk)
    clock_of(desk).advance(timedelta(minutes=1))
    second = await raised(desk, an_alert("k2", bundle_key="page"))
    assert await office.posts(desk) == []
    assert ((await seen(desk, first)).joined, (await seen(desk, second)).state) == (
        1,
        AlertState.MERGED,
    )
    clock_of(desk).advance(timedelta(minutes=2))
    await raised(desk, an_alert("k3", bundle_key="page"))
    assert await office.posts(desk) == sorted([PLACES.alerts, ON_CALL.id])


async def test_a_graver_alert_of_the_same_page_pages_on_its_own(desk: Desk) -> None:
    await raised(desk, an_alert("k1", bundle_key="page", severity=Severity.B))
    graver = await raised(desk, an_alert("k2", bundle_key="page", severity=Severity.A))
    assert (await seen(desk, graver)).state is AlertState.NOTIFIED


async def test_claiming_a_joined_alert_takes_the_one_it_joined(desk: Desk) -> None:
    first = await raised(desk, an_alert("k1", bundle_key="page"))
    second = await raised(desk, an_alert("k2", bundle_key="page"))
    assert (await alerts.claim(desk, ON_CALL, second)).id == first


async def test_only_the_claimer_decides_and_closes(desk: Desk) -> None:
    alert_id = await raised(desk, an_alert(kind=AlertKind.SOS, subject="conversation:1"))
    await alerts.claim(desk, ON_CALL, alert_id)
    assert await refusal_of(alerts.close(desk, SECOND, alert_id)) == Reason.NOT_YOURS
    closed = await alerts.close(desk, ON_CALL, alert_id)
    assert closed.state is AlertState.CLOSED
    assert await refusal_of(alerts.claim(desk, SECOND, alert_id)) == Reason.ALERT_OVER
    assert await alerts.list_alerts(desk, ON_CALL) == []


@pytest.fixture
def match(monkeypatch: pytest.MonkeyPatch) -> AlertDraft:
    """The alert of a match; what is known of the match itself is the matches' own test."""

    async def review_facts(tx: object, safe: object, match_id: int) -> dict[str, object]:
        link = "https://square.example/1"
        return {"match": match_id, "link": link, "posted_at": None}

    monkeypatch.setattr(storage.matches, "review_facts", review_facts)
    return an_alert(kind=AlertKind.MATCH, subject="match:3", case_id=1)


async def test_only_the_claimer_of_a_match_gets_its_link_and_only_until_they_decide(
    desk: Desk, match: AlertDraft
) -> None:
    office = PostOffice()
    alert_id = await raised(desk, match)
    assert all("square.example" not in str(parcel.draft) for parcel in await office.empty(desk))
    await alerts.claim(desk, ON_CALL, alert_id)
    given = [parcel.draft for parcel in await office.empty(desk)]
    [review] = [draft for draft in given if "square.example" in str(draft)]
    assert (review.kind, review.address, review.case_id) == ("match_review", ON_CALL.id, 1)
    assert (review.facts["match"], review.facts["alert"]) == (3, alert_id)
    async with desk.deed(ON_CALL, Action.REVIEW_MATCH) as deed:
        await alerts.move_alert(deed, alert_id, AlertEvent.CONFIRM)
    edits = {parcel.draft.target: parcel.draft.kind for parcel in await office.empty(desk)}
    assert edits[review.dedup_key] == "alert"


async def test_a_match_is_ended_by_its_review_alone(desk: Desk, match: AlertDraft) -> None:
    alert_id = await raised(desk, match)
    await alerts.claim(desk, ON_CALL, alert_id)
    assert await refusal_of(alerts.close(desk, ON_CALL, alert_id)) == Reason.ILLEGAL_MOVE
    async with desk.deed(ON_CALL, Action.REVIEW_MATCH) as deed:
        alert = await alerts.move_alert(deed, alert_id, AlertEvent.DISMISS)
    assert (alert.state, alert.owner) == (AlertState.FALSE_ALARM, ON_CALL.id)


async def test_asking_for_a_second_look_pages_again(desk: Desk) -> None:
    office = PostOffice()
    await usual_rota(desk)
    alert_id = await raised(desk)
    await alerts.claim(desk, SECOND, alert_id)
    await office.empty(desk)
    async with desk.deed(SECOND, Action.REVIEW_MATCH) as deed:
        await alerts.move_alert(deed, alert_id, AlertEvent.ASK_SECOND_LOOK)
    assert await office.posts(desk) == [ON_CALL.id]
    assert (await alerts.claim(desk, ON_CALL, alert_id)).owner == ON_CALL.id


async def test_giving_an_alert_back_pages_from_the_foot_of_the_ladder(desk: Desk) -> None:
    office = PostOffice()
    await usual_rota(desk)
    alert_id = await raised(desk)
    await alerts.claim(desk, SECOND, alert_id)
    await office.empty(desk)
    await alerts.release(desk, SECOND, alert_id)
    assert await office.posts(desk) == [ON_CALL.id]


async def test_who_called_for_help_hears_it_when_a_human_claims_and_not_before(desk: Desk) -> None:
    office = PostOffice()
    facts = {"number": "2026-0001", "conversation": "bot:77", "language": "en"}
    sos = an_alert(kind=AlertKind.SOS, subject="conversation:1", facts=facts)
    alert_id = await raised(desk, sos)
    assert {parcel.draft.route for parcel in await office.empty(desk)} == {Route.SLACK}
    await alerts.claim(desk, ON_CALL, alert_id)
    given = await office.empty(desk)
    told = [parcel.draft for parcel in given if parcel.draft.route is Route.TELEGRAM]
    assert [(d.kind, d.address, d.language) for d in told] == [("sos_claimed", "bot:77", "en")]


async def test_no_address_of_a_phone_reaches_staff(desk: Desk) -> None:
    office = PostOffice()
    await raised(desk, an_alert(kind=AlertKind.SOS, facts={"conversation": "bot:77"}))
    assert all("bot:77" not in str(parcel.draft) for parcel in await office.empty(desk))


async def test_whoever_may_not_claim_changes_nothing(desk: Desk) -> None:
    alert_id = await raised(desk)
    victim = SUPERVISOR.__class__("phone", frozenset())
    assert await refusal_of(alerts.claim(desk, victim, alert_id)) == Reason.NOT_ALLOWED
    assert (await seen(desk, alert_id)).owner == ""


async def test_an_erased_case_leaves_an_alert_that_still_asks_for_somebody(desk: Desk) -> None:
    alert_id = await raised(desk, an_alert(case_id=5))
    desk.safe.keys.erase("case-5")
    assert (await seen(desk, alert_id)).facts == {}

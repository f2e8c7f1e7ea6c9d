"""The ladder goes on until a human answers, and says whom it couldn't reach."""

from datetime import UTC, datetime, timedelta

from domain.alerts import AlertState, Severity
from domain.people import Rung
from services import alerts, ladder
from services.desk import Desk
from tests.conftest import ON_CALL, PLACES, SECOND, STAFF, SUPERVISOR, clock_of
from tests.post_office import PostOffice, an_alert, events, raised, seen, usual_rota

EVERYBODY = sorted(actor.id for actor in STAFF)


async def step(desk: Desk, office: PostOffice, minutes: float) -> list[str]:
    clock_of(desk).advance(timedelta(minutes=minutes))
    await ladder.advance_ladders(desk)
    return await office.posts(desk)


async def test_severity_a_climbs_every_rung_and_repeats_for_ever(desk: Desk) -> None:
    office = PostOffice()
    await usual_rota(desk)
    alert_id = await raised(desk)
    assert await office.posts(desk) == sorted([PLACES.alerts, ON_CALL.id])
    assert await step(desk, office, 4) == []
    assert await step(desk, office, 1) == [SECOND.id]
    assert await step(desk, office, 5) == EVERYBODY  # No lead: that rung is skipped at once.
    assert (await seen(desk, alert_id)).skipped == (Rung.LEAD,)
    outside = sorted([PLACES.alerts, SUPERVISOR.id])
    assert await step(desk, office, 20) == outside
    for _ in range(5):
        assert await step(desk, office, 14) == []
        assert await step(desk, office, 1) == outside


async def test_every_rung_paged_is_written_down_with_the_empty_ones(desk: Desk) -> None:
    await usual_rota(desk)
    alert_id = await raised(desk)
    await step(desk, PostOffice(), 5)
    await step(desk, PostOffice(), 5)
    assert await events(desk, f"alert:{alert_id}") == ["raised", "paged", "paged", "paged"]


async def test_with_an_empty_rota_everybody_is_paged_at_once(desk: Desk) -> None:
    office = PostOffice()
    alert_id = await raised(desk)
    assert await office.posts(desk) == sorted([*EVERYBODY, PLACES.alerts])
    assert (await seen(desk, alert_id)).skipped == (Rung.ON_CALL, Rung.SECOND, Rung.LEAD)


async def test_severity_b_with_nobody_on_any_rung_asks_the_channel_again(desk: Desk) -> None:
    office = PostOffice()
    await raised(desk, an_alert(severity=Severity.B))
    assert await office.posts(desk) == [PLACES.alerts]
    assert await step(desk, office, 29) == []
    assert await step(desk, office, 1) == [PLACES.alerts]


async def test_an_overdue_ladder_pages_once_after_a_long_silence(desk: Desk) -> None:
    office = PostOffice()
    await usual_rota(desk)
    await raised(desk)
    await office.empty(desk)
    clock_of(desk).advance(timedelta(hours=9))
    await ladder.advance_ladders(desk)
    assert await office.posts(desk) == [SECOND.id]
    await ladder.advance_ladders(desk)
    assert await office.posts(desk) == EVERYBODY


async def test_a_claim_stops_the_ladder(desk: Desk) -> None:
    office = PostOffice()
    await usual_rota(desk)
    alert_id = await raised(desk)
    await office.empty(desk)
    await alerts.claim(desk, ON_CALL, alert_id)
    assert await step(desk, office, 9) == []


async def test_an_unanswered_claim_is_reminded_then_released_and_the_ladder_restarts(
    desk: Desk,
) -> None:
    office = PostOffice()
    await usual_rota(desk)
    alert_id = await raised(desk)
    await alerts.claim(desk, SECOND, alert_id)
    await office.empty(desk)
    clock_of(desk).advance(timedelta(minutes=10))
    await ladder.expire_claims(desk)
    assert await office.posts(desk, "alert_reminder") == [SECOND.id]
    clock_of(desk).advance(timedelta(minutes=1))
    await ladder.expire_claims(desk)
    assert await office.posts(desk) == []
    clock_of(desk).advance(timedelta(minutes=1))
    await ladder.expire_claims(desk)
    assert await office.posts(desk) == [ON_CALL.id]
    alert = await seen(desk, alert_id)
    assert (alert.state, alert.owner, alert.claimed_until) == (AlertState.NOTIFIED, "", None)
    assert await step(desk, office, 5) == [SECOND.id]


async def test_keeping_an_alert_after_the_reminder_starts_the_claim_anew(desk: Desk) -> None:
    await usual_rota(desk)
    alert_id = await raised(desk)
    await alerts.claim(desk, ON_CALL, alert_id)
    clock_of(desk).advance(timedelta(minutes=10))
    await ladder.expire_claims(desk)
    await alerts.keep(desk, ON_CALL, alert_id)
    clock_of(desk).advance(timedelta(minutes=9))
    await ladder.expire_claims(desk)
    alert = await seen(desk, alert_id)
    assert (alert.owner, alert.is_reminded) == (ON_CALL.id, False)


async def test_severity_c_waits_for_the_working_hour_and_comes_as_one_briefing(desk: Desk) -> None:
    office = PostOffice()
    await usual_rota(desk)
    evening = datetime(2026, 11, 23, 9, 0, tzinfo=UTC)  # 18:00 in Seoul, a Monday
    clock_of(desk).move_to(evening)
    ids = [await raised(desk, an_alert(f"c{n}", severity=Severity.C)) for n in range(3)]
    assert await office.posts(desk) == []
    clock_of(desk).move_to(evening + timedelta(hours=15, minutes=59))
    await ladder.send_briefing(desk)
    assert await office.empty(desk) == []
    clock_of(desk).advance(timedelta(minutes=1))
    await ladder.send_briefing(desk)
    [briefing] = await office.empty(desk)
    assert (briefing.draft.kind, briefing.draft.address) == ("briefing", PLACES.alerts)
    assert [shown["alert"] for shown in briefing.draft.facts["alerts"]] == ids
    await ladder.send_briefing(desk)
    assert await office.empty(desk) == []


async def test_claiming_one_alert_of_a_briefing_shows_in_the_briefing(desk: Desk) -> None:
    office = PostOffice()
    ids = [await raised(desk, an_alert(f"c{n}", severity=Severity.C)) for n in range(2)]
    clock_of(desk).advance(timedelta(hours=1))
    await ladder.send_briefing(desk)
    await office.empty(desk)
    await alerts.claim(desk, ON_CALL, ids[1])
    [edit] = [parcel.draft for parcel in await office.empty(desk) if parcel.reference]
    assert [shown["owner"] for shown in edit.facts["alerts"]] == ["", ON_CALL.id]

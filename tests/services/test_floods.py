"""A flood of one fingerprint: one notice, nothing lost, and a person says what it is."""

from datetime import timedelta
from typing import Any

import pytest

from domain.alerts import AlertKind, AlertState, Severity
from domain.matches import MatchEvent, MatchState
from domain.refusals import Reason, Refusal
from jobs.sweeper import Sweeper
from services import alerts, fingerprints, floods, matches, reviews
from services.desk import Desk
from tests.conftest import COUNSELLOR, OFFICER, ON_CALL, clock_of
from tests.services.found_copies import found, raised, registered, sweep, watched
from tests.square_sweeps import COPY, hash_file, jpeg

MINUTE = timedelta(minutes=1)


def copies(first: int, last: int) -> dict[int, bytes]:
    """Posts of these numbers, all with the same re-encoded copy."""
    return dict.fromkeys(range(first, last + 1), COPY)


async def flooded(sweeper: Sweeper) -> tuple[str, int]:
    """Six copies where three are the most: the case's number, and the fingerprint's."""
    known = await registered(sweeper.desk)
    assert await sweep(sweeper, copies(1, 6)) == 6
    clock_of(sweeper.desk).advance(MINUTE)
    return known


async def reason_of(doing: Any) -> Reason:
    with pytest.raises(Refusal) as caught:
        await doing
    return caught.value.reason


async def test_a_flood_is_told_once_and_nothing_of_it_is_lost(any_desk: Desk) -> None:
    sweeper = watched(any_desk)
    number, fingerprint = await flooded(sweeper)
    await sweep(sweeper, copies(7, 9))
    told = [(alert.kind, alert.severity) for alert in await raised(any_desk)]
    assert sorted(told) == [(AlertKind.FLOOD, Severity.B)] + [(AlertKind.MATCH, Severity.B)] * 3
    [notice] = [alert for alert in await raised(any_desk) if alert.kind is AlertKind.FLOOD]
    assert (notice.subject, notice.case_number) == (f"fingerprint:{fingerprint}", number)
    held = [match for match in await found(any_desk) if match.is_held]
    assert [(match.alert_id, match.state) for match in held] == [(notice.id, "found")] * 6
    [kept] = (await fingerprints.list_fingerprints(any_desk, OFFICER, number))[1]
    assert kept.is_quarantined


async def test_the_registered_file_itself_alerts_through_a_flood(desk: Desk) -> None:
    sweeper = watched(desk)
    await flooded(sweeper)
    before = len(await raised(desk))
    await sweep(sweeper, {7: jpeg(7), 8: COPY})
    assert len(await raised(desk)) == before + 1


async def test_the_registered_file_alone_is_no_flood(desk: Desk) -> None:
    sweeper = watched(desk)
    await registered(desk)
    await sweep(sweeper, dict.fromkeys(range(1, 7), jpeg(7)))
    assert [alert.kind for alert in await raised(desk)] == [AlertKind.MATCH] * 6


async def test_a_childs_certain_copies_alert_whatever_else_comes(desk: Desk) -> None:
    sweeper = watched(desk)
    await registered(desk, is_minor=True)
    await sweep(sweeper, copies(1, 6))
    told = [(alert.kind, alert.severity) for alert in await raised(desk)]
    assert told == [(AlertKind.MATCH, Severity.A)] * 6


async def test_what_officers_confirm_is_no_flood(desk: Desk) -> None:
    sweeper = watched(desk)
    await registered(desk)
    await sweep(sweeper, copies(1, 3))
    for alert in await raised(desk):
        await alerts.claim(desk, OFFICER, alert.id)
        await reviews.confirm(desk, OFFICER, alert.id)
    await sweep(sweeper, copies(4, 6))
    assert [alert.kind for alert in await raised(desk)] == [AlertKind.MATCH] * 3


async def test_what_came_long_ago_is_no_flood(desk: Desk) -> None:
    sweeper = watched(desk)
    await registered(desk)
    await sweep(sweeper, copies(1, 3))
    clock_of(desk).advance(timedelta(hours=24))
    await sweep(sweeper, copies(4, 6))
    assert [alert.kind for alert in await raised(desk)] == [AlertKind.MATCH] * 6


async def test_a_release_tells_of_all_that_waited_by_one_alert(any_desk: Desk) -> None:
    sweeper = watched(any_desk)
    _, fingerprint = await flooded(sweeper)
    assert await floods.release(any_desk, OFFICER, fingerprint) == 3
    told = [alert for alert in await raised(any_desk) if alert.kind is AlertKind.FLOOD]
    assert [(alert.facts["cause"], alert.facts["count"]) for alert in told] == [("released", 3)]
    held = [match.alert_id for match in await found(any_desk) if match.is_held]
    assert held == [told[0].id] * 3
    await sweep(sweeper, {7: COPY})
    assert (await raised(any_desk))[-1].kind is AlertKind.MATCH
    assert await reason_of(floods.release(any_desk, OFFICER, fingerprint)) is Reason.NOT_QUARANTINED


async def test_a_flood_that_goes_on_after_a_release_is_told_again(desk: Desk) -> None:
    sweeper = watched(desk)
    _, fingerprint = await flooded(sweeper)
    await floods.release(desk, OFFICER, fingerprint)
    clock_of(desk).advance(MINUTE)
    await sweep(sweeper, copies(7, 12))
    told = [alert.facts["cause"] for alert in await raised(desk) if alert.kind is AlertKind.FLOOD]
    assert told == ["released", "begun"]


async def test_whoever_took_the_notice_reads_and_answers_what_it_holds(any_desk: Desk) -> None:
    await flooded(watched(any_desk))
    [notice] = [alert for alert in await raised(any_desk) if alert.kind is AlertKind.FLOOD]
    held = [match.id for match in await found(any_desk) if match.is_held]
    confirm, dismiss, second = MatchEvent.CONFIRM, MatchEvent.DISMISS, MatchEvent.ASK_SECOND_LOOK
    refused = reviews.decide_held(any_desk, OFFICER, held[0], confirm)
    assert await reason_of(refused) is Reason.NOT_YOURS
    await alerts.claim(any_desk, OFFICER, notice.id)
    assert (await matches.show_match(any_desk, OFFICER, held[0])).link
    for match, event in zip(held, (confirm, dismiss, second), strict=True):
        await reviews.decide_held(any_desk, OFFICER, match, event)
    states = [match.state for match in (await found(any_desk))[3:]]
    assert states == [MatchState.CONFIRMED, MatchState.DISMISSED, MatchState.SECOND_LOOK]
    asked = (await raised(any_desk))[-1]
    await alerts.claim(any_desk, ON_CALL, asked.id)
    await reviews.confirm(any_desk, ON_CALL, asked.id)
    assert (await found(any_desk))[-1].decided_by == ON_CALL.id


async def test_a_match_with_an_alert_of_its_own_is_not_answered_by_a_flood(desk: Desk) -> None:
    await flooded(watched(desk))
    [first, *_] = await raised(desk)
    await alerts.claim(desk, OFFICER, first.id)
    doing = reviews.decide_held(desk, OFFICER, 1, MatchEvent.CONFIRM)
    assert await reason_of(doing) is Reason.NOT_YOURS


async def test_the_notice_stands_until_somebody_says_what_it_is(desk: Desk) -> None:
    number, fingerprint = await flooded(watched(desk))
    [notice] = [alert for alert in await raised(desk) if alert.kind is AlertKind.FLOOD]
    await alerts.claim(desk, OFFICER, notice.id)
    assert await reason_of(alerts.close(desk, OFFICER, notice.id)) is Reason.FLOOD_STANDS
    await fingerprints.withdraw(desk, OFFICER, fingerprint)
    ended = await alerts.show_alert(desk, OFFICER, notice.id)
    assert (ended.state, ended.owner) == (AlertState.CLOSED, OFFICER.id)
    [kept] = (await fingerprints.list_fingerprints(desk, OFFICER, number))[1]
    assert kept.withdrawn_at is not None


async def test_registered_again_it_begins_anew(desk: Desk) -> None:
    sweeper = watched(desk)
    number, fingerprint = await flooded(sweeper)
    await fingerprints.withdraw(desk, OFFICER, fingerprint)
    upload = fingerprints.Upload(hash_file(7))
    await fingerprints.register_file(desk, OFFICER, number, upload)
    [kept] = (await fingerprints.list_fingerprints(desk, OFFICER, number))[1]
    assert (kept.is_quarantined, kept.withdrawn_at) == (False, None)


async def test_only_whoever_may_withdraw_may_release(desk: Desk) -> None:
    _, fingerprint = await flooded(watched(desk))
    doing = floods.release(desk, COUNSELLOR, fingerprint)
    assert await reason_of(doing) is Reason.NOT_ALLOWED
    assert await reason_of(floods.release(desk, OFFICER, 99)) is Reason.NO_SUCH_FINGERPRINT

"""What somebody called a false alarm is not shown again, and nothing else is kept from anybody."""

import io
from dataclasses import replace

import pytest
from PIL import Image, ImageOps

from domain.consents import ConsentPart
from domain.matches import Finding, MatchState
from domain.refusals import Reason, Refusal
from domain.sightings import Candidate, Seen
from domain.verdicts import Tier, Verdict, Way
from jobs.sweep import look_back
from jobs.sweeper import Sweeper
from services import alerts, consents, fingerprints, reviews, sources
from services.desk import Desk
from services.examiner import Examiner
from storage import floods as flood_table
from storage import matches as match_table
from tests.conftest import OFFICER, ON_CALL
from tests.services.found_copies import found, raised, registered, sweep, watched
from tests.square_sweeps import COPY, InProcess, jpeg, print_of

AGAIN = jpeg(7, (480, 360), 45)  # The picture of COPY, saved once more.


async def dismissed(sweeper: Sweeper) -> tuple[str, int]:
    """One copy was found in post 1, and called a false alarm: the case's number, the match's."""
    number, _ = await registered(sweeper.desk)
    await sweep(sweeper, {1: COPY})
    await decide(sweeper.desk, is_true=False)
    return number, (await found(sweeper.desk))[0].id


async def decide(desk: Desk, is_true: bool) -> None:
    """Somebody takes the oldest alert and answers it."""
    [alert, *_] = await raised(desk)
    await alerts.claim(desk, OFFICER, alert.id)
    await (reviews.confirm if is_true else reviews.dismiss)(desk, OFFICER, alert.id)


async def silenced(desk: Desk, number: str) -> list[int]:
    """What the list of fingerprints tells of it."""
    kept = (await fingerprints.list_fingerprints(desk, OFFICER, number))[1]
    return [each.silenced for each in kept]


async def test_a_false_alarm_is_not_shown_again_and_is_counted(any_desk: Desk) -> None:
    sweeper = watched(any_desk)
    number, match = await dismissed(sweeper)
    assert await sweep(sweeper, {2: AGAIN, 3: COPY}) == 0
    assert (await raised(any_desk), await silenced(any_desk, number)) == ([], [2])
    assert [(each.id, each.silenced) for each in await found(any_desk)] == [(match, 2)]
    [watched_source] = await sources.list_sources(sweeper.desk, OFFICER)
    assert watched_source.fetched == 3


async def test_it_stands_in_a_process_that_has_just_started(any_desk: Desk) -> None:
    sweeper = watched(any_desk)
    await dismissed(sweeper)
    fresh = Examiner(InProcess(), InProcess(), sweeper.desk.policy.tiers)
    assert await sweep(replace(sweeper, examiner=fresh), {2: AGAIN}) == 0


async def test_the_registered_file_itself_is_shown_all_the_same(desk: Desk) -> None:
    sweeper = watched(desk)
    await dismissed(sweeper)
    assert await sweep(sweeper, {2: jpeg(7)}) == 1
    assert [alert.facts["reason"] for alert in await raised(desk)] == ["sha256"]


async def test_other_pictures_of_the_fingerprint_are_shown(desk: Desk) -> None:
    sweeper = watched(desk)
    await dismissed(sweeper)
    assert await sweep(sweeper, {2: mirrored()}) == 1


def mirrored() -> bytes:
    """A copy that shows the picture the other way round."""
    data = io.BytesIO()
    ImageOps.mirror(Image.open(io.BytesIO(COPY))).save(data, "JPEG")
    return data.getvalue()


async def test_other_cases_are_told_of_the_same_picture(desk: Desk) -> None:
    sweeper = watched(desk)
    await dismissed(sweeper)
    other, _ = await registered(desk)
    assert await sweep(sweeper, {2: AGAIN}) == 1
    assert [alert.case_number for alert in await raised(desk)] == [other]


async def test_looking_back_finds_nothing_silenced_and_counts_nothing_twice(desk: Desk) -> None:
    sweeper = watched(desk)
    number, _ = await dismissed(sweeper)
    await sweep(sweeper, {2: AGAIN})
    part = ConsentPart.FINGERPRINTS
    await consents.withdraw(desk, OFFICER, number, part)
    await consents.give(desk, OFFICER, number, (part,))
    assert (await look_back(sweeper), await silenced(desk, number)) == (0, [1])


async def test_taken_back_it_alerts_anew_and_finds_what_it_silenced(any_desk: Desk) -> None:
    sweeper = watched(any_desk)
    _, match = await dismissed(sweeper)
    await sweep(sweeper, {2: AGAIN})
    await reviews.take_back(any_desk, OFFICER, match)
    assert [alert.subject for alert in await raised(any_desk)] == [f"match:{match}"]
    assert await look_back(sweeper) == 1
    states = [(each.state, each.decided_by) for each in await found(any_desk)]
    assert states == [(MatchState.FOUND, "")] * 2
    await decide(any_desk, is_true=True)
    assert (await found(any_desk))[0].state is MatchState.CONFIRMED


async def test_only_a_false_alarm_can_be_taken_back(desk: Desk) -> None:
    sweeper = watched(desk)
    await registered(desk)
    await sweep(sweeper, {1: COPY})
    [match] = await found(desk)
    with pytest.raises(Refusal) as caught:
        await reviews.take_back(desk, OFFICER, match.id)
    assert caught.value.reason is Reason.ILLEGAL_MOVE


async def test_a_false_alarm_that_somebody_contradicts_silences_nothing_more(desk: Desk) -> None:
    sweeper = watched(desk)
    await registered(desk)
    await sweep(sweeper, {1: COPY, 2: AGAIN})
    await decide(desk, is_true=False)
    assert await sweep(sweeper, {3: COPY}) == 0
    await decide(desk, is_true=True)
    assert await look_back(sweeper) == 1
    assert await sweep(sweeper, {4: COPY}) == 1


async def test_of_a_page_each_surer_picture_is_kept_and_a_false_alarm_hides_none(
    desk: Desk,
) -> None:
    sweeper = watched(desk)
    _, fingerprint = await registered(desk)
    await sweep(sweeper, {1: COPY})
    [match] = await found(desk)
    assert await kept_on_page(desk, fingerprint, 90, Tier.STRONG) is None
    await decide(desk, is_true=False)
    possible = await kept_on_page(desk, fingerprint, 91, Tier.POSSIBLE)
    assert possible is not None
    assert await kept_on_page(desk, fingerprint, 91, Tier.CERTAIN) is None
    assert await kept_on_page(desk, fingerprint, 92, Tier.POSSIBLE) is None
    assert await kept_on_page(desk, fingerprint, 93, Tier.CERTAIN) is not None
    assert match.id != possible


async def kept_on_page(desk: Desk, fingerprint: int, candidate: int, tier: Tier) -> int | None:
    """A further picture on the first post's page: the match's id, or none where one covers it."""
    seen = Seen(Candidate(candidate, "square", "", "", "", None, 1), print_of(7))
    finding = Finding(fingerprint, 1, Verdict(tier, Way.PDQ, 5, 0, 80))
    async with desk.database.transaction() as tx:
        await flood_table.hold(tx, fingerprint)
        return await match_table.add(tx, desk.safe, 1, seen, finding, desk.clock.now())


async def test_who_took_the_alert_alone_calls_it_a_false_alarm(desk: Desk) -> None:
    sweeper = watched(desk)
    await registered(desk)
    await sweep(sweeper, {1: COPY})
    [alert] = await raised(desk)
    await alerts.claim(desk, ON_CALL, alert.id)
    with pytest.raises(Refusal):
        await reviews.dismiss(desk, OFFICER, alert.id)
    assert await sweep(sweeper, {2: AGAIN}) == 1

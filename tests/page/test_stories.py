"""The first steps and the training stories, walked from end to end in Chromium over a real centre."""

import pytest
from playwright.sync_api import Page, expect

from tests.page import hands
from tests.page.centre import Centre

pytestmark = [pytest.mark.verify, pytest.mark.timeout(180)]


def test_a_newcomer_walks_the_first_steps(page: Page, centre: Centre) -> None:
    hands.open_page(page, centre)
    hands.begin(page, "first-steps")
    hands.file_case(page, "구름", "distribution")
    hands.consent(page, "personal_data", "deletion_support", "fingerprints", "checkins")
    hands.register(page, "hills")
    hands.follow(page)
    page.select_option(".posting .practice-picker", "hills.jpg")
    page.wait_for_selector(".posting .chosen-files li")
    page.click(".posting [type=submit]")
    for step in ("copy", "alert"):
        hands.is_done(page, step)
    hands.to_guide(page)
    hands.claim(page, "claim")
    hands.invite(page)
    hands.enrol(page)
    hands.miss_a_checkin(page)
    hands.claim(page, "claim_missed")
    expect(page.locator(".review")).to_be_visible()


def test_a_threatened_minors_first_copy_is_found_and_judged(page: Page, centre: Centre) -> None:
    hands.open_page(page, centre)
    hands.begin(page, "threatened-minor")
    hands.file_case(page, "하늘", "threat", is_minor=True)
    hands.consent(page, "personal_data", "deletion_support", "fingerprints")
    hands.register(page, "waves")
    hands.send_command(page)
    hands.is_done(page, "alert")
    hands.claim(page, "claim")
    page.click(".sidebar [data-channel=D0ONCALL1]")
    expect(page.locator(".step.now")).to_have_attribute("data-step", "confirm")
    hands.press_in_case(page, "match_confirm")
    hands.is_done(page, "confirm")
    expect(page.locator(".review li")).to_have_count(6)


def test_silence_at_night_ends_with_somebody_calling(page: Page, centre: Centre) -> None:
    hands.open_page(page, centre)
    hands.begin(page, "silence-at-night")
    hands.file_case(page, "바다", "stalking")
    hands.consent(page, "personal_data", "checkins")
    hands.invite(page)
    hands.enrol(page)
    hands.miss_a_checkin(page)
    hands.claim(page, "claim")
    hands.press_in_case(page, "alert_close")
    hands.is_done(page, "call")
    expect(page.locator(".review")).to_be_visible()


def test_a_false_alarm_is_recorded_and_rings_no_more(page: Page, centre: Centre) -> None:
    hands.open_page(page, centre)
    hands.begin(page, "false-alarm")
    hands.file_case(page, "보리", "distribution")
    hands.consent(page, "personal_data", "deletion_support", "fingerprints")
    hands.register(page, "patches")
    hands.is_done(page, "alert")
    hands.claim(page, "claim")
    page.click(".sidebar [data-channel=D0ONCALL1]")
    expect(page.locator(".step.now")).to_have_attribute("data-step", "dismiss")
    hands.press_in_case(page, "match_dismiss")
    hands.is_done(page, "dismiss")
    hands.send_command(page)
    hands.is_done(page, "list")
    listed = page.locator(".messages .message", has_text="품질").last.inner_text()
    number = listed.split("#")[-1].split(" ")[0]
    page.fill(".composer textarea", f"/fingerprint withdraw {number}")
    page.press(".composer textarea", "Enter")
    hands.is_done(page, "withdraw")

"""What meets a newcomer: the guide first on a phone, the present step in one line, their own language."""

import pytest
from playwright.sync_api import Page, expect

from tests.page import hands
from tests.page.centre import Centre

pytestmark = [pytest.mark.verify, pytest.mark.timeout(300)]


def test_a_narrow_screen_begins_with_the_guide(page: Page, centre: Centre) -> None:
    page.set_viewport_size({"width": 390, "height": 844})
    hands.open_page(page, centre)
    expect(page.locator("[data-story=first-steps]")).to_be_visible()


def test_away_from_the_guide_the_present_step_is_still_told(page: Page, centre: Centre) -> None:
    hands.open_page(page, centre)
    hands.begin(page, "first-steps")
    page.locator(".side-tabs button").last.click()
    strip = page.locator(".side-strip")
    expect(strip).to_contain_text("1/13")
    expect(strip.locator("small")).to_contain_text("/case new")


def test_who_reads_english_is_offered_english_answers(page: Page, centre: Centre) -> None:
    hands.open_page(page, centre, "in=C0DELETION")
    page.get_by_role("button", name="English").click()
    page.click(".offer button")
    expect(page.locator(".offer")).to_have_count(0)
    page.fill(".work .composer textarea", "/case list")
    page.press(".work .composer textarea", "Enter")
    expect(page.locator(".message").last).to_contain_text("open case")


def test_an_invitation_opens_on_a_phone_that_does_not_know_the_bot(
    page: Page, centre: Centre
) -> None:
    bot = "practice_hotline_bot"
    centre.post("/practice/telegram/start", person="victim1", bot=bot)
    centre.say("C0GENERAL", f"<https://t.me/{bot}>")
    hands.open_page(page, centre, "in=C0GENERAL&phone=victim1")
    page.locator(".invitation").last.click()
    expect(page.locator("#phone-owner")).to_have_value("victim2")
    expect(page.locator(".from-bot").first).to_be_visible()

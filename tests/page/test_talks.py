"""People write to each other, in two windows, without the bot."""

import pytest
from playwright.sync_api import Browser, Page, expect

from tests.page import hands
from tests.page.centre import Centre

pytestmark = [pytest.mark.verify, pytest.mark.timeout(300)]
TALK = "D0OFFICER1XONCALL1"
ENTRY = f".sidebar [data-channel={TALK}]"


def test_one_person_writes_to_another_who_sees_and_answers_it(
    page: Page, browser: Browser, centre: Centre
) -> None:
    hands.open_page(page, centre, "as=U0OFFICER1&in=C0DELETION")
    with hands.another_window(browser) as other:
        hands.open_page(other, centre, "as=U0ONCALL1&in=C0ALERTS")
        page.click(".sidebar .others summary")
        page.click(".sidebar [data-person=U0ONCALL1]")
        expect(page.locator(".pane-head h2")).to_have_text("고은별")
        expect(page.locator(".pane .composer textarea")).to_be_focused()
        hands.send(page, "잠깐 봐 주실 수 있나요?")
        expect(other.locator(f"{ENTRY} .unread")).to_have_text("1")
        other.click(ENTRY)
        expect(other.locator(".pane-head h2")).to_have_text("서다온")
        expect(other.locator(".message").last).to_contain_text("잠깐 봐 주실 수 있나요?")
        hands.send(other, "네, 지금요.")
        expect(page.locator(".message").last).to_contain_text("네, 지금요.")
    assert len(centre.get(f"/practice/slack/messages?channel={TALK}")["messages"]) == 2


def test_a_talk_is_begun_by_keyboard_alone(page: Page, world: Centre) -> None:
    hands.open_page(page, world, "as=U0MANAGER1&in=C0GENERAL")
    page.focus(".sidebar .others summary")
    page.keyboard.press("Enter")
    page.keyboard.press("Tab")
    page.keyboard.press("Enter")
    expect(page.locator(".pane-head h2")).to_have_text("한지원")
    page.keyboard.type("자판으로 썼습니다")
    page.keyboard.press("Enter")
    expect(page.locator(".message").last).to_contain_text("자판으로 썼습니다")


def test_nobody_else_can_open_a_talk_of_two_people(page: Page, world: Centre) -> None:
    world.post("/practice/slack/talk", user="U0OFFICER1", **{"with": "U0ONCALL1"})
    hands.open_page(page, world, f"as=U0SUPERVISOR&in={TALK}")
    expect(page.locator(".pane .empty-home")).to_be_visible()
    assert page.locator(ENTRY).count() == 0

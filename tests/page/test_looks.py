"""Whether everybody can use the page: axe, keyboard alone, both widths, both languages, two windows."""

import json

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Browser, Page, expect

from tests.page import hands
from tests.page.centre import Centre
from tests.page.conftest import keep

pytestmark = [pytest.mark.verify, pytest.mark.timeout(300)]
PLACES = {
    "home": "as=U0OFFICER1&in=home&see=work",
    "square": "as=U0SUPERVISOR&in=C0GENERAL&see=side&side=square",
    "chat": "see=side&side=phone&bot=practice_hotline_bot",
    "lock": "see=side&side=phone&bot=lock",
    "chats": "see=side&side=phone",
    "channels": "as=U0OFFICER1&in=&see=work",
    "channel": "as=U0SUPERVISOR&in=C0GENERAL&see=work",
    "form": "as=U0MANAGER1&in=C0STALKING&see=work",
    "guide": "see=side&side=guide",
}
SERIOUS = ("serious", "critical")


@pytest.fixture(scope="module", autouse=True)
def something_to_see(centre: Centre) -> None:
    """A talk on the phone, a question in a channel."""
    centre.post("/practice/telegram/start", person="victim1", bot="practice_hotline_bot")
    centre.type("U0SUPERVISOR", "/ansim help")
    centre.type("U0MANAGER1", "/case new")
    centre.say("C0GENERAL", "연습입니다. <@U0OFFICER1> 님, *굵은* 글과 `코드`도 보입니까?")


def _findings(page: Page) -> list[str]:
    found = Axe().run(page).response["violations"]
    return [
        f"{one['id']}: {json.dumps([node['html'] for node in one['nodes']], ensure_ascii=False)}"
        for one in found
        if one["impact"] in SERIOUS
    ]


@pytest.mark.parametrize("theme", ["light", "dark"])
@pytest.mark.parametrize("width", [1280, 390])
@pytest.mark.parametrize("language", ["ko", "en"])
def test_axe_finds_nothing_serious(
    page: Page, centre: Centre, theme: str, width: int, language: str
) -> None:
    page.emulate_media(color_scheme="dark" if theme == "dark" else "light")
    page.set_viewport_size({"width": width, "height": 800})
    page.add_init_script(f"localStorage['ansim.language'] = '{language}'")
    for name, place in PLACES.items():
        hands.open_page(page, centre, place)
        page.wait_for_load_state("networkidle")
        keep(page, f"{name}-{width}-{language}-{theme}")
        assert _findings(page) == [], place
        assert page.evaluate("document.documentElement.scrollWidth") <= width


def test_axe_finds_nothing_serious_in_a_form(page: Page, centre: Centre) -> None:
    hands.open_page(page, centre, "as=U0OFFICER1&in=C0DELETION")
    page.fill(".composer textarea", "/case new")
    page.press(".composer textarea", "Enter")
    expect(page.locator(hands.FORM)).to_be_visible()
    hands.submit(page)
    expect(page.locator(".complaint").first).to_have_text("꼭 채워야 하는 칸입니다.")
    assert _findings(page) == []
    page.keyboard.press("Escape")
    expect(page.locator(hands.FORM)).to_be_hidden()


def test_a_command_is_completed_sent_and_its_form_filled_by_keyboard_alone(
    page: Page, centre: Centre
) -> None:
    hands.open_page(page, centre, "as=U0OFFICER1&in=C0DELETION")
    page.keyboard.press("Tab")
    page.keyboard.press("Enter")
    expect(page.locator(".composer textarea")).to_be_focused()
    page.keyboard.type("/ca")
    page.keyboard.press("Tab")
    page.keyboard.type("ne")
    page.keyboard.press("Tab")
    page.keyboard.press("Enter")
    expect(page.locator(f"{hands.FORM} [name=alias]")).to_be_focused()
    page.keyboard.type("자판")
    page.keyboard.press("Tab")
    page.keyboard.press("ArrowDown")
    page.keyboard.press("Enter")
    page.locator(f"{hands.FORM} [type=submit]").focus()
    page.keyboard.press("Enter")
    expect(page.locator(".message", has_text="자판").first).to_be_visible()


def test_the_language_is_switched_on_the_page(page: Page, centre: Centre) -> None:
    hands.open_page(page, centre)
    page.click("button[lang=en]")
    expect(page.locator(".side-tabs button").first).to_have_text("Guide")
    page.click("button[lang=ko]")
    expect(page.locator(".side-tabs button").first).to_have_text("안내")


def test_what_one_does_the_other_sees_at_once(page: Page, browser: Browser, centre: Centre) -> None:
    other = browser.new_context().new_page()
    place = "in=C0GENERAL&as="
    hands.open_page(page, centre, f"{place}U0OFFICER1")
    hands.open_page(other, centre, f"{place}U0ONCALL1")
    page.fill(".composer textarea", "지금 보입니까")
    page.press(".composer textarea", "Enter")
    expect(other.locator(".message").last).to_contain_text("지금 보입니까")
    other.context.close()

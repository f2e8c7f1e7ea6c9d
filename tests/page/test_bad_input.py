"""What goes wrong on the page: nobody answers, the line drops, forms are gone, files are too big."""

from pathlib import Path

import pytest
from playwright.sync_api import Browser, Page, expect

from tests.page import hands
from tests.page.centre import Centre

pytestmark = [pytest.mark.verify, pytest.mark.timeout(300)]
GENERAL = "as=U0SUPERVISOR&in=C0GENERAL"
NOTE = ".note.refused"
MARKUP = "<img src=x onerror=alert(1)><b>굵게</b> <script>1</script>"


@pytest.mark.console_may_say("404")
def test_unknown_ids_in_the_address_do_no_harm(page: Page, world: Centre) -> None:
    hands.open_page(page, world, "as=U0NOBODY&in=C0NOWHERE&phone=nobody&bot=none&side=phone")
    expect(page.locator(".pane .empty-home")).to_be_visible()


def test_a_command_that_nobody_answers_becomes_one_sentence(page: Page, world: Centre) -> None:
    hands.open_page(page, world, GENERAL)
    page.fill(".composer textarea", "/case list")
    page.press(".composer textarea", "Enter")
    expect(page.locator(NOTE)).to_contain_text("3초 안에 대답하지 않았습니다")
    expect(page.locator(".composer textarea")).to_have_value("/case list")


def test_markup_is_shown_as_text_everywhere(page: Page, world: Centre) -> None:
    hands.open_page(page, world, f"{GENERAL}&side=square")
    page.fill(".composer textarea", MARKUP)
    page.press(".composer textarea", "Enter")
    page.fill(".posting textarea", MARKUP)
    page.click(".posting [type=submit]")
    expect(page.locator(".message").last).to_contain_text(MARKUP)
    expect(page.locator(".post-text").first).to_have_text(MARKUP)
    world.post("/practice/telegram/start", person="victim1", bot="practice_hotline_bot")
    body = {"person": "victim1", "bot": "practice_hotline_bot", "text": MARKUP}
    world.post("/practice/telegram/say", **body)
    page.click(".side-tabs button:nth-child(2)")
    page.click(".chat-entry")
    expect(page.locator(".bubble-text").last).to_have_text(MARKUP)
    assert page.locator("img[src=x]").count() == 0


@pytest.mark.console_may_say("WebSocket")
def test_a_dropped_line_comes_back_with_what_was_missed(page: Page, world: Centre) -> None:
    hands.open_page(page, world, GENERAL)
    page.context.set_offline(True)
    page.evaluate("window.ansimLine.close()")
    page.wait_for_selector(".line[data-state='line.lost']")
    world.say("C0GENERAL", "끊긴 사이에 온 글")
    page.context.set_offline(False)
    expect(page.locator(".message").last).to_contain_text("끊긴 사이에 온 글")
    page.wait_for_selector(".line:not([data-state='line.lost'])")


def test_a_file_of_thirty_megabytes_is_refused_in_one_sentence(
    page: Page, world: Centre, tmp_path: Path
) -> None:
    big = tmp_path / "big.bin"
    big.write_bytes(bytes(30 * 1024 * 1024))
    hands.open_page(page, world, GENERAL)
    page.set_input_files(".composer input[type=file]", big)
    expect(page.locator(NOTE)).to_contain_text("파일이 너무 큽니다(30 MB)")
    page.set_input_files(".phone-input input[type=file], .posting input[type=file]", big)
    expect(page.locator(NOTE)).to_have_count(2)


def test_of_ten_thousand_messages_only_those_in_view_are_drawn(page: Page, world: Centre) -> None:
    for number in range(10_000):
        world.say("C0ELSEWHERE", f"글 {number}")
    hands.open_page(page, world, "as=U0SUPERVISOR&in=C0ELSEWHERE")
    expect(page.locator(".message").last).to_contain_text("글 9999")
    assert page.locator(".message").count() <= 80
    world.say("C0ELSEWHERE", "새 글")
    expect(page.locator(".message").last).to_contain_text("새 글")
    for _ in range(12):
        page.eval_on_selector(".pane .scroll", "box => { box.scrollTop = 0; }")
        page.wait_for_timeout(60)
    assert page.locator(".message").count() <= 80
    assert "글 9999" not in page.locator(".messages").inner_text()


@pytest.mark.console_may_say("404")
def test_a_form_that_is_closed_meanwhile_says_so(page: Page, centre: Centre) -> None:
    hands.open_page(page, centre, "as=U0OFFICER1&in=C0DELETION")
    page.fill(".composer textarea", "/case new")
    page.press(".composer textarea", "Enter")
    page.fill(f"{hands.FORM} [name=alias]", "보리")
    page.select_option(f"{hands.FORM} [name=harm]", "threat")
    page.route("**/practice/slack/views*", lambda route: None)
    shown = centre.get("/practice/slack/views?user=U0OFFICER1")["views"][-1]["id"]
    centre.post("/practice/slack/close", user="U0OFFICER1", view_id=shown)
    hands.submit(page)
    expect(page.locator(NOTE)).to_contain_text("이미 닫혔습니다")
    page.unroute("**/practice/slack/views*")


def test_an_expired_trigger_is_told_and_a_second_try_opens_the_form(
    page: Page, browser: Browser, centre: Centre
) -> None:
    hands.open_page(page, centre, "as=U0OFFICER1&in=C0DELETION")
    with hands.another_window(browser) as other:
        hands.open_page(other, centre, "as=U0OFFICER2&in=C0DELETION")
        late = {"kind": "slow", "count": 1, "delay_s": 3.2, "path": "/views.open"}
        centre.post("/practice/faults", server="slack", **late)
        hands.send(page, "/case new")
        expect(page.locator(NOTE)).to_have_text(
            "창이 제때 열리지 못했습니다. 한 번 더 해 주십시오."
        )
        expect(page.locator(hands.FORM)).to_be_hidden()
        assert other.locator(NOTE).count() == 0
    hands.send(page, "/case new")
    expect(page.locator(hands.FORM)).to_be_visible()

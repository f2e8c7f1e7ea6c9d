"""Names that hold markup are shown as they are written: of people, channels, phones, bots and files."""

from pathlib import Path

import pytest
from playwright.sync_api import Page, Route, expect

from tests.page import hands
from tests.page.centre import Centre, Json

pytestmark = [pytest.mark.verify, pytest.mark.timeout(300)]
NAME = "<img src=x onerror=alert(1)><b>굵은</b> &lt;i&gt;"
FILE = "<img src=x onerror=alert(1)>.html"
RENAMED = ("people", "channels", "phones", "bots")


def rename(route: Route) -> None:
    """The world, but everybody and everything in it bears the name."""
    world: Json = route.fetch().json()
    for kind in RENAMED:
        world[kind] = [one | {"name": NAME} for one in world[kind]]
    route.fulfill(json=world)


def test_names_of_people_channels_phones_and_bots_are_shown_as_text(
    page: Page, world: Centre
) -> None:
    page.route("**/practice/state", rename)
    world.post("/practice/slack/talk", user="U0SUPERVISOR", **{"with": "U0OFFICER1"})
    world.say("C0GENERAL", "<@U0OFFICER1> <#C0GENERAL> <#C0GENERAL|<b>x</b>>")
    hands.open_page(page, world, "as=U0SUPERVISOR&in=C0GENERAL&side=phone&see=work")
    expect(page.locator(".pane-head h2")).to_contain_text(NAME)
    expect(page.locator(".message .head b").last).to_have_text(NAME)
    expect(page.locator(".message .mention").first).to_have_text(f"@{NAME}")
    expect(page.locator(".sidebar-head b")).to_have_text(NAME)
    expect(page.locator(".phone-name")).to_have_text(NAME)
    expect(page.locator(".chat-entry b").first).to_contain_text(NAME)
    page.fill(".composer textarea", "@<img")
    expect(page.locator(".completion b").first).to_have_text(f"@{NAME}")
    page.click("[data-channel=D0OFFICER1XSUPERVISOR]")
    expect(page.locator(".pane-head h2")).to_have_text(NAME)
    assert page.locator("img[src=x]").count() == 0


def test_names_of_files_are_shown_as_text_on_both_sides(
    page: Page, world: Centre, tmp_path: Path
) -> None:
    named = tmp_path / FILE
    named.write_text("<script>alert(1)</script>")
    hands.open_page(page, world, "as=U0SUPERVISOR&in=C0GENERAL")
    page.set_input_files(".composer input[type=file]", named)
    expect(page.locator(".message .file b").last).to_have_text(FILE)
    world.post("/practice/telegram/start", person="victim2", bot="practice_hotline_bot")
    hands.open_page(page, world, "see=side&side=phone&phone=victim2&bot=practice_hotline_bot")
    page.set_input_files(".phone-line input[type=file]", named)
    expect(page.locator(".bubble .file").last).to_have_text(FILE)
    assert page.locator("img[src=x]").count() == 0


def test_an_alias_with_markup_is_shown_as_text_wherever_the_bot_names_it(
    page: Page, centre: Centre
) -> None:
    alias = "<b>별</b> *굵게*"
    hands.open_page(page, centre, "as=U0OFFICER1&in=C0DELETION")
    hands.send(page, "/case new")
    page.fill(f"{hands.FORM} [name=alias]", alias)
    page.select_option(f"{hands.FORM} [name=harm]", "distribution")
    hands.submit(page)
    expect(page.locator(".message", has_text="<b>별</b>").first).to_be_visible()
    assert page.locator(".message b", has_text="별").count() == 0

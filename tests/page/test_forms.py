"""Every kind of field in a form of the page, filled in by keyboard; pictures; a form in two windows."""

import io
import re
from collections.abc import Iterator

import pytest
from playwright.sync_api import Browser, Locator, Page, expect

from practice.scenery import jpeg
from practice.slack.elements import IN_INPUT
from tests.architecture.tree import ROOT
from tests.page import hands
from tests.page.centre import Centre
from tests.page.small_bot import Json, SmallBot

pytestmark = [pytest.mark.verify, pytest.mark.timeout(300)]
NOTE = ".note.refused"
OPTIONS = [
    {"text": {"type": "plain_text", "text": "하나"}, "value": "one"},
    {"text": {"type": "plain_text", "text": "둘"}, "value": "two"},
]
FIELDS: dict[str, Json] = {
    "plain_text_input": {},
    "email_text_input": {},
    "url_text_input": {},
    "number_input": {"is_decimal_allowed": False},
    "static_select": {"options": OPTIONS},
    "multi_static_select": {"options": OPTIONS},
    "checkboxes": {"options": OPTIONS},
    "radio_buttons": {"options": OPTIONS},
    "users_select": {},
    "multi_users_select": {},
    "conversations_select": {},
    "channels_select": {},
    "datepicker": {},
    "timepicker": {},
    "datetimepicker": {},
    "file_input": {"filetypes": ["jpg"], "max_files": 1},
}
TYPED = {
    "plain_text_input": "바람 <b>",
    "email_text_input": "a@b.example",
    "url_text_input": "http://b.example/",
    "number_input": "12",
    "datepicker": "12242026",
    "timepicker": "0930AM",
}
GIVEN = {
    "plain_text_input": "바람 <b>",
    "email_text_input": "a@b.example",
    "url_text_input": "http://b.example/",
    "number_input": "12",
    "static_select": "one",
    "multi_static_select": ["one"],
    "checkboxes": ["one"],
    "radio_buttons": "one",
    "users_select": "U0SUPERVISOR",
    "multi_users_select": ["U0SUPERVISOR"],
    "conversations_select": "C0ALERTS",
    "channels_select": "C0ALERTS",
    "datepicker": "2026-12-24",
    "timepicker": "09:30",
    "datetimepicker": 1798072200,
    "file_input": ["hills.jpg"],
}


def form_of(fields: dict[str, Json]) -> Json:
    """A modal with one input for each of these kinds."""
    blocks = [
        {
            "type": "input",
            "block_id": kind,
            "label": {"type": "plain_text", "text": kind},
            "element": {"type": kind, "action_id": "field", **more},
        }
        for kind, more in fields.items()
    ]
    title, submit = ({"type": "plain_text", "text": text} for text in ("모든 칸", "보내기"))
    return {"type": "modal", "title": title, "submit": submit, "blocks": blocks}


@pytest.fixture(scope="module")
def bot(world: Centre) -> Iterator[SmallBot]:
    with SmallBot(world, form_of(FIELDS)).at_work() as made:
        yield made


def test_every_kind_of_input_that_the_bot_uses_is_in_the_form_of_these_tests() -> None:
    sources = [path.read_text(encoding="utf-8") for path in (ROOT / "bot").rglob("*.py")]
    named = {kind for source in sources for kind in re.findall(r'"type": "(\w+)"', source)}
    assert named & IN_INPUT.keys() <= FIELDS.keys()
    assert named & IN_INPUT.keys() >= {"plain_text_input", "static_select", "file_input"}


def test_every_field_is_filled_by_keyboard_and_the_bot_gets_its_value(
    page: Page, world: Centre, bot: SmallBot
) -> None:
    hands.open_page(page, world, "as=U0OFFICER1&in=C0GENERAL")
    hands.send(page, "/case new")
    expect(page.locator(hands.FORM)).to_be_visible()
    for kind, field in zip(FIELDS, page.locator(f"{hands.FORM} .input").all(), strict=True):
        fill(page, kind, field)
    page.locator(f"{hands.FORM} [type=submit]").focus()
    page.keyboard.press("Enter")
    got = bot.submitted.get(timeout=10)
    expect(page.locator(hands.FORM)).to_be_hidden()
    assert {kind: bare(got[kind]["field"]) for kind in FIELDS} == GIVEN


def fill(page: Page, kind: str, field: Locator) -> None:
    """Fill a field in with nothing but keys, once it has the focus."""
    field.locator("input:not([aria-hidden]), select, textarea").first.focus()
    if kind in TYPED:
        page.keyboard.type(TYPED[kind])
    elif kind == "datetimepicker":
        page.keyboard.type("12242026")
        page.keyboard.press("ArrowRight")
        page.keyboard.type("0930AM")
    elif kind in ("checkboxes", "radio_buttons") or kind.startswith("multi_"):
        page.keyboard.press("Space")
    else:
        page.keyboard.press("ArrowDown")
    if kind == "file_input":
        expect(field.locator(".chosen-files li")).to_have_text("hills.jpg")


def bare(held: Json) -> object:
    """What an element of a submission holds, without Slack's words around it."""
    value = next(one for name, one in held.items() if name != "type")
    if isinstance(value, list):
        return [bare_one(one) for one in value]
    return bare_one(value)


def bare_one(value: object) -> object:
    """The value of an option, the name of a file, or what it is itself."""
    if not isinstance(value, dict):
        return value
    return value.get("value") or value.get("name")


def test_the_tab_key_reaches_every_field_of_a_form(
    page: Page, world: Centre, bot: SmallBot
) -> None:
    hands.open_page(page, world, "as=U0OFFICER2&in=C0GENERAL")
    hands.send(page, "/case new")
    expect(page.locator(f"{hands.FORM} .input input").first).to_be_focused()
    reached: list[str] = []
    for _ in range(80):
        where = page.evaluate(
            "(document.activeElement.closest('.input') || document.activeElement).innerText"
            ".split('\\n')[0]"
        )
        reached.append(where)
        if where == "보내기":
            break
        page.keyboard.press("Tab")
    assert list(dict.fromkeys(reached))[: len(FIELDS)] == list(FIELDS)
    page.keyboard.press("Escape")
    expect(page.locator(hands.FORM)).to_be_hidden()


@pytest.mark.console_may_say("404")
def test_a_form_sent_in_one_window_is_gone_in_the_other_and_counts_once(
    page: Page, browser: Browser, world: Centre, bot: SmallBot
) -> None:
    place = "as=U0MANAGER1&in=C0GENERAL"
    hands.open_page(page, world, place)
    with hands.another_window(browser) as late, hands.another_window(browser) as other:
        hands.open_page(late, world, place)
        hands.open_page(other, world, place)
        bot.form = form_of({"plain_text_input": {}})
        hands.send(page, "/case new")
        for window in (page, late, other):
            window.fill(f"{hands.FORM} [name=field]", "한 번")
        late.route("**/practice/slack/views*", lambda _: None)
        hands.submit(page)
        expect(other.locator(hands.FORM)).to_be_hidden()
        expect(late.locator(hands.FORM)).to_be_visible()
        hands.submit(late)
        expect(late.locator(NOTE)).to_have_text(
            "이 창은 이미 닫혔습니다. 처음부터 다시 열어 주십시오."
        )
        late.unroute_all(behavior="ignoreErrors")
    assert bare(bot.submitted.get(timeout=10)["plain_text_input"]["field"]) == "한 번"
    assert bot.submitted.empty()


def test_a_picture_that_the_bot_puts_into_a_message_is_shown(
    page: Page, world: Centre, bot: SmallBot
) -> None:
    given = bot.client.files_upload_v2(file=io.BytesIO(jpeg(3, (64, 48))), filename="그림.jpg")
    picture = {"type": "image", "slack_file": {"id": given["file"]["id"]}, "alt_text": "언덕"}
    bot.client.chat_postMessage(channel="C0GENERAL", text="그림", blocks=[picture])
    hands.open_page(page, world, "as=U0OFFICER1&in=C0GENERAL")
    shown = page.locator(".message img[alt=언덕]")
    expect(shown).to_be_visible()
    page.wait_for_function("document.querySelector('.message img').naturalWidth === 64")

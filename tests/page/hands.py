"""What a person does on the page, as the guide tells them to."""

from collections.abc import Iterator
from contextlib import contextmanager

from playwright.sync_api import Browser, Page, expect

from tests.page.centre import Centre

FORM = "dialog.modal[open]"
MOST_QUESTIONS = 12


def open_page(page: Page, centre: Centre, place: str = "") -> None:
    """Open the page at a place, and see that it stands."""
    page.goto(f"{centre.address}/?{len(place)}#{place}")
    page.wait_for_selector(".top")
    page.wait_for_function("document.querySelector('.line').dataset.state !== 'line.lost'")


def begin(page: Page, story: str) -> None:
    """Begin a story from the list."""
    page.click(f"[data-story={story}]")
    page.wait_for_selector(".step.now")


def is_done(page: Page, step: str) -> None:
    """Wait until the guide has ticked a step off."""
    page.wait_for_selector(f'[data-step="{step}"][data-state="done"]', state="attached")


def follow(page: Page) -> None:
    """Press what takes you to the present step."""
    page.locator(".step.now .kit-button.primary").first.click()


def send_command(page: Page) -> None:
    """Put the present step's command into the line and send it; a form opens."""
    follow(page)
    page.click(".step.now .command")
    page.press(".work .composer textarea", "Enter")


def file_case(page: Page, alias: str, harm: str, *, is_minor: bool = False) -> None:
    """The intake."""
    send_command(page)
    page.fill(f"{FORM} [name=alias]", alias)
    page.select_option(f"{FORM} [name=harm]", harm)
    if is_minor:
        page.check(f"{FORM} [value=minor]")
    submit(page)
    is_done(page, "case")


def consent(page: Page, *parts: str) -> None:
    """The consents."""
    send_command(page)
    for part in parts:
        page.check(f"{FORM} [value={part}]")
    page.select_option(f"{FORM} [name=basis]", "own_consent")
    submit(page)
    is_done(page, "consent")


def register(page: Page, picture: str) -> None:
    """The hash file of a practice picture."""
    send_command(page)
    page.select_option(f"{FORM} .practice-picker", f"{picture}.json")
    page.wait_for_selector(f"{FORM} .chosen-files li")
    submit(page)
    is_done(page, "fingerprint")


def send(page: Page, line: str) -> None:
    """Type a line and send it."""
    page.fill(".work .composer textarea", line)
    page.press(".work .composer textarea", "Enter")


@contextmanager
def another_window(browser: Browser) -> Iterator[Page]:
    """A second window, of another browser than the first."""
    context = browser.new_context(viewport={"width": 1280, "height": 800})
    try:
        yield context.new_page()
    finally:
        context.close()


def submit(page: Page) -> None:
    """Send the form."""
    page.click(f"{FORM} [type=submit]")


def claim(page: Page, step: str) -> None:
    """Take the alert that waits."""
    follow(page)
    press_in_case(page, "alert_claim")
    is_done(page, step)


def press_in_case(page: Page, action: str) -> None:
    """Press a button of the newest message about the story's own case."""
    number = page.evaluate("JSON.parse(localStorage['ansim.story']).facts.case")
    about = page.locator(".message", has_text=str(number))
    about.locator(f"[data-action={action}]").last.click()


def invite(page: Page) -> None:
    """The invitation's form."""
    send_command(page)
    page.select_option(f"{FORM} [name=way]", "practice_water_bot")
    page.select_option(f"{FORM} [name=language]", "ko")
    agreed = {"opens": "00:00", "closes": "23:59", "code_word": "보리차", "duress_word": "옥수수차"}
    for name, value in agreed.items():
        page.fill(f"{FORM} [name={name}]", value)
    submit(page)
    is_done(page, "invite")


def enrol(page: Page) -> None:
    """Open the link and answer the bot's questions on the phone."""
    follow(page)
    page.locator(".invitation").last.click()
    is_done(page, "opened")
    for _ in range(MOST_QUESTIONS):
        rows = page.locator(".bubble-row")
        expect(rows.last.locator(".key").or_(page.locator(".reply-keyboard")).first).to_be_visible()
        if page.locator(".reply-keyboard").count():
            break
        count = rows.count()
        rows.last.locator(".key").first.click()
        page.wait_for_function(
            "count => document.querySelectorAll('.bubble-row').length > count"
            " || document.querySelector('.reply-keyboard')",
            arg=count,
        )
    is_done(page, "enrolled")
    to_guide(page)


def miss_a_checkin(page: Page) -> None:
    """Plan one, let it come, and let it pass."""
    send_command(page)
    is_done(page, "plan")
    for step in ("asked", "missed"):
        page.click(".step.now .quiet")
        is_done(page, step)


def to_guide(page: Page) -> None:
    """Back to the guide."""
    page.locator(".side-tabs button").first.click()

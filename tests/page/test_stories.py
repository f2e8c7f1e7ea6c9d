"""The first steps and the training stories, walked in Chromium in the centre that a newcomer finds."""

from collections.abc import Iterator

import pytest
from playwright.sync_api import Page, expect

from practice.page.files import stories
from tests.page import hands
from tests.page.centre import Centre, sample_centre

pytestmark = [pytest.mark.verify, pytest.mark.timeout(600)]
# Somebody else's case, link and phone, as a story would remember its own.
OTHERS = {
    "case": "2026-9999",
    "link": "none",
    "person": "victim2",
    "bot": "practice_water_bot",
}

SEEN_SINCE_EVER = """async () => {
    const { observe } = await import('/practice/page/static/js/guide/observer.js');
    return new Promise((resolve) => {
        const stop = observe(0, (seen) => { stop(); resolve(seen); });
    });
}"""
TICKED = """async ({ story, seen, facts }) => {
    const { match } = await import('/practice/page/static/js/guide/rules.js');
    return story.steps.filter((step) => match(step.see, seen, facts, 0)).map((step) => step.id);
}"""


@pytest.fixture(scope="module")
def centre(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Centre]:
    """The sample centre, played to its end."""
    with sample_centre(tmp_path_factory.mktemp("sample")) as made:
        yield made


@pytest.mark.parametrize("story", stories(), ids=lambda story: str(story["id"]))
def test_nothing_that_the_sample_plays_ticks_a_step_even_while_a_story_is_under_way(
    page: Page, centre: Centre, story: dict[str, object]
) -> None:
    hands.open_page(page, centre)
    seen = page.evaluate(SEEN_SINCE_EVER)
    ticked = page.evaluate(TICKED, {"story": story, "seen": seen, "facts": OTHERS})
    assert len(seen["slack"]) > 20
    assert len(seen["phones"]) > 5
    assert len(seen["posts"]) > 10
    assert ticked == []


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


def test_a_story_begun_again_is_ticked_by_its_own_case_alone(page: Page, centre: Centre) -> None:
    hands.open_page(page, centre)
    for _ in range(2):
        hands.begin(page, "false-alarm")
        expect(page.locator(".step.done")).to_have_count(0)
        hands.file_case(page, "다시", "distribution")
        hands.consent(page, "personal_data", "deletion_support", "fingerprints")
        hands.register(page, "patches")
        hands.is_done(page, "alert")
        hands.claim(page, "claim")
        page.click(".guide .story-head button")
        page.click("dialog.small .kit-button.primary")

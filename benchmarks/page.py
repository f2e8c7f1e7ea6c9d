"""How quick the practice page is: first paint, what one window sees of another, ten thousand messages."""

import argparse
import json
import statistics
import sys
import tempfile
from pathlib import Path

from playwright.sync_api import Browser, Page, sync_playwright

from tests.page import hands
from tests.page.centre import Centre, bare_world
from tests.page.conftest import ARGUMENTS, CHROMIUM

MANY = 10_000
_PAINT = "performance.getEntriesByName('first-contentful-paint')[0].startTime"
_SEEN = """async text => {
    while (!document.querySelector('.messages').innerText.includes(text))
        await new Promise(requestAnimationFrame);
    return Date.now();
}"""


def main() -> None:
    """`--rounds N` windows and messages are measured; the middle and the slowest are told."""
    words = argparse.ArgumentParser(description=__doc__)
    words.add_argument("--json", action="store_true", help="one JSON object alone")
    words.add_argument("--rounds", type=int, default=7)
    asked = words.parse_args()
    with tempfile.TemporaryDirectory() as folder, bare_world(Path(folder)) as world:
        figures = _measured(world, asked.rounds)
    sys.stdout.write(json.dumps(figures) + "\n")


def _measured(world: Centre, rounds: int) -> dict[str, float]:
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=str(CHROMIUM), args=ARGUMENTS)
        paints = [_paint(browser, world, "in=C0GENERAL&as=U0OFFICER1") for _ in range(rounds)]
        waits = _waits(browser, world, rounds)
        sys.stderr.write(f"{MANY} messages are written\n")
        for number in range(MANY):
            world.say("C0ELSEWHERE", f"글 {number}")
        crowded = [_paint(browser, world, "as=U0SUPERVISOR&in=C0ELSEWHERE") for _ in range(rounds)]
        browser.close()
    told = {"first_paint": paints, "other_window": waits, "first_paint_10000": crowded}
    middles: dict[str, float] = {
        f"{name}_ms": round(statistics.median(times)) for name, times in told.items()
    }
    return middles | {f"{name}_ms_slowest": round(max(times)) for name, times in told.items()}


def _paint(browser: Browser, world: Centre, place: str) -> float:
    page = browser.new_context().new_page()
    hands.open_page(page, world, place)
    page.wait_for_selector(".messages")
    took = float(page.evaluate(_PAINT))
    page.context.close()
    return took


def _waits(browser: Browser, world: Centre, rounds: int) -> list[float]:
    """From Enter in one window until the text stands in the other."""
    one, other = (browser.new_context().new_page() for _ in range(2))
    hands.open_page(one, world, "in=C0GENERAL&as=U0OFFICER1")
    hands.open_page(other, world, "in=C0GENERAL&as=U0ONCALL1")
    waits = [_wait(one, other, f"지금 보입니까 {number} ·") for number in range(rounds)]
    one.context.close()
    other.context.close()
    return waits


def _wait(one: Page, other: Page, text: str) -> float:
    one.fill(".composer textarea", text)
    other.evaluate(f"text => {{ window.seen = ({_SEEN})(text); }}", text)
    sent = one.evaluate("Date.now()")
    one.press(".composer textarea", "Enter")
    return float(other.evaluate("() => window.seen")) - float(sent)


if __name__ == "__main__":
    main()

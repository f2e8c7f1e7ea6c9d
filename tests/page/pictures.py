"""Makes README's pictures of the practice centre: `make pictures`."""

import tempfile
from pathlib import Path

from playwright.sync_api import Browser, sync_playwright

from tests.architecture.tree import ROOT
from tests.page import hands
from tests.page.centre import Centre, staffed_centre
from tests.page.conftest import ARGUMENTS, CHROMIUM

PICTURES = ROOT / "docs" / "pictures"


def main() -> None:
    """Walk the threatened minor's story and take pictures on the way, at both widths."""
    PICTURES.mkdir(exist_ok=True)
    with (
        tempfile.TemporaryDirectory() as folder,
        staffed_centre(Path(folder)) as centre,
        sync_playwright() as playwright,
    ):
        browser = playwright.chromium.launch(executable_path=str(CHROMIUM), args=ARGUMENTS)
        _desk(browser, centre)
        _phone(browser, centre)
        browser.close()


def _desk(browser: Browser, centre: Centre) -> None:
    page = browser.new_page(viewport={"width": 1280, "height": 800}, color_scheme="light")
    hands.open_page(page, centre)
    hands.begin(page, "threatened-minor")
    hands.file_case(page, "하늘", "threat", is_minor=True)
    hands.consent(page, "personal_data", "deletion_support", "fingerprints")
    hands.register(page, "waves")
    hands.send_command(page)
    hands.is_done(page, "alert")
    hands.claim(page, "claim")
    page.screenshot(path=str(PICTURES / "desk.png"))
    page.close()


def _phone(browser: Browser, centre: Centre) -> None:
    page = browser.new_page(viewport={"width": 390, "height": 844}, color_scheme="dark")
    centre.post("/practice/telegram/start", person="victim1", bot="practice_hotline_bot")
    hands.open_page(page, centre, "see=side&side=phone&bot=practice_hotline_bot")
    page.wait_for_selector(".from-bot")
    page.screenshot(path=str(PICTURES / "phone.png"))
    page.close()


if __name__ == "__main__":
    main()

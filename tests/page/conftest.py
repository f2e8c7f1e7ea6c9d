"""Chromium, a staffed centre and a bare world, each once for a file of tests."""

import os
import re
from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Page, sync_playwright

from tests.architecture.tree import ROOT
from tests.page.centre import Centre, bare_world, staffed_centre

CHROMIUM = Path("/usr/bin/chromium")
ARGUMENTS = [
    "--no-sandbox",
    "--disable-gpu",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
]
_PATIENCE_MS = 20_000


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    """A real Chromium; skipped with the way to get it where there is none."""
    if not CHROMIUM.exists() and not os.environ.get("ANSIM_REQUIRE_ALL"):
        pytest.skip("apt-get install chromium fonts-noto-cjk")
    with sync_playwright() as playwright:
        started = playwright.chromium.launch(executable_path=str(CHROMIUM), args=ARGUMENTS)
        yield started
        started.close()


@pytest.fixture(scope="module")
def centre(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Centre]:
    """A centre with its bot and its staff."""
    with staffed_centre(tmp_path_factory.mktemp("centre")) as made:
        yield made


@pytest.fixture(scope="module")
def world(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Centre]:
    """A world without a bot."""
    with bare_world(tmp_path_factory.mktemp("bare")) as made:
        yield made


def keep(page: Page, name: str) -> None:
    """Keep a picture of the window among what a run leaves behind; git ignores it."""
    page.screenshot(path=str(ROOT / "artefacts" / "page" / f"{name}.png"))


@pytest.fixture
def page(browser: Browser, request: pytest.FixtureRequest) -> Iterator[Page]:
    """A window of 1280 px; the test fails if it says anything in the console. A picture is kept."""
    context = browser.new_context(viewport={"width": 1280, "height": 800}, color_scheme="light")
    opened = context.new_page()
    opened.set_default_timeout(_PATIENCE_MS)
    trouble: list[str] = []
    opened.on("pageerror", lambda error: trouble.append(str(error)))
    opened.on("console", lambda told: trouble.append(told.text) if told.type == "error" else None)
    yield opened
    keep(opened, re.sub(r"[^\w-]+", "-", request.node.name).strip("-"))
    context.close()
    allowed = request.node.get_closest_marker("console_may_say")
    assert [one for one in trouble if allowed is None or allowed.args[0] not in one] == []

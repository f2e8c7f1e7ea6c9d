"""The browser's hasher makes the hashes that the reference makes, alone, and everybody can use it."""

import json
import socket
from collections.abc import Callable
from pathlib import Path
from tempfile import TemporaryDirectory

import numpy as np
import pytest
from axe_playwright_python.sync_playwright import Axe
from PIL import Image
from playwright.sync_api import FileChooser, FilePayload, Page, expect
from playwright.sync_api import TimeoutError as PatienceEnds

from bot.cli import hasher
from domain import hashfile
from domain.fingerprints import distance
from matching.decoding import decode
from matching.hashing import hash_picture
from tests.matching.scenery import encoded, oracle, scene
from tests.page import hasher_pictures as pictures

pytestmark = [pytest.mark.verify, pytest.mark.timeout(300)]
ADDRESS = hasher.BUILT.as_uri()
LOSSLESS = (".png", ".bmp", ".gif", ".lossless.webp")
SERIOUS = ("serious", "critical")


@pytest.fixture
def asked(page: Page) -> list[str]:
    """Everything the page asks a network for, from its opening on."""
    found: list[str] = []
    page.on("request", lambda request: found.append(request.url))
    page.goto(ADDRESS)
    return found


def choose(page: Page, files: dict[str, bytes]) -> None:
    """Choose the files as an officer does, and wait for the end."""
    with TemporaryDirectory() as folder:
        paths = [Path(folder, name) for name in files]
        for path, data in zip(paths, files.values(), strict=True):
            path.write_bytes(data)
        page.set_input_files("#files", paths)
        expect(page.locator("#summary")).to_contain_text("해시", timeout=200_000)
        expect(page.locator("#going")).to_be_hidden(timeout=200_000)


def saved(page: Page, folder: Path) -> bytes:
    """The file that the button saves."""
    with page.expect_download() as download:
        page.click("#save")
    assert download.value.suggested_filename == "prints.json"
    download.value.save_as(folder / "prints.json")
    return (folder / "prints.json").read_bytes()


@pytest.mark.parametrize("made", [pictures.by_size, pictures.turned, pictures.unusual])
def test_the_hashes_are_those_of_the_reference(
    page: Page, asked: list[str], tmp_path: Path, made: Callable[[], dict[str, bytes]]
) -> None:
    files = made()
    choose(page, files)
    page.check("#with-names")
    data = saved(page, tmp_path)
    names = [item["name"] for item in json.loads(data)["items"]]
    prints = dict(zip(names, hashfile.loads(data), strict=True))
    off = dict.fromkeys(files, 0)
    for name, content in files.items():
        bits, quality = oracle(np.asarray(decode(content)))
        ours, print_ = hash_picture(content), prints[name]
        assert (name, print_.sha256) == (name, ours.sha256)
        assert abs(print_.pdq.quality - quality) <= 1, name
        off[name] = distance(print_.pdq.bits, bits) if quality >= 80 else 0
        if name.endswith(LOSSLESS):
            assert (name, print_.pdq, print_.phash) == (name, ours.pdq, ours.phash)
        assert print_.phash.distance(ours.phash) <= 10, name
    assert [name for name, bits_off in off.items() if bits_off > 10] == []
    assert [url for url in asked if not url.startswith(("file:", "blob:"))] == []


def test_all_eight_forms_are_computed(page: Page, asked: list[str]) -> None:
    content = encoded(scene(200, 150, 3))
    choose(page, {"a.png": content})
    page.click("details summary")
    forms = [form.hex for form in hash_picture(content).forms]
    assert page.locator("#forms li").all_text_contents() == forms
    assert asked[0] == ADDRESS


def test_what_is_cut_off_is_refused_and_never_filled_up(page: Page, asked: list[str]) -> None:
    files = pictures.cut_off()
    choose(page, files)
    told = dict.fromkeys(files, "파일이 잘렸거나 손상되었습니다. 원본을 다시 받아 주세요.")
    assert failures(page) == told
    expect(page.locator("#save")).to_be_hidden()
    assert len(asked) == 2


def test_every_flaw_is_named_with_its_file(page: Page, asked: list[str]) -> None:
    bomb = bytearray(encoded(scene(16, 16, 1)))
    bomb[16:24] = (20_000).to_bytes(4, "big") * 2
    files = {
        "empty.png": b"",
        "text.png": b"hello",
        "large.png": bytes(20_000_001),
        "bomb.png": bytes(bomb),
        "small.png": encoded(scene(4, 9, 1)),
        "film.mp4": b"\0\0\0\x18ftypisom" + bytes(99),
        "photo.heic": b"\0\0\0\x18ftypheic" + bytes(99),
        "print.jpg": encoded(scene_in_cmyk(), "JPEG"),
        "<b>evil<\u202e.png": b"",
    }
    choose(page, files)
    words = page.evaluate("WORDS.ko")
    reasons = ["empty", "not_media", "too_large", "bomb", "too_small", "video", "elsewhere", "cmyk"]
    names = [*list(files)[:-1], "<b>evil<\ufffd.png"]
    assert failures(page) == dict(
        zip(names, [words[reason] for reason in [*reasons, "empty"]], strict=True)
    )


def scene_in_cmyk() -> Image.Image:
    """For print."""
    return Image.fromarray(scene(50, 50, 1)).convert("CMYK")


def failures(page: Page) -> dict[str, str]:
    """What is said of each file without a hash."""
    rows = page.locator("#failures li")
    names = rows.locator("b").all_text_contents()
    return dict(zip(names, rows.locator("span").all_text_contents(), strict=True))


def test_the_file_holds_no_names_unless_asked_for_and_each_picture_once(
    page: Page, asked: list[str], tmp_path: Path
) -> None:
    content = encoded(scene(90, 70, 1))
    choose(page, {"a.png": content, "copy.png": content})
    expect(page.locator("#summary")).to_have_text(
        "해시 1개를 만들었습니다. 실패 0개, 같은 사진 1개."
    )
    [item] = json.loads(saved(page, tmp_path))["items"]
    assert list(item) == ["kind", "sha256", "pdq", "quality", "phash"]
    assert asked


def test_files_are_dropped_anywhere_on_the_page(page: Page, asked: list[str]) -> None:
    content = encoded(scene(90, 70, 1))
    page.evaluate(
        """(bytes) => {
            const dataTransfer = new DataTransfer();
            for (const name of ["a.png", "b.png"])
                dataTransfer.items.add(new File([Uint8Array.from(bytes), name], name));
            document.body.dispatchEvent(new DragEvent("drop", { dataTransfer, bubbles: true }));
        }""",
        list(content),
    )
    expect(page.locator("#prints th")).to_have_text(["a.png", "b.png"])
    assert asked


def test_a_folder_is_opened_all_the_way_down_without_hidden_files(
    page: Page, asked: list[str], tmp_path: Path
) -> None:
    (tmp_path / "사진" / "안쪽").mkdir(parents=True)
    for at, name in enumerate(("b.png", "안쪽/a.png", ".hidden.png", "Thumbs.db")):
        (tmp_path / "사진" / name).write_bytes(encoded(scene(90, 70, at)))
    page.set_input_files("#folder", tmp_path / "사진")
    expect(page.locator("#prints th")).to_have_text(["사진/b.png", "사진/안쪽/a.png"])
    assert asked


def opened_by_enter(page: Page) -> FileChooser:
    """The chooser that Tab and Enter lead to; from the beginning once more where a busy browser, which
    opens one for each touch of a key alone, let it go by.
    """
    for patience_ms in (8_000, 8_000, 30_000):
        page.locator("[data-speak=en]").focus()
        page.keyboard.press("Tab")
        expect(page.locator("#choose")).to_be_focused()
        try:
            with page.expect_file_chooser(timeout=patience_ms) as chooser:
                page.keyboard.press("Enter")
            return chooser.value
        except PatienceEnds:
            page.reload()
    raise AssertionError("Enter opened no chooser, three times")


def test_it_is_used_by_keyboard_alone(page: Page, asked: list[str], tmp_path: Path) -> None:
    picture = tmp_path / "a.png"
    picture.write_bytes(encoded(scene(90, 70, 1)))
    opened_by_enter(page).set_files(picture)
    expect(page.locator("#save")).to_be_focused()
    with page.expect_download() as download:
        page.keyboard.press("Enter")
    assert download.value.suggested_filename == "prints.json"
    assert asked


def test_a_picture_that_hangs_fails_alone_and_hashing_is_off_the_main_thread(page: Page) -> None:
    page.clock.install()
    page.goto(ADDRESS)
    page.evaluate("""() => {
        const started = Hands.prototype.started;
        Hands.prototype.started = function () {
            Hands.prototype.started = started;
            return { postMessage() {}, terminate() {} };
        };
    }""")
    content = encoded(scene(90, 70, 1))
    put = [FilePayload(name=name, mimeType="", buffer=content) for name in ("bad.png", "good.png")]
    page.set_input_files("#files", put)
    expect(page.locator("#now")).to_have_text("2개 중 1개째: bad.png")
    page.clock.fast_forward(61_000)
    expect(page.locator("#prints th")).to_have_text(["good.png"])
    assert failures(page) == {"bad.png": "60초 안에 읽지 못해 건너뛰었습니다."}
    assert len(page.workers) == 1


@pytest.mark.console_may_say("Content Security Policy")
def test_a_connection_is_impossible_even_if_the_page_tried(page: Page, asked: list[str]) -> None:
    with socket.create_server(("127.0.0.1", 0)) as listener:
        tried = """async (address) => {
            const picture = new Image();
            const shut = new Promise((told) => { picture.onerror = () => told("shut"); });
            picture.src = address;
            navigator.sendBeacon(address);
            return [await shut, await fetch(address).then(() => "open", () => "shut")];
        }"""
        address = f"http://127.0.0.1:{listener.getsockname()[1]}/"
        assert page.evaluate(tried, address) == ["shut", "shut"]
        listener.setblocking(False)
        with pytest.raises(BlockingIOError):
            listener.accept()
    assert asked[0] == ADDRESS


@pytest.mark.parametrize("theme", ["light", "dark"])
@pytest.mark.parametrize("width", [1280, 390])
@pytest.mark.parametrize("language", ["ko", "en"])
def test_axe_finds_nothing_serious(page: Page, theme: str, width: int, language: str) -> None:
    page.emulate_media(color_scheme="dark" if theme == "dark" else "light")
    page.set_viewport_size({"width": width, "height": 800})
    page.goto(ADDRESS)
    page.click(f"[data-speak={language}]")
    assert findings(page) == []
    flat = encoded(Image.new("RGB", (90, 70)))
    put = {"a.png": encoded(scene(90, 70, 1)), "flat.png": flat, "cut.png": flat[:40]}
    page.set_input_files(
        "#files", [FilePayload(name=name, mimeType="", buffer=data) for name, data in put.items()]
    )
    expect(page.locator("#save")).to_be_visible()
    page.click("details summary")
    assert findings(page) == []
    assert page.evaluate("document.documentElement.scrollWidth") <= width


def findings(page: Page) -> list[str]:
    """What axe calls serious or critical."""
    return [
        f"{one['id']}: {json.dumps([node['html'] for node in one['nodes']], ensure_ascii=False)}"
        for one in Axe().run(page).response["violations"]
        if one["impact"] in SERIOUS
    ]

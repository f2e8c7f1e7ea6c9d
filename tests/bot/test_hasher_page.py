"""The page for officers without Python is one file that is current, closed and complete."""

import base64
import hashlib
import re
from pathlib import Path

from bot.cli import hasher
from matching.decoding import Why
from tests.bot.test_hash_command import ansim

WORDS = (hasher.FOLDER / "page" / "words.js").read_text(encoding="utf-8")


def test_the_built_page_is_current() -> None:
    assert hasher.BUILT.read_text(encoding="utf-8") == hasher.build(), "make hasher"


def test_every_part_is_in_the_page() -> None:
    parts = {path.relative_to(hasher.FOLDER).as_posix() for path in hasher.FOLDER.glob("*/*.js")}
    named = {f"hashing/{name}.js" for name in hasher.HASHING}
    assert parts == named | {f"page/{name}.js" for name in hasher.PAGE}


def test_its_policy_allows_what_is_written_in_it_and_no_connection() -> None:
    page = hasher.build()
    policy = re.findall(r'Content-Security-Policy" content="([^"]*)"', page)[0]
    scripts = [_hash(each) for each in re.findall(r"<script[^>]*>(.*?)</script>", page, re.DOTALL)]
    styles = [_hash(each) for each in re.findall(r"<style>(.*?)</style>", page, re.DOTALL)]
    assert policy.split("; ") == [
        "default-src 'none'",
        f"script-src {' '.join(scripts)}",
        f"style-src {' '.join(styles)}",
        "worker-src blob:",
        "connect-src 'none'",
        "img-src 'none'",
        "form-action 'none'",
        "base-uri 'none'",
    ]


def test_it_names_no_address_and_no_other_file() -> None:
    page = hasher.build()
    assert re.findall(r"\w+://|\ssrc=|<link|@import|url\(|{{", page) == []


def test_every_sentence_is_there_in_both_languages_with_the_same_facts() -> None:
    korean, english = (_facts(block) for block in WORDS.split("\n  en: {"))
    assert korean == english
    of_pictures = set(Why) - {Why.TOO_LONG, Why.NO_VIDEO, Why.PLAIN}  # The others videos have.
    assert [why.value for why in of_pictures if why.value not in english] == []


def test_every_sentence_that_the_page_asks_for_is_there() -> None:
    asked = set(re.findall(r'data-say="(\w+)"|say\("(\w+)"', hasher.build()))
    known = _facts(WORDS.split("\n  en: {")[1])
    assert [key for pair in asked for key in pair if key and key not in known] == []


def test_the_command_hands_the_page_out(tmp_path: Path) -> None:
    ran = ansim("hash", "--page", tmp_path / "hasher.html", "--lang", "en")
    assert (ran.returncode, ran.stdout) == (0, "")
    assert ran.stderr.startswith("wrote the page that makes hashes: ")
    assert (tmp_path / "hasher.html").read_bytes() == hasher.BUILT.read_bytes()


def _hash(text: str) -> str:
    return f"'sha256-{base64.b64encode(hashlib.sha256(text.encode()).digest()).decode()}'"


def _facts(block: str) -> dict[str, list[str]]:
    lines = re.findall(r'^    (\w+): "(.*)",$', block, re.MULTILINE)
    return {key: sorted(re.findall(r"{(\w+)}", text)) for key, text in lines}

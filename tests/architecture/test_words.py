"""What is never written, anywhere in the tree."""

import re

from tests.architecture.tree import PACKAGES, files, modules, nothing, place

# Put together here, so that this file doesn't hold what it forbids.
NEVER_WRITTEN = ("몰" + "카", "음란" + "물", "야" + "동", "리벤지" + "포르노")
UNFINISHED = re.compile(r"\b(TO" + "DO|FIX" + "ME|X" + "XX|HA" + "CK)" + r"\b")
MACHINE_PATHS = re.compile(r"(?<![\w.])/(ro" + "ot|ho" + r"me)/\w")
ADDRESS = re.compile(r"://|--(extra-)?index-url|--find-links")
SUPPRESSION = re.compile(
    r"#\s*(no" + r"qa|type:\s*ignore|pragma:)(:\s*[A-Z0-9, ]+[0-9]|\[[\w, -]+\])?(.*)"
)


def _lines(pattern: re.Pattern[str]) -> list[str]:
    return [
        f"{place(path)}:{number}: {line.strip()[:100]}"
        for path in files()
        for number, line in enumerate(path.read_text(encoding="utf-8").splitlines(), start=1)
        if pattern.search(line)
    ]


def test_hurtful_words_are_never_written() -> None:
    nothing(_lines(re.compile("|".join(NEVER_WRITTEN))))


def test_nothing_is_left_for_later() -> None:
    nothing(_lines(UNFINISHED))


def test_no_path_of_one_machine_is_written() -> None:
    nothing(_lines(MACHINE_PATHS))


def test_locks_hold_no_address() -> None:
    nothing([line for line in _lines(ADDRESS) if line.startswith("requirements")])


def test_every_suppression_says_why() -> None:
    found = [
        f"{module.place}:{number}: {line.strip()[:100]}"
        for module in modules(*PACKAGES)
        for number, line in enumerate(module.text.splitlines(), start=1)
        if (mark := SUPPRESSION.search(line)) and not re.search(r"\w{3}", mark[3])
    ]
    nothing(found)

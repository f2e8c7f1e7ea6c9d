"""The documents say what the code does: generated parts, settings, and the files they name."""

import re
from pathlib import Path

import pytest

from bot.settings import Settings
from tests.architecture.tree import ROOT, files, nothing, place
from tests.generated_docs import DOCS, PAGES, page

_SETTING = re.compile(r"^#? ?([A-Z][A-Z_]+)=(.*)$")
_NAMED_FILE = re.compile(
    r"`((?:bot|domain|jobs|matching|practice|services|storage|tests|docs)/[\w./-]+\.\w+)`"
)


@pytest.mark.parametrize("name", PAGES)
def test_generated_pages_agree_with_the_code(name: str) -> None:
    written = (DOCS / name).read_text(encoding="utf-8")
    assert written == page(name), f"docs/{name} lags behind the code; `make docs` writes it"


def test_the_example_explains_every_setting_and_nothing_else() -> None:
    written = [found[1] for line in _example() if (found := _SETTING.match(line))]
    assert sorted(written) == sorted(name.upper() for name in Settings.model_fields)


def test_every_setting_of_the_example_is_explained() -> None:
    lines = _example()
    bare = [
        f".env.example:{number + 1}: {line}"
        for number, line in enumerate(lines)
        if _SETTING.match(line) and not lines[number - 1].startswith("# ")
    ]
    nothing(bare)


def test_the_example_as_it_stands_starts_a_practice_centre(tmp_path: Path) -> None:
    example = tmp_path / ".env"
    example.write_text("\n".join(_example()), encoding="utf-8")
    assert Settings(_env_file=example).mode == "practice"


def test_the_documents_name_files_that_are_there() -> None:
    nothing(
        [
            f"{place(path)}: {named}"
            for path in files()
            if path.suffix == ".md" and path.name != "CHANGELOG.md"
            for named in _NAMED_FILE.findall(path.read_text(encoding="utf-8"))
            if not (ROOT / named).exists()
        ]
    )


def _example() -> list[str]:
    return (ROOT / ".env.example").read_text(encoding="utf-8").splitlines()

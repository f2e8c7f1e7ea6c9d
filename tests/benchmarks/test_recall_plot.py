"""The recall table is drawn as one SVG, and what is no result of the benchmark is refused."""

import io
import json
import sys
from pathlib import Path
from xml.etree import ElementTree

import pytest

from benchmarks import recall_plot

SHARES = {
    "peer": 0.5,
    "plain_ab": 0.8,
    "plain_abc": 0.9,
    "descriptors_ab": 0.95,
    "descriptors_abc": 1,
}
MEANS = {
    f"mean_recall{end}": 0.9 for end in ("", "_ab", "_descriptors", "_descriptors_ab", "_peer")
}
TOLD = MEANS | {
    "pictures": {"registered": 3},
    "pairs": 5_000_000,
    "false_ab": 0,
    "false_c": 2,
    "per_manipulation": {"flip": SHARES | {"peer": 0}, "jpeg_70": SHARES | {"peer": 1}},
}
SVG = recall_plot.plotted(TOLD, "2026-11-23 · numpy 2")


def test_each_manipulation_is_a_line_with_five_marks_and_the_date_stands_below() -> None:
    drawn = ElementTree.fromstring(SVG)  # noqa: S314 - our own.
    words = [each.text for each in drawn.iter("{http://www.w3.org/2000/svg}text")]
    marks = list(drawn.iter("{http://www.w3.org/2000/svg}circle"))
    assert [word for word in words if word in ("flip", "jpeg 70")] == ["jpeg 70", "flip"]
    assert len(marks) == len(recall_plot.SERIES) * (1 + 2)
    assert words[-1] == "2026-11-23 · numpy 2"
    assert "5,000,000 unrelated pairs, of which 0 false in A + B, 2 in C" in str(words[1])


def run(monkeypatch: pytest.MonkeyPatch, given: str, to: Path) -> int:
    monkeypatch.setattr(sys, "argv", ["recall_plot", str(to)])
    monkeypatch.setattr(sys, "stdin", io.StringIO(given))
    return recall_plot.main()


def test_the_last_line_of_what_is_handed_over_is_drawn(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    to = tmp_path / "recall.svg"
    assert run(monkeypatch, "progress\n" + json.dumps(TOLD), to) == 0
    assert to.read_text().startswith("<svg ")


@pytest.mark.parametrize("given", ["", "words", "{}", "[]", '{"per_manipulation": 3}'])
def test_anything_else_is_refused_in_one_sentence(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str], tmp_path: Path, given: str
) -> None:
    assert run(monkeypatch, given, tmp_path / "none.svg") == 2
    assert len(capsys.readouterr().err.splitlines()) == 1
    assert list(tmp_path.iterdir()) == []

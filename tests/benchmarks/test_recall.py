"""The recall benchmark takes any folder of pictures and says one sentence where there is none."""

import json
import sys
from pathlib import Path

import pytest

from benchmarks import recall
from tests.matching.landscapes import jpeg, landscape

pytestmark = pytest.mark.verify


def run(monkeypatch: pytest.MonkeyPatch, *arguments: str) -> int:
    monkeypatch.setattr(sys, "argv", ["recall", *arguments])
    return recall.main()


def test_the_last_line_is_one_object_with_every_figure(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str], tmp_path: Path
) -> None:
    for seed in range(3):
        (tmp_path / f"{seed}.jpg").write_bytes(jpeg(landscape(seed)))
    (tmp_path / "notes.txt").write_text("no picture")
    chosen = ["--manipulations", "flip,jpeg_70", "--strangers", "1", "--json"]
    assert run(monkeypatch, "--photos", str(tmp_path), *chosen) == 0
    told = json.loads(capsys.readouterr().out.splitlines()[-1])
    figures = {key: told[key] for key in ("mean_recall", "mean_recall_ab", "mean_recall_peer")}
    assert figures == {"mean_recall": 1, "mean_recall_ab": 1, "mean_recall_peer": 0.5}
    assert (told["false_ab"], told["false_c"], told["prefilter_loss"]) == (0, 0, 0)
    assert told["pairs"] == 2 * 2 * 2 + 3
    assert set(told["per_manipulation"]) == {"flip", "jpeg_70"}


@pytest.mark.parametrize("name", ["missing", "empty"])
def test_without_pictures_it_says_so(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str], tmp_path: Path, name: str
) -> None:
    (tmp_path / "empty").mkdir()
    assert run(monkeypatch, "--photos", str(tmp_path / name)) == 2
    assert len(capsys.readouterr().err.strip().splitlines()) == 1


def test_an_unknown_manipulation_is_named(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str], tmp_path: Path
) -> None:
    asked = ["--photos", str(tmp_path), "--manipulations", "flip,fold"]
    assert run(monkeypatch, *asked) == 2
    assert "no such manipulation: fold;" in capsys.readouterr().err

"""The recall benchmark takes any folder of pictures and says one sentence where there is none."""

import json
import struct
import sys
import zlib
from pathlib import Path

import pytest

from benchmarks import recall
from tests.matching.landscapes import jpeg, landscape

pytestmark = pytest.mark.verify


def _chunk(kind: bytes, body: bytes) -> bytes:
    return struct.pack(">I", len(body)) + kind + body + struct.pack(">I", zlib.crc32(kind + body))


_HEAD = struct.pack(">IIBBBBB", 60_000, 60_000, 8, 2, 0, 0, 0)
HUGE = b"\x89PNG\r\n\x1a\n" + _chunk(b"IHDR", _HEAD) + _chunk(b"IDAT", b"") + _chunk(b"IEND", b"")


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


@pytest.mark.parametrize("name", ["missing", "empty", "words"])
def test_without_pictures_it_says_so(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str], tmp_path: Path, name: str
) -> None:
    (tmp_path / "empty").mkdir()
    (tmp_path / "words").mkdir()
    (tmp_path / "words" / "notes.txt").write_text("no picture")
    assert run(monkeypatch, "--photos", str(tmp_path / name)) == 2
    said = capsys.readouterr().err.strip().splitlines()
    assert said[-1].startswith(str(tmp_path / name))
    assert len(said) == 1 + (name == "words")


def test_one_picture_in_a_nested_folder_is_enough_and_what_is_broken_is_named(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str], tmp_path: Path
) -> None:
    (tmp_path / "one" / "two").mkdir(parents=True)
    whole = jpeg(landscape(1))
    (tmp_path / "one" / "two" / "whole.jpg").write_bytes(whole)
    (tmp_path / "broken.jpg").write_bytes(whole[:600])
    (tmp_path / "empty.png").touch()
    (tmp_path / "huge.png").write_bytes(HUGE)
    asked = ["--manipulations", "flip,collage", "--strangers", "1", "--json"]
    assert run(monkeypatch, "--photos", str(tmp_path), *asked) == 0
    said = capsys.readouterr()
    assert [line for line in said.err.splitlines() if "left out" in line] == [
        "broken.jpg is left out: undecodable: truncated",
        "empty.png is left out: undecodable: empty",
        "huge.png is left out: undecodable: bomb",
    ]
    told = json.loads(said.out.splitlines()[-1])
    assert (told["pictures"]["registered"], told["mean_recall_ab"], told["pairs"]) == (1, 1, 2)


def test_a_run_that_was_broken_off_goes_on_where_it_was(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str], tmp_path: Path
) -> None:
    (tmp_path / "photos").mkdir()
    (tmp_path / "photos" / "0.jpg").write_bytes(jpeg(landscape(1)))
    asked = ["--photos", str(tmp_path / "photos"), "--strangers", "0", "--json"]
    asked += ["--log", str(tmp_path / "log")]
    assert run(monkeypatch, *asked, "--manipulations", "flip") == 0
    first = json.loads(capsys.readouterr().out)
    kept = (tmp_path / "log").read_bytes()
    (tmp_path / "log").write_bytes(kept + b"cut off")
    assert run(monkeypatch, *asked, "--manipulations", "flip") == 0
    again = capsys.readouterr()
    assert (json.loads(again.out), "flip:" in again.err) == (first, False)


def test_two_processes_count_the_same_as_one(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str], tmp_path: Path
) -> None:
    for seed in range(2):
        (tmp_path / f"{seed}.jpg").write_bytes(jpeg(landscape(seed)))
    asked = ["--photos", str(tmp_path), "--manipulations", "flip,grey", "--strangers", "0"]
    told = []
    for jobs in ("1", "2"):
        assert run(monkeypatch, *asked, "--jobs", jobs) == 0
        told.append(json.loads(capsys.readouterr().out))
    assert told[0] == told[1]


def test_an_unknown_manipulation_is_named(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str], tmp_path: Path
) -> None:
    asked = ["--photos", str(tmp_path), "--manipulations", "flip,fold"]
    assert run(monkeypatch, *asked) == 2
    assert "no such manipulation: fold;" in capsys.readouterr().err

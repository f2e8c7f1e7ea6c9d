"""`ansim hash` works offline for an officer with nothing but pictures, good and bad."""

import json
import os
import stat
import subprocess
import sys
from pathlib import Path

import pytest
from PIL import Image

from bot.cli import COMMANDS
from bot.cli.hash_texts import _TEXTS, Lang, said
from domain import hashfile
from domain.fingerprints import Print
from matching.decoding import Why
from matching.hashing import hash_picture
from tests.matching.scenery import encoded, scene

ROOT = Path(__file__).parents[2]
PLAIN = {"PATH": os.environ["PATH"], "PYTHONPATH": str(ROOT), "HOME": "/nonexistent"}
CALL = "from bot.cli import main\nmain()"


def ansim(*arguments: str | Path, **environment: str) -> subprocess.CompletedProcess[str]:
    """Run the command in a process of its own, with no settings at all."""
    line = [sys.executable, "-c", CALL, *map(str, arguments)]
    return subprocess.run(
        line, env={**PLAIN, **environment}, capture_output=True, text=True, timeout=500, check=False
    )


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    (tmp_path / "안쪽").mkdir()
    (tmp_path / "a.png").write_bytes(encoded(scene(90, 70, 1)))
    (tmp_path / "안쪽" / "b.jpg").write_bytes(encoded(scene(80, 70, 2), "JPEG"))
    (tmp_path / ".hidden.png").write_bytes(encoded(scene(80, 70, 3)))
    return tmp_path


def test_pictures_and_folders_become_a_file_of_hashes(folder: Path) -> None:
    out = folder.parent / f"{folder.name}.json"
    ran = ansim("hash", folder, "--out", out, "--lang", "en")
    made = [hash_picture((folder / name).read_bytes()) for name in ("a.png", "안쪽/b.jpg")]
    assert (ran.returncode, ran.stdout) == (0, "")
    assert hashfile.loads(out.read_bytes()) == tuple(
        Print(each.sha256, each.pdq, each.phash) for each in made
    )
    assert stat.S_IMODE(out.stat().st_mode) == 0o600
    assert ran.stderr == "made the hashes of 2; 0 failed.\n"


def test_without_a_file_it_writes_to_standard_output_and_leaves_names_out(folder: Path) -> None:
    ran = ansim("hash", folder)
    assert len(hashfile.loads(ran.stdout.encode())) == 2
    assert (ran.returncode, ran.stderr) == (0, "")
    assert "a.png" not in ran.stdout


def test_names_are_kept_where_asked_for(folder: Path) -> None:
    ran = ansim("hash", "--with-names", folder)
    assert [item["name"] for item in json.loads(ran.stdout)["items"]] == ["a.png", "b.jpg"]


def test_a_bad_file_is_named_with_its_reason_and_the_others_go_on(folder: Path) -> None:
    bad = folder / "bad"
    bad.mkdir()
    good = (folder / "a.png").read_bytes()
    contents = {"cut.png": good[:700], "empty.png": b"", "text.png": b"hello"}
    for name, data in contents.items():
        (bad / name).write_bytes(data)
    ran = ansim("hash", folder, folder / "none.png", "--lang", "en")
    assert ran.returncode == 1
    assert len(hashfile.loads(ran.stdout.encode())) == 2
    assert sorted(ran.stderr.splitlines()) == sorted(
        [
            f"{bad}/cut.png: the file is cut off or damaged; please get it again.",
            f"{bad}/empty.png: the file is empty (0 bytes).",
            f"{bad}/text.png: {said('not_media', Lang.EN)}",
            f"{folder}/none.png: there is no such file.",
        ]
    )


def test_what_a_decoder_prints_of_a_damaged_picture_is_not_repeated(tmp_path: Path) -> None:
    fax = bytearray(
        encoded(Image.fromarray(scene(90, 70, 1)).convert("1"), "TIFF", compression="group4")
    )
    fax[60:90] = bytes(30)
    (tmp_path / "fax.tif").write_bytes(fax)
    ran = ansim("hash", tmp_path / "fax.tif", "--lang", "en")
    assert "Fax4Decode" not in ran.stderr
    assert len((ran.stderr or "one sentence\n").splitlines()) == 1


def test_where_nothing_succeeds_nothing_is_written(tmp_path: Path) -> None:
    (tmp_path / "text.png").write_text("hello")
    out = tmp_path / "out.json"
    ran = ansim("hash", tmp_path / "text.png", "--out", out)
    assert (ran.returncode, ran.stdout, out.exists()) == (1, "", False)


def test_an_empty_folder_and_an_unwritable_file_are_told(tmp_path: Path, folder: Path) -> None:
    (tmp_path / "leer").mkdir()
    assert ansim("hash", tmp_path / "leer", "--lang", "en").stderr == "the folder is empty.\n"
    ran = ansim("hash", folder, "--out", tmp_path / "no" / "out.json", "--lang", "en")
    assert (ran.returncode, ran.stderr) == (1, f"{tmp_path}/no/out.json: this can't be written.\n")


def test_the_same_picture_twice_counts_once(folder: Path) -> None:
    (folder / "copy.png").write_bytes((folder / "a.png").read_bytes())
    assert len(json.loads(ansim("hash", folder).stdout)["items"]) == 2


@pytest.mark.parametrize(
    ("environment", "options", "expected"),
    [
        ({"LANG": "ko_KR.UTF-8"}, [], "빈 파일입니다(0바이트)."),
        ({"LANG": "en_US.UTF-8"}, [], "the file is empty (0 bytes)."),
        ({"LANG": "en_US.UTF-8", "LC_ALL": "ko_KR.UTF-8"}, [], "빈 파일입니다(0바이트)."),
        ({"LANG": "en_US.UTF-8"}, ["--lang", "ko"], "빈 파일입니다(0바이트)."),
        ({}, [], "빈 파일입니다(0바이트). / the file is empty (0 bytes)."),
    ],
)
def test_it_speaks_the_officers_language(
    tmp_path: Path, environment: dict[str, str], options: list[str], expected: str
) -> None:
    empty = tmp_path / "empty.png"
    empty.touch()
    assert ansim("hash", empty, *options, **environment).stderr == f"{empty}: {expected}\n"


def test_a_file_name_can_not_command_the_terminal(tmp_path: Path) -> None:
    evil = tmp_path / "a\x1b]0;title\x07[red].png"
    evil.touch()
    told = ansim("hash", evil, "--lang", "en").stderr
    assert told == f"{tmp_path}/a\ufffd]0;title\ufffd[red].png: the file is empty (0 bytes).\n"


def test_it_loads_neither_a_chat_library_nor_the_database() -> None:
    code = (
        "import sys, runpy\nfrom bot.cli import main\ntry:\n main()\nexcept SystemExit:\n pass\n"
        "heavy = {'slack_bolt', 'slack_sdk', 'telegram', 'sqlmodel', 'sqlalchemy', 'aiohttp'}\n"
        "print(sorted(heavy & set(sys.modules)), 'bot.cli.hash' in sys.modules)"
    )
    line = [sys.executable, "-c", code, "hash", "/nonexistent.png"]
    ran = subprocess.run(line, env=PLAIN, capture_output=True, text=True, timeout=60, check=False)
    assert ran.stdout == "[] True\n"


def test_help_names_every_command_without_loading_one() -> None:
    code = "import sys\nfrom bot.cli import main\ntry:\n main()\nfinally:\n"
    code += " print([name for name in sys.modules if name.startswith('bot.cli.')])"
    line = [sys.executable, "-c", code, "--help"]
    ran = subprocess.run(line, env=PLAIN, capture_output=True, text=True, timeout=60, check=False)
    assert ran.stdout.splitlines()[-1] == "[]"
    assert [name for name in COMMANDS if name not in ran.stdout] == []


def test_an_unknown_command_is_refused_in_one_box() -> None:
    ran = ansim("hsh")
    assert (ran.returncode, "Traceback" in ran.stderr) == (2, False)


def test_every_reason_has_its_sentences() -> None:
    assert [why.value for why in Why if why.value not in _TEXTS] == []

"""Bad input at the start: one clear sentence in each language, exit 2, no traceback, nothing touched."""

import os
import subprocess
import sys
from pathlib import Path

import pytest

from bot.cli.startup import stopped_before_start
from bot.places import Unreachable
from bot.settings import Settings
from services.house import WrongMode
from storage.database import Database, InUse
from storage.keys import FileKeyStore, WrongMasterKey
from tests.bot.house_on_disk import everything_in, made_house

ROOT = Path(__file__).parents[2]
NOWHERE = "http://127.0.0.1:9"


def run(home: Path, **settings: str) -> tuple[int, list[str]]:
    """`ansim run` in a process of its own: its exit code, and what it says."""
    own = {name.upper() for name in Settings.model_fields}
    kept = {name: value for name, value in os.environ.items() if name not in own}
    surroundings = {**kept, "PYTHONPATH": str(ROOT), **settings}
    line = [sys.executable, "-m", "bot", "run", "--empty"]
    ran = subprocess.run(
        line, cwd=home, env=surroundings, capture_output=True, text=True, timeout=60, check=False
    )
    assert ran.stdout == ""
    return ran.returncode, ran.stderr.splitlines()


def test_a_wrong_setting_is_named_and_nothing_is_made(tmp_path: Path) -> None:
    code, told = run(tmp_path, ANSIM_MODE="live", SLACK_BOT_TOKEN="xoxb-1")
    assert (code, len(told), list(tmp_path.iterdir())) == (2, 2, [])
    assert told[0].startswith("설정이 맞지 않아 시작하지 않았습니다.")
    assert told[1].startswith("The settings are wrong, so nothing was started or changed.")
    assert "ANSIM_MASTER_KEY" in told[1]
    assert "xoxb-1" not in "".join(told)


def test_a_wrong_policy_line_is_named_with_its_file_and_nothing_is_made(tmp_path: Path) -> None:
    policy = tmp_path / ".ansim" / "policy"
    policy.mkdir(parents=True)
    (policy / "checkins.toml").write_text("checked_on = 2026-11-01\nlate_after = 'soon'\n")
    before = everything_in(tmp_path)
    code, told = run(tmp_path)
    assert (code, len(told), everything_in(tmp_path)) == (2, 2, before)
    assert told[1].startswith("A policy file is wrong, so nothing was started or changed: ")
    assert ".ansim/policy/checkins.toml:2: late_after: " in told[1]


def test_a_database_in_use_is_left_alone(tmp_path: Path) -> None:
    file = made_house(tmp_path / ".ansim")
    owner = Database(f"sqlite:///{file}")
    owner.take_for_this_process()
    before = everything_in(tmp_path)
    code, told = run(tmp_path)
    assert (code, len(told), everything_in(tmp_path)) == (2, 2, before)
    assert told[1].startswith("Another process already uses this database")


@pytest.mark.verify
@pytest.mark.parametrize("damage", [b"", b"c2hvcnQ=", b"\xff\xfe no key"])
def test_a_damaged_key_file_is_named_and_left_as_it_is(tmp_path: Path, damage: bytes) -> None:
    made_house(tmp_path / ".ansim")
    next(tmp_path.rglob("master.key")).write_bytes(damage)
    before = everything_in(tmp_path)
    code, told = run(tmp_path)
    assert (code, len(told), everything_in(tmp_path)) == (2, 2, before)
    assert told[1].startswith("The key file is damaged, so nothing was started or changed.")
    assert told[1].endswith("master.key")


@pytest.mark.verify
@pytest.mark.parametrize("is_ours", [False, True])
def test_the_other_modes_database_and_no_database_are_not_touched(
    tmp_path: Path, is_ours: bool
) -> None:
    file = made_house(tmp_path / ".ansim", stamped="live")
    if is_ours:
        file.write_bytes(b"a letter, no database" * 300)
    before = everything_in(tmp_path)
    code, told = run(tmp_path)
    assert (code, len(told), everything_in(tmp_path)) == (2, 2, before)
    start = "The database can't be used" if is_ours else "This database belongs to the other mode"
    assert told[1].startswith(start)


@pytest.mark.verify
def test_a_practice_world_that_does_not_answer_is_named(tmp_path: Path) -> None:
    code, told = run(tmp_path, SLACK_API_URL=f"{NOWHERE}/slack/api/")
    assert (code, len(told)) == (2, 2)
    assert told[1].startswith("It can't be reached, so nothing was started.")
    assert told[1].endswith(f"{NOWHERE} (ConnectError)")
    assert [path for path in everything_in(tmp_path) if not path.endswith(".lock")] == []


def test_another_master_key_is_told_before_the_database_is_opened(tmp_path: Path) -> None:
    FileKeyStore(tmp_path / "keys", b"a" * 32)
    before = everything_in(tmp_path)
    with pytest.raises(WrongMasterKey):
        FileKeyStore(tmp_path / "keys", b"b" * 32)
    assert everything_in(tmp_path) == before


@pytest.mark.parametrize(
    ("trouble", "sentence"),
    [
        (WrongMasterKey("k"), "The master key doesn't fit this key store"),
        (WrongMode("live"), "This database belongs to the other mode (live)"),
        (InUse("a.sqlite"), "Another process already uses this database"),
        (Unreachable("Slack (invalid_auth)"), "It can't be reached"),
        (PermissionError(13, "Permission denied", "keys"), "A file can't be written or read"),
    ],
)
def test_each_trouble_has_a_sentence_in_each_language(
    trouble: Exception, sentence: str, capsys: pytest.CaptureFixture[str]
) -> None:
    with pytest.raises(SystemExit) as stopped, stopped_before_start():
        raise trouble
    korean, english = capsys.readouterr().err.splitlines()
    assert stopped.value.code == 2
    assert english.startswith(sentence)
    assert "시작하지 않았습니다" in korean


def test_what_nobody_foresaw_is_not_hidden() -> None:
    with pytest.raises(ZeroDivisionError), stopped_before_start():
        raise ZeroDivisionError

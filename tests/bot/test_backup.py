"""`ansim backup`: whole while somebody writes, without keys, and never over another file."""

import sqlite3
import stat
from contextlib import closing
from pathlib import Path

import pytest
from typer.testing import CliRunner

from bot.cli.backup import app
from bot.settings import Settings
from tests.bot.house_on_disk import KEY, everything_in, made_house


@pytest.fixture(autouse=True)
def _own_folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    for name in Settings.model_fields:
        monkeypatch.delenv(name.upper(), raising=False)
    monkeypatch.chdir(tmp_path)


def backup(file: str) -> tuple[int, str]:
    """The exit code, and the English sentence."""
    ran = CliRunner().invoke(app, [file])
    return ran.exit_code, ran.stderr.splitlines()[1]


def test_what_is_committed_is_copied_while_somebody_writes(tmp_path: Path) -> None:
    file = made_house(tmp_path / ".ansim")
    with closing(sqlite3.connect(file, isolation_level=None)) as writer:
        writer.execute("INSERT INTO stamp VALUES ('kept', 'yes')")
        writer.execute("BEGIN IMMEDIATE")
        writer.execute("INSERT INTO stamp VALUES ('half', 'no')")
        code, told = backup("copy.sqlite")
    assert (code, told.split(" · ")[1].startswith("It holds no keys.")) == (0, True)
    with closing(sqlite3.connect(tmp_path / "copy.sqlite")) as copy:
        found = copy.execute("SELECT name FROM stamp ORDER BY name").fetchall()
    assert found == [("kept",), ("mode",)]


def test_the_copy_is_one_file_for_its_owner_alone_and_holds_no_key(tmp_path: Path) -> None:
    made_house(tmp_path / ".ansim")
    backup("copy.sqlite")
    assert sorted(path.name for path in tmp_path.iterdir()) == [".ansim", "copy.sqlite"]
    assert stat.S_IMODE((tmp_path / "copy.sqlite").stat().st_mode) == 0o600
    assert KEY not in (tmp_path / "copy.sqlite").read_bytes()


def test_a_file_that_is_there_is_never_written_over(tmp_path: Path) -> None:
    made_house(tmp_path / ".ansim")
    (tmp_path / "old.sqlite").write_text("of yesterday")
    before = everything_in(tmp_path)
    code, told = backup("old.sqlite")
    assert (code, told.startswith("This file is there already")) == (1, True)
    assert everything_in(tmp_path) == before


def test_what_cannot_be_copied_is_told_in_one_sentence(tmp_path: Path) -> None:
    assert backup("copy.sqlite")[1].startswith("There is no database to copy")
    file = made_house(tmp_path / ".ansim")
    code, told = backup("nowhere/copy.sqlite")
    assert (code, told.startswith("This can't be written.")) == (1, True)
    file.write_bytes(b"no database at all" * 500)
    code, told = backup("copy.sqlite")
    assert (code, told.startswith("The database can't be read")) == (1, True)
    assert sorted(path.name for path in tmp_path.iterdir()) == [".ansim"]


def test_postgresql_has_its_own_way(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setenv("DATABASE_URL", "postgresql://nobody@127.0.0.1:9/none")
    code, told = backup("copy.sqlite")
    assert (code, "pg_dump" in told, list(tmp_path.iterdir())) == (1, True, [])

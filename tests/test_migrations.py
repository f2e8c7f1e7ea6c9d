"""The migrations: from nothing, and from every release, to the tables as code has them."""

import re
import sqlite3
import subprocess
import sys
from pathlib import Path

import pytest

from storage.migrate import differences, upgrade

DUMPS = sorted((Path(__file__).parent / "dumps").glob("*.sql"))
_TABLE = re.compile(r'__tablename__ = "(\w+)"')


def test_an_empty_sqlite_file_becomes_what_code_expects(tmp_path: Path) -> None:
    url = f"sqlite:///{tmp_path / 'fresh.sqlite'}"
    upgrade(url)
    assert differences(url) == []


def test_an_empty_postgresql_becomes_what_code_expects(pg_url: str) -> None:
    upgrade(pg_url)
    assert differences(pg_url) == []


def test_upgrading_twice_changes_nothing(tmp_path: Path) -> None:
    path = tmp_path / "twice.sqlite"
    upgrade(f"sqlite:///{path}")
    before = _dump(path)
    upgrade(f"sqlite:///{path}")
    assert _dump(path) == before


def test_the_database_of_every_release_is_brought_up_to_this_one(tmp_path: Path) -> None:
    """Each release leaves `tests/dumps/<version>.sql`, made with `sqlite3 ansim.sqlite .dump`."""
    for dump in DUMPS:
        path = tmp_path / f"{dump.stem}.sqlite"
        with sqlite3.connect(path) as connection:
            connection.executescript(dump.read_text(encoding="utf-8"))
        upgrade(f"sqlite:///{path}")
        assert differences(f"sqlite:///{path}") == [], dump.name


@pytest.mark.parametrize("name", ["inbox", "outbox", "audit", "counter", "victim_case"])
def test_the_seams_stand_from_the_first_migration(name: str, tmp_path: Path) -> None:
    path = tmp_path / "seams.sqlite"
    upgrade(f"sqlite:///{path}")
    with sqlite3.connect(path) as connection:
        found = connection.execute("SELECT name FROM sqlite_master WHERE name = ?", (name,))
        assert found.fetchall() == [(name,)]


def test_no_table_is_forgotten() -> None:
    storage = Path(__file__).parents[1] / "storage"
    written = [_TABLE.findall(path.read_text(encoding="utf-8")) for path in storage.glob("*.py")]
    asked = "from storage.migrate import METADATA; print(*METADATA.tables)"
    ran = subprocess.run([sys.executable, "-c", asked], capture_output=True, text=True, check=True)
    assert sorted(ran.stdout.split()) == sorted(name for names in written for name in names)


def _dump(path: Path) -> list[str]:
    with sqlite3.connect(path) as connection:
        return list(connection.iterdump())

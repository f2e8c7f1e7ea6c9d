"""`ansim check`: what stands, what must be mended, and nothing changed by looking."""

import asyncio
import sqlite3
from contextlib import closing
from pathlib import Path

import pytest
from typer.testing import CliRunner

from bot.cli.check import app
from bot.settings import Settings
from practice import cast
from storage.database import Database
from tests.bot.house_on_disk import everything_in, made_house
from tests.bot.test_settings import LIVE
from tests.practice_world import whole_world


@pytest.fixture(autouse=True)
def _own_folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    for name in Settings.model_fields:
        monkeypatch.delenv(name.upper(), raising=False)
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("COLUMNS", "400")


def check(*options: str) -> tuple[int, list[str]]:
    """The exit code, and each line without its frame."""
    ran = CliRunner().invoke(app, [*options])
    assert ran.exception is None or isinstance(ran.exception, SystemExit), ran.output
    lines = [line.strip("│ ").rstrip() for line in ran.stdout.splitlines()]
    return ran.exit_code, [" ".join(line.replace("│", " ").split()) for line in lines]


def marked(lines: list[str], mark: str) -> list[str]:
    return [line.removeprefix(f"{mark} ") for line in lines if line.startswith(mark)]


def test_on_a_new_machine_nothing_must_be_mended_and_nothing_is_made(tmp_path: Path) -> None:
    code, lines = check("--lang", "en")
    assert (code, marked(lines, "✗"), lines[-1]) == (0, [], "Nothing must be mended.")
    assert list(tmp_path.iterdir()) == []


def test_a_centre_that_stands_is_seen_to_stand(tmp_path: Path) -> None:
    made_house(tmp_path / ".ansim")
    before = everything_in(tmp_path)
    code, lines = check("--lang", "en")
    assert (code, everything_in(tmp_path)) == (0, before)
    assert marked(lines, "✓")[1:5] == [
        "The database stands at this release · 0012",
        "The master key fits the key store.",
        "The policy files hold · changed by the centre: -",
        "The record of deeds is whole · 0",
    ]


def test_a_database_in_use_is_looked_at_and_left_alone(tmp_path: Path) -> None:
    file = made_house(tmp_path / ".ansim")
    owner = Database(f"sqlite:///{file}")
    owner.take_for_this_process()
    with closing(sqlite3.connect(file, isolation_level=None)) as writer:
        writer.execute("BEGIN IMMEDIATE")
        writer.execute("INSERT INTO stamp VALUES ('half', 'written')")
        before = everything_in(tmp_path)
        assert check("--lang", "en")[0] == 0
        assert everything_in(tmp_path) == before
        writer.execute("COMMIT")
    asyncio.run(owner.close())


def test_a_changed_record_of_deeds_is_told_with_its_number(tmp_path: Path) -> None:
    file = made_house(tmp_path / ".ansim")
    row = (1, "2026-11-23 03:00:00", "U0OFFICER1", "note_case", "case:17", "{}", 1, "0" * 64)
    with closing(sqlite3.connect(file)) as connection, connection:
        columns = "id, at, actor, action, subject, facts, number, hash"
        connection.execute(f"INSERT INTO audit ({columns}) VALUES (?,?,?,?,?,?,?,?)", row)  # noqa: S608 - the names stand right above.
    code, lines = check("--lang", "en")
    assert code == 1
    assert marked(lines, "✗")[0].startswith("The record of deeds is broken from number 1:")


def test_the_other_modes_database_and_another_key_are_told(tmp_path: Path) -> None:
    made_house(tmp_path / ".ansim", stamped="live")
    (tmp_path / ".ansim" / "practice" / "master.key").unlink()
    code, lines = check("--lang", "ko")
    wrong = marked(lines, "✗")
    assert (code, len(wrong), lines[-1]) == (1, 2, "고칠 것: 2")
    assert wrong[0] == "다른 모드(live)의 데이터베이스입니다. DATABASE_URL을 확인해 주십시오."
    assert wrong[1].startswith("마스터 키가 키 저장소와 맞지 않습니다.")


def test_a_file_that_is_no_database_and_a_newer_one_are_told(tmp_path: Path) -> None:
    file = made_house(tmp_path / ".ansim")
    with closing(sqlite3.connect(file)) as connection, connection:
        connection.execute("UPDATE alembic_version SET version_num = '9999'")
    assert marked(check("--lang", "en")[1], "✗") == [
        "The database is of a newer release than this program. Please update the program: 9999 > 0012"
    ]
    file.write_bytes(b"not a database, but long enough to look at" * 200)
    assert marked(check("--lang", "en")[1], "✗") == [
        "The database can't be read. Please check DATABASE_URL: DatabaseError"
    ]


def test_a_policy_files_mistake_names_file_and_line(tmp_path: Path) -> None:
    policy = tmp_path / ".ansim" / "policy"
    policy.mkdir(parents=True)
    (policy / "sources.toml").write_text("checked_on = 2026-11-01\nsource = 7\n")
    (policy / "alerts.toml").write_bytes(b"\xff\xfe")
    wrong = marked(check("--lang", "en")[1], "✗")
    assert [one.split(" · ")[1].split("/")[-1] for one in wrong] == [
        "alerts.toml:1",
        "sources.toml:2",
    ]


def test_a_wrong_setting_is_named(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("LOG_LEVEL", "loud")
    code, lines = check("--lang", "en")
    assert code == 1
    assert "LOG_LEVEL" in marked(lines, "✗")[0]


def test_without_a_language_each_line_is_korean_then_english(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    for name in ("LC_ALL", "LC_MESSAGES", "LANG"):
        monkeypatch.delenv(name, raising=False)
    assert check("--offline")[1][-2:] == ["고칠 것이 없습니다.", "Nothing must be mended."]


async def test_tokens_that_are_known_and_unknown_are_told_apart(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    async with whole_world(tmp_path / "world") as world:
        addresses = world.addresses
        given = {
            **LIVE,
            "slack_api_url": f"{addresses.practice}/slack/api/",
            "telegram_api_url": f"{addresses.practice}/telegram",
            "slack_bot_token": cast.SLACK_BOT_TOKEN,
            "telegram_bots": f"water={cast.PRIVATE_BOTS['water']}",
        }
        for name, value in given.items():
            monkeypatch.setenv(name.upper(), value)
        code, lines = await asyncio.to_thread(check, "--lang", "en")
        quiet = await asyncio.to_thread(check, "--lang", "en", "--offline")
    assert code == 1
    assert [line for line in marked(lines, "✓") if "token" in line] == [
        "The token is known · Slack · SLACK_BOT_TOKEN",
        "The token is known · Telegram · water",
    ]
    assert [line.split(" · ", 1)[1] for line in marked(lines, "✗")] == [
        "Slack · SLACK_APP_TOKEN · invalid_auth",
        "Telegram · hotline · InvalidToken",
    ]
    assert quiet[0] == 0


def test_a_practice_world_that_does_not_answer_is_told(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("SLACK_API_URL", "http://127.0.0.1:9/slack/api/")
    code, lines = check("--lang", "en")
    assert (code, len(marked(lines, "✗"))) == (1, 1)
    assert marked(lines, "✗")[0].startswith("The practice servers don't answer.")

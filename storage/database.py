"""The database: one way to write (`transaction`), one way to read (`reading`)."""

import asyncio
import fcntl
import os
from collections.abc import AsyncIterator, Sequence
from contextlib import AbstractAsyncContextManager, asynccontextmanager, nullcontext
from contextvars import ContextVar
from pathlib import Path
from typing import Any, LiteralString
from urllib.parse import quote

import psycopg
from sqlalchemy import Table, event, inspect
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.engine import make_url
from sqlalchemy.ext.asyncio import AsyncEngine, create_async_engine
from sqlmodel import SQLModel
from sqlmodel.ext.asyncio.session import AsyncSession

Transaction = AsyncSession

_BUSY_MS = 10_000
_LOCK_NUMBER = 0x616E73696D  # "ansim"
PRAGMAS = (
    "journal_mode=WAL",
    "synchronous=FULL",
    "foreign_keys=ON",
    "secure_delete=ON",
    f"busy_timeout={_BUSY_MS}",
)
_IS_WRITING: ContextVar[bool] = ContextVar("is_writing", default=False)


class Nested(RuntimeError):
    """A verb was called inside another's deed; hand it the deed instead."""


class InUse(RuntimeError):
    """Another process already works on this SQLite file."""


def asynchronous(url: str) -> str:
    """The address with the asynchronous driver that this project ships."""
    parsed = make_url(url)
    drivers = {"sqlite": "sqlite+aiosqlite", "postgresql": "postgresql+psycopg"}
    base = parsed.get_backend_name()
    return parsed.set(drivername=drivers[base]).render_as_string(hide_password=False)


class Database:
    """SQLite in a file by default, PostgreSQL by address; the same calls for both."""

    def __init__(self, url: str) -> None:
        self.url = asynchronous(url)
        self.is_sqlite = self.url.startswith("sqlite")
        self._writer = _engine(self.url, "BEGIN IMMEDIATE")
        self._reader = _engine(self.url, "BEGIN") if self.is_sqlite else self._writer
        self._one_writer = asyncio.Lock() if self.is_sqlite else None
        self._lock_file: int | None = None
        self._lock_session: psycopg.Connection[Any] | None = None

    @asynccontextmanager
    async def transaction(self) -> AsyncIterator[Transaction]:
        """All of it or nothing; commits when the block ends well.

        A second one inside the first would wait for itself for ever, or commit half: it raises Nested.
        """
        if _IS_WRITING.get():
            raise Nested("a transaction inside a transaction")
        turn: AbstractAsyncContextManager[Any] = self._one_writer or nullcontext()
        session = AsyncSession(self._writer, expire_on_commit=False)
        token = _IS_WRITING.set(True)
        try:
            async with turn, session, session.begin():
                yield session
        finally:
            _IS_WRITING.reset(token)

    @asynccontextmanager
    async def reading(self) -> AsyncIterator[Transaction]:
        """A look that changes nothing."""
        async with AsyncSession(self._reader, expire_on_commit=False) as session:
            yield session

    def take_for_this_process(self, *, is_shared: bool = False) -> None:
        """Hold the database until this process ends, alone or with others that share it; raises InUse.

        SQLite by a lock on a file beside it, always alone; PostgreSQL by an advisory lock of a
        connection of its own.
        """
        path = sqlite_file(self.url)
        if path is None:
            self._lock_session = _locked_session(self.url, is_shared=is_shared)
            return
        handle = os.open(f"{path}.lock", os.O_CREAT | os.O_RDWR, 0o600)
        try:
            fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            os.close(handle)
            raise InUse(str(path)) from None
        self._lock_file = handle

    async def close(self) -> None:
        """Close every connection and let go of the file."""
        await self._writer.dispose()
        await self._reader.dispose()
        if self._lock_session is not None:
            self._lock_session.close()
            self._lock_session = None
        if self._lock_file is not None:
            os.close(self._lock_file)
            self._lock_file = None


@asynccontextmanager
async def only_looking(url: str) -> AsyncIterator[Transaction]:
    """A look at a database that may be in use by another process, or belong to another: nothing changes.

    Raises SQLAlchemyError where it can't be reached or isn't one.
    """
    engine = create_async_engine(_unchanging(asynchronous(url)))
    if engine.dialect.name == "postgresql":
        engine = engine.execution_options(postgresql_readonly=True)
    try:
        async with AsyncSession(engine, expire_on_commit=False) as session:
            yield session
    finally:
        await engine.dispose()


def sqlite_file(url: str) -> Path | None:
    """Where the SQLite database of this address lies; none for PostgreSQL."""
    parsed = make_url(url)
    is_file = parsed.get_backend_name() == "sqlite" and parsed.database
    return Path(str(parsed.database)) if is_file else None


def looked_at(file: Path) -> str:
    """The SQLite URI that opens a file for looking only, so that not even its neighbours change.

    A log beside it means that somebody works on it, or died at it; else nothing but the file counts.
    """
    how = "mode=ro" if Path(f"{file}-wal").exists() else "mode=ro&immutable=1"
    return f"file:{quote(str(file.absolute()))}?{how}"


def _unchanging(url: str) -> str:
    file = sqlite_file(url)
    return url if file is None else f"sqlite+aiosqlite:///{looked_at(file)}&uri=true"


def libpq(url: str) -> str:
    """The address of a PostgreSQL as its own library reads it."""
    return make_url(url).set(drivername="postgresql").render_as_string(hide_password=False)


def _locked_session(url: str, *, is_shared: bool) -> psycopg.Connection[Any]:
    """A connection that holds the advisory lock of this database for as long as it lives."""
    session = psycopg.connect(libpq(url), autocommit=True)
    taking: LiteralString = (
        "SELECT pg_try_advisory_lock_shared(%s)" if is_shared else "SELECT pg_try_advisory_lock(%s)"
    )
    held = session.execute(taking, (_LOCK_NUMBER,)).fetchone()
    if held is None or not held[0]:
        session.close()
        raise InUse(make_url(url).database or "postgresql")
    return session


async def insert_once(tx: Transaction, table: type[SQLModel], values: dict[str, Any]) -> bool:
    """Insert a row unless a unique key of it is taken; whether it was inserted."""
    dialect = sqlite if tx.get_bind().dialect.name == "sqlite" else postgresql
    statement = dialect.insert(table).values(**values).on_conflict_do_nothing()
    key = next(iter(inspect(table).primary_key))
    return (await tx.exec(statement.returning(key))).first() is not None


async def insert_new(
    tx: Transaction, table: type[SQLModel], rows: Sequence[dict[str, Any]], *columns: Any
) -> list[tuple[Any, ...]]:
    """Insert those of the rows whose unique keys are free, in one go; of each inserted one these columns,
    or its primary key.
    """
    if not rows:
        return []
    dialect = sqlite if tx.get_bind().dialect.name == "sqlite" else postgresql
    statement = dialect.insert(bare(table)).on_conflict_do_nothing()
    told = statement.returning(*(columns or bare(table).primary_key))
    return [tuple(found) for found in (await tx.exec(told, params=rows)).all()]


def bare(table: type[SQLModel]) -> Table:
    """A table past its mapper, which takes as long for each of many rows as SQLite itself."""
    return SQLModel.metadata.tables[str(table.__tablename__)]


def _engine(url: str, begin: str) -> AsyncEngine:
    if not url.startswith("sqlite"):
        return create_async_engine(url, pool_size=10, max_overflow=10, pool_pre_ping=True)
    engine = create_async_engine(url, connect_args={"timeout": _BUSY_MS / 1000})
    event.listen(engine.sync_engine, "connect", _prepare_sqlite)
    event.listen(engine.sync_engine, "begin", lambda connection: connection.exec_driver_sql(begin))
    return engine


def _prepare_sqlite(connection: Any, _record: Any) -> None:
    """Durable and concurrent, and transactions begin when we say so, not when the driver does."""
    connection.isolation_level = None
    cursor = connection.cursor()
    for pragma in PRAGMAS:
        cursor.execute(f"PRAGMA {pragma}")
    cursor.close()

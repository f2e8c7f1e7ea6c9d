"""Bringing a database up to this release, and telling whether code and migrations agree."""

from importlib import import_module
from pathlib import Path
from pkgutil import iter_modules
from typing import Any

from alembic import command
from alembic.autogenerate import compare_metadata
from alembic.config import Config
from alembic.runtime.migration import MigrationContext
from alembic.script import ScriptDirectory
from alembic.util import CommandError
from sqlalchemy import Connection, create_engine
from sqlalchemy.engine import make_url
from sqlmodel import SQLModel

import storage
from storage.database import Transaction

_NO_TABLES = ("migrate", "migrations")
_NAMES = {
    "ix": "ix_%(column_0_label)s",
    "uq": "uq_%(table_name)s_%(column_0_N_name)s",
    "fk": "fk_%(table_name)s_%(column_0_name)s_%(referred_table_name)s",
    "pk": "pk_%(table_name)s",
}
SQLModel.metadata.naming_convention = _NAMES


def _loaded() -> Any:
    for module in iter_modules(storage.__path__):
        if module.name not in _NO_TABLES:
            import_module(f"storage.{module.name}")
    return SQLModel.metadata


METADATA = _loaded()


def upgrade(url: str) -> None:
    """Bring the database at this address up to the newest release."""
    with _connected(url) as connection:
        command.upgrade(_config(connection), "head")
        connection.commit()


def write_step(url: str, message: str) -> None:
    """Write a new step from the difference between the database and the tables in code."""
    with _connected(url) as connection:
        command.revision(_config(connection), message=message, autogenerate=True)


def newest() -> str:
    """The step that this release brings a database to."""
    return str(ScriptDirectory.from_config(_config()).get_current_head())


def is_known(step: str) -> bool:
    """Whether this release knows a step; a newer release's it doesn't."""
    try:
        ScriptDirectory.from_config(_config()).get_revision(step)
    except CommandError:
        return False
    return True


async def step_of(tx: Transaction) -> str:
    """The step that a database has come to; empty for one that has no tables of ours."""
    connection = await tx.connection()
    return await connection.run_sync(
        lambda sync: MigrationContext.configure(sync).get_current_revision() or ""
    )


def differences(url: str) -> list[Any]:
    """What the tables in code have that the migrated database hasn't, or the other way round."""
    with _connected(url) as connection:
        return list(compare_metadata(MigrationContext.configure(connection), METADATA))


def _connected(url: str) -> Connection:
    parsed = make_url(url)
    names = {"sqlite": "sqlite", "postgresql": "postgresql+psycopg"}
    return create_engine(parsed.set(drivername=names[parsed.get_backend_name()])).connect()


def _config(connection: Connection | None = None) -> Config:
    config = Config()
    config.set_main_option("script_location", str(Path(__file__).parent / "migrations"))
    config.attributes["connection"] = connection
    return config

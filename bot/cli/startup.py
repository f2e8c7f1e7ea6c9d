"""One clear sentence for everything that can stop the centre before it starts."""

import sys
from collections.abc import Iterator
from contextlib import contextmanager

import typer
from pydantic import ValidationError

from bot.render.texts import say
from bot.settings import Settings
from domain.processes import ProcessRole

WRONG_SETTINGS = 2


@contextmanager
def stopped_before_start() -> Iterator[None]:
    """Turn a failure to start into its sentence, Korean and English, and exit code 2."""
    try:
        yield
    except typer.BadParameter as error:
        _stop("start.settings", what=str(error.message))
    except Exception as error:
        key = _KEYS.get(type(error).__name__)
        if key is None:
            raise
        _stop(key, what=str(error))


# By name, so that this module loads no floor that only `ansim run` needs.
_KEYS = {
    "PolicyWrong": "start.policy",
    "InUse": "start.in_use",
    "WrongMode": "start.wrong_mode",
    "WrongMasterKey": "start.wrong_key",
    "DamagedKey": "start.damaged_key",
    "Unreachable": "start.unreachable",
    "NoDatabase": "start.no_database",
    "NeedsPostgresql": "start.needs_postgresql",
    "NeedsExtra": "start.needs_extra",
    "NeedsOwnWorld": "start.needs_own_world",
    "PermissionError": "start.unwritable",
    "NotADirectoryError": "start.unwritable",
    "FileExistsError": "start.unwritable",
}


def read_settings(role: ProcessRole | None = None) -> Settings:
    """The settings from the environment and `.env`; raises typer.BadParameter naming what is wrong.

    role: as the command line says it, before the environment.
    """
    try:
        return Settings(ansim_role=role) if role else Settings()
    except ValidationError as error:
        raise typer.BadParameter(sentences(error)) from None


def sentences(error: ValidationError) -> str:
    """What is wrong with the settings, each named as it stands in `.env`."""
    parts = []
    for item in error.errors():
        name = ".".join(str(place) for place in item["loc"]).upper()
        problem = item["msg"].removeprefix("Value error, ")
        parts.append(f"{name}: {problem}" if name else problem)
    return "; ".join(parts)


def _stop(key: str, what: str) -> None:
    for language in ("ko", "en"):
        sys.stderr.write(say(language, key, what=what) + "\n")
    raise SystemExit(WRONG_SETTINGS)

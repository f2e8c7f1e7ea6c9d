"""`ansim backup`: a copy of the database without its keys, also while the centre runs."""

from pathlib import Path
from typing import Annotated

import typer

from bot.cli.startup import read_settings, stopped_before_start
from bot.render.texts import say

app = typer.Typer()


@app.command()
def backup(
    file: Annotated[
        Path, typer.Argument(metavar="FILE", help="새 파일. A file that isn't there yet.")
    ],
) -> None:
    """데이터베이스를 새 파일로 복사합니다. Copy the database into a new file.

    The keys are never in it: whoever holds the copy alone can read nothing that was sealed, and a
    case whose key was erased stays erased. Keep the key store apart.
    """
    from services.backup import NotCopied, copy_database

    with stopped_before_start():
        settings = read_settings()
    try:
        copy_database(settings.database, file)
    except NotCopied as error:
        _tell(f"backup.{error.key}", where=error.where, why=error.why)
        raise typer.Exit(1) from None
    _tell("backup.done", where=file)


def _tell(key: str, **facts: object) -> None:
    for language in ("ko", "en"):
        typer.echo(say(language, key, **facts), err=True)

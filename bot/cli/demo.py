"""`ansim demo`: the whole main job, played without a person, in a practice world of its own."""

import asyncio
import json
import sys
import tempfile
from datetime import timedelta
from pathlib import Path
from typing import Annotated, Any

import aiohttp
import typer
from rich.console import Console
from rich.table import Table

from bot.cli.apart import hash_apart
from bot.cli.troupe import Troupe
from bot.render.texts import say

app = typer.Typer(add_completion=False)

MISSED_AFTER = timedelta(seconds=12)


@app.command()
def demo(
    once: Annotated[bool, typer.Option("--once", help="한 번만. Play it once and end.")] = False,
    as_json: Annotated[
        bool, typer.Option("--json", help="결과를 JSON으로. End with one object.")
    ] = False,
    database: Annotated[
        str,
        typer.Option(help="빈 PostgreSQL 주소; 없으면 SQLite. An empty PostgreSQL; else SQLite."),
    ] = "",
) -> None:
    """주요 업무를 처음부터 끝까지 보여 줍니다. Play the main job from beginning to end.

    Starts a practice world and the bot, acts and looks only through them, and exits 0 only if
    every step was seen to happen. The bot may be killed meanwhile: it is started again.
    Without --once the world goes on living afterwards, until Ctrl-C.
    """
    result = asyncio.run(_perform(database, stays=not once))
    if as_json:
        sys.stdout.write(json.dumps(result, ensure_ascii=False) + "\n")
    raise typer.Exit(0 if result["ok"] else 1)


async def _perform(database: str, *, stays: bool) -> dict[str, Any]:
    from practice.play import Play
    from practice.stage import Stage

    console = Console(stderr=True)
    with tempfile.TemporaryDirectory(prefix="ansim-demo-") as folder:
        async with (
            Troupe(Path(folder), console, DATABASE_URL=database) as troupe,
            aiohttp.ClientSession() as http,
        ):
            stage = Stage(http, troupe.practice)
            play = Play(stage, hash_apart, _teller(console), MISSED_AFTER)
            result = await play.perform()
            console.print(_table(result))
            if stays:
                console.print(say("ko", "demo.stays", where=troupe.practice))
                await troupe.until_stopped()
    return result


def _teller(console: Console) -> Any:
    return lambda name, seconds: console.print(f"{seconds:8.2f} s  {name}", highlight=False)


def _table(result: dict[str, Any]) -> Table:
    table = Table(title="안심 demo", show_header=False)
    for name in sorted(set(result) - {"steps"}):
        table.add_row(name, str(result[name]))
    return table

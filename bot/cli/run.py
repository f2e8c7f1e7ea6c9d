"""`ansim run`: start the centre; with no token in `.env`, a practice centre that needs nothing."""

import asyncio
import os
from typing import Annotated

import typer

from bot.cli.hash_texts import language_of_terminal
from bot.cli.startup import read_settings, stopped_before_start

app = typer.Typer(add_completion=False)


@app.command()
def run(
    empty: Annotated[
        bool,
        typer.Option("--empty", help="견본 없이 빈 센터로 시작. Start without the sample centre."),
    ] = False,
) -> None:
    """센터를 시작합니다. 토큰이 없으면 연습 센터로. Start the centre; without tokens, a practice one.

    Settings stand in .env (see .env.example). Stop with Ctrl-C: what came in is kept.
    """
    with stopped_before_start():
        settings = read_settings()
        from bot.__main__ import live  # Only this command needs every floor.

        os.umask(0o077)
        asyncio.run(live(settings, language_of_terminal(), is_empty=empty))

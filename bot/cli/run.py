"""`ansim run`: start the centre; with no token in `.env`, a practice centre that needs nothing."""

import asyncio
import os
from typing import Annotated

import typer

from bot.cli.hash_texts import language_of_terminal
from bot.cli.startup import read_settings, stopped_before_start
from bot.role_needs import require
from domain.processes import ProcessRole

app = typer.Typer(add_completion=False)


@app.command()
def run(
    empty: Annotated[
        bool,
        typer.Option("--empty", help="견본 없이 빈 센터로 시작. Start without the sample centre."),
    ] = False,
    role: Annotated[
        ProcessRole | None,
        typer.Option(
            help="이 프로세스가 맡을 일(기본은 전부, ANSIM_ROLE). What this process does."
        ),
    ] = None,
) -> None:
    """센터를 시작합니다. 토큰이 없으면 연습 센터로. Start the centre; without tokens, a practice one.

    Settings stand in .env (see .env.example). Stop with Ctrl-C: what came in is kept. On several
    machines: one or more of each role over one PostgreSQL; a second bot or scheduler stands by.
    """
    with stopped_before_start():
        settings = read_settings(role)
        require(settings)
        os.umask(0o077)
        if settings.ansim_role is ProcessRole.ALL:
            from bot.__main__ import live  # Only this command needs every floor.

            asyncio.run(live(settings, language_of_terminal(), is_empty=empty))
        else:
            from bot.roles import serve  # As above.

            asyncio.run(serve(settings, language_of_terminal()))

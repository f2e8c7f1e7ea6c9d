"""`ansim practice`: the practice Slack, Telegram and town square, apart from the bot."""

from pathlib import Path
from typing import Annotated

import typer

app = typer.Typer(add_completion=False)


@app.command()
def practice(
    port: Annotated[
        int,
        typer.Option(
            help="포트(0이면 비어 있는 것). The port; 0 takes a free one.", min=0, max=65535
        ),
    ] = 0,
    state: Annotated[
        Path,
        typer.Option(help="상태를 보관할 폴더. The folder that keeps messages, files and posts."),
    ] = Path(".ansim/practice/world"),
    empty: Annotated[
        bool, typer.Option("--empty", help="견본 없이. Without the sample centre.")
    ] = False,
) -> None:
    """연습용 서버를 시작합니다. Start the practice servers on loopback.

    Prints one line of JSON with their addresses when ready; Ctrl-C stops them.
    """
    from practice.server import run  # Other commands shouldn't wait for it to load.

    run(port, state, empty)

"""`ansim practice`: the practice Slack, Telegram and town square, apart from the bot."""

import sys
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
    from bot.cli.apart import hash_apart
    from practice import sample  # Other commands shouldn't wait for it to load.
    from practice.server import run

    run(port, state, empty, lambda address: sample.play(address, hash_apart, _tell))


def _tell(part: str) -> None:
    """Beside the line of addresses, for whoever watches."""
    from bot.cli.hash_texts import language_of_terminal
    from bot.narration import sample_played

    sys.stderr.write(sample_played(language_of_terminal(), part) + "\n")

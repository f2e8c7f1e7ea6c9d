"""`ansim key`: a new master key, to be kept where backups of the database are not."""

import base64
import secrets

import typer

from bot.settings import KEY_BYTES

app = typer.Typer(add_completion=False)


@app.command()
def key() -> None:
    """새 마스터 키를 만듭니다. Make a master key for ANSIM_MASTER_KEY.

    Whoever has it and the key store can read every case: keep it apart from the backups.
    """
    typer.echo(base64.b64encode(secrets.token_bytes(KEY_BYTES)).decode())

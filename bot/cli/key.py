"""`ansim key`: a new master key, to be kept where backups are not, and the public key that goes with one."""

import base64
import secrets
from typing import Annotated

import typer

from bot.cli.startup import read_settings, stopped_before_start
from bot.render.texts import say
from bot.settings import KEY_BYTES

app = typer.Typer(add_completion=False)


@app.command()
def key(
    public: Annotated[
        bool,
        typer.Option(
            "--public", help="이 센터의 공개 열쇠(ansim hash --for). This centre's public key."
        ),
    ] = False,
) -> None:
    """새 마스터 키를 만듭니다. Make a master key for ANSIM_MASTER_KEY.

    Whoever has it and the key store can read every case: keep it apart from the backups. With
    --public: the public key that belongs to the one in force, which officers hash for.
    """
    if public:
        typer.echo(_public())
    else:
        typer.echo(base64.b64encode(secrets.token_bytes(KEY_BYTES)).decode())


def _public() -> str:
    from bot.places import key_of
    from services.hashfile import public_key_of

    with stopped_before_start():
        master = key_of(read_settings())
    if not master:
        for language in ("ko", "en"):
            typer.echo(say(language, "start.no_key"), err=True)
        raise typer.Exit(1)
    return public_key_of(master)

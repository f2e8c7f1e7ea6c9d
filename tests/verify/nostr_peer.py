"""A real Nostr relay on loopback, with a database of its own, and somebody who posts there."""

import os
import socket
import subprocess
import sys
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import aiohttp
from aionostr.event import Event
from aionostr.key import PrivateKey

_READY = 60

_CONFIG = """
storage:
  sqlalchemy.url: sqlite+aiosqlite:///{folder}/relay.sqlite3
  validators: [nostr_relay.validators.is_signed]
gunicorn: {{bind: "fd://{number}", workers: 1, loglevel: warning}}
verification: {{nip05_verification: disabled}}
authentication: {{enabled: {auth}, valid_urls: ["ws://127.0.0.1:{port}"], actions: {{query: s}}}}
"""


@contextmanager
def nostr_relay(folder: Path, *, is_closed: bool = False) -> Iterator[str]:
    """The address of a relay; one that is closed answers nobody who hasn't said who it is."""
    with socket.create_server(("127.0.0.1", 0)) as listening:
        port, number = listening.getsockname()[1], listening.fileno()
        config = folder / "relay.yaml"
        secured = str(is_closed).lower()
        config.write_text(_CONFIG.format(folder=folder, port=port, number=number, auth=secured))
        with _relay(config, number):
            # Whoever comes early waits in the queue of the socket.
            with urllib.request.urlopen(f"http://127.0.0.1:{port}/", timeout=_READY) as answer:
                assert answer.status == 200
            yield f"http://127.0.0.1:{port}"


@contextmanager
def _relay(config: Path, listening: int) -> Iterator[None]:
    command = [sys.executable, "-c", "from nostr_relay.cli import main; main()"]
    with (config.parent / "relay.log").open("wb") as log:
        process = subprocess.Popen(
            [*command, "-c", str(config), "serve"],
            cwd=config.parent,
            env=dict(os.environ),
            stdout=log,
            stderr=log,
            pass_fds=(listening,),
        )
        try:
            yield
        finally:
            process.terminate()
            process.wait()


def signed(content: str, *tags: list[str], kind: int = 1, created_at: int = 0) -> dict[str, Any]:
    """An event of a new author, now unless told otherwise."""
    key = PrivateKey()
    event = Event(
        pubkey=key.public_key.hex(),
        content=content,
        created_at=created_at,
        kind=kind,
        tags=list(tags),
    )
    event.sign(key.hex())
    return dict(event.to_json_object())


async def publish(relay: str, *events: dict[str, Any]) -> None:
    """Hand events to a relay, and wait until it has taken each."""
    async with aiohttp.ClientSession() as session, session.ws_connect(relay) as opened:
        for event in events:
            await opened.send_json(["EVENT", event])
            answer = await opened.receive_json(timeout=_READY)
            assert answer[:3] == ["OK", event["id"], True], answer

"""A live centre, with a practice world as its Slack and Telegram: it listens nowhere, so there is no page."""

import base64
import os
import socket
import subprocess
import sys
from collections.abc import Iterator
from contextlib import suppress
from pathlib import Path

import pytest

from practice import cast
from tests.architecture.tree import ROOT
from tests.page.centre import Centre

pytestmark = [pytest.mark.verify, pytest.mark.timeout(300)]
_LISTENING = "0A"
# What the live process may not do by mistake either: speak to any other machine.
_GUARD = """
import os, socket

_connect = socket.socket.connect
_connect_ex = socket.socket.connect_ex

def _checked(address):
    if not isinstance(address, tuple) or str(address[0]) in ("127.0.0.1", "::1", "localhost"):
        return
    with open(os.environ["REFUSED_CONNECTIONS"], "a") as file:
        file.write(f"{address}\\n")
    raise ConnectionRefusedError("only loopback")

def connect(self, address):
    _checked(address)
    return _connect(self, address)

def connect_ex(self, address):
    _checked(address)
    return _connect_ex(self, address)

socket.socket.connect = connect
socket.socket.connect_ex = connect_ex
"""


def surroundings(world: Centre, folder: Path) -> dict[str, str]:
    """Everything that live mode needs; Slack and Telegram are the practice world's."""
    units = ",".join(f"{unit}={channel}" for unit, channel in cast.UNIT_CHANNELS.items())
    bots = ",".join(f"{name}={token}" for name, token in cast.PRIVATE_BOTS.items())
    return {
        "ANSIM_MODE": "live",
        "ANSIM_HOME": str(folder / "home"),
        "ANSIM_MASTER_KEY": base64.b64encode(b"k" * 32).decode(),
        "ANSIM_CONTACT": "centre@example.org",
        "SLACK_BOT_TOKEN": cast.SLACK_BOT_TOKEN,
        "SLACK_APP_TOKEN": cast.SLACK_APP_TOKEN,
        "SLACK_USER_TOKEN": cast.SLACK_USER_TOKEN,
        "SLACK_API_URL": f"{world.address}/slack/api/",
        "FIRST_SUPERVISOR": cast.FIRST_SUPERVISOR,
        "ALERT_CHANNEL": cast.ALERT_CHANNEL,
        "UNIT_CHANNELS": units,
        "TELEGRAM_BOTS": bots,
        "TELEGRAM_HOTLINE_TOKEN": cast.HOTLINE_TOKEN,
        "TELEGRAM_API_URL": f"{world.address}/telegram",
        "REFUSED_CONNECTIONS": str(folder / "refused"),
        "PYTHONPATH": os.pathsep.join((str(folder / "guard"), str(ROOT))),
    }


@pytest.fixture
def live_centre(world: Centre, tmp_path: Path) -> Iterator[subprocess.Popen[bytes]]:
    """`ansim run` in live mode, once it is connected to its Slack."""
    (tmp_path / "guard").mkdir()
    (tmp_path / "guard" / "sitecustomize.py").write_text(_GUARD)
    kept = {"PATH": os.environ["PATH"], "LANG": "C.UTF-8"}
    with (tmp_path / "log").open("wb") as log:
        process = subprocess.Popen(
            [sys.executable, "-m", "bot", "run"],
            env=kept | surroundings(world, tmp_path),
            cwd=tmp_path,
            stdout=log,
            stderr=subprocess.STDOUT,
        )
        try:
            await_connection(world, process)
            yield process
        finally:
            process.terminate()
            process.wait(20)


def await_connection(world: Centre, process: subprocess.Popen[bytes]) -> None:
    """Until its socket is open, or a minute has passed."""
    for _ in range(600):
        if world.get("/practice/state")["is_connected"]:
            return
        try:
            process.wait(0.1)
        except subprocess.TimeoutExpired:
            continue
        break
    raise AssertionError("the live centre did not connect")


def sockets_of(pid: int) -> set[str]:
    """The inodes of a process's sockets and those of its children."""
    own: set[str] = set()
    for one in Path(f"/proc/{pid}/fd").iterdir():
        with suppress(FileNotFoundError):  # Closed while we looked.
            own.add(os.readlink(one).removeprefix("socket:[").removesuffix("]"))
    told = Path(f"/proc/{pid}/task/{pid}/children").read_text().split()
    return own.union(*(sockets_of(int(child)) for child in told))


def tcp_states(pid: int) -> list[str]:
    """The state of each TCP socket that the process and its children hold."""
    held = sockets_of(pid)
    tables = [Path(f"/proc/{pid}/net/{name}") for name in ("tcp", "tcp6")]
    rows = [row.split() for table in tables for row in table.read_text().splitlines()[1:]]
    return [row[3] for row in rows if row[9] in held]


def test_a_socket_that_listens_would_be_seen() -> None:
    with socket.create_server(("127.0.0.1", 0)):
        assert _LISTENING in tcp_states(os.getpid())


def test_a_live_centre_listens_nowhere_and_speaks_to_nobody_but_its_slack_and_telegram(
    world: Centre, live_centre: subprocess.Popen[bytes], tmp_path: Path
) -> None:
    answer = world.type("U0SUPERVISOR", "/ansim help")
    states = tcp_states(live_centre.pid)
    assert answer["ok"] is True
    assert len(states) >= 2
    assert _LISTENING not in states
    assert not (tmp_path / "refused").exists()
    assert not (tmp_path / "home" / "practice").exists()
    assert (tmp_path / "home" / "live").is_dir()

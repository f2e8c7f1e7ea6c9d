"""A practice centre or a bare practice world as a process of its own, and how tests speak to it."""

import os
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import Any

import httpx

from tests.architecture.tree import ROOT

Json = dict[str, Any]
_ROLES = {
    "U0OFFICER1": "deletion_officer",
    "U0MANAGER1": "case_manager",
    "U0ONCALL1": "on_call",
}


class Centre:
    """One practice world at its address."""

    def __init__(self, address: str) -> None:
        self.address = address
        self._http = httpx.Client(base_url=address, trust_env=False, timeout=60)

    def post(self, path: str, /, **body: Any) -> Json:
        """What a POST of the interface answers."""
        return dict(self._http.post(path, json=body).raise_for_status().json())

    def get(self, path: str) -> Json:
        """What a GET of the interface answers."""
        return dict(self._http.get(path).raise_for_status().json())

    def type(self, user: str, line: str) -> Json:
        """A slash command as somebody types it."""
        command, _, text = line.partition(" ")
        body = {"user": user, "channel": "C0GENERAL", "command": command, "text": text}
        return self.post("/practice/slack/command", **body)

    def say(self, channel: str, text: str, user: str = "U0SUPERVISOR") -> Json:
        """A message in a channel."""
        return self.post("/practice/slack/say", user=user, channel=channel, text=text)


@contextmanager
def staffed_centre(folder: Path) -> Iterator[Centre]:
    """`ansim run --empty` with roles and somebody on call."""
    surroundings = {"ANSIM_HOME": str(folder), "ANSIM_MODE": "practice"}
    with _process(folder, surroundings, "run", "--empty") as (process, log):
        centre = Centre(_address_in(process, log))
        for user, role in _ROLES.items():
            centre.type("U0SUPERVISOR", f"/ansim role <@{user}> {role}")
        centre.type("U0SUPERVISOR", "/oncall set <@U0ONCALL1> first")
        yield centre


@contextmanager
def sample_centre(folder: Path) -> Iterator[Centre]:
    """`ansim run` as a newcomer starts it, once its sample has been played to the end."""
    surroundings = {"ANSIM_HOME": str(folder), "ANSIM_MODE": "practice"}
    with _process(folder, surroundings, "run") as (process, log):
        centre = Centre(_address_in(process, log))
        _await_sample(centre, process)
        yield centre


def _await_sample(centre: Centre, process: subprocess.Popen[bytes]) -> None:
    """Its last part waits for a check-in two minutes after it was planned."""
    for part in ("call_back", "checkin_answered"):
        _await_part(centre, process, part)
        centre.post("/practice/clock", advance_s=120)


def _await_part(centre: Centre, process: subprocess.Popen[bytes], part: str) -> None:
    done: list[str] = []
    for _ in range(3_000):
        done = centre.get("/practice/state")["sample"]["done"]
        if part in done:
            return
        with suppress(subprocess.TimeoutExpired):
            process.wait(0.1)
    raise AssertionError(f"the sample has not come to {part}: {done}")


@contextmanager
def bare_world(folder: Path) -> Iterator[Centre]:
    """`ansim practice --empty`: a world in which no bot lives."""
    words = ("practice", "--empty", "--state", str(folder / "world"))
    with _process(folder, {}, *words) as (process, log):
        yield Centre(_address_in(process, log))


@contextmanager
def _process(
    folder: Path, surroundings: dict[str, str], *words: str
) -> Iterator[tuple[subprocess.Popen[bytes], Path]]:
    folder.mkdir(parents=True, exist_ok=True)
    own = ("SLACK_", "TELEGRAM_", "ANSIM_", "DATABASE_URL")
    kept = {name: value for name, value in os.environ.items() if not name.startswith(own)}
    log = folder / "log"
    with log.open("wb") as out:
        process = subprocess.Popen(
            [sys.executable, "-m", "bot", *words],
            env=kept | surroundings | {"PYTHONPATH": str(ROOT)},
            cwd=folder,
            stdout=out,
            stderr=subprocess.STDOUT,
        )
        try:
            yield process, log
        finally:
            process.terminate()
            process.wait(60)


def _address_in(process: subprocess.Popen[bytes], log: Path) -> str:
    """The address that the process tells once it is ready."""
    for _ in range(600):
        for word in log.read_text(encoding="utf-8", errors="replace").replace('"', " ").split():
            if word.startswith("http://127.0.0.1:"):
                return word.rstrip("/,")
        try:
            process.wait(0.1)
        except subprocess.TimeoutExpired:
            continue
        break
    raise AssertionError(f"the centre did not start: {log.read_text(errors='replace')}")

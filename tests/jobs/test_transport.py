"""Of a host with several addresses, those that can't be reached are passed; refused ones aren't tried."""

import socket
from typing import Any

import httpcore
import pytest

from domain.sources import MalformedSource, Trouble
from jobs.guard import Guard
from jobs.web import Web
from tests.jobs.hostile_server import head, hostile

HELLO = head("Content-Length: 5") + b"hello"


@pytest.fixture
def tried(monkeypatch: pytest.MonkeyPatch) -> list[tuple[str, float]]:
    """The addresses that connections were tried to, in order, and how long each may take."""
    found = list[tuple[str, float]]()

    class Noting(httpcore.AnyIOBackend):
        async def connect_tcp(self, host: str, port: int, timeout: Any, *more: Any) -> Any:  # type: ignore[override]  # noqa: ASYNC109 - as httpcore calls it
            found.append((host, round(timeout, 2)))
            if host == "127.0.0.9":
                raise httpcore.ConnectTimeout
            return await super().connect_tcp(host, port, timeout, *more)

    monkeypatch.setattr(httpcore, "AnyIOBackend", Noting)
    return found


def resolved(patch: pytest.MonkeyPatch, *addresses: str) -> None:
    """Every name leads to these."""

    def told(_host: str, port: int, *_: Any, **__: Any) -> list[Any]:
        return [(socket.AF_INET, socket.SOCK_STREAM, 6, "", (each, port)) for each in addresses]

    patch.setattr(socket, "getaddrinfo", told)


async def visited(port: int, *allowed: str) -> bytes:
    web_ = Web(Guard(frozenset((each, port) for each in allowed)), time_out=6.0)
    try:
        return (await web_.get(f"http://site.example:{port}/")).body
    finally:
        await web_.close()


async def test_the_next_address_is_tried_where_one_cant_be_connected_to(
    tried: list[tuple[str, float]], monkeypatch: pytest.MonkeyPatch
) -> None:
    refused, mute, open_, closed_to_us = "127.0.0.2", "127.0.0.9", "127.0.0.1", "10.0.0.1"
    async with hostile(HELLO) as here:
        resolved(monkeypatch, closed_to_us, refused, refused, mute, open_)
        assert await visited(here.port, refused, mute, open_) == b"hello"
    assert tried == [(refused, 2.0), (mute, 2.0), (open_, 2.0)]


async def test_no_more_than_three_are_tried_and_the_last_ones_trouble_is_told(
    tried: list[tuple[str, float]], monkeypatch: pytest.MonkeyPatch
) -> None:
    mute = ["127.0.0.9", "127.0.0.2", "127.0.0.3", "127.0.0.1"]
    async with hostile(HELLO) as here:
        resolved(monkeypatch, *mute)
        with pytest.raises(MalformedSource) as caught:
            await visited(here.port, *mute)
    assert caught.value.trouble is Trouble.UNREACHABLE
    assert [address for address, _ in tried] == mute[:3]

"""Addresses made to deceive, as values or by a resolver that lies; nothing outside loopback is opened."""

import socket
from dataclasses import dataclass, field

import pytest
from aiohttp.abc import AbstractResolver, ResolveResult

from jobs.fetcher import GuardedFetcher
from jobs.guard import Guard
from services.ports import Unfetchable
from tests.jobs.hostile_server import head, hostile

LIVE = Guard()


@dataclass
class Changing(AbstractResolver):
    """Says something else of the same name each time, at last always the same."""

    answers: list[tuple[str, int]]
    asked: list[str] = field(default_factory=list)

    async def resolve(
        self, host: str, port: int = 0, family: socket.AddressFamily = socket.AF_INET
    ) -> list[ResolveResult]:
        self.asked.append(host)
        address, at = self.answers.pop(0) if len(self.answers) > 1 else self.answers[0]
        kind = socket.AF_INET6 if ":" in address else socket.AF_INET
        return [ResolveResult(hostname=host, host=address, port=at, family=kind, proto=0, flags=0)]

    async def close(self) -> None:
        """Nothing is held."""


async def why(fetcher: GuardedFetcher, url: str) -> str:
    with pytest.raises(Unfetchable) as caught:
        await fetcher.fetch(url)
    return caught.value.reason


async def test_a_name_that_moves_inside_between_two_looks_is_refused_at_the_second() -> None:
    answer = head("Content-Length: 1", "Connection: close") + b"a"
    async with hostile(answer) as public, hostile(answer) as inside:
        resolver = Changing([("127.0.0.1", public.port), ("127.0.0.1", inside.port)])
        guard = Guard(frozenset({("127.0.0.1", public.port)}))
        fetcher = GuardedFetcher(guard, resolver=resolver)
        fetcher._opened().connector._use_dns_cache = False  # type: ignore[union-attr]
        assert (await fetcher.fetch("http://rebound.example/a")).data == b"a"
        assert await why(fetcher, "http://rebound.example/a") == "blocked"
        await fetcher.close()
    assert (len(public.asked), inside.asked) == (1, [])


@pytest.mark.parametrize(
    "address",
    ["127.0.0.1", "10.1.2.3", "169.254.169.254", "::1", "::ffff:127.0.0.1", "fd00:ec2::254",
     "64:ff9b::a9fe:a9fe", "2002:7f00:1::", "::127.0.0.1", "192.0.0.8", "224.0.0.1", "0.0.0.0"],  # noqa: S104 - it is refused.
)  # fmt: skip
async def test_a_name_that_means_an_inner_address_is_refused_before_a_socket_is_made(
    address: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    def made(*given: object) -> None:
        raise AssertionError("a socket was made")

    fetcher = GuardedFetcher(LIVE, resolver=Changing([(address, 80)]))
    with monkeypatch.context() as patch:
        patch.setattr("jobs.guarded.socket.socket", made)
        assert await why(fetcher, "http://inner.example/a") == "blocked"
    await fetcher.close()


@pytest.mark.parametrize(
    "url",
    [
        "http://127.1/", "http://0177.0.0.1/", "http://0x7f.1/", "http://2130706433/",
        "http://127.0.0.1.", "http://[::1%25lo]/", "http://①②⑦.⓪.⓪.①/", "http://127。0。0。1/",
    ],
)  # fmt: skip
async def test_an_odd_spelling_of_an_inner_address_is_judged_by_where_it_leads(url: str) -> None:
    fetcher = GuardedFetcher(LIVE, resolver=Changing([("127.0.0.1", 80)]))
    assert await why(fetcher, url) in {"blocked", "bad_address"}
    await fetcher.close()


async def test_a_name_in_letters_of_any_script_is_asked_for_in_its_plain_form() -> None:
    resolver = Changing([("127.0.0.1", 1)])
    fetcher = GuardedFetcher(LIVE, resolver=resolver)
    assert await why(fetcher, "http://예시.example/그림.jpg?낱말=값") == "blocked"
    await fetcher.close()
    assert set(resolver.asked) == {"xn--vv4b11d.example"}


@pytest.mark.parametrize(
    "url",
    [
        "http://user@example.org/", "http://:@example.org/", "http://example.org@127.0.0.1/",
        "http://127.0.0.1\\@example.org/", "http://example.org:0/", "http://example.org:-1/",
        "http:///a", "//example.org/a", "http://exam\x00ple.org/", "http:// /", "data:,a",
        "view-source:http://example.org/", "HTTP://user:p@example.org/",
    ],
)  # fmt: skip
async def test_no_address_with_something_hidden_in_it_is_opened(url: str) -> None:
    fetcher = GuardedFetcher(LIVE, resolver=Changing([("127.0.0.1", 1)]))
    assert await why(fetcher, url) in {"blocked", "bad_address"}
    await fetcher.close()


def test_live_opens_no_loopback_whatever_the_port() -> None:
    assert not any(LIVE.allows("127.0.0.1", port) for port in (1, 80, 443, 8080, 65_535))

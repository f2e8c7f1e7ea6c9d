"""Answers of sources that unpack to more than may be kept, or that are packed as nobody asked for."""

import gzip
import zlib
from types import SimpleNamespace

import pytest

from domain.sources import MalformedSource, Trouble
from jobs import unpacking
from jobs.guard import Guard
from jobs.web import MOST_BYTES, Web
from tests.jobs.hostile_server import Answering, Hostile, chunked, endless, head, hostile

BOMB = gzip.compress(bytes(70_000_000), mtime=0)
GZIP, BROTLI = head("Content-Encoding: gzip"), head("Content-Encoding: br")
WORDS = "호수와 산".encode()
PACKED = gzip.compress(WORDS, mtime=0)


async def asked(here: Hostile) -> bytes | tuple[Trouble, str]:
    """The body of an answer, or what is wrong with it."""
    quiet = Web(Guard(frozenset({("127.0.0.1", here.port)})))
    try:
        return (await quiet.get(here.url("/robots.txt"))).body
    except MalformedSource as flaw:
        return flaw.trouble, flaw.detail
    finally:
        await quiet.close()


ODD = (Trouble.STATUS, "200, Content-Encoding")


@pytest.mark.parametrize(
    ("answer", "found"),
    [
        (GZIP + BOMB, (Trouble.TOO_LARGE, "")),
        (endless(GZIP, BOMB), (Trouble.TOO_LARGE, "")),
        (BROTLI + b"\x0b\x02\x80abc\x03", ODD),
        (head("Content-Encoding: gzip, gzip") + gzip.compress(BOMB, mtime=0), ODD),
        (GZIP + b"no gzip at all", ODD),
        (GZIP + PACKED[:-9], ODD),
        (GZIP + PACKED, WORDS),
        (GZIP + PACKED + b"and more", WORDS),
        (head("Content-Encoding: deflate") + zlib.compress(WORDS), WORDS),
        (head("Content-Encoding: identity") + WORDS, WORDS),
        (head("Content-Encoding: gzip", "Content-Length: 0"), b""),
        (
            head("Content-Encoding: GZIP", "Transfer-Encoding: chunked")
            + b"".join(chunked(PACKED[:7], PACKED[7:]))
            + b"0\r\n\r\n",
            WORDS,
        ),
    ],
    ids=(
        "bomb",
        "endless",
        "brotli",
        "packed twice",
        "no gzip",
        "cut off",
        "whole",
        "with more behind",
        "deflated",
        "as it is",
        "nothing",
        "in chunks",
    ),
)
async def test_an_answer_is_unpacked_whole_or_refused(
    answer: Answering | bytes, found: bytes | tuple[Trouble, str]
) -> None:
    async with hostile(answer) as here:
        assert await asked(here) == found
    assert "accept-encoding: gzip\r\n" in here.asked[0].lower()


async def test_a_bomb_that_nobody_asked_for_is_not_opened() -> None:
    brotli = pytest.importorskip("brotli", reason="pip install brotli")
    bomb = brotli.compress(bytes(20_000_000), quality=1)
    async with hostile(BROTLI + bomb) as here:
        assert await asked(here) == ODD
        quiet = Web(Guard(frozenset({("127.0.0.1", here.port)})))
        with pytest.raises(MalformedSource, match="200, Content-Encoding"):
            await anext(quiet.lines(here.url("/stream")))
        await quiet.close()
    assert "accept-encoding: identity\r\n" in here.asked[1].lower()


async def test_no_more_than_the_limit_is_ever_inflated(monkeypatch: pytest.MonkeyPatch) -> None:
    given = list[int]()

    class Counting:
        """A decompressor that notes how much it made of each piece."""

        def __init__(self, wbits: int) -> None:
            self.inner = zlib.decompressobj(wbits)
            self.eof = False

        def decompress(self, piece: bytes, most: int = 0) -> bytes:
            made = self.inner.decompress(piece, most)
            given.append(len(made))
            return made

    counted = SimpleNamespace(decompressobj=Counting, error=zlib.error, MAX_WBITS=zlib.MAX_WBITS)
    monkeypatch.setattr(unpacking, "zlib", counted)
    async with hostile(GZIP + BOMB) as here:
        assert await asked(here) == (Trouble.TOO_LARGE, "")
    assert sum(given) == MOST_BYTES + 1

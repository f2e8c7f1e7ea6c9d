"""A decoding process that falls silent is given up, alone, and what never reached it is asked again."""

import asyncio
import os
import signal
from collections.abc import Iterator
from pathlib import Path

import pytest

from matching import decoder as module
from matching.children import Children
from matching.decoder import Decoder
from matching.decoding import Undecodable, Why
from tests.matching import hostile
from tests.matching.scenery import encoded, scene

PICTURE = encoded(scene(64, 64, 1))
_TIME_OUT = 60.0


@pytest.fixture
def ended() -> Iterator[list[Decoder | Children]]:
    """What is put here is closed in the end."""
    to_close: list[Decoder | Children] = []
    yield to_close
    for each in to_close:
        each.close()


@pytest.fixture
def impatient(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(module, "_START", 4.0)


@pytest.mark.usefixtures("impatient")
async def test_what_a_silent_process_never_took_is_answered_by_the_next(
    tmp_path: Path, ended: list[Decoder | Children]
) -> None:
    mark = tmp_path / "hung before"
    decoder = Decoder(hostile.hang_at_first, str(mark), lifetime=9, time_out=_TIME_OUT)
    ended.append(decoder)
    assert await decoder.ask(os.getpid) != os.getpid()
    assert mark.exists()


async def test_a_process_that_never_starts_is_given_up_after_the_second(
    monkeypatch: pytest.MonkeyPatch, ended: list[Decoder | Children]
) -> None:
    monkeypatch.setattr(module, "_START", 0.1)
    decoder = Decoder(hostile.hang_at_start, lifetime=9, time_out=_TIME_OUT)
    ended.append(decoder)
    with pytest.raises(Undecodable) as refused:
        await decoder.ask(os.getpid)
    assert refused.value.reason is Why.TIMEOUT  # It passes, so the media is tried often.


async def test_an_idle_process_that_was_killed_costs_no_picture(
    ended: list[Decoder | Children],
) -> None:
    decoder = Decoder(hostile.do_nothing, lifetime=9, time_out=_TIME_OUT)
    ended.append(decoder)
    first = await decoder.ask(os.getpid)
    os.kill(first, signal.SIGKILL)
    while decoder._pool.active:  # noqa: ASYNC110 - the pool tells nobody that its process is gone
        await asyncio.sleep(0.01)
    assert await decoder.ask(os.getpid) not in (first, os.getpid())


async def test_each_process_is_followed_by_another_after_so_many_questions(
    ended: list[Decoder | Children],
) -> None:
    decoder = Decoder(hostile.do_nothing, lifetime=2, time_out=_TIME_OUT)
    ended.append(decoder)
    first, again, second = [await decoder.ask(os.getpid) for _ in range(3)]
    assert first == again != second


async def test_a_process_that_hangs_holds_up_no_other(ended: list[Decoder | Children]) -> None:
    children = Children(2, time_out=_TIME_OUT)
    ended.append(children)
    hanging = asyncio.create_task(children._ask(hostile.hang, b""))
    await asyncio.gather(*(children.hash_picture(PICTURE) for _ in range(3)))
    assert not hanging.done()
    hanging.cancel()
    with pytest.raises(asyncio.CancelledError):
        await hanging
    await asyncio.gather(*(children.hash_picture(PICTURE) for _ in range(3)))

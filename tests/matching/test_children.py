"""A decoder that hangs, dies or misbehaves harms one picture and nobody else."""

import asyncio
import socket
from collections.abc import AsyncIterator, Callable, Iterator

import numpy as np
import pytest
import pytest_asyncio

from matching import child
from matching.children import Children
from matching.decoding import MOST_BYTES, Undecodable, Why
from matching.hashing import hash_picture
from tests.matching import hostile
from tests.matching.scenery import encoded, scene

PICTURE = encoded(scene(160, 120, 1), "JPEG")

Attack = Callable[[bytes], object]


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def children() -> AsyncIterator[Children]:
    pool = Children(1, time_out=3)
    await pool.hash_picture(PICTURE)
    yield pool
    pool.close()


@pytest.fixture
def attack(monkeypatch: pytest.MonkeyPatch) -> Callable[[Attack], None]:
    return lambda attack: monkeypatch.setattr(child, "hash_confined", attack)


@pytest.fixture
def listener() -> Iterator[bytes]:
    with socket.create_server(("127.0.0.1", 0)) as listening:
        yield str(listening.getsockname()[1]).encode()


pytestmark = pytest.mark.asyncio(loop_scope="module")


async def why(children: Children, data: bytes) -> Why:
    with pytest.raises(Undecodable) as refused:
        await children.hash_picture(data)
    return refused.value.reason


async def test_a_child_gives_the_same_print_as_this_process(children: Children) -> None:
    assert await children.hash_picture(PICTURE) == hash_picture(PICTURE)


async def test_many_pictures_at_once_each_get_their_own_print(children: Children) -> None:
    pictures = [encoded(scene(60, 50, seed)) for seed in range(12)]
    made = await asyncio.gather(*map(children.hash_picture, pictures))
    assert made == [hash_picture(each) for each in pictures]


async def test_what_is_no_picture_keeps_its_reason(children: Children) -> None:
    assert await why(children, b"") == Why.EMPTY
    assert await why(children, b"text") == Why.NOT_MEDIA
    assert await why(children, PICTURE[:900]) == Why.TRUNCATED
    assert await why(children, b"\xff" * (MOST_BYTES + 1)) == Why.TOO_LARGE


async def test_the_largest_picture_allowed_fits_into_a_child(children: Children) -> None:
    data = encoded(np.zeros((7_000, 7_100, 4), np.uint8), "PNG", compress_level=1)
    roomy = Children(1)
    try:
        assert (await roomy.hash_picture(data)).pdq.quality == 0
    finally:
        roomy.close()


@pytest.mark.parametrize(
    ("attempt", "reason"),
    [
        (hostile.hang, Why.TIMEOUT),
        (hostile.spin, Why.TIMEOUT),
        (hostile.die, Why.CRASHED),
        (hostile.fill_memory, Why.CRASHED),
        (hostile.garble, Why.CRASHED),
        (hostile.garble_worse, Why.CRASHED),
    ],
)
@pytest.mark.filterwarnings("ignore::pytest.PytestUnhandledThreadExceptionWarning")  # Garbled.
async def test_a_child_that_misbehaves_is_replaced(
    children: Children,
    attack: Callable[[Attack], None],
    monkeypatch: pytest.MonkeyPatch,
    attempt: Attack,
    reason: Why,
) -> None:
    attack(attempt)
    assert await why(children, PICTURE) == reason
    monkeypatch.undo()
    assert await children.hash_picture(PICTURE) == hash_picture(PICTURE)


@pytest.mark.parametrize("attempt", [hostile.write_file, hostile.open_many])
async def test_a_child_may_not(
    children: Children, attack: Callable[[Attack], None], attempt: Attack
) -> None:
    attack(attempt)
    assert str(await children.hash_picture(PICTURE)) == "refused"


async def test_a_child_reaches_no_network_where_the_kernel_allows_to_cut_it(
    children: Children, attack: Callable[[Attack], None], listener: bytes
) -> None:
    cut = await children.is_network_cut()
    attack(hostile.call_home)
    assert str(await children.hash_picture(listener)) == ("refused" if cut else "reached")


async def test_closing_ends_what_is_still_being_hashed(attack: Callable[[Attack], None]) -> None:
    attack(hostile.hang)
    pool = Children(1)
    asked = asyncio.create_task(pool.hash_picture(PICTURE))
    await asyncio.wait([asked], timeout=0.1)
    await asyncio.to_thread(pool.close)
    done, _ = await asyncio.wait([asked], timeout=10)
    assert done == {asked}
    with pytest.raises((Undecodable, asyncio.CancelledError)):
        asked.result()
    with pytest.raises(RuntimeError):
        await pool.hash_picture(PICTURE)


async def test_a_cancelled_question_ends_the_child(
    children: Children, attack: Callable[[Attack], None], monkeypatch: pytest.MonkeyPatch
) -> None:
    attack(hostile.hang)
    asked = asyncio.create_task(children.hash_picture(PICTURE))
    await asyncio.wait([asked], timeout=0.2)
    asked.cancel()
    await asyncio.wait([asked])
    assert asked.cancelled()
    monkeypatch.undo()
    assert await children.hash_picture(PICTURE) == hash_picture(PICTURE)

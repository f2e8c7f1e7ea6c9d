"""What decoding processes are held to, by asking them from the inside: pictures and videos alike."""

import sys
from collections.abc import AsyncIterator

import pytest
import pytest_asyncio

from matching import child, video_child
from matching.children import Children
from matching.decoder import Decoder
from matching.decoding import Undecodable, Why
from matching.video_children import VideoChildren
from tests.matching import hostile
from tests.matching.footage import moving, video
from tests.matching.scenery import encoded, scene

pytestmark = [
    pytest.mark.asyncio(loop_scope="module"),
    pytest.mark.skipif(sys.platform == "win32", reason="Windows knows no such limits"),
]
PICTURE = encoded(scene(64, 64, 1))
FILM = video(list(moving(1, 1, width=96, height=64)))
ROOM = {"pictures": child._MEMORY, "videos": video_child._MEMORY}


@pytest_asyncio.fixture(scope="module", loop_scope="module", params=["pictures", "videos"])
async def held(request: pytest.FixtureRequest) -> AsyncIterator[tuple[str, Decoder]]:
    """A process for each kind of media, which has decoded something already."""
    if request.param == "pictures":
        pictures = Children(1)
        await pictures.hash_picture(PICTURE)
        yield request.param, pictures._decoders._all[0]
        pictures.close()
        return
    videos = VideoChildren(1)
    await videos.hash_video(FILM, dense=False)
    yield request.param, videos._decoders._all[0]
    videos.close()


async def test_files_descriptors_and_dumps_are_limited(held: tuple[str, Decoder]) -> None:
    found = await held[1].ask(hostile.limits)
    assert {name: found[name] for name in ("NOFILE", "FSIZE", "CORE")} == {
        "NOFILE": 16,
        "FSIZE": 0,
        "CORE": 0,
    }


async def test_memory_is_limited_to_what_one_piece_of_media_may_need(
    held: tuple[str, Decoder],
) -> None:
    kind, decoder = held
    most, taken = (
        (await decoder.ask(hostile.limits))["DATA"],
        await decoder.ask(hostile.own_memory),
    )
    assert ROOM[kind] // 2 < most - taken <= ROOM[kind] + 200_000_000
    assert await decoder.is_memory_limited()


async def test_the_network_is_cut_for_both_or_for_none(held: tuple[str, Decoder]) -> None:
    port = b"1"  # Where nobody listens: only a network of its own says so before it is tried.
    own = await held[1].ask(child.network_namespace) != child.network_namespace()
    assert (await held[1].is_network_cut(), await held[1].ask(hostile.call_home, port)) == (
        own,
        "refused",
    )


@pytest.mark.parametrize("attempt", [hostile.write_file, hostile.open_many])
async def test_neither_may_keep_or_take_files(held: tuple[str, Decoder], attempt: object) -> None:
    assert await held[1].ask(attempt, b"") == "refused"  # type: ignore[arg-type]


@pytest.mark.parametrize("attempt", [hostile.spend, hostile.die, hostile.fill_memory])
async def test_either_is_ended_and_replaced_where_it_oversteps(
    held: tuple[str, Decoder], attempt: object
) -> None:
    with pytest.raises(Undecodable) as refused:
        await held[1].ask(attempt, b"")  # type: ignore[arg-type]
    assert refused.value.reason is Why.CRASHED
    assert (await held[1].ask(hostile.limits))["FSIZE"] == 0


async def test_each_piece_of_media_has_processor_time_of_its_own(held: tuple[str, Decoder]) -> None:
    assert len({await held[1].ask(hostile.spend_most, b"") for _ in range(4)}) == 1


async def test_what_was_allowed_for_media_ends_nothing_after_it(held: tuple[str, Decoder]) -> None:
    assert await held[1].ask(hostile.is_time_limited) is False

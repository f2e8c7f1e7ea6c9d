"""Videos are hashed in processes of their own: hostile ones harm nobody, and long ones tell how far."""

import asyncio
import hashlib
import multiprocessing
import struct
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

import numpy as np
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from domain.films import Content
from domain.fingerprints import Sha256
from domain.videos import VideoHashes, VideoPrint
from matching import video_child
from matching.decoding import Undecodable, Why
from matching.video import finer, hash_video
from matching.video_children import VideoChildren
from matching.video_decoding import VideoLimits
from tests.films import film_of
from tests.matching import hostile
from tests.matching.footage import moving, sound, video
from tests.matching.scenery import encoded, scene

FILM = list(moving(3, 1))
FILE = video(FILM)
SMALL = [
    video(list(moving(1, 2, width=96, height=64)), container=kind)
    for kind in ("mp4", "matroska", "mpegts", "avi")
]
MATROSKA = video(FILM, container="matroska")
AVI = video(FILM[:5], container="avi", codec="rawvideo", shape="bgr24")


class Asked:
    """The processes, asked from tests that wait for nothing else."""

    def __init__(self) -> None:
        self._runner = asyncio.Runner()
        self.children = VideoChildren(1)

    def file(self, path: Path, told: Callable[[float], None] = lambda _: None) -> VideoHashes:
        @contextmanager
        def watching() -> Iterator[Callable[[float], None]]:
            yield told

        return self._runner.run(self.children.hash_file(path, watching))

    def video(self, data: bytes, *, dense: bool = True) -> VideoPrint:
        return self._runner.run(self.children.hash_video(data, dense=dense))

    def finer(self, data: bytes, around_s: list[float]) -> VideoPrint:
        return self._runner.run(self.children.finer(data, around_s))

    def film(self, data: bytes, *, dense: bool = True) -> VideoPrint:
        return self._runner.run(self.children.hash_video(film_of(data), dense=dense))

    def finer_film(self, data: bytes, around_s: list[float]) -> VideoPrint:
        return self._runner.run(self.children.finer(film_of(data), around_s))

    def cancelled(self, data: Content) -> bool:
        return self._runner.run(self._cancel(data))

    async def _cancel(self, data: Content) -> bool:
        asked = asyncio.create_task(self.children.hash_video(data, dense=True))
        await asyncio.wait([asked], timeout=0.2)
        asked.cancel()
        await asyncio.wait([asked])
        return asked.cancelled()

    def close(self) -> None:
        self.children.close()
        self._runner.close()


@pytest.fixture(scope="module")
def asked() -> Iterator[Asked]:
    made = Asked()
    yield made
    made.close()


def why(asked: Asked, data: bytes) -> Why:
    with pytest.raises(Undecodable) as refused:
        asked.video(data)
    return refused.value.reason


def test_a_file_gives_its_sum_and_its_canonical_hashes_alone(asked: Asked, tmp_path: Path) -> None:
    path = tmp_path / "영상 1.mp4"
    path.write_bytes(FILE)
    told: list[float] = []
    found = asked.file(path, told.append)
    known = hash_video(FILE, dense=True)
    assert found.sha256 == Sha256(hashlib.sha256(FILE).digest())
    assert [frame.forms for frame in found.video.frames] == [frame.forms for frame in known.frames]
    assert [frame.variants for frame in found.video.frames] == [()] * len(known.frames)
    assert told == sorted(told)


def test_bytes_give_the_same_print_as_in_this_process(asked: Asked) -> None:
    assert asked.video(FILE) == hash_video(FILE, dense=True)
    assert asked.video(FILE, dense=False) == hash_video(FILE, dense=False)
    assert asked.finer(FILE, [1.5]) == finer(FILE, [1.5])


def test_a_film_is_read_by_a_process_that_is_born_with_it_and_ends_with_the_answer(
    asked: Asked,
) -> None:
    assert asked.video(FILE, dense=False).frames
    before = {each.pid for each in multiprocessing.active_children()}
    assert asked.film(FILE) == hash_video(FILE, dense=True)
    assert asked.film(FILE, dense=False) == hash_video(FILE, dense=False)
    assert asked.finer_film(FILE, [1.5]) == finer(FILE, [1.5])
    for each in threading.enumerate():
        if each.name == "end of decoding processes":
            each.join(10)
    assert {each.pid for each in multiprocessing.active_children()} == before


@pytest.mark.parametrize(
    ("data", "reason"),
    [(b"no video" * 9, Why.NOT_MEDIA), (FILE[:300], Why.TRUNCATED), (b"", Why.EMPTY)],
    ids=["no video", "cut off", "empty"],
)
def test_a_film_that_is_none_says_so(asked: Asked, data: bytes, reason: Why) -> None:
    with pytest.raises(Undecodable) as refused:
        asked.film(data)
    assert refused.value.reason == reason


@pytest.mark.parametrize(
    ("attempt", "reason"), [(hostile.die, Why.CRASHED), (hostile.fill_memory, Why.CRASHED)]
)
def test_a_process_that_dies_is_replaced(
    asked: Asked, monkeypatch: pytest.MonkeyPatch, attempt: Callable[[bytes], str], reason: Why
) -> None:
    monkeypatch.setattr(video_child, "hash_confined", Attack(attempt))
    assert why(asked, FILE) == reason
    monkeypatch.undo()
    assert asked.video(FILE, dense=False).frames


def test_a_video_that_takes_too_long_is_given_up(
    asked: Asked, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(video_child, "hash_confined", Attack(hostile.hang))
    monkeypatch.setattr(video_child, "seconds_for", lambda *_, **__: 1)
    assert why(asked, FILE) == Why.TIMEOUT


def test_a_cancelled_question_ends_the_process(
    asked: Asked, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(video_child, "hash_confined", Attack(hostile.hang))
    assert asked.cancelled(FILE)
    monkeypatch.undo()
    assert asked.video(FILE, dense=False).frames


def test_a_process_may_write_nothing(asked: Asked, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(video_child, "hash_confined", Attack(hostile.write_file))
    assert why(asked, FILE) == Why.CRASHED  # It answers "refused", which is no packed video.


def film_dies(_: bool) -> bytes:
    return hostile.die(b"").encode()


def film_hangs(_: bool) -> bytes:
    return hostile.hang(b"").encode()


@pytest.mark.parametrize(
    ("attempt", "reason"), [(film_dies, Why.CRASHED), (film_hangs, Why.TIMEOUT)]
)
def test_a_film_that_harms_its_process_costs_that_one_alone(
    asked: Asked,
    monkeypatch: pytest.MonkeyPatch,
    attempt: Callable[[bool], bytes],
    reason: Why,
) -> None:
    monkeypatch.setattr(video_child, "hash_film", attempt)
    monkeypatch.setattr(video_child, "seconds_for", lambda *_, **__: 2)
    with pytest.raises(Undecodable) as refused:
        asked.film(FILE)
    assert refused.value.reason == reason
    monkeypatch.undo()
    assert asked.film(FILE, dense=False).frames


def descriptors() -> int:
    return len(list(Path("/proc/self/fd").iterdir()))


@pytest.mark.skipif(not Path("/proc/self/fd").exists(), reason="descriptors are counted in /proc")
def test_a_look_at_a_film_that_is_broken_off_leaves_neither_process_nor_descriptor(
    asked: Asked, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(video_child, "hash_film", film_hangs)
    before = descriptors()
    processes = {each.pid for each in multiprocessing.active_children()}
    film = film_of(FILE)
    assert asked.cancelled(film)
    film.close()
    assert {each.pid for each in multiprocessing.active_children()} == processes
    assert descriptors() == before


def test_closing_ends_a_look_at_a_film_and_begins_no_other(monkeypatch: pytest.MonkeyPatch) -> None:
    async def walk() -> None:
        children, film = VideoChildren(1), film_of(FILE)
        monkeypatch.setattr(video_child, "hash_film", film_hangs)
        look = asyncio.create_task(children.hash_video(film, dense=False))
        await asyncio.wait([look], timeout=0.5)
        await asyncio.to_thread(children.close)
        with pytest.raises(Undecodable):
            await look
        with pytest.raises(RuntimeError):
            await children.hash_video(film, dense=False)
        film.close()

    asyncio.run(walk())


class Attack:
    """Asked in place of the hasher; crosses to the process by name."""

    def __init__(self, attempt: Callable[[bytes], str]) -> None:
        self._attempt = attempt

    def __call__(self, data: bytes, _: object) -> bytes:
        return self._attempt(data).encode()


def test_time_allowed_grows_with_the_file_up_to_two_hours() -> None:
    assert [video_child.seconds_for(size) for size in (0, 10**7, 10**12)] == [120, 220, 7200]
    looks = [video_child.seconds_for(size, is_dense=False) for size in (0, 10**7, 10**9)]
    assert looks == [120, 220, 300]


def patched(data: bytes, mark: bytes, offset: int, value: bytes) -> bytes:
    """The bytes with a value written some bytes after a mark."""
    at = data.index(mark) + offset
    return data[:at] + value + data[at + len(value) :]


def test_headers_that_promise_the_absurd_are_refused(asked: Asked) -> None:
    wide = patched(AVI, b"strf", 12, struct.pack("<ii", 12_000, 8_000))
    wider = patched(AVI, b"strf", 12, struct.pack("<ii", 60_000, 50_000))
    long = patched(MATROSKA, b"\x44\x89\x88", 3, struct.pack(">d", 1e9))  # Thousandths.
    assert [why(asked, each) for each in (wide, wider)] == [Why.TRUNCATED] * 2
    assert why(asked, long) == Why.TOO_LONG


def test_what_is_no_video_is_refused_for_its_own_reason(asked: Asked) -> None:
    rubbish = FILE[:40] + np.random.default_rng(1).bytes(30_000)
    reasons = {
        Why.EMPTY: b"",
        Why.NO_VIDEO: sound(),
        Why.NOT_MEDIA: encoded(scene(64, 64, 1), "JPEG"),
        Why.TOO_SMALL: video([scene(6, 6, 1)], codec="mpeg4"),
        Why.TRUNCATED: rubbish,
    }
    assert {expected: why(asked, data) for expected, data in reasons.items()} == {
        reason: reason for reason in reasons
    }


def test_a_frame_rate_beyond_any_camera_is_read_or_refused() -> None:
    fast = hash_video(video(FILM, rate=60_000), dense=True, limits=VideoLimits())
    assert len(fast.frames) >= 1
    assert fast.duration_s < 0.01


@pytest.mark.verify
@settings(max_examples=150, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(st.integers(0, 3), st.integers(0, 2**32), st.booleans())
def test_mutated_bytes_give_a_print_or_are_refused_and_no_process_dies(
    asked: Asked, kind: int, seed: int, dense: bool
) -> None:
    draw = np.random.default_rng(seed)
    data = np.frombuffer(SMALL[kind], np.uint8).copy()
    hurt = draw.integers(0, data.size, draw.integers(1, 40))
    data[hurt] = draw.integers(0, 256, hurt.size)
    kept = data[: data.size if seed % 2 else int(draw.integers(1, data.size))]
    reason, times = None, list[float]()
    try:
        times = [frame.at_s for frame in asked.video(kept.tobytes(), dense=dense).frames]
    except Undecodable as refused:
        reason = refused.reason
    assert reason not in (Why.CRASHED, Why.TIMEOUT)
    assert times == sorted(times)

"""Large videos are taken in as films: in memory, nameless, sealed, bounded, and given back."""

import errno
import fcntl
import os
from collections.abc import AsyncIterator
from hashlib import sha256
from io import FileIO
from pathlib import Path

import pytest

from domain.films import Film
from jobs import fetcher as fetcher_module
from jobs import films, room
from jobs.fetcher import GuardedFetcher
from services.ports import Unfetchable
from tests.jobs.film_pages import LARGE, PAGES, SMALL
from tests.jobs.test_fetcher import fetching, reason, serving

pytestmark = pytest.mark.skipif(not hasattr(os, "memfd_create"), reason="no files without names")


@pytest.fixture
async def fetcher(monkeypatch: pytest.MonkeyPatch) -> AsyncIterator[tuple[GuardedFetcher, str]]:
    monkeypatch.setattr(films, "IN_ONE_PIECE", 10_000)
    monkeypatch.setattr("jobs.bodies.IN_ONE_PIECE", 10_000)
    monkeypatch.setattr(films, "MOST_BYTES", 40_000)
    monkeypatch.setattr(room, "LITTLE", 1_000)
    monkeypatch.setattr(room, "LONG", 10_000)
    monkeypatch.setattr(room, "PATIENCE_S", 0.1)
    monkeypatch.setattr(fetcher_module, "Room", lambda: room.Room(1, 3, 1))
    films._has_nameless_files.cache_clear()
    async with serving(**PAGES) as port, fetching(port, time_out=0.4) as made:
        yield made, f"http://127.0.0.1:{port}"
    films._has_nameless_files.cache_clear()


def films_held() -> int:
    """How many files without names this process has open."""
    held = 0
    for each in Path("/proc/self/fd").iterdir():
        try:
            held += "memfd:film" in str(each.readlink())
        except OSError:
            continue
    return held


Fetcher = tuple[GuardedFetcher, str]


@pytest.mark.parametrize("path", ["large", "dripped_large"])
async def test_a_large_video_is_a_film_that_nobody_can_change(fetcher: Fetcher, path: str) -> None:
    made, base = fetcher
    fetched = await made.fetch(f"{base}/{path}")
    film = fetched.data
    assert isinstance(film, Film)
    assert (len(film), film.sha256.bits) == (len(LARGE), sha256(LARGE).digest())
    assert film.opening == LARGE[: len(film.opening)] != b""
    film.file.seek(0)
    assert film.file.read() == LARGE
    film.file.seek(0)
    with pytest.raises(OSError, match="not permitted") as refused:
        film.file.write(b"else")
    assert refused.value.errno == errno.EPERM
    seals = fcntl.F_SEAL_SEAL | fcntl.F_SEAL_SHRINK | fcntl.F_SEAL_GROW | fcntl.F_SEAL_WRITE
    assert fcntl.fcntl(film.file.fileno(), fcntl.F_GET_SEALS) == seals
    assert films_held() == 1
    fetched.let_go()
    fetched.let_go()
    assert films_held() == 0


@pytest.mark.parametrize("path", ["small", "dripped_small", "packed_small"])
async def test_a_small_video_is_handed_on_in_one_piece(fetcher: Fetcher, path: str) -> None:
    made, base = fetcher
    assert (await made.fetch(f"{base}/{path}")).data == SMALL
    assert films_held() == 0


@pytest.mark.parametrize(
    ("path", "why"),
    [
        ("huge", "too_large"),
        ("dripped_huge", "too_large"),
        ("packed", "too_large"),
        ("broken", "truncated"),
    ],
)
async def test_one_that_is_refused_leaves_nothing_behind(
    fetcher: Fetcher, path: str, why: str
) -> None:
    made, base = fetcher
    assert await reason(made, f"{base}/{path}") == why
    assert films_held() == 0
    (await made.fetch(f"{base}/large")).let_go()


async def test_only_so_many_films_are_held_and_the_next_comes_back(fetcher: Fetcher) -> None:
    made, base = fetcher
    first = await made.fetch(f"{base}/large")
    for path in ("large", "dripped_large", "stalled"):  # None of them waits.
        with pytest.raises(Unfetchable) as caught:
            await made.fetch(f"{base}/{path}")
        assert caught.value.reason == "crowded"
        later = caught.value.retry_after
        assert later is not None
        assert room.FILM_COMES_BACK <= later < 2 * room.FILM_COMES_BACK
    assert (await made.fetch(f"{base}/small")).data == SMALL
    first.let_go()
    (await made.fetch(f"{base}/large")).let_go()
    assert films_held() == 0


def full(*_: object) -> int:
    raise OSError(errno.ENOMEM, "no memory")


class Full(FileIO):
    """A file that there is no memory for."""

    def write(self, _: object) -> int:
        return full()


@pytest.mark.parametrize(
    ("at", "name", "broken"), [(films, "_nameless", full), (films, "FileIO", Full)]
)
async def test_where_memory_is_short_it_comes_back(
    fetcher: Fetcher, monkeypatch: pytest.MonkeyPatch, at: object, name: str, broken: object
) -> None:
    made, base = fetcher
    assert films.most_of_a_video() == 40_000
    monkeypatch.setattr(at, name, broken)
    with pytest.raises(Unfetchable) as caught:
        await made.fetch(f"{base}/large")
    assert (caught.value.reason, caught.value.retry_after) == ("crowded", room.COMES_BACK)
    assert films_held() == 0


@pytest.mark.parametrize("is_refused", [True, False])
async def test_a_system_without_such_files_takes_in_what_fits_in_one_piece(
    fetcher: Fetcher, monkeypatch: pytest.MonkeyPatch, is_refused: bool
) -> None:
    made, base = fetcher
    if is_refused:
        monkeypatch.setattr(os, "memfd_create", full)
    else:
        monkeypatch.delattr(os, "memfd_create")
    assert await reason(made, f"{base}/large") == "too_large"
    for path in ("small", "dripped_small"):
        assert (await made.fetch(f"{base}/{path}")).data == SMALL


async def test_each_piece_of_a_film_has_the_time_of_anything_else(fetcher: Fetcher) -> None:
    made, base = fetcher
    steady = await made.fetch(f"{base}/steady")
    assert len(steady.data) == len(LARGE)
    steady.let_go()
    assert await reason(made, f"{base}/too_slow") == "timeout"
    assert films_held() == 0

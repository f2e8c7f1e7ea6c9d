"""A look back finds what comparing every pair finds, in slices, and nothing that was forgotten."""

import threading
from concurrent.futures import ThreadPoolExecutor

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from domain.fingerprints import BadHash, distance
from matching import seen as module
from matching.seen import Seen

draw = np.random.default_rng(8)

Found = list[tuple[int, int, int, int]]


def random_hash() -> bytes:
    return draw.bytes(32)


def found(seen: Seen, hashes: list[bytes], radius: int) -> Found:
    """(id, distance, form, quality) of all slices, by id."""
    slices = list(seen.near(hashes, radius))
    columns = [(each.ids, each.distances, each.forms, each.qualities) for each in slices]
    return sorted(row for each in columns for row in zip(*(c.tolist() for c in each), strict=True))


@pytest.fixture(autouse=True)
def _small_blocks(monkeypatch: pytest.MonkeyPatch) -> None:
    """Blocks of five rows and slices of twelve pairs, so that few rows make several."""
    monkeypatch.setattr(module, "_BLOCK_ROWS", 5)
    monkeypatch.setattr(module, "_SLICE_PAIRS", 12)


near_hashes = st.integers(0, 255).map(lambda byte: bytes([byte]) * 32)
rows = st.lists(st.tuples(st.integers(0, 40), near_hashes, st.integers(0, 100)), max_size=12)
steps = st.lists(rows | st.integers(0, 40), max_size=6)


@settings(deadline=None)
@given(steps, st.lists(near_hashes, max_size=8), st.integers(0, 256))
def test_it_agrees_with_comparing_every_pair(
    steps: list[list[tuple[int, bytes, int]] | int], asked: list[bytes], radius: int
) -> None:
    seen, plain, since = Seen(), list[tuple[int, bytes, int]](), 0
    for step in steps:
        if isinstance(step, int):
            since = max(since, step)
            seen.forget(before=step)
        else:
            plain += step
            ids, hashes, qualities = ([row[at] for row in step] for at in range(3))
            moments = [(7 * each) % 41 for each in ids]  # Not in the order of ids.
            seen.append(ids, moments, hashes, qualities)  # type: ignore[arg-type]  # A kind each.
    expected = []
    for id_, bits, quality in plain:
        pairs = [(distance(bits, each), form) for form, each in enumerate(asked)]
        if (7 * id_) % 41 >= since and pairs and min(pairs)[0] <= radius:
            expected.append((id_, *min(pairs), quality))
    assert found(seen, asked, radius) == sorted(expected)


def test_the_slices_tell_how_far_they_have_come_and_bring_the_nearest_first() -> None:
    seen, bits = Seen(), bytes(32)
    near = [b"\x07" + bytes(31), bits, b"\x01" + bytes(31), bits[:31] + b"\xff"]
    seen.append(range(4), range(4), near, [90] * 4)
    slices = list(seen.near([bits], 4))
    assert [(each.ids.tolist(), each.distances.tolist()) for each in slices] == [
        ([1, 2, 0], [0, 1, 3])
    ]
    seen.append(range(4, 13), range(4, 13), [random_hash()] * 9, [90] * 9)
    assert [(each.done, each.total) for each in seen.near([bits], 4)] == [
        (5, 13),
        (10, 13),
        (13, 13),
    ]
    assert [each.done for each in seen.near([bits, bits, bits], 4)] == [4, 5, 9, 10, 13]


def test_a_question_under_way_sees_no_new_rows_and_none_that_were_forgotten() -> None:
    seen, bits = Seen(), random_hash()
    seen.append(range(10), range(10), [bits] * 10, [80] * 10)
    under_way = seen.near([bits], 0)
    assert next(under_way).ids.tolist() == [0, 1, 2, 3, 4]
    seen.append([10], [10], [bits], [80])
    seen.forget(before=8)
    assert [each.ids.tolist() for each in under_way] == [[8, 9]]
    assert [row[0] for row in found(seen, [bits], 0)] == [8, 9, 10]


def test_forgetting_gives_full_blocks_back_and_holds_for_rows_that_come_late() -> None:
    seen, bits = Seen(), random_hash()
    seen.append(range(12), range(12), [bits] * 12, [80] * 12)
    seen.forget(before=6)
    assert (len(seen), [row[0] for row in found(seen, [bits], 0)]) == (7, [6, 7, 8, 9, 10, 11])
    seen.forget(before=3)
    seen.append([4, 12], [4, 12], [bits] * 2, [80] * 2)
    assert [row[0] for row in found(seen, [bits], 0)] == [6, 7, 8, 9, 10, 11, 12]


def test_many_hashes_are_compared_a_few_at_a_time(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(module, "_AT_ONCE", 2)
    seen, hashes = Seen(), [random_hash() for _ in range(5)]
    seen.append(range(7), range(7), [*hashes, *hashes[:2]], [80] * 7)
    slices = seen.near_many(hashes, 0)
    assert [id_ for each in slices for id_ in each.ids.tolist()] == [0, 1, 5, 6, 2, 3, 4]
    assert list(seen.near_many([], 256)) == []


def test_what_is_forgotten_is_overwritten_at_once() -> None:
    seen, bits = Seen(), random_hash()
    seen.append([1, 2, 3], [30, 10, 20], [bits] * 3, [80] * 3)
    seen.forget(before=20)
    [block] = seen._blocks
    assert block.words[:3].any(axis=1).tolist() == [True, False, True]
    assert [row[0] for row in found(seen, [bits], 0)] == [1, 3]


def test_wrong_rows_are_refused_and_none_of_them_is_kept() -> None:
    seen, bits = Seen(), random_hash()
    wrong = [
        ([1, 2], [bits, bits[:31]], [80, 80], BadHash),
        ([1, 2], [bits, bits], [80, 101], BadHash),
        ([1, 2], [bits, bits], [80, -1], BadHash),
        ([1, 2], [bits, bits], [80], ValueError),
        ([1], [bits, bits], [80, 80], ValueError),
    ]
    for ids, hashes, qualities, error in wrong:
        with pytest.raises(error):
            seen.append(ids, ids, hashes, qualities)
    with pytest.raises(BadHash):
        seen.near([bits, b""], 31)
    assert (len(seen), list(seen.near([bits], 256))) == (0, [])


def test_threads_may_ask_while_another_appends() -> None:
    seen, steady = Seen(), random_hash()
    seen.append([0], [0], [steady], [80])
    done = threading.Event()

    def append() -> None:
        for first in range(1, 2_001, 4):
            new = range(first, first + 4)
            seen.append(new, new, [random_hash() for _ in new], [60] * 4)
        done.set()

    def ask() -> bool:
        while not done.is_set():
            if found(seen, [steady], 31) != [(0, 0, 0, 80)]:
                return False
        return True

    with ThreadPoolExecutor(3) as threads:
        asking = [threads.submit(ask) for _ in range(2)]
        threads.submit(append).result()
        assert [each.result() for each in asking] == [True, True]
    assert len(seen) == 2_001

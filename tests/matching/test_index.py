"""The index finds what comparing every pair finds, while it grows, shrinks and is shared."""

from concurrent.futures import ThreadPoolExecutor

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from domain.fingerprints import BadHash, distance
from matching.index import Hit, Index

draw = np.random.default_rng(5)


def random_hash() -> bytes:
    return draw.bytes(32)


def flipped(bits: bytes, count: int) -> bytes:
    """The hash with that many of its bits changed."""
    unpacked = np.unpackbits(np.frombuffer(bits, np.uint8))
    unpacked[draw.choice(256, count, replace=False)] ^= 1
    return np.packbits(unpacked).tobytes()


def test_the_radius_is_met_to_the_bit() -> None:
    index, bits = Index(), random_hash()
    index.add(7, [bits])
    assert index.nearest([flipped(bits, 31)], 31) == [Hit(7, 31, 0, 0)]
    assert index.nearest([flipped(bits, 32)], 31) == []
    assert index.nearest([bits], 0) == [Hit(7, 0, 0, 0)]


def test_a_hit_tells_the_form_that_came_nearest() -> None:
    index, bits = Index(), random_hash()
    index.add(1, [bits])
    forms = [random_hash(), flipped(bits, 9), flipped(bits, 4)]
    assert index.nearest(forms, 31) == [Hit(1, 4, 2, 0)]


def test_each_key_is_found_once_and_the_nearest_comes_first() -> None:
    index, bits = Index(), random_hash()
    index.add(1, [flipped(bits, 20), flipped(bits, 10)])
    index.add(2, [flipped(bits, 5), random_hash()])
    index.add(3, [random_hash()])
    assert index.nearest([bits], 31) == [Hit(2, 5, 0, 0), Hit(1, 10, 0, 1)]


def test_adding_again_replaces_and_removing_twice_is_no_error() -> None:
    index, old, new = Index(), random_hash(), random_hash()
    index.add(1, [old])
    index.add(1, [new])
    assert (index.nearest([old], 31), index.nearest([new], 31)) == ([], [Hit(1, 0, 0, 0)])
    index.remove(1)
    index.remove(1)
    assert (len(index), 1 in index, index.nearest([new], 256)) == (0, False, [])


def test_a_hash_of_another_length_is_refused_and_changes_nothing() -> None:
    index, bits = Index(), random_hash()
    index.add(1, [bits])
    for wrong in (b"", bytes(31), bytes(64)):
        with pytest.raises(BadHash):
            index.add(1, [bits, wrong])
        with pytest.raises(BadHash):
            index.nearest([wrong], 31)
    assert index.nearest([bits], 31) == [Hit(1, 0, 0, 0)]


def test_an_empty_index_and_an_empty_question_find_nothing() -> None:
    index = Index()
    assert index.nearest([random_hash()], 256) == []
    index.add(1, [])
    assert (index.nearest([random_hash()], 256), index.nearest([], 256)) == ([], [])


few_hashes = st.lists(
    st.integers(0, 255).map(lambda byte: bytes([byte]) * 32), min_size=0, max_size=4
)
changes = st.lists(st.tuples(st.integers(0, 6), st.none() | few_hashes), max_size=30)


@settings(deadline=None)
@given(changes, few_hashes, st.integers(0, 256))
def test_it_agrees_with_comparing_every_pair(
    steps: list[tuple[int, list[bytes] | None]], asked: list[bytes], radius: int
) -> None:
    index, plain = Index(), dict[int, list[bytes]]()
    for key, hashes in steps:
        if hashes is None:
            index.remove(key)
            plain.pop(key, None)
        else:
            index.add(key, hashes)
            plain[key] = hashes
    expected = []
    for key, hashes in plain.items():
        pairs = [
            (distance(a, b), form, row)
            for form, a in enumerate(asked)
            for row, b in enumerate(hashes)
        ]
        if pairs and min(pairs)[0] <= radius:
            expected.append(Hit(key, *min(pairs)))
    assert index.nearest(asked, radius) == sorted(expected, key=lambda h: (h.distance, h.key))


def test_it_finds_all_after_growing_past_its_room_and_losing_half() -> None:
    index = Index()
    hashes = [random_hash() for _ in range(70_000)]
    for key, bits in enumerate(hashes):
        index.add(key, [bits])
    for key in range(0, 70_000, 2):
        index.remove(key)
    assert len(index) == 35_000
    for key in (1, 1_023, 35_001, 69_999):
        assert index.nearest([hashes[key]], 31) == [Hit(key, 0, 0, 0)]
    assert index.nearest([hashes[65_536]], 31) == []


def test_threads_may_ask_while_others_change_it() -> None:
    index, steady = Index(), random_hash()
    index.add(0, [steady])

    def change(start: int) -> None:
        for key in range(start, start + 500):
            index.add(key, [random_hash(), random_hash()])
            index.remove(key - 10 if key - 10 >= start else key)

    def ask(_: int) -> bool:
        return all(index.nearest([steady], 31) == [Hit(0, 0, 0, 0)] for _ in range(200))

    with ThreadPoolExecutor(4) as threads:
        changing = [threads.submit(change, start) for start in (1_000, 9_000)]
        assert all(threads.map(ask, range(2)))
        for each in changing:
            each.result()
    assert index.nearest([steady], 31) == [Hit(0, 0, 0, 0)]

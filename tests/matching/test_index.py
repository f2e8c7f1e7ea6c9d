"""The index finds what comparing every pair finds, while it grows, shrinks and is shared."""

import threading
from concurrent.futures import ThreadPoolExecutor

import numpy as np
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from domain.fingerprints import BadHash, distance
from matching import buckets
from matching import index as index_module
from matching.flat import pairs_within
from matching.index import Hit, Index
from matching.words import Words

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
SETTLE = 6  # Removing this key waits for the merges, too.


@pytest.fixture(params=["as it is", "short tails and parts", "tables for every radius"])
def sizes(request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch) -> None:
    """Small sizes merge often; tables are used also where a flat scan would be cheaper."""
    if request.param != "as it is":
        monkeypatch.setattr(index_module, "_TAIL_ROWS", 5)
        monkeypatch.setattr(index_module, "_MOST_ROWS", 30)
        monkeypatch.setattr(index_module, "_MUCH_LARGER", 3)
    if request.param == "tables for every radius":
        monkeypatch.setattr(buckets, "_SCAN_IS_BETTER", 1e-9)


@pytest.mark.usefixtures("sizes")
@settings(deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(changes, few_hashes, st.integers(0, 256))
def test_it_agrees_with_comparing_every_pair(
    steps: list[tuple[int, list[bytes] | None]], asked: list[bytes], radius: int
) -> None:
    index, plain = Index(), dict[int, list[bytes]]()
    for key, hashes in steps:
        if hashes is None:
            index.remove(key)
            plain.pop(key, None)
            if key == SETTLE:
                index.settle()
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
    assert ([key for key in range(7) if key in index], len(index)) == (sorted(plain), len(plain))


def planted(rows: int) -> tuple[Words, Words]:
    """Random hashes, and 40 questions with 0 to 60 bits changed, half of them in one word."""
    hashes = draw.integers(0, 2**64, (rows, 4), np.uint64)
    hashes[: rows // 3, 0] = hashes[0, 0]  # Much alike, as the hashes of plain pictures are.
    questions = np.empty((40, 4), np.uint64)
    for at in range(40):
        bits = np.unpackbits(hashes[at * 7].view(np.uint8))
        bits[draw.choice(64 if at % 2 else 256, at * 3 // 2, replace=False)] ^= 1
        questions[at] = np.packbits(bits).view(np.uint64)
    return hashes, questions


@pytest.mark.parametrize("many", [0, 1_000_000])
@pytest.mark.parametrize("radius", [0, 1, 15, 16, 31, 38, 45])
def test_tables_find_what_a_flat_scan_finds(
    radius: int, many: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(buckets, "_MANY_ROWS", many)
    monkeypatch.setattr(buckets, "_SCAN_IS_BETTER", 1e-9)
    hashes, questions = planted(3_000)
    tables, found = buckets.Buckets.over(hashes), set()
    for at, question in enumerate(questions):
        near = tables.near(question, radius)
        assert near is not None
        found |= {(at, *pair) for pair in zip(near[0].tolist(), near[1].tolist(), strict=True)}
    pairs = [
        zip(*(c.tolist() for c in each), strict=True)
        for each in pairs_within(questions, hashes, radius)
    ]
    assert found == {pair for each in pairs for pair in each}


def test_tables_hold_more_rows_alike_than_two_bytes_count() -> None:
    hashes = np.zeros((70_000, 4), np.uint64)
    hashes[0, 0] = 1
    index = Index()
    index.add(1, [row.tobytes() for row in hashes])
    index.add(2, [random_hash()])
    index.settle()
    assert index.nearest([bytes(32)], 0) == [Hit(1, 0, 0, 1)]


def test_what_is_deep_is_scanned_instead() -> None:
    tables = buckets.Buckets.over(np.zeros((70_000, 4), np.uint64))
    assert tables.near(np.zeros(4, np.uint64), 31) is None
    near = tables.near(np.full(4, 2**64 - 1, np.uint64), 31)
    assert near is not None
    assert near[0].size == 0


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


def test_a_key_put_anew_is_never_missed_and_never_found_twice(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(index_module, "_TAIL_ROWS", 64)
    index, steady, done = Index(), [random_hash() for _ in range(3)], threading.Event()
    index.add(0, steady)

    def change() -> None:
        for key in range(1, 600):
            index.add(0, steady)
            index.add(key, [random_hash()])
        done.set()

    def ask() -> bool:
        while not done.is_set():
            if index.nearest(steady[::-1], 31) != [Hit(0, 0, 0, 2)] or 0 not in index:
                return False
        return True

    with ThreadPoolExecutor(3) as threads:
        asking = [threads.submit(ask) for _ in range(2)]
        threads.submit(change).result()
        assert [each.result() for each in asking] == [True, True]
    index.settle()
    assert (index.nearest(steady, 0), len(index)) == ([Hit(0, 0, 0, 0)], 600)


def test_what_was_removed_gives_its_memory_back() -> None:
    index = Index()
    for key in range(400):
        index.add(key, [random_hash() for _ in range(137)])
    index.settle()
    full = index.nbytes
    for key in range(390):
        index.remove(key)
    index.add(1_000, [random_hash() for _ in range(20_000)])
    index.settle()
    assert index.nbytes < full
    assert [key for key in range(400) if key in index] == list(range(390, 400))


def test_keys_without_hashes_are_kept_through_a_merge() -> None:
    index = Index()
    for key in range(40_000):
        index.add(-key, [])
    index.settle()
    assert (len(index), -39_999 in index, 1 in index) == (40_000, True, False)
    assert index.nearest([random_hash()], 256) == []

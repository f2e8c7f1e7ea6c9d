"""Votes find whose codes read alike, as counting them all does, while owners come and go."""

import math
import threading
from collections import Counter
from concurrent.futures import ThreadPoolExecutor

import numpy as np
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from matching import ballots, votes
from matching.ballots import Ballots, readings
from matching.descriptors import Codes, Points, mirrored
from matching.votes import Votes

draw = np.random.default_rng(3)
SHARES = math.lcm(*range(1, votes._CROWDED + 1))
CODES = draw.integers(0, 256, (30, 16), np.uint8)


def points(codes: Codes) -> Points:
    return Points(codes, np.zeros((len(codes), 2), np.float32), (400, 300))


def strange(count: int = 60) -> Points:
    return points(draw.integers(0, 256, (count, 16), np.uint8))


def counted(known: dict[int, Points], query: Points, count: int) -> list[int]:
    """The owners with the most votes, table by table and code by code."""
    asked = readings(np.concatenate([query.codes, mirrored(query.codes)]))
    tally = Counter[int]()
    for table in range(ballots.TABLES):
        said: dict[int, list[int]] = {}
        for owner, each in known.items():
            for reading in readings(each.codes)[table].tolist():
                said.setdefault(reading, []).append(owner)
        for reading in asked[table].tolist():
            owners = said.get(reading, [])
            if len(owners) <= votes._CROWDED:
                for owner in owners:
                    tally[owner] += SHARES // len(owners)
    enough = [owner for owner in tally if tally[owner] >= votes._FEWEST_VOTES * SHARES]
    return sorted(enough, key=lambda owner: (-tally[owner], owner))[:count]


def test_whose_codes_are_alike_is_found_plain_and_mirrored() -> None:
    known, one = Votes(), strange()
    known.add(7, one)
    for owner in range(10, 20):
        known.add(owner, strange())
    assert known.most(one, 6) == [7]
    assert known.most(points(mirrored(one.codes)), 6) == [7]
    assert known.most(strange(), 6) == []
    assert (len(known), known.get(7), known.get(8)) == (11, one, None)


def test_one_put_anew_is_known_by_its_newest_points_alone() -> None:
    known, old, new = Votes(), strange(), strange()
    known.add(1, old)
    known.add(1, new)
    assert (known.most(old, 6), known.most(new, 6), len(known)) == ([], [1], 1)
    known.remove(1)
    known.remove(1)
    assert (known.most(new, 6), len(known)) == ([], 0)


def test_what_too_many_share_says_nothing() -> None:
    known, same = Votes(), points(CODES)
    for owner in range(votes._CROWDED):
        known.add(owner, same)
    assert known.most(same, 200) == list(range(votes._CROWDED))
    known.add(votes._CROWDED, same)
    assert known.most(same, 200) == []
    for owner in range(10, votes._CROWDED + 1):
        known.remove(owner)
    known.settle()
    assert known.most(same, 200) == list(range(10))
    for owner in range(10, 2_000):
        known.add(owner, same)
    known.settle()
    assert known.most(same, 200) == []


changes = st.lists(
    st.tuples(st.sampled_from(["add", "add", "add", "remove", "settle"]), st.integers(0, 9)),
    max_size=60,
)


@settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(changes, st.integers(0, 2**32), st.integers(2, 60))
def test_it_finds_what_counting_all_votes_finds(
    steps: list[tuple[str, int]], seed: int, short: int
) -> None:
    chance, known, plain = np.random.default_rng(seed), Votes(), dict[int, Points]()
    with pytest.MonkeyPatch.context() as patched:
        patched.setattr(votes, "_TAIL_OWNERS", 3)
        patched.setattr(ballots, "_SHORT", short)
        for what, owner in steps:
            if what == "add":
                plain[owner] = points(CODES[chance.integers(0, len(CODES), 25)])
                known.add(owner, plain[owner])
            elif what == "remove":
                known.remove(owner)
                plain.pop(owner, None)
            else:
                known.settle()
        query = points(CODES[chance.integers(0, len(CODES), 12)])
        assert known.most(query, 5) == counted(plain, query, 5)
        known.settle()
        assert known.most(query, 5) == counted(plain, query, 5)
    assert len(known) == len(plain)


def test_tables_that_were_joined_hold_what_tables_over_all_hold() -> None:
    reads = {owner: readings(strange().codes) for owner in range(300)}
    parts = [Ballots.over({at: reads[at] for at in range(first, 300, 3)}) for first in range(3)]
    for part in parts:
        part.forget(4)
        part.forget(299)
    joined = Ballots.joined(parts, [part.is_alive for part in parts])
    order = [int(owner) for owner in joined.owners]
    whole = Ballots.over({owner: reads[owner] for owner in order})
    assert sorted(order) == [owner for owner in range(300) if owner not in (4, 299)]
    assert (joined.bits, joined.slots) == (whole.bits, whole.slots)
    assert np.array_equal(joined.begins, whole.begins)
    assert np.array_equal(joined.entries, whole.entries)


def test_threads_may_ask_while_others_change_it(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(votes, "_TAIL_OWNERS", 4)
    known, steady, done = Votes(), strange(), threading.Event()
    known.add(0, steady)

    def change() -> None:
        for owner in range(1, 300):
            known.add(0, steady)
            known.add(owner, strange())
            known.remove(owner - 5 or 1)  # Never the steady one.
        done.set()

    def ask() -> bool:
        while not done.is_set():
            if known.most(steady, 3) != [0]:
                return False
        return True

    with ThreadPoolExecutor(3) as threads:
        asking = [threads.submit(ask) for _ in range(2)]
        threads.submit(change).result()
        assert [each.result() for each in asking] == [True, True]

"""What the benchmark of sweeps counts is counted right, and its pictures are as it says."""

import hashlib
import os

from benchmarks.processes import cpu_s, family, resident_mb
from benchmarks.sweep import Way, quantile
from benchmarks.sweep_pictures import copies_at, drawn


def test_a_way_tells_its_pace_its_cost_and_how_late_the_loop_was() -> None:
    way = Way(200, seconds=10.0, cpu=4.0, main_cpu=1.0, matched=2, lags_ms=[1.0, 2.0, 30.0])
    assert way.told() == {
        "pictures": 200,
        "per_s": 20.0,
        "a_day": 1_728_000,
        "cpu_ms_a_picture": 20.0,
        "main_cpu_ms_a_picture": 5.0,
        "matched": 2,
        "loop_lag_p50_ms": 2.0,
        "loop_lag_p99_ms": 30.0,
    }


def test_a_quantile_is_a_value_that_was_measured() -> None:
    assert [quantile([4.0, 1.0, 3.0, 2.0], percent) for percent in (0, 50, 99)] == [1.0, 3.0, 4.0]


def test_copies_are_spread_evenly_and_all_files_differ() -> None:
    assert copies_at(100, 4) == [12, 38, 62, 88]
    files = drawn(4, 1, 1)
    assert len({hashlib.sha256(file).digest() for file in files}) == 4
    assert all(60_000 < len(file) < 220_000 for file in files)


def test_a_process_and_its_family_are_found() -> None:
    assert os.getpid() in family(os.getpid())
    own, _ = resident_mb(os.getpid())
    assert own > 1
    assert cpu_s(os.getpid()) > 0
    assert (family(-1), resident_mb(-1)) == ([], (0.0, 0))

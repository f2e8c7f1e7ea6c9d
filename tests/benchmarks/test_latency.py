"""What the benchmark of latency tells is computed right."""

from benchmarks.latency import GOALS, moment_of, result


def test_a_post_says_by_its_id_when_it_was_made() -> None:
    assert moment_of(str(1_790_000_000_250 << 16 | 77)) == 1_790_000_000.25


def test_medians_and_slow_ends_are_told_beside_the_goals() -> None:
    taken = {"stream": [1.0, 2.0, 3.0], "poll": [10.0, 20.0, 30.0]}
    told = result(taken, [5.0, 9.0])
    assert told == {
        "stream_p50_s": 2.0,
        "stream_p95_s": 3.8,
        "poll_p50_s": 20.0,
        "poll_p95_s": 38.0,
        "keyword_s": 7.0,
        "keyword_slowest_s": 9.0,
        "posts": {"stream": 3, "poll": 3},
        "goals": GOALS,
    }

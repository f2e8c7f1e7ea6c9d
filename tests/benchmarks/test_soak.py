"""What the soak counts is counted right, and its square never runs dry."""

from pathlib import Path

from benchmarks.soak import Sample, result
from benchmarks.soak_plot import draw
from benchmarks.soak_world import Endless


def samples(*memory: float) -> list[Sample]:
    """A look every five seconds; 50 items and two lags at each."""
    return [
        Sample(5.0 * at, mb - 100, 100.0, 50 * at, float(at), (1.0, 3.0), 2.0)
        for at, mb in enumerate(memory)
    ]


def test_growth_is_the_last_third_over_the_first_after_warming_up() -> None:
    told = result(samples(100, 150, 200, 200, 200, 205, 205, 205, 210, 210))
    assert (told["memory_mb"], told["memory_growth"]) == ([200.0, 210.0], 0.05)
    assert told["memory_growth_main"] == 0.1


def test_items_lag_and_processor_time_are_those_of_the_steady_part() -> None:
    told = result(samples(*[200.0] * 10))
    assert (told["items"], told["items_per_s"], told["cpu_ms_an_item"]) == (450, 10.0, 20.0)
    assert (told["lag_p50_s"], told["lag_p99_s"]) == (3.0, 3.0)


def test_a_square_shows_newer_pictures_as_soon_as_some_are_fetched() -> None:
    square = Endless([b"stranger"], [b"copy"])
    square.top_up(1.0)
    assert square.page(0) == list(range(40, 0, -1))
    files = [square.fetch(number, 3.5) for number in (400, 1, 1)]
    assert [file[:-8] for file in files] == [b"copy", b"stranger", b"stranger"]
    before = square.made
    square.top_up(4.0)
    assert square.made - before == 1
    assert square.figures() == {"fetched": 1, "lags_s": [2.5]}
    assert square.figures() == {"fetched": 1, "lags_s": []}


def test_the_graph_is_drawn(tmp_path: Path) -> None:
    draw(samples(*[200.0] * 10), tmp_path / "soak.svg")
    assert "<svg" in (tmp_path / "soak.svg").read_text()

"""What the benchmark of videos counts is counted right, and its films are drawn once."""

from dataclasses import dataclass
from pathlib import Path

import pytest

from benchmarks import video_films, video_tally
from benchmarks.video_films import Films
from benchmarks.video_tally import Measured
from matching.kinds import is_video


@dataclass
class Answer:
    """What a matcher says of one name."""

    name: str
    tier: str


class Matcher:
    """Answers the same to whatever it is asked."""

    def __init__(self, *found: Answer) -> None:
        self._found = list(found)

    def examine(self, _: bytes) -> list[Answer]:
        return self._found


def test_own_and_wrong_names_are_counted_by_tier(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(video_tally, "hashes", lambda _: [])
    matcher = Matcher(Answer("0", "C"), Answer("1", "B"), Answer("2", "C"))
    measured = Measured({str(number): [] for number in range(4)})
    measured.video(matcher, b"", "0", "cut")  # type: ignore[arg-type] # It only needs examine.
    measured.still(matcher, b"", "", "")  # type: ignore[arg-type] # It only needs examine.
    told = measured.told()
    assert told["recall"] == {"cut": {"ab": 0.0, "abc": 1.0, "peer": 0.0}}
    assert (told["pairs"], told["false_ab"], told["false_c"]) == (3, 1, 1)
    assert (told["pairs_stills"], told["false_stills_ab"], told["false_stills_c"]) == (4, 1, 2)


def test_a_film_is_drawn_once_and_again_for_another_seed(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(video_films, "_SMALL", (96, 64, 1.0, 8))
    films = Films(tmp_path, 3)
    first = films.original(0)
    assert is_video(first)
    assert films.original(0) == first
    assert Films(tmp_path, 4).original(0) != first
    assert is_video(films.stripes(0))
    assert [name for name, _ in films.stills(0)] == [
        "still_smaller",
        "still_mirrored",
        "still_bordered",
    ]
    assert [path for path in tmp_path.iterdir() if "unfinished" in path.name] == []

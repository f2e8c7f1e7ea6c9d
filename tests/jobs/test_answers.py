"""Reading answers that hold what can't be: half characters, times before time."""

import pytest

from domain.sources import MalformedSource, Trouble
from jobs.answers import moment, read_json
from tests.scripted_web import answer


def test_half_a_character_is_replaced_since_it_can_be_written_down_nowhere() -> None:
    found = read_json(answer(r'{"a": "\ud83d", "b": "\uD83D\uDE00"}'))
    assert found == {"a": "?", "b": "\N{GRINNING FACE}"}


def test_a_number_too_long_to_read_is_no_json() -> None:
    with pytest.raises(MalformedSource) as caught:
        read_json(answer("9" * 10_000))
    assert caught.value.trouble is Trouble.NOT_JSON


def test_a_time_before_the_first_is_none() -> None:
    assert moment("0001-01-01T00:00:00+09:00") is None
    assert moment("20261123T00:00:00+09:00") == moment("Sun, 22 Nov 2026 15:00:00 GMT")

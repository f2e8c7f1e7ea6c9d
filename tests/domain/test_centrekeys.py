"""A centre's public key survives being copied, and not being mistyped."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from domain.centrekeys import BadKey, read, spelled

TEXT = spelled(bytes(range(32)))

keys = st.binary(min_size=32, max_size=32)


@given(keys)
def test_a_key_is_read_as_it_was_spelled(key: bytes) -> None:
    assert read(spelled(key)) == key
    assert read(f" {spelled(key).upper()}\n") == key
    assert len(spelled(key)) == 62


@given(keys, st.integers(0, 61), st.characters(codec="utf-8"))
def test_any_wrong_letter_is_noticed(key: bytes, at: int, letter: str) -> None:
    text = spelled(key)
    mistyped = text[:at] + letter + text[at + 1 :]
    if "".join(mistyped.split()).lower() != text:
        with pytest.raises(BadKey):
            read(mistyped)


@given(st.text())
def test_other_texts_are_refused(text: str) -> None:
    with pytest.raises(BadKey):
        read(text)


@pytest.mark.parametrize(
    "text", [TEXT[:-1], TEXT + "a", TEXT[6:], TEXT.replace("ansim1", "ansim2"), TEXT * 2, "ansim1"]
)
def test_a_key_cut_off_or_of_another_kind_is_refused(text: str) -> None:
    with pytest.raises(BadKey):
        read(text)

"""Fingerprints are values of 32 bytes, and the file of hashes is read whole or refused."""

import contextlib
import json
import pickle
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from domain import hashfile
from domain.fingerprints import BadHash, Flaw, Pdq, Phash, Print, Sha256, distance, from_hex
from domain.hashfile import BadHashFile, FileFlaw

hashes = st.binary(min_size=32, max_size=32)
prints = st.builds(
    Print,
    st.builds(Sha256, hashes),
    st.builds(Pdq, hashes, st.integers(0, 100)),
    st.builds(Phash, hashes),
)
ZEROS = bytes(32)
ONE = Print(Sha256(ZEROS), Pdq(b"\x0f" * 32, 88), Phash(b"\xf0" * 32))


@given(hashes)
def test_a_hash_survives_its_hexadecimal_form_with_all_its_zeros(bits: bytes) -> None:
    assert Pdq.of_hex(Pdq(bits, 50).hex, 50) == Pdq(bits, 50)
    assert Phash.of_hex(Phash(bits).hex.upper()) == Phash(bits)
    assert Sha256.of_hex(Sha256(bits).hex) == Sha256(bits)


@given(hashes, hashes, hashes)
def test_distance_is_a_metric(a: bytes, b: bytes, c: bytes) -> None:
    assert distance(a, a) == 0
    assert distance(a, b) == distance(b, a)
    assert distance(a, c) <= distance(a, b) + distance(b, c)


def test_distance_counts_every_differing_bit() -> None:
    assert distance(ZEROS, b"\xff" * 32) == 256
    assert Pdq(ZEROS, 0).distance(Pdq(b"\x01" + bytes(31), 0)) == 1
    assert Phash(ZEROS).distance(Phash(bytes(31) + b"\x03")) == 2


@pytest.mark.parametrize(
    ("text", "flaw"),
    [
        ("", Flaw.LENGTH),
        ("0" * 63, Flaw.LENGTH),
        ("0" * 65, Flaw.LENGTH),
        ("g" * 64, Flaw.CHARACTERS),
        (" 00" * 21 + " ", Flaw.CHARACTERS),
        ("-" + "0" * 63, Flaw.CHARACTERS),
        ("\uff10" * 64, Flaw.CHARACTERS),
    ],
)
def test_what_is_no_hash_says_why(text: str, flaw: Flaw) -> None:
    with pytest.raises(BadHash) as refused:
        from_hex(text)
    assert refused.value.reason == flaw


@given(st.text(max_size=70))
def test_any_text_is_a_hash_or_a_bad_hash(text: str) -> None:
    with contextlib.suppress(BadHash):
        assert len(from_hex(text)) == 32


def test_distances_between_different_lengths_and_impossible_qualities_are_refused() -> None:
    for wrong in (
        lambda: distance(ZEROS, b""),
        lambda: Pdq(b"", 50),
        lambda: Sha256(bytes(31)),
        lambda: Phash(bytes(33)),
        lambda: Pdq(ZEROS, 101),
        lambda: Pdq(ZEROS, -1),
        lambda: Print(ONE.sha256, ONE.pdq, ONE.phash, (ONE.pdq, ONE.pdq)),
        lambda: Print(ONE.sha256, ONE.pdq, ONE.phash, (Pdq(ZEROS, 88),)),
    ):
        with pytest.raises(BadHash):
            wrong()


def test_a_print_has_at_least_its_own_form() -> None:
    assert ONE.forms == (ONE.pdq,)


def test_a_bad_hash_crosses_a_process_boundary() -> None:
    assert pickle.loads(pickle.dumps(BadHash(Flaw.LENGTH))).reason == Flaw.LENGTH  # noqa: S301 - our own bytes.


@given(st.lists(prints, min_size=1, max_size=5, unique=True))
def test_a_file_of_hashes_is_read_as_it_was_written(written: list[Print]) -> None:
    text = hashfile.dumps(written, made_with="a test")
    assert hashfile.loads(text.encode()) == tuple(written)


def test_duplicates_count_once_in_the_order_they_came() -> None:
    other = Print(Sha256(b"\x01" * 32), ONE.pdq, ONE.phash)
    text = hashfile.dumps([ONE, other, ONE], made_with="a test")
    assert hashfile.loads(text.encode()) == (ONE, other)


def test_names_are_written_only_where_asked_for() -> None:
    named_file = hashfile.HashFile((hashfile.Item(ONE, name="산.jpg"),))
    plain = json.loads(hashfile.dumps([ONE], made_with="a test"))
    named = json.loads(hashfile.dumps_file(named_file, made_with="a test"))
    assert sorted(plain["items"][0]) == ["kind", "pdq", "phash", "quality", "sha256"]
    assert named["items"][0]["name"] == "산.jpg"
    assert hashfile.loads(json.dumps(named).encode()) == (ONE,)


def test_a_byte_order_mark_does_no_harm() -> None:
    assert hashfile.loads(b"\xef\xbb\xbf" + hashfile.dumps([ONE], made_with="x").encode()) == (ONE,)


def body(**changes: Any) -> bytes:
    good = json.loads(hashfile.dumps([ONE], made_with="a test"))
    return json.dumps({**good, **changes}).encode()


@pytest.mark.parametrize(
    ("data", "reason"),
    [
        (b"", FileFlaw.NOT_JSON),
        (b"\xff\xd8\xff\xe0", FileFlaw.NOT_JSON),
        (b"{", FileFlaw.NOT_JSON),
        (b"[" * 100_000, FileFlaw.NOT_JSON),
        (b"9" * 10_000, FileFlaw.NOT_JSON),
        (b"[]", FileFlaw.WRONG_FORMAT),
        (b"{}", FileFlaw.WRONG_FORMAT),
        (body(format="else"), FileFlaw.WRONG_FORMAT),
        (body(version=2), FileFlaw.WRONG_VERSION),
        (body(version=True), FileFlaw.WRONG_VERSION),
        (body(version="1"), FileFlaw.WRONG_VERSION),
        (body(items=[]), FileFlaw.NO_ITEMS),
        (body(items={}), FileFlaw.NO_ITEMS),
        (body(items=[0] * 10_001), FileFlaw.TOO_MANY),
        (b" " * (hashfile.MOST_BYTES + 1), FileFlaw.TOO_LARGE),
    ],
    ids=lambda given: str(given[:40]),
)
def test_what_is_no_file_of_hashes_says_why(data: bytes, reason: FileFlaw) -> None:
    with pytest.raises(BadHashFile) as refused:
        hashfile.loads(data)
    assert refused.value.reason == reason


@pytest.mark.parametrize(
    ("field", "value"),
    [
        ("kind", "film"),
        ("kind", []),
        ("quality", 101),
        ("quality", 88.0),
        ("quality", True),
        ("quality", None),
        ("sha256", "00"),
        ("sha256", 0),
        ("pdq", "x" * 64),
        ("phash", None),
    ],
)
def test_a_bad_item_is_named_by_its_place_and_field(field: str, value: object) -> None:
    good = json.loads(body())["items"][0]
    with pytest.raises(BadHashFile) as refused:
        hashfile.loads(body(items=[good, {**good, field: value}]))
    bad = refused.value
    assert (bad.reason, bad.index, bad.field) == (FileFlaw.BAD_ITEM, 1, field)


def test_an_item_that_is_no_object_is_named_by_its_place() -> None:
    with pytest.raises(BadHashFile) as refused:
        hashfile.loads(body(items=["pdq"]))
    assert (refused.value.index, refused.value.field) == (0, "item")


json_values = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=5),
    lambda inner: (
        st.lists(inner, max_size=3)
        | st.dictionaries(
            st.sampled_from(["format", "version", "items", "kind", "pdq", "quality", "sha256"]),
            inner | st.sampled_from(["ansim-hashes", 1, "image", "0" * 64]),
        )
    ),
    max_leaves=20,
)


@given(json_values.map(lambda value: json.dumps(value).encode()) | st.binary(max_size=50))
def test_any_bytes_are_a_file_of_hashes_or_a_bad_one(data: bytes) -> None:
    with contextlib.suppress(BadHashFile):
        assert hashfile.loads(data)

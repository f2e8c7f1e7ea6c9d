"""Lists of canonical hashes go out bare and come in whole, or not at all."""

import json
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from domain import exchange
from domain.exchange import Format, Imported
from domain.fingerprints import Pdq, Phash, Print, Sha256
from domain.listed import ASSUMED_QUALITY, BadList, Listed, ListFlaw

A, B = "f" * 63 + "0", "0a" * 32
hashes = st.binary(min_size=32, max_size=32)
prints = st.builds(
    Print,
    st.builds(Sha256, hashes),
    st.builds(Pdq, hashes, st.integers(0, 100)),
    st.builds(Phash, hashes),
)
PRINT = Print(Sha256(b"\x01" * 32), Pdq.of_hex(A, 88), Phash(b"\x02" * 32))


def told(digits: str, quality: int) -> Listed:
    return Listed(Pdq.of_hex(digits, quality))


def untold(digits: str) -> Listed:
    return Listed(Pdq.of_hex(digits, ASSUMED_QUALITY), is_quality_known=False)


def threatexchange(*entries: Any) -> str:
    return json.dumps({"data": entries})


def pdq(digits: str, **more: Any) -> dict[str, Any]:
    return {"indicator": digits, "type": "HASH_PDQ", **more}


@given(st.lists(prints, min_size=1, unique_by=lambda each: each.pdq.bits))
def test_what_goes_out_comes_in_again(out: list[Print]) -> None:
    expected = tuple(Listed(each.pdq) for each in out)
    csv = exchange.loads(exchange.dumps_csv(out).encode())
    assert csv == Imported(expected, 0, Format.CSV)
    plain = exchange.loads(exchange.dumps_threatexchange(out).encode())
    assert plain == Imported(expected, 0, Format.THREATEXCHANGE)
    exact = exchange.loads(exchange.dumps_threatexchange(out, exact=True).encode())
    assert exact == Imported(expected, 0, Format.THREATEXCHANGE, left_out=len(out))


def test_only_the_canonical_hash_leaves() -> None:
    forms = tuple(Pdq(bytes([at]) * 32, 88) for at in range(8))
    print_ = Print(Sha256(b"\xab" * 32), forms[0], Phash(b"\xcd" * 32), forms)
    written = exchange.dumps_csv([print_]) + exchange.dumps_threatexchange([print_])
    hidden = [print_.sha256.hex, print_.phash.hex, *(form.hex for form in forms[1:])]
    assert [each for each in hidden if each in written] == []
    assert written.count(print_.pdq.hex) == 2


def test_the_exact_file_is_told_only_where_asked_for() -> None:
    body = json.loads(exchange.dumps_threatexchange([PRINT, PRINT], exact=True))
    assert [(each["type"], each["indicator"]) for each in body["data"]] == [
        ("HASH_PDQ", A),
        ("HASH_SHA256", "01" * 32),
    ]


@pytest.mark.parametrize(
    ("text", "format_", "expected", "left_out"),
    [
        (f"hash,quality\n{A},88\n", Format.CSV, (told(A, 88),), 0),
        (f"hash;quality\r\n{A.upper()};88\r\n", Format.CSV, (told(A, 88),), 0),
        (f"Quality\tPDQ\r88\t{A}\r", Format.CSV, (told(A, 88),), 0),
        (f'\ufeff"hash","quality"\n\n"{A}"," 88 "\n\n', Format.CSV, (told(A, 88),), 0),
        (f"hash\n{A}", Format.CSV, (untold(A),), 0),
        (f"hash,quality,note\n{A},,anything\n", Format.CSV, (untold(A),), 0),
        (
            (
                "collab,signal_type,signal_str,category,tags\n"
                f"X,pdq,{A},POSITIVE_CLASS,a b\nX,video_md5,{'0' * 32},POSITIVE_CLASS,\n"
                f"X,pdq,{B},NEGATIVE_CLASS,\n"
            ),
            Format.PEERS_CSV,
            (untold(A),),
            2,
        ),
        (f"pdq {A}\nvideo_md5 00\n\npdq {B}\n", Format.PEERS_LINES, (untold(A), untold(B)), 1),
        (json.dumps({"pdq": A}), Format.HMA, (untold(A),), 0),
        (
            json.dumps([{"id": 1, "signals": {"pdq": A}}, {"id": 2, "signals": {"vmd5": "0"}}]),
            Format.HMA,
            (untold(A),),
            1,
        ),
    ],
)
def test_every_known_list_is_recognised(
    text: str, format_: Format, expected: tuple[Listed, ...], left_out: int
) -> None:
    assert exchange.loads(text.encode()) == Imported(expected, 0, format_, left_out)


@pytest.mark.parametrize(
    ("entry", "is_taken"),
    [
        (pdq(A), True),
        (pdq(A, should_delete=False, descriptors={"data": [{"status": "MALICIOUS"}]}), True),
        ({"raw_indicator": A, "type": "HASH_PDQ", "status": "UNKNOWN"}, True),
        ({"id": "1", "indicator": {"indicator": A, "type": "HASH_PDQ"}}, True),
        (pdq(A, should_delete=True), False),
        (pdq(A, status="NON_MALICIOUS"), False),
        (pdq(A, descriptors={"data": [{"status": "NON_MALICIOUS"}]}), False),
        ({"indicator": "0" * 32, "type": "HASH_MD5"}, False),
    ],
)
def test_threatexchange_says_what_is_harmful_and_still_in_force(
    entry: dict[str, Any], is_taken: bool
) -> None:
    read = exchange.loads(threatexchange(entry, pdq(B)).encode())
    expected = (untold(A), untold(B)) if is_taken else (untold(B),)
    assert read == Imported(expected, 0, Format.THREATEXCHANGE, 0 if is_taken else 1)


def test_duplicates_count_once_with_the_poorest_quality_told() -> None:
    text = f"hash,quality\n{A},\n{B},70\n{A},90\n{A.upper()},60\n"
    expected = (told(A, 60), told(B, 70))
    assert exchange.loads(text.encode()) == Imported(expected, 2, Format.CSV)


@pytest.mark.parametrize(
    ("text", "flaw", "line"),
    [
        ("", ListFlaw.EMPTY, None),
        ("\ufeff \r\n", ListFlaw.EMPTY, None),
        ("hash,quality\n", ListFlaw.NO_HASHES, None),
        (f"{A},88\n", ListFlaw.NO_HEADER, 1),
        ("name,size\n", ListFlaw.NO_HEADER, 1),
        (f"hash,quality\n{A},88\n{A[:63]},88\n", ListFlaw.LENGTH, 3),
        (f"hash,quality\r\n\r\n{'g' * 64},88\r\n", ListFlaw.CHARACTERS, 3),
        (f"hash,quality\n{A},101\n", ListFlaw.QUALITY, 2),
        (f"hash,quality\n{A},-1\n", ListFlaw.QUALITY, 2),
        (f"hash,quality\n{A},8.5\n", ListFlaw.QUALITY, 2),
        (f"hash,quality\n{A},\uff18\n", ListFlaw.QUALITY, 2),
        (f"hash,quality\n{A}\n", ListFlaw.COLUMNS, 2),
        (f"hash,quality\n{A},88,more\n", ListFlaw.COLUMNS, 2),
        (f'hash,quality\n"{A},88\n', ListFlaw.NOT_CSV, 2),
        (f"pdq {A}\npdq\n", ListFlaw.COLUMNS, 2),
        (f"pdq {A}\npdq 00\n", ListFlaw.LENGTH, 2),
        ('{"data": [\n', ListFlaw.NOT_JSON, 2),
        ('[{"pdq": 1e999999}, nothing]', ListFlaw.NOT_JSON, 1),
        ("[" * 100_000, ListFlaw.NOT_JSON, None),
        ('{"data": 3}', ListFlaw.SHAPE, None),
    ],
)
def test_a_bad_list_is_refused_by_line(text: str, flaw: ListFlaw, line: int | None) -> None:
    with pytest.raises(BadList) as refused:
        exchange.loads(text.encode())
    assert (refused.value.reason, refused.value.line, refused.value.item) == (flaw, line, None)


@pytest.mark.parametrize(
    ("entry", "flaw"),
    [
        (3, ListFlaw.SHAPE),
        ({}, ListFlaw.SHAPE),
        (pdq("00"), ListFlaw.LENGTH),
        (pdq("z" * 64), ListFlaw.CHARACTERS),
        (pdq(B, quality=101), ListFlaw.QUALITY),
        (pdq(B, quality=True), ListFlaw.QUALITY),
        (pdq(B, description="PDQ quality 999"), ListFlaw.QUALITY),
        ({"indicator": None, "type": "HASH_PDQ"}, ListFlaw.SHAPE),
        ({"signals": [B]}, ListFlaw.SHAPE),
        ({"pdq": 7}, ListFlaw.SHAPE),
    ],
)
def test_a_bad_entry_is_refused_by_its_number(entry: object, flaw: ListFlaw) -> None:
    with pytest.raises(BadList) as refused:
        exchange.loads(threatexchange(pdq(A), entry).encode())
    assert (refused.value.reason, refused.value.line, refused.value.item) == (flaw, None, 2)


def test_what_is_no_utf8_is_refused_by_line() -> None:
    with pytest.raises(BadList) as refused:
        exchange.loads(b"hash\n" + A.encode() + b"\n\xff\n")
    assert (refused.value.reason, refused.value.line) == (ListFlaw.NOT_UTF8, 3)


def test_a_list_that_is_too_long_is_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(exchange, "MOST_ENTRIES", 2)
    exactly = f"hash\n{A}\n{B}\n"
    assert len(exchange.loads(exactly.encode()).prints) == 2
    with pytest.raises(BadList, match="too_many"):
        exchange.loads((exactly + A + "\n").encode())
    monkeypatch.setattr(exchange, "MOST_BYTES", 10)
    with pytest.raises(BadList, match="too_large"):
        exchange.loads(exactly.encode())


def test_a_refusal_never_repeats_what_was_in_the_list() -> None:
    with pytest.raises(BadList) as refused:
        exchange.loads(b"hash,quality\nsecret,88\n")
    assert str(refused.value) == "not a list of hashes: length in line 2"


GOOD = [
    f"hash,quality\n{A},88\n{B},7\n".encode(),
    f"pdq {A}\npdq {B}\n".encode(),
    threatexchange(pdq(A, quality=88), pdq(B, descriptors={"data": [{"status": "X"}]})).encode(),
    json.dumps({"id": 1, "signals": {"pdq": A}}).encode(),
]


@given(
    st.sampled_from(GOOD),
    st.lists(st.tuples(st.integers(0, 300), st.integers(0, 3), st.binary(max_size=3)), max_size=5),
)
def test_a_mutated_list_is_read_or_refused_and_nothing_else(
    data: bytes, changes: list[tuple[int, int, bytes]]
) -> None:
    for at, length, put in changes:
        data = data[:at] + put + data[at + length :]
    _read_or_refused(data)


@given(st.binary(max_size=200))
def test_any_bytes_are_read_or_refused_and_nothing_else(data: bytes) -> None:
    _read_or_refused(data)


values = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text() | st.sampled_from([A, B]),
    lambda inner: (
        st.lists(inner)
        | st.dictionaries(
            st.sampled_from(
                ["data", "pdq", "signals", "indicator", "type", "descriptors", "status", "quality"]
            ),
            inner,
        )
    ),
)


@given(values)
def test_any_json_is_read_or_refused_and_nothing_else(value: object) -> None:
    _read_or_refused(json.dumps([value]).encode("utf-8"))


def _read_or_refused(data: bytes) -> None:
    try:
        read = exchange.loads(data)
    except BadList:
        return
    assert read.prints

"""vPDQ's text format, written, read and refused."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from domain.fingerprints import Pdq
from domain.videos import Frame, VideoPrint
from domain.vpdq import BadVpdq, Feature, LineFlaw, dumps, features_of, loads, print_of

HEX = "e271017837246aaccddea259648fb7d62f435c89d9e99b2497763e216c8d055c"
GOOD = f"0,100,{HEX},0.000\n"


def test_the_lines_are_those_that_vpdq_writes() -> None:
    features = [Feature(0, Pdq.of_hex(HEX, 100), 0.0), Feature(30, Pdq.of_hex(HEX, 7), 1.0006)]
    assert dumps(features) == f"0,100,{HEX},0.000\n30,7,{HEX},1.001\n"


def test_older_files_with_fewer_decimals_are_read() -> None:
    found = loads(f"0,100,{HEX},0\r\n\n1,98,{HEX},0.0319\n".encode())
    assert [(each.frame, each.pdq.quality, each.at_s) for each in found] == [
        (0, 100, 0.0),
        (1, 98, 0.0319),
    ]


@pytest.mark.parametrize(
    ("line", "reason"),
    [
        (f"1,100,{HEX}", LineFlaw.FIELDS),
        (f"1,100,{HEX},0.1,", LineFlaw.FIELDS),
        (f"x,100,{HEX},0.1", LineFlaw.FRAME),
        (f"-1,100,{HEX},0.1", LineFlaw.FRAME),
        (f"²,100,{HEX},0.1", LineFlaw.FRAME),
        (f"1,101,{HEX},0.1", LineFlaw.QUALITY),
        (f"1,9.5,{HEX},0.1", LineFlaw.QUALITY),
        (f"1,100,{HEX[1:]},0.1", LineFlaw.HASH_LENGTH),
        (f"1,100,g{HEX[1:]},0.1", LineFlaw.HASH_CHARACTERS),
        (f"1,100,{HEX},soon", LineFlaw.TIMESTAMP),
        (f"1,100,{HEX},nan", LineFlaw.TIMESTAMP),
        (f"1,100,{HEX},-0.1", LineFlaw.TIMESTAMP),
        (f"1,100,{HEX},1_0", LineFlaw.TIMESTAMP),
    ],
)
def test_a_bad_line_is_refused_with_its_number_and_what_is_wrong(
    line: str, reason: LineFlaw
) -> None:
    with pytest.raises(BadVpdq) as refused:
        loads((GOOD + line + "\n" + GOOD).encode())
    assert (refused.value.reason, refused.value.line) == (reason, 2)
    assert str(refused.value) == f"not vPDQ: {reason} in line 2"


def test_a_file_without_lines_or_of_no_text_is_refused() -> None:
    for data, reason in (
        (b"", LineFlaw.NO_LINES),
        (b"\n \n", LineFlaw.NO_LINES),
        (b"\xff\xfe", LineFlaw.NOT_TEXT),
    ):
        with pytest.raises(BadVpdq) as refused:
            loads(data)
        assert (refused.value.reason, refused.value.line) == (reason, None)


def test_only_the_canonical_hash_of_a_frame_is_passed_on() -> None:
    first, *others = (Pdq(bytes([at] * 32), 90) for at in range(9))
    video = VideoPrint(2.0, (Frame(0.5, (first, *others[:7]), (others[7],)),))
    assert features_of(video) == (Feature(0, first, 0.5),)
    assert print_of(features_of(video)) == VideoPrint(0.5, (Frame(0.5, (first,)),))


features = st.builds(
    Feature,
    st.integers(0, 10**9),
    st.builds(Pdq, st.binary(min_size=32, max_size=32), st.integers(0, 100)),
    st.integers(0, 10**7).map(lambda thousandths: thousandths / 1000),
)


@given(st.lists(features, min_size=1, max_size=20))
def test_what_is_written_is_read_back(written: list[Feature]) -> None:
    assert loads(dumps(written).encode()) == tuple(written)


@given(st.binary(max_size=200))
def test_any_bytes_are_read_or_refused(data: bytes) -> None:
    try:
        loads(data)
    except BadVpdq:
        return

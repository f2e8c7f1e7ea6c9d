"""A packed video is read back exactly, and a damaged one is refused."""

import struct

import pytest
from hypothesis import given
from hypothesis import strategies as st

from domain.fingerprints import Pdq
from domain.videos import Frame, VideoPrint
from matching.packing_video import BadPacked, packed, unpacked

hashes = st.builds(Pdq, st.binary(min_size=32, max_size=32), st.integers(0, 100))
frames = st.builds(
    Frame,
    st.floats(0, 1e6),
    st.lists(hashes, min_size=1, max_size=9).map(tuple),
    st.lists(hashes, max_size=4).map(tuple),
    st.booleans(),
)
videos = st.builds(VideoPrint, st.floats(0, 1e6), st.lists(frames, max_size=4).map(tuple))

ONE = packed(VideoPrint(1.0, (Frame(0.5, (Pdq(bytes(32), 77),)),)))


@given(videos)
def test_what_is_packed_is_read_back(video: VideoPrint) -> None:
    assert unpacked(packed(video)) == video


@given(videos, st.integers(0, 10**6), st.integers(1, 255))
def test_any_changed_byte_is_noticed(video: VideoPrint, at: int, change: int) -> None:
    data = bytearray(packed(video))
    data[at % len(data)] ^= change
    with pytest.raises(BadPacked):
        unpacked(bytes(data))


@pytest.mark.parametrize("data", [b"", ONE[:-1], ONE + b"\0", ONE[:12], ONE.replace(b"1", b"2", 1)])
def test_what_is_cut_off_or_of_another_version_is_refused(data: bytes) -> None:
    with pytest.raises(BadPacked):
        unpacked(data)


@given(st.binary(max_size=120))
def test_any_bytes_with_a_right_sum_are_read_or_refused(tail: bytes) -> None:
    from zlib import crc32

    head = struct.pack("<4sI", b"ANV1", crc32(tail))
    try:
        unpacked(head + tail)
    except BadPacked:
        return

"""Videos in a file of hashes are read as they were written, or refused by the field at fault."""

import json
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from domain import hashfile
from domain.fingerprints import Pdq, Phash, Print, Sha256
from domain.hashfile import BadHashFile, FileFlaw
from domain.videos import Frame, VideoHashes, VideoPrint

PICTURE = Print(Sha256(bytes(32)), Pdq(b"\x11" * 32, 80), Phash(b"\x22" * 32))
FRAMES = (Frame(0.0, (Pdq(bytes(32), 100),)), Frame(0.5, (Pdq(b"\x01" * 32, 40),), is_strict=True))
VIDEO = VideoHashes(Sha256(b"\x03" * 32), VideoPrint(1.0, FRAMES))


def written(*made: Print | VideoHashes) -> bytes:
    return hashfile.dumps(made, made_with="a test").encode()


def test_pictures_and_videos_share_a_file_with_an_item_on_each_line() -> None:
    data = written(PICTURE, VIDEO, VIDEO)
    assert hashfile.loads(data) == (PICTURE, VIDEO)
    assert data.count(b"\n") == 5


def test_only_the_canonical_form_of_each_frame_is_written() -> None:
    forms = tuple(Pdq(bytes((at,)) * 32, 90) for at in range(100, 117))
    made = VideoHashes(VIDEO.sha256, VideoPrint(2.0, (Frame(0.5, forms[:16], forms[16:]),)))
    item = json.loads(written(made))["items"][0]
    assert item["frames"] == [{"at": 0.5, "pdq": forms[0].hex, "quality": 90}]
    assert [each for each in forms[1:] if each.hex in written(made).decode()] == []


def test_a_frame_knows_how_it_is_kept() -> None:
    forms = tuple(Pdq(bytes((at,)) * 32, 90) for at in range(17))
    kept = Frame(0.5, forms[:16], forms[16:], is_strict=True).kept()
    assert kept == Frame(0.5, forms[:1], (forms[8], forms[16]), is_strict=True)
    assert kept.kept() == kept


@pytest.mark.parametrize(
    ("change", "field"),
    [
        ({"sha256": "00"}, "sha256"),
        ({"duration_s": None}, "duration_s"),
        ({"duration_s": True}, "duration_s"),
        ({"duration_s": -1}, "duration_s"),
        ({"duration_s": 10**400}, "duration_s"),
        ({"duration_s": float("nan")}, "duration_s"),
        ({"frames": {}}, "frames"),
        ({"frames": []}, "frames"),
        ({"frames": [{"at": 0, "pdq": "0" * 64, "quality": 49}]}, "frames"),
        ({"frames": [{"at": at, "pdq": "0" * 64, "quality": 90} for at in (2, 1)]}, "frames"),
        ({"frames": ["0" * 64]}, "frames[0]"),
        ({"frames": [{"at": 0, "pdq": "0" * 63, "quality": 90}]}, "frames[0].pdq"),
        ({"frames": [{"at": 0, "pdq": "g" * 64, "quality": 90}]}, "frames[0].pdq"),
        ({"frames": [{"at": 0, "pdq": "0" * 64, "quality": 101}]}, "frames[0].quality"),
        ({"frames": [{"at": 0, "pdq": "0" * 64, "quality": 9.5}]}, "frames[0].quality"),
        ({"frames": [{"at": "0", "pdq": "0" * 64, "quality": 90}]}, "frames[0].at"),
        ({"frames": [{"at": 1e7, "pdq": "0" * 64, "quality": 90}]}, "frames[0].at"),
        (
            {"frames": [{"at": 0, "pdq": "0" * 64, "quality": 90, "strict": 1}]},
            "frames[0].strict",
        ),
    ],
)
def test_a_wrong_field_of_a_video_is_named(change: dict[str, Any], field: str) -> None:
    body = json.loads(written(PICTURE, VIDEO))
    body["items"][1].update(change)
    with pytest.raises(BadHashFile) as refused:
        hashfile.loads(json.dumps(body).encode())
    bad = refused.value
    assert (bad.reason, bad.index, bad.field) == (FileFlaw.BAD_ITEM, 1, field)


def test_too_many_frames_in_all_are_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(hashfile, "MOST_FRAMES", 3)
    other = VideoHashes(Sha256(b"\x04" * 32), VIDEO.video)
    with pytest.raises(BadHashFile) as refused:
        hashfile.loads(written(VIDEO, other))
    assert refused.value.reason == FileFlaw.TOO_MANY


def test_a_file_of_the_most_frames_fits_into_what_is_read() -> None:
    frame = json.dumps({"at": 99999.999, "pdq": "0" * 64, "quality": 100}, separators=(",", ":"))
    assert hashfile.MOST_FRAMES * (len(frame) + 1) < hashfile.MOST_BYTES


times = st.lists(st.integers(0, 10**8), min_size=1, max_size=8).map(sorted)
hashes = st.builds(Pdq, st.binary(min_size=32, max_size=32), st.integers(50, 100))


@given(times, hashes, st.booleans())
def test_what_is_written_is_read_back(moments: list[int], pdq: Pdq, is_strict: bool) -> None:
    frames = tuple(Frame(at / 1000, (pdq,), is_strict=is_strict) for at in moments)
    made = VideoHashes(VIDEO.sha256, VideoPrint(moments[-1] / 1000, frames))
    assert hashfile.loads(written(made)) == (made,)

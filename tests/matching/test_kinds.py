"""What a file is shows in its first bytes, whatever its name says."""

import pytest

from domain.fingerprints import Kind
from matching.kinds import kind_of
from tests.matching.footage import moving, video
from tests.matching.scenery import encoded, scene

FILM = list(moving(1, 1))


@pytest.mark.parametrize("container", ["mp4", "mov", "matroska", "avi", "mpegts", "flv", "asf"])
def test_every_container_is_a_video(container: str) -> None:
    codec = "mpeg4" if container == "asf" else "libx264"
    assert kind_of(video(FILM, container=container, codec=codec)) is Kind.VIDEO


@pytest.mark.parametrize("format_", ["JPEG", "PNG", "WEBP", "GIF", "TIFF", "BMP", "AVIF", "HEIF"])
def test_every_picture_is_a_picture(format_: str) -> None:
    assert kind_of(encoded(scene(40, 30, 1), format_)) is Kind.IMAGE


@pytest.mark.parametrize("data", [b"", b"G", b"words", bytes(512), b"\0\0\0\x18"])
def test_what_is_neither_is_neither(data: bytes) -> None:
    assert kind_of(data) is None


@pytest.mark.parametrize(
    ("opening", "expected"),
    [
        (b"\0\0\0\x18ftypqt  ", Kind.VIDEO),
        (b"\0\0\0\x08wide", Kind.VIDEO),
        (b"\x1aE\xdf\xa3", Kind.VIDEO),
        (b"RIFF\0\0\0\0AVI LIST", Kind.VIDEO),
        (b"RIFF\0\0\0\0WEBPVP8 ", Kind.IMAGE),
        (b"\0\0\0\x18ftypheic", Kind.IMAGE),
        (b"\0\0\0\x18ftypavis", Kind.IMAGE),
        (b"G" + bytes(187) + b"G", Kind.VIDEO),
        (bytes(4) + b"G" + bytes(191) + b"G", Kind.VIDEO),
    ],
)
def test_few_bytes_are_enough(opening: bytes, expected: Kind) -> None:
    assert kind_of(opening) is expected

"""Every file becomes upright RGB by one rule, or is refused with its reason."""

import contextlib
import pickle
import struct
import zlib
from io import BytesIO

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from PIL import Image

from domain.fingerprints import distance
from matching import decoding
from matching.decoding import FORMATS, Undecodable, Why, decode
from matching.hashing import hash_picture
from tests.matching.scenery import Pixels, encoded, oracle, scene

pytestmark = pytest.mark.filterwarnings("ignore:::PIL")  # It warns of what it then refuses.

PICTURE = scene(160, 120, 7)
FILES = {kind: encoded(PICTURE, kind) for kind in FORMATS}


def pixels(data: bytes) -> Pixels:
    return np.asarray(decode(data))


@pytest.mark.parametrize("kind", ["PNG", "TIFF", "BMP"])
def test_lossless_files_give_back_their_pixels(kind: str) -> None:
    np.testing.assert_array_equal(pixels(FILES[kind]), PICTURE)


@pytest.mark.parametrize("mode", ["L", "1", "P", "CMYK", "YCbCr", "LA", "RGBA", "PA"])
def test_every_mode_hashes_as_the_reference_sees_it(mode: str) -> None:
    kind = "TIFF" if mode in ("CMYK", "YCbCr", "PA") else "PNG"
    image = Image.fromarray(PICTURE).convert("P" if mode == "PA" else mode)
    bits, quality = oracle(np.asarray(image.convert("RGB")))
    made = hash_picture(encoded(image.convert(mode), kind)).pdq
    assert distance(made.bits, bits) <= 2
    assert abs(made.quality - quality) <= 1


def test_a_cmyk_jpeg_is_read() -> None:
    data = encoded(Image.fromarray(PICTURE).convert("CMYK"), "JPEG", quality=95)
    bits, _ = oracle(PICTURE)
    assert distance(hash_picture(data).pdq.bits, bits) <= 10


def test_sixteen_bit_greys_keep_their_high_byte() -> None:
    grey = PICTURE[:, :, 0].astype(np.uint16) * 256 + 200
    for kind in ("PNG", "TIFF"):
        np.testing.assert_array_equal(
            pixels(encoded(Image.fromarray(grey), kind))[:, :, 2], PICTURE[:, :, 0]
        )


def test_floating_greys_are_scaled_by_their_brightest_value() -> None:
    grey = np.linspace(0, 2, 400, dtype=np.float32).reshape(20, 20)
    grey[0, :3] = (np.nan, np.inf, -5)
    got = pixels(encoded(Image.fromarray(grey), "TIFF"))[:, :, 0]
    assert (got[0, :3].tolist(), got[-1, -1]) == ([0, 0, 0], 255)


def test_transparency_is_laid_on_white() -> None:
    clear = np.zeros((20, 20, 4), np.uint8)
    assert np.unique(pixels(encoded(clear))).tolist() == [255]
    palette = encoded(Image.new("P", (20, 20), 0), "PNG", transparency=0)
    assert np.unique(pixels(palette)).tolist() == [255]


@pytest.mark.parametrize("kind", ["JPEG", "PNG", "WEBP", "TIFF"])
@pytest.mark.parametrize("orientation", range(1, 9))
def test_exif_rotation_is_applied(kind: str, orientation: int) -> None:
    stored = Image.fromarray(PICTURE)
    backwards = {5: 5, 6: 8, 7: 7, 8: 6}.get(orientation, orientation)
    turn = decoding._UPRIGHT.get(backwards)
    exif = Image.Exif()
    exif[0x0112] = orientation
    options = {"lossless": True} if kind == "WEBP" else {"quality": 95} if kind == "JPEG" else {}
    data = encoded(
        stored.transpose(turn) if turn is not None else stored, kind, exif=exif, **options
    )
    assert pixels(data).shape == PICTURE.shape
    assert np.abs(pixels(data).astype(int) - PICTURE).mean() < 12


def test_damaged_exif_counts_as_none() -> None:
    data = encoded(PICTURE, "JPEG", exif=b"Exif\x00\x00MM\x00*\xff\xff\xff\xff")
    assert pixels(data).shape == PICTURE.shape


def test_of_an_animation_the_first_picture_is_taken() -> None:
    frames = [Image.fromarray(scene(64, 64, seed)) for seed in range(3)]
    data = encoded(frames[0], "WEBP", lossless=True, save_all=True, append_images=frames[1:])
    np.testing.assert_array_equal(pixels(data), np.asarray(frames[0]))


def why(data: bytes) -> Why:
    with pytest.raises(Undecodable) as refused:
        decode(data)
    return refused.value.reason


def claiming(width: int, height: int) -> bytes:
    """A PNG whose header claims a size that its few bytes don't have."""
    header = b"IHDR" + struct.pack(">IIBBBBB", width, height, 8, 2, 0, 0, 0)
    chunk = struct.pack(">I", 13) + header + struct.pack(">I", zlib.crc32(header))
    return b"\x89PNG\r\n\x1a\n" + chunk + FILES["PNG"][33:]


@pytest.mark.parametrize(
    ("width", "height"), [(20_000, 20_000), (8_000, 8_000), (70_000, 6), (2**31 - 1, 2**31 - 1)]
)
def test_a_bomb_is_known_by_its_header(width: int, height: int) -> None:
    assert why(claiming(width, height)) == Why.BOMB


def test_a_bomb_of_another_kind_is_known_by_its_header() -> None:
    gif = bytearray(FILES["GIF"])
    gif[6:10] = struct.pack("<HH", 60_000, 60_000)
    bmp = bytearray(FILES["BMP"])
    bmp[18:26] = struct.pack("<ii", 30_000, 30_000)
    assert [why(bytes(gif)), why(bytes(bmp))] == [Why.BOMB, Why.BOMB]


@pytest.mark.parametrize("size", [(4, 500), (500, 4), (1, 1)])
def test_what_the_reference_does_not_hash_is_too_small(size: tuple[int, int]) -> None:
    assert why(encoded(Image.new("RGB", size))) == Why.TOO_SMALL


def test_what_is_no_picture_says_so() -> None:
    assert why(b"") == Why.EMPTY
    assert why(b"\xff" * (decoding.MOST_BYTES + 1)) == Why.TOO_LARGE
    assert why("그림이 아닌 글".encode()) == Why.NOT_MEDIA
    assert why(b"<svg xmlns='http://www.w3.org/2000/svg'/>") == Why.NOT_MEDIA
    assert why(b"%!PS-Adobe-3.0 EPSF-3.0\n%%BoundingBox: 0 0 9 9\n") == Why.NOT_MEDIA


@pytest.mark.parametrize("kind", ["JPEG", "PNG", "WEBP", "TIFF", "BMP"])
@pytest.mark.parametrize("share", [0.02, 0.3, 0.7])
def test_a_cut_off_picture_is_refused(kind: str, share: float) -> None:
    data = FILES[kind]
    assert why(data[: int(len(data) * share)]) == Why.TRUNCATED


def test_a_reason_crosses_a_process_boundary() -> None:
    assert pickle.loads(pickle.dumps(Undecodable(Why.BOMB))).reason == Why.BOMB  # noqa: S301 - our own bytes.


small = {kind: encoded(scene(24, 18, 1), kind) for kind in FORMATS}
edits = st.lists(st.tuples(st.integers(0, 5_000), st.integers(0, 255)), max_size=12)


@settings(max_examples=300, deadline=None)
@given(st.sampled_from(FORMATS), edits, st.integers(0, 5_000))
def test_a_mutated_or_cut_file_is_hashed_or_undecodable(
    kind: str, changes: list[tuple[int, int]], kept: int
) -> None:
    data = bytearray(small[kind])
    for place, value in changes:
        data[place % len(data)] = value
    hashed_or_refused(bytes(data[:kept]))


@settings(max_examples=200, deadline=None)
@given(
    st.sampled_from([b"", b"\xff\xd8\xff", b"GIF89a", b"RIFF\0\0\0\0WEBP", b"II*\0", b"BM"]),
    st.binary(),
)
def test_any_bytes_are_hashed_or_undecodable(opening: bytes, rest: bytes) -> None:
    hashed_or_refused(opening + rest)


def hashed_or_refused(data: bytes) -> None:
    with contextlib.suppress(Undecodable):
        assert len(hash_picture(data).forms) == 8


def test_a_palette_picture_with_a_broken_palette_index_is_no_crash() -> None:
    picture = Image.fromarray(PICTURE).quantize(8)
    buffer = BytesIO()
    picture.save(buffer, "GIF")
    hashed_or_refused(buffer.getvalue().replace(b"\x21\xf9", b"\x00\x00"))

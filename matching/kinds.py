"""What a file's first bytes say it is; its name says nothing."""

from domain.films import OPENING_BYTES
from domain.fingerprints import Kind

_PICTURES = (b"\xff\xd8\xff", b"\x89PNG\r\n", b"GIF8", b"II*\x00", b"MM\x00*", b"BM")
_PICTURE_BRANDS = (b"hei", b"hev", b"mif", b"msf", b"avi")  # HEIC and AVIF: MP4's kin, but stills.
_VIDEO_BOXES = (b"ftyp", b"moov", b"mdat", b"free", b"skip", b"wide")  # MP4 and QuickTime.
_VIDEOS = (
    b"\x1aE\xdf\xa3",  # Matroska and WebM.
    b"FLV",
    b"OggS",
    b"\0\0\x01\xba",  # MPEG's programme stream.
    b"0&\xb2u",  # ASF, as in WMV.
)
_SYNC = 0x47  # Begins each packet of MPEG's transport stream.
_PACKETS = ((0, 188), (4, 192))  # The first packet's place and their length, bare or on a disc.


def kind_of(data: bytes) -> Kind | None:
    """By the first `OPENING_BYTES`; none for what is neither a picture nor a video."""
    if data[4:8] == b"ftyp" and data[8:11] in _PICTURE_BRANDS:
        return Kind.IMAGE
    if data[:4] == b"RIFF":
        return Kind.VIDEO if data[8:12] == b"AVI " else Kind.IMAGE
    if data.startswith(_VIDEOS) or data[4:8] in _VIDEO_BOXES or _is_transport_stream(data):
        return Kind.VIDEO
    return Kind.IMAGE if data.startswith(_PICTURES) else None


def is_video(data: bytes) -> bool:
    """Whether the first bytes are those of a video."""
    return kind_of(data[:OPENING_BYTES]) is Kind.VIDEO


def _is_transport_stream(data: bytes) -> bool:
    return any(
        len(data) > first + length and data[first] == data[first + length] == _SYNC
        for first, length in _PACKETS
    )

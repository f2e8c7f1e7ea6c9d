"""The items of a file of hashes: a picture's hashes, or those of a video's frames."""

from collections.abc import Iterable, Mapping
from typing import Any

from domain.fingerprints import BEST_QUALITY, BadHash, Kind, Pdq, Phash, Print, Sha256, from_hex
from domain.videos import LEAST_QUALITY, Frame, VideoHashes, VideoPrint

Hashes = Print | VideoHashes

LONGEST_S = 1e6

THOUSANDTH = 3  # Digits after the point of a second.


class BadField(ValueError):
    """One field of an item is missing or wrong; of the fourth frame it is called frames[3].pdq."""

    def __init__(self, field: str) -> None:
        super().__init__(field)
        self.field = field


def item_of(made: Hashes) -> dict[str, Any]:
    """What is written: the canonical hashes alone, for the others can be turned back further."""
    if isinstance(made, Print):
        return {
            "kind": Kind.IMAGE.value,
            "sha256": made.sha256.hex,
            "pdq": made.pdq.hex,
            "quality": made.pdq.quality,
            "phash": made.phash.hex,
        }
    return {
        "kind": Kind.VIDEO.value,
        "sha256": made.sha256.hex,
        "duration_s": round(made.video.duration_s, THOUSANDTH),
        "frames": [_frame_item(frame) for frame in made.video.frames],
    }


def read_item(item: object) -> Hashes:
    """A picture's print or a video's. Raises BadField, and nothing else."""
    if not isinstance(item, dict):
        raise BadField("item")
    kind = item.get("kind")
    if kind == Kind.IMAGE.value:
        pdq = _pdq(item)
        return Print(Sha256(_bits(item, "sha256")), pdq, Phash(_bits(item, "phash")))
    if kind == Kind.VIDEO.value:
        return VideoHashes(Sha256(_bits(item, "sha256")), _video(item))
    raise BadField("kind")


def frames_of(made: Iterable[Hashes]) -> int:
    """How many frames there are of all videos among these."""
    return sum(len(each.video.frames) for each in made if isinstance(each, VideoHashes))


def _frame_item(frame: Frame) -> dict[str, Any]:
    pdq = frame.forms[0]
    item = {"at": round(frame.at_s, THOUSANDTH), "pdq": pdq.hex, "quality": pdq.quality}
    return {**item, "strict": True} if frame.is_strict else item


def _video(item: Mapping[str, Any]) -> VideoPrint:
    duration_s = _seconds(item, "duration_s")
    listed = item.get("frames")
    if not isinstance(listed, list):
        raise BadField("frames")
    frames = tuple(_frame_at(at, each) for at, each in enumerate(listed))
    times = [frame.at_s for frame in frames]
    is_sound = any(frame.forms[0].quality >= LEAST_QUALITY for frame in frames)
    if not is_sound or times != sorted(times):  # Of the others nothing could ever be found.
        raise BadField("frames")
    return VideoPrint(duration_s, frames)


def _frame_at(at: int, item: object) -> Frame:
    try:
        return _frame(item)
    except BadField as bad:
        raise BadField(f"frames[{at}].{bad.field}".removesuffix(".")) from None


def _frame(item: object) -> Frame:
    if not isinstance(item, dict):
        raise BadField("")
    is_strict = item.get("strict", False)
    if type(is_strict) is not bool:
        raise BadField("strict")
    return Frame(_seconds(item, "at"), (_pdq(item),), is_strict=is_strict)


def _pdq(item: Mapping[str, Any]) -> Pdq:
    bits, quality = _bits(item, "pdq"), item.get("quality")
    if type(quality) is not int or not 0 <= quality <= BEST_QUALITY:
        raise BadField("quality")
    return Pdq(bits, quality)


def _bits(item: Mapping[str, Any], field: str) -> bytes:
    text = item.get(field)
    try:
        return from_hex(text if isinstance(text, str) else "")
    except BadHash:
        raise BadField(field) from None


def _seconds(item: Mapping[str, Any], field: str) -> float:
    value: Any = item.get(field)
    if type(value) not in (int, float) or not 0 <= value <= LONGEST_S:
        raise BadField(field)
    return float(value)

"""Pictures against videos: a picture may be a frame of a registered video, a video may show one."""

from collections.abc import Iterator

import numpy as np

from domain.fingerprints import DIHEDRAL_FORMS
from domain.stills import StillVerdict, judge_still
from domain.videos import LEAST_QUALITY, Frame, VideoPrint, VideoTiers
from matching.index import Index
from matching.looks import Look
from matching.registering import Registration
from matching.videos import StillFinding, VideoIndex

_MOST_FRAMES = 400  # Of a video that is asked about, spread over it.


def videos_with(
    look: Look, videos: VideoIndex[str], tiers: VideoTiers | None = None
) -> list[StillFinding[str]]:
    """The registered videos of which a picture shows a frame; by other limits, to try them out."""
    is_rich = np.repeat(np.array(look.qualities) >= LEAST_QUALITY, DIHEDRAL_FORMS)
    return videos.examine_picture([row.tobytes() for row in look.hashes[is_rich]], tiers)


def pictures_in(
    video: VideoPrint, index: Index, known: dict[int, tuple[str, Registration]], radius: int
) -> Iterator[tuple[str, StillVerdict]]:
    """The registered pictures that a video shows, each by its nearest frame."""
    asked = [
        (form.bits, frame.at_s, place % DIHEDRAL_FORMS)
        for frame in _spread(video.frames)
        for place, form in enumerate(frame.forms)
        if form.quality >= LEAST_QUALITY
    ]
    hits = index.nearest([bits for bits, *_ in asked], radius) if asked else []
    for hit in hits:
        name, made = known.get(hit.key, ("", None))
        if made is None or made.qualities[hit.row] < LEAST_QUALITY:
            continue
        _, at_s, form = asked[hit.form]
        yield (
            name,
            judge_still(hit.distance, form, at_s, is_whole=hit.row == 0, is_strict=made.is_strict),
        )


def _spread(frames: tuple[Frame, ...]) -> list[Frame]:
    step = max(1.0, len(frames) / _MOST_FRAMES)
    return [frames[int(at * step)] for at in range(min(len(frames), _MOST_FRAMES))]

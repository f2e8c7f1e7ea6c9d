"""From the bytes of a JPEG of a megapixel to eight canonical hashes, beside `pdqhash` for one.

Both ways decode alike, by the rule of matching.decoding; one thread.
"""

import argparse
import io
import os
from typing import Any

os.environ["OPENBLAS_NUM_THREADS"] = "1"  # Before numpy is loaded.

import cv2
import numpy as np
from numpy.typing import NDArray
from PIL import Image

from benchmarks.measuring import Work, hand_over, medians_ms, peer, say
from domain.fingerprints import distance
from matching.decoding import decode
from matching.pdq import luma_of, pdq_forms, pdq_of_regions

SEED = 20
SIDES = (1_224, 816)
GOOD = 80
REGIONS = 79
TURNS = 25


def main() -> None:
    """Print ms of each way, how near the hashes are to the peer's, and the peer's time over ours."""
    asked = _arguments()
    pdqhash = peer("pdqhash", "pdqhash")
    cv2.setNumThreads(1)
    files = [_jpeg(SEED + at) for at in range(asked.pictures)]
    say(f"{len(files)} pictures, {sum(map(len, files)) / len(files) / 1_000:.0f} kB each")
    agreement = _agreement(pdqhash, files)
    taken = medians_ms(_ways(pdqhash, files[0]), TURNS)
    ratio = round(taken["pdqhash_one_of_jpeg"] / taken["eight_of_jpeg"], 2)
    hand_over({"ms": taken, "agreement": agreement, "ratios": {"hash_eight": ratio}})


def _arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--pictures", type=int, default=40, help="how many are compared")
    parser.add_argument("--json", action="store_true", help="the last line is JSON in any case")
    return parser.parse_args()


def _ways(pdqhash: Any, data: bytes) -> dict[str, Work]:
    picture = decode(data)
    luma, compute = luma_of(picture), pdqhash.compute
    draw = np.random.default_rng(SEED)
    corners = draw.integers(0, 200, (REGIONS, 2)).tolist()
    boxes = [(left, top, left + 1_000, top + 600) for left, top in corners]
    return {
        "eight_of_jpeg": lambda: pdq_forms(decode(data)),
        "pdqhash_one_of_jpeg": lambda: compute(np.asarray(decode(data))),
        "decoding": lambda: decode(data),
        "eight": lambda: pdq_forms(picture),
        "pdqhash_one": lambda: compute(np.asarray(picture)),
        f"eight_of_{REGIONS}_regions": lambda: pdq_of_regions(luma, boxes),
        f"eight_of_{REGIONS}_regions_exact": lambda: pdq_of_regions(luma, boxes, None),
    }


def _agreement(pdqhash: Any, files: list[bytes]) -> dict[str, object]:
    """Of pictures with a quality of 80 and more: bits and quality beside the peer's."""
    bits, qualities = list[int](), list[int]()
    for data in files:
        picture = decode(data)
        ours = pdq_forms(picture)[0]
        vector, quality = pdqhash.compute(np.asarray(picture))
        if quality >= GOOD:
            bits.append(distance(ours.bits, np.packbits(vector.astype(np.uint8)).tobytes()))
            qualities.append(abs(ours.quality - int(quality)))
    return {
        "pictures": len(bits),
        "identical": bits.count(0),
        "most_bits": max(bits, default=None),
        "most_quality": max(qualities, default=None),
    }


def _jpeg(seed: int) -> bytes:
    """A scenery of hills, discs and a little grain, as a camera would save it."""
    draw = np.random.default_rng(seed)
    picture = cv2.resize(_noise(draw, (24, 36)), SIDES, interpolation=cv2.INTER_CUBIC)
    for _ in range(60):
        x, y = (int(draw.integers(side)) for side in SIDES)
        colour = tuple(float(each) for each in draw.integers(0, 256, 3))
        cv2.circle(picture, (x, y), int(draw.integers(4, 90)), colour, -1, cv2.LINE_AA)
    grain = draw.normal(0, 5, picture.shape)
    buffer = io.BytesIO()
    grainy = np.clip(picture + grain, 0, 255).astype(np.uint8)
    Image.fromarray(grainy).save(buffer, "JPEG", quality=85)
    return buffer.getvalue()


def _noise(draw: np.random.Generator, shape: tuple[int, int]) -> NDArray[np.uint8]:
    return draw.integers(0, 256, (*shape, 3), np.uint8)


if __name__ == "__main__":
    main()

"""The way of peers: one frame a second is decoded and hashed, frames within 31 bits are alike.

As `vpdq` does it (ThreatExchange, vpdq/README.md and vpdq_util.py: a frame a second, quality of at
least 50, distance of at most 31, a match where 80 % of the query's frames are alike).
"""

import io

import av
import numpy as np
import pdqhash

RADIUS, QUALITY, SHARE = 31, 50, 0.8


def hashes(data: bytes) -> list[int]:
    """PDQ of one frame a second, as whole numbers; on one thread."""
    found = []
    with av.open(io.BytesIO(data), "r") as container:
        stream = container.streams.video[0]
        stream.thread_count = 1
        due = 0.0
        for frame in container.decode(stream):
            if frame.time is not None and frame.time < due - 1e-3:
                continue
            due += 1.0
            bits, quality = pdqhash.compute(frame.to_ndarray(format="rgb24"))
            if quality >= QUALITY:
                found.append(int.from_bytes(np.packbits(bits.astype(np.uint8)).tobytes(), "big"))
    return found


def is_match(query: list[int], registered: list[int]) -> bool:
    """Whether most of the query's frames have one alike in the registered video."""
    alike = sum(any((a ^ b).bit_count() <= RADIUS for b in registered) for a in query)
    return bool(query) and alike >= SHARE * len(query)

"""The eight forms of a new fingerprint against all that was seen, beside faiss asked form by form.

Random hashes, one of them near a form of the scenery asked for; one thread. `bus` is one plain
reading of all hashes: no scan can be faster.
"""

import argparse
import os
import time

os.environ["OPENBLAS_NUM_THREADS"] = "1"  # Before numpy is loaded.

import numpy as np
from numpy.typing import NDArray

from benchmarks.measuring import hand_over, medians_ms, peer, resident_mb, say
from benchmarks.scenery import eight_forms

faiss = peer("faiss", "faiss-cpu")

from matching.seen import Seen  # noqa: E402 - It needs faiss, too: without it one sentence is enough.
from matching.turning import eight_forms as turned  # noqa: E402 - As above.

SEED = 20
RADIUS, WIDE = 31, 67
VARIANTS = 136
BATCH = 100_000
TURNS = 7


def main() -> None:
    """Print sizes in 10^6 bytes, times in ms, and the peer's time over ours."""
    asked = _arguments()
    faiss.omp_set_num_threads(1)
    draw = np.random.default_rng(SEED)
    forms = eight_forms(SEED)
    stored = draw.integers(0, 256, (asked.size, 32), np.uint8)
    stored[asked.size // 2] = np.frombuffer(forms[2], np.uint8)
    stored[asked.size // 2, 0] ^= 3
    kept = resident_mb()
    seen = _filled(stored, draw)
    memory = {"seen": round(seen.nbytes / 1e6, 1), "resident": round(resident_mb() - kept, 1)}
    say(f"{len(seen)} rows: {memory}")
    result: dict[str, object] = {"size": asked.size, "memory_mb": memory}
    result |= _beside_peer(seen, stored, forms)
    result["variants"] = _variants(seen, draw)
    hand_over(result)


def _arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--size", type=int, default=10_000_000, help="rows that were seen")
    parser.add_argument("--json", action="store_true", help="the last line is JSON in any case")
    return parser.parse_args()


def _filled(stored: NDArray[np.uint8], draw: np.random.Generator) -> Seen:
    seen = Seen()
    for first in range(0, len(stored), BATCH):
        rows = [row.tobytes() for row in stored[first : first + BATCH]]
        qualities = draw.integers(50, 101, len(rows)).tolist()
        ids = range(first, first + len(rows))
        seen.append(ids, ids, rows, qualities)
    return seen


def _beside_peer(seen: Seen, stored: NDArray[np.uint8], forms: list[bytes]) -> dict[str, object]:
    """The same eight questions to both, in turns."""
    flat = faiss.IndexBinaryFlat(256)
    flat.add(stored)
    questions = [np.frombuffer(form, np.uint8)[None] for form in forms]
    ways = {
        "eight_forms": lambda: _found(seen, forms, RADIUS),
        "faiss_form_by_form": lambda: [flat.range_search(each, RADIUS + 1) for each in questions],
        "faiss_at_once": lambda: flat.range_search(np.concatenate(questions), RADIUS + 1),
        "eight_forms_wide": lambda: _found(seen, forms, WIDE),
        "bus": lambda: np.bitwise_or.reduce(stored.view(np.uint64), axis=None),
    }
    theirs = {int(row) for each in questions for row in flat.range_search(each, RADIUS + 1)[2]}
    if _found(seen, forms, RADIUS) != theirs:
        raise SystemExit("The look back and faiss do not find the same rows.")
    taken = medians_ms(ways, TURNS)
    size = len(stored)
    name = f"lookback_{size // 1_000_000}m" if size >= 1_000_000 else "lookback"
    ratios = {name: round(taken["faiss_form_by_form"] / taken["eight_forms"], 2)}
    return {"ms": taken, "ratios": ratios}


def _found(seen: Seen, forms: list[bytes], radius: int) -> set[int]:
    return {int(row) for each in seen.near(forms, radius) for row in each.ids}


def _variants(seen: Seen, draw: np.random.Generator) -> dict[str, float]:
    """The variants after it, in eight forms: seconds in all, the longest time between two rests."""
    asked = turned(draw.integers(0, 256, (VARIANTS, 32), np.uint8))
    hashes, start = [row.tobytes() for row in asked], time.thread_time()
    times = [start, *(time.thread_time() for _ in seen.near_many(hashes, WIDE))]
    longest = max(np.diff(times), default=0.0)
    return {"s": round(times[-1] - times[0], 2), "longest_slice_ms": round(1_000 * longest, 1)}


if __name__ == "__main__":
    main()

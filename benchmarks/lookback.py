"""The eight forms of a new fingerprint against all that was seen, beside faiss asked form by form.

Random hashes; one thread. `bus` is one plain reading of all hashes: no scan can be faster.
"""

import argparse
import os
import time

os.environ["OPENBLAS_NUM_THREADS"] = "1"  # Before numpy is loaded.

import numpy as np
from numpy.typing import NDArray

from benchmarks.measuring import hand_over, medians_ms, peer, resident_mb, say

faiss = peer("faiss", "faiss-cpu")

from matching.seen import Seen  # noqa: E402 - It needs faiss, too: without it one sentence is enough.

SEED = 20
RADIUS, WIDE = 31, 67
FORMS, VARIANTS = 8, 136
BATCH = 100_000
TURNS = 7


def main() -> None:
    """Print sizes in 10^6 bytes, times in ms, and the peer's time over ours."""
    asked = _arguments()
    faiss.omp_set_num_threads(1)
    draw = np.random.default_rng(SEED)
    before = resident_mb()
    seen = _filled(asked.size, draw)
    memory = {"seen": round(seen.nbytes / 1e6, 1), "resident": round(resident_mb() - before, 1)}
    say(f"{len(seen)} rows: {memory}")
    result: dict[str, object] = {"size": asked.size, "memory_mb": memory}
    result |= _beside_peer(seen, asked.size, draw)
    result["variants"] = _variants(seen, draw)
    hand_over(result)


def _arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--size", type=int, default=10_000_000, help="rows that were seen")
    parser.add_argument("--json", action="store_true", help="the last line is JSON in any case")
    return parser.parse_args()


def _filled(size: int, draw: np.random.Generator) -> Seen:
    seen = Seen()
    for first in range(0, size, BATCH):
        count = min(BATCH, size - first)
        qualities = draw.integers(50, 101, count).tolist()
        seen.append(range(first, first + count), _hashes(count, draw), qualities)
    return seen


def _hashes(count: int, draw: np.random.Generator) -> list[bytes]:
    return [row.tobytes() for row in draw.integers(0, 256, (count, 32), np.uint8)]


def _beside_peer(seen: Seen, size: int, draw: np.random.Generator) -> dict[str, object]:
    """The same eight questions to both, in turns."""
    stored = np.concatenate([block.words[: block.used] for block in seen._blocks])
    flat = faiss.IndexBinaryFlat(256)
    flat.add(stored.view(np.uint8))
    forms = _forms(stored, draw)
    questions = [np.frombuffer(form, np.uint8)[None] for form in forms]
    ways = {
        "eight_forms": lambda: _found(seen, forms, RADIUS),
        "faiss_form_by_form": lambda: [flat.range_search(each, RADIUS + 1) for each in questions],
        "faiss_at_once": lambda: flat.range_search(np.concatenate(questions), RADIUS + 1),
        "eight_forms_wide": lambda: _found(seen, forms, WIDE),
        "bus": lambda: np.bitwise_or.reduce(stored, axis=None),
    }
    theirs = {int(row) for each in questions for row in flat.range_search(each, RADIUS + 1)[2]}
    if _found(seen, forms, RADIUS) != theirs:
        raise SystemExit("The look back and faiss do not find the same rows.")
    taken = medians_ms(ways, TURNS)
    name = f"lookback_{size // 1_000_000}m" if size >= 1_000_000 else "lookback"
    ratios = {name: round(taken["faiss_form_by_form"] / taken["eight_forms"], 2)}
    return {"ms": taken, "ratios": ratios}


def _forms(stored: NDArray[np.uint64], draw: np.random.Generator) -> list[bytes]:
    """Eight hashes; the third is near one that is stored."""
    forms = _hashes(FORMS, draw)
    forms[2] = (stored[len(stored) // 2] ^ np.array([0, 3, 0, 1 << 40], np.uint64)).tobytes()
    return forms


def _found(seen: Seen, forms: list[bytes], radius: int) -> set[int]:
    return {int(row) for each in seen.near(forms, radius) for row in each.ids}


def _variants(seen: Seen, draw: np.random.Generator) -> dict[str, float]:
    """The variants after it: seconds in all, and the longest time between two rests."""
    variants, start = _hashes(VARIANTS, draw), time.thread_time()
    times = [start, *(time.thread_time() for _ in seen.near(variants, RADIUS))]
    longest = max(np.diff(times), default=0.0)
    return {"s": round(times[-1] - times[0], 2), "longest_slice_ms": round(1_000 * longest, 1)}


if __name__ == "__main__":
    main()

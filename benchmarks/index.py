"""The index beside faiss's multi-hash index of 16 tables: one question at a time, one thread.

Random hashes are the same work for both: neither gains from pictures that are alike.
"""

import argparse
import os
import threading
import time
from functools import partial
from typing import Any

os.environ["OPENBLAS_NUM_THREADS"] = "1"  # Before numpy is loaded.

import numpy as np
from numpy.random import Generator
from numpy.typing import NDArray

from benchmarks.measuring import Work, hand_over, medians_ms, peer, resident_mb, say
from benchmarks.scenery import eight_forms

faiss = peer("faiss", "faiss-cpu")

from matching.index import Index  # noqa: E402 - It needs faiss, too: without it one sentence is enough.

Hashes = NDArray[np.uint8]

SEED = 20
PER_KEY = 137
RADIUS = 31
WIDER = (45, 67, 75)
TURNS = 40


def main() -> None:
    """Print sizes in 10^6 bytes, times in ms, and the peer's time over ours."""
    asked = _arguments()
    faiss.omp_set_num_threads(1)
    draw = np.random.default_rng(SEED)
    hashes = draw.integers(0, 256, (asked.size, 32), np.uint8)
    before = resident_mb()
    index, filling = _filled(hashes)
    memory = {"index": round(index.nbytes / 1e6, 1), "resident": round(resident_mb() - before, 1)}
    result: dict[str, object] = {"size": asked.size, "per_key": PER_KEY, "memory_mb": memory}
    result["ours"] = filling | _while_changing(index, draw) | _wider(index)
    result |= _beside_peer(index, hashes, draw)
    hand_over(result)


def _arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--size", type=int, default=1_000_000, help="hashes in the index")
    parser.add_argument("--json", action="store_true", help="the last line is JSON in any case")
    return parser.parse_args()


def _filled(hashes: Hashes) -> tuple[Index, dict[str, float]]:
    """The index with all hashes, so many for each key, and how long that took."""
    index, start = Index(), time.perf_counter()
    for key, first in enumerate(range(0, len(hashes), PER_KEY)):
        index.add(key, [row.tobytes() for row in hashes[first : first + PER_KEY]])
    added = time.perf_counter()
    index.settle()
    settled = time.perf_counter()
    say(f"ours holds {len(hashes)} hashes after {settled - start:.1f} s")
    return index, {"add_s": round(added - start, 2), "merge_s": round(settled - added, 2)}


def _question(hashes: Hashes, draw: Generator) -> Hashes:
    """(1, 32): one of the hashes with up to 40 bits changed; every second one a new one."""
    if draw.random() < 0.5:
        return draw.integers(0, 256, (1, 32), np.uint8)
    bits = np.unpackbits(hashes[draw.integers(len(hashes))])
    bits[draw.choice(bits.size, draw.integers(41), replace=False)] ^= 1
    return np.packbits(bits)[None]


def _beside_peer(index: Index, hashes: Hashes, draw: Generator) -> dict[str, object]:
    """The same questions to both, in turns; that they agree is checked first."""
    before, start = resident_mb(), time.perf_counter()
    multi = faiss.IndexBinaryMultiHash(256, 16, 16)
    multi.nflip = 1
    multi.add(hashes)
    built = {"build_s": round(time.perf_counter() - start, 1)}
    built["resident_mb"] = round(resident_mb() - before, 1)
    say(f"faiss multi-hash 16 x 16: {built}")
    questions = [_question(hashes, draw) for _ in range(TURNS)]
    for each in questions:
        _check(index, multi, each)
    asked, other = iter(questions), iter(questions)

    def ours() -> object:
        return index.nearest([next(asked).tobytes()], RADIUS)

    def peers() -> object:
        return multi.range_search(next(other), RADIUS + 1)

    taken = medians_ms({"ours": ours, "faiss": peers}, TURNS)
    name = f"index_{len(hashes) // 1_000_000}m" if len(hashes) >= 1_000_000 else "index"
    ratios = {name: round(taken["faiss"] / taken["ours"], 2)}
    return {"peer": built, "one_query_ms": taken, "ratios": ratios}


def _check(index: Index, multi: Any, question: Hashes) -> None:
    _, _, rows = multi.range_search(question, RADIUS + 1)
    ours = {hit.key for hit in index.nearest([question.tobytes()], RADIUS)}
    if ours != {int(row) // PER_KEY for row in rows}:
        raise SystemExit("The index and faiss do not find the same keys.")


def _wider(index: Index) -> dict[str, float]:
    """The eight forms of a scenery at once within the wider radii, in ms for each form."""
    forms = eight_forms(SEED)

    def ask(radius: int) -> Work:
        return lambda: index.nearest(forms, radius)

    taken = medians_ms({f"radius_{radius}_ms": ask(radius) for radius in WIDER}, 5)
    return {name: round(each / len(forms), 3) for name, each in taken.items()}


def _while_changing(index: Index, draw: Generator) -> dict[str, float]:
    """The slowest answer and change while 400 keys are added and parts are merged (wall time)."""
    fresh = [[draw.bytes(32) for _ in range(PER_KEY)] for _ in range(400)]
    question, done, slowest = [draw.bytes(32)], threading.Event(), [0.0]

    def ask() -> None:
        while not done.is_set():
            slowest[0] = max(slowest[0], _seconds(lambda: index.nearest(question, RADIUS)))

    asking = threading.Thread(target=ask)
    asking.start()
    adding = max(_seconds(partial(index.add, -1 - at, each)) for at, each in enumerate(fresh))
    index.settle()
    for at in range(len(fresh)):
        index.remove(-1 - at)
    done.set()
    asking.join()
    index.settle()
    taken = {"slowest_answer_ms": slowest[0], "slowest_add_ms": adding}
    return {name: round(1_000 * seconds, 1) for name, seconds in taken.items()}


def _seconds(work: Work) -> float:
    start = time.perf_counter()
    work()
    return time.perf_counter() - start


if __name__ == "__main__":
    main()

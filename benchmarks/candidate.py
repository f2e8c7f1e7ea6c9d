"""One candidate from its bytes to the verdict, against a large centre's register; one thread.

The register is generated (`benchmarks.register`). Candidates are copies of some registered sceneries
and as many strangers. Beside it: the same questions put to faiss's flat index form by form, and
`pdqhash`'s eight forms in place of ours. Processor time, medians, in milliseconds.
"""

import argparse
import os
import statistics
from typing import Any

os.environ["OPENBLAS_NUM_THREADS"] = "1"  # Before numpy is loaded.

import cv2
import numpy as np

from benchmarks.manipulations import manipulated
from benchmarks.measuring import Work, hand_over, medians_ms, peer, resident_mb, say

faiss = peer("faiss", "faiss-cpu")

from benchmarks.register import filled, jpeg, scenery  # noqa: E402 - They need faiss, too: without it one sentence is enough.
from matching.decoding import decode  # noqa: E402 - As above.
from matching.hashing import hash_picture  # noqa: E402 - As above.
from matching.keypoints import points_asked  # noqa: E402 - As above.
from matching.looks import Look, looks_at  # noqa: E402 - As above.
from matching.matcher import TIERS, Matcher  # noqa: E402 - As above.

SEED = 20
KNOWN = 12
CHANGES = ("jpeg_70", "flip", "crop_10", "screen_dark", "caption", "collage")
TURNS = 5
STEPS = ("look", "points", "index", "votes")
GOAL = {"full": 150, "canonical": 20}


def main() -> None:
    """Print the medians over all candidates, by kind and by step, and the peer's time over ours."""
    asked = _arguments()
    cv2.setNumThreads(1)
    faiss.omp_set_num_threads(1)
    candidates = _candidates()
    matcher = _register(asked, 0)
    result = _measured(matcher, candidates) | _beside_peer(matcher, candidates)
    result |= {"fingerprints": asked.fingerprints, "canonical": asked.canonical, "goal_ms": GOAL}
    if asked.described:
        del matcher
        described = _measured(_register(asked, asked.described), candidates)
        result["described"] = {"fingerprints": asked.described} | described
    hand_over(result)


def _arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--fingerprints", type=int, default=10_000, help="with 136 variants each")
    parser.add_argument("--canonical", type=int, default=100_000, help="single hashes beside them")
    parser.add_argument("--described", type=int, default=2_000, help="of them with descriptors")
    parser.add_argument("--json", action="store_true", help="the last line is JSON in any case")
    return parser.parse_args()


def _candidates() -> dict[str, bytes]:
    """Copies and strangers, by name."""
    pictures, others = [scenery(at) for at in range(KNOWN)], [scenery(90 + at) for at in range(3)]
    copies = {name: manipulated(name, pictures, at, others) for at, name in enumerate(CHANGES)}
    return copies | {f"stranger {at}": jpeg(scenery(100 + at)) for at in range(len(CHANGES))}


def _register(asked: argparse.Namespace, described: int) -> Matcher:
    before, draw = resident_mb(), np.random.default_rng(SEED)
    pictures = [scenery(at) for at in range(KNOWN)]
    matcher = filled(pictures, draw, asked.fingerprints, asked.canonical, described)
    mb = resident_mb() - before
    say(f"{len(matcher)} registered, {described} with descriptors, {mb:.0f} MB")
    return matcher


def _measured(matcher: Matcher, candidates: dict[str, bytes]) -> dict[str, object]:
    """The whole way of each candidate, and the medians of its steps over all."""
    whole, canonical, steps = dict[str, float](), list[float](), list[dict[str, float]]()
    for name, data in candidates.items():
        _check(name, matcher, data)
        ways = _ways(matcher, data)
        taken = medians_ms(ways, TURNS)
        whole[name], known = taken["full"], sum(taken[step] for step in STEPS)
        canonical.append(taken["canonical"])
        steps.append(taken | {"compare": max(0.0, taken["full"] - known)})
    names = (*STEPS, "compare")
    return {
        "full_ms": _median(list(whole.values())),
        "slowest_ms": max(whole.values()),
        "canonical_ms": _median(canonical),
        "steps_ms": {name: _median([each[name] for each in steps]) for name in names},
        "candidates_ms": whole,
    }


def _check(name: str, matcher: Matcher, data: bytes) -> None:
    """A copy is found and a stranger isn't, or the figures would be of something else."""
    found = [match.name for match in matcher.examine(data) if match.tier in "AB"]
    expected = [str(CHANGES.index(name))] if name in CHANGES else []
    if found != expected:
        raise SystemExit(f"{name}: found {found} and not {expected}.")


def _ways(matcher: Matcher, data: bytes) -> dict[str, Work]:
    (bare,), (look,) = looks_at(data), looks_at(data, with_points=matcher.wants_points)
    picture = decode(data)
    return {
        "full": lambda: matcher.examine(data),
        "look": lambda: looks_at(data),
        "points": lambda: points_asked(picture) if matcher.wants_points else None,
        "index": lambda: matcher._index.nearest(_asked(bare), TIERS.confirmable),
        "votes": lambda: matcher._voted(look),
        "canonical": lambda: _by_canonical_forms(matcher, data),
    }


def _asked(look: Look) -> list[bytes]:
    return [row.tobytes() for row in look.hashes]


def _by_canonical_forms(matcher: Matcher, data: bytes) -> object:
    forms = hash_picture(data).forms
    return matcher._index.nearest([form.bits for form in forms], TIERS.certain)


def _beside_peer(matcher: Matcher, candidates: dict[str, bytes]) -> dict[str, object]:
    """The same questions to faiss, form by form, over the same hashes."""
    pdqhash, flat = peer("pdqhash", "pdqhash"), faiss.IndexBinaryFlat(256)
    flat.add(np.concatenate([made.hashes for _, made in matcher._known.values()]))
    taken = [
        medians_ms(_peers_ways(pdqhash, flat, matcher, each), 3) for each in candidates.values()
    ]
    medians = {name: _median([each[name] for each in taken]) for name in taken[0]}
    ratios = {
        "candidate_index": round(medians["faiss_form_by_form"] / medians["index"], 2),
        "candidate_canonical": round(medians["pdqhash_and_faiss"] / medians["canonical"], 2),
    }
    return {"peer_ms": medians, "ratios": ratios}


def _peers_ways(pdqhash: Any, flat: Any, matcher: Matcher, data: bytes) -> dict[str, Work]:
    (look,) = looks_at(data)

    def canonical() -> object:
        vectors, _ = pdqhash.compute_dihedral(np.asarray(decode(data)))
        forms = np.packbits(np.array(vectors, np.uint8), axis=1)
        return [flat.range_search(form[None], TIERS.certain + 1) for form in forms]

    return {
        "index": lambda: matcher._index.nearest(_asked(look), TIERS.confirmable),
        "faiss_form_by_form": lambda: [
            flat.range_search(each[None], TIERS.confirmable + 1) for each in look.hashes
        ],
        "canonical": lambda: _by_canonical_forms(matcher, data),
        "pdqhash_and_faiss": canonical,
    }


def _median(values: list[float]) -> float:
    return round(statistics.median(values), 2)


if __name__ == "__main__":
    main()

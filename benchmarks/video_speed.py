"""How fast videos are hashed at 1080p on one core, with key frames far apart and a second apart."""

import time
from collections.abc import Callable
from functools import partial
from pathlib import Path
from typing import Any

from benchmarks.measuring import say
from benchmarks.moving import film, write
from benchmarks.video_films import made
from benchmarks.video_peer import hashes
from domain.videos import VideoTiers
from matching.video import hash_video
from matching.video_scoring import registered_hashes, score

_WIDTH, _HEIGHT, _SECONDS, _RATE = 1920, 1080, 30.0, 30
_SEED = 1
_KEY_EVERY = {
    "": 250,
    "_key_frame_a_second": _RATE,
}  # Frames, at most: x264's own way, and a dense one.
_TURNS = 3


def measure_speed(folder: Path) -> dict[str, Any]:
    """Multiples of real time by this process's own processor time, and ours over the peers' way."""
    told: dict[str, Any] = {"ratios": {}, "times_real_time": {}}
    for name, key_every in _KEY_EVERY.items():
        data = _film(folder, key_every)
        taken = _fastest(
            {
                "keyframes": partial(hash_video, data, dense=False),
                "dense": partial(hash_video, data, dense=True),
                "peer": partial(hashes, data),
            }
        )
        told["ratios"][f"video{name}"] = round(taken["peer"] / taken["keyframes"], 2)
        told["ratios"][f"video_dense{name}"] = round(taken["peer"] / taken["dense"], 2)
        told["times_real_time"] |= {
            f"{way}{name}": round(_SECONDS / seconds, 1) for way, seconds in taken.items()
        }
    return {**told, **_scoring(_film(folder, _KEY_EVERY[""]))}


def _film(folder: Path, key_every: int) -> bytes:
    def make(to: Path) -> Path:
        say("making a film by which speed is measured")
        return write(to, film(_WIDTH, _HEIGHT, _SECONDS, _RATE, _SEED), _RATE, key_every=key_every)

    return made(folder / f"speed-{_HEIGHT}-{_SECONDS:.0f}-{key_every}.mp4", make).read_bytes()


def _scoring(data: bytes) -> dict[str, Any]:
    known, query = hash_video(data, dense=True), hash_video(data, dense=False)
    reference = registered_hashes(known)
    taken = _fastest({"score": lambda: score(query, reference, VideoTiers())})
    return {
        "keyframes": len(query.frames),
        "dense_frames": len(known.frames),
        "score_ms": round(1000 * taken["score"], 2),
    }


def _fastest(ways: dict[str, Callable[[], object]]) -> dict[str, float]:
    """Seconds of processor time of each way's fastest turn; all ways take turns."""
    taken: dict[str, list[float]] = {name: [] for name in ways}
    for _ in range(_TURNS):
        for name, way in ways.items():
            start = time.process_time()
            way()
            taken[name].append(time.process_time() - start)
    return {name: min(each) for name, each in taken.items()}

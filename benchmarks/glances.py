"""What a glance lets pass that a full look would find, what it costs, and how many strangers it holds up.

Drawn sceneries are registered with all variants. Of each, after every manipulation, the full treatment
and the glance's nearness are asked; what only the first finds waits for its second look while much
waits. Strangers are drawings nobody registered.
"""

import argparse
import os
import time
from typing import Any

os.environ["OPENBLAS_NUM_THREADS"] = "1"  # Before numpy is loaded.

from benchmarks.manipulations import ALONE, COLLAGE, manipulated
from benchmarks.measuring import hand_over, say
from matching import Matcher
from matching.glances import glance_at
from matching.looks import looks_at
from matching.matcher import TIERS
from practice.scenery import jpeg, scenery
from services.register import NOISE

_NEAR = TIERS.confirmable + NOISE
_FIRST_STRANGER = 90_000
_SIZE = (1280, 960)


def main() -> None:
    """Print the share that is found later, manipulation by manipulation."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--pictures", type=int, default=12)
    parser.add_argument("--strangers", type=int, default=200)
    parser.add_argument("--json", action="store_true", help="the last line is JSON in any case")
    asked = parser.parse_args()
    hand_over(_measured(asked.pictures, asked.strangers))


def _measured(count: int, strangers: int) -> dict[str, Any]:
    matcher, shown = Matcher(), [scenery(at).resize(_SIZE) for at in range(count)]
    for at in range(count):
        matcher.register(jpeg(at), str(at))
    others = [scenery(_FIRST_STRANGER - each).resize(_SIZE) for each in range(1, 4)]
    found, late = dict[str, int](), dict[str, int]()
    for name in (*ALONE, COLLAGE):
        copies = [manipulated(name, shown, at, others) for at in range(count)]
        hits = [at for at, copy in enumerate(copies) if _is_found(matcher, copy, str(at))]
        found[name] = len(hits)
        late[name] = sum(not _is_near(matcher, copies[at]) for at in hits)
    say(f"{count} pictures after {len(found)} manipulations")
    unknown = [jpeg(_FIRST_STRANGER + at, _SIZE) for at in range(strangers)]
    return {
        "prefilter_loss": round(sum(late.values()) / max(1, sum(found.values())), 4),
        "found": sum(found.values()),
        "late": {name: f"{late[name]} of {found[name]}" for name in late if late[name]},
        "strangers_looked_at": round(sum(_is_near(matcher, s) for s in unknown) / strangers, 4),
        "glance_ms": _ms(unknown, glance_at),
        "look_ms": _ms(unknown, looks_at),
    }


def _is_found(matcher: Matcher, copy: bytes, name: str) -> bool:
    return any(match.name == name and match.tier in "AB" for match in matcher.examine(copy))


def _is_near(matcher: Matcher, data: bytes) -> bool:
    seen = glance_at(data)
    return seen is None or matcher.is_near(seen, _NEAR)


def _ms(files: list[bytes], way: Any) -> float:
    """Processor time of one file."""
    few = files[:40]
    began = time.process_time()
    for each in few:
        way(each)
    return round((time.process_time() - began) / len(few) * 1_000, 2)


if __name__ == "__main__":
    main()

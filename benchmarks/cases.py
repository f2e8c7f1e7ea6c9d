"""Cases that are swept for, each with a drawn scenery's fingerprint, taken in as an officer does."""

import asyncio
import io
from collections.abc import Iterable
from dataclasses import dataclass
from functools import cache

from PIL import Image

from bot.cli.apart import hash_apart
from practice.altered import CHANGES, copy
from practice.play_acts import (
    OFFICER,
    await_bot,
    give_roles,
    open_case,
    order,
    register_picture,
    set_rota,
)
from practice.scenery import jpeg
from practice.stage import Stage

CHANNEL = "C0YOUTH"
_PATIENCE_S = 300.0  # On a busy machine a centre's first start takes its time.
_SIZE = (1280, 960)
_STRANGERS = 24
_FIRST_STRANGER = 50_000

_SIZES = ((1280, 960), (960, 720), (720, 540), (640, 480))


@dataclass(frozen=True)
class Known:
    """One case: its number as staff say it, and the scenery that stands for its material."""

    number: str
    seed: int


async def take_in(stage: Stage, seeds: Iterable[int]) -> list[Known]:
    """Staff with their roles, and a threatened minor's case for each scenery."""
    await await_bot(stage, _PATIENCE_S)
    await give_roles(stage)
    await set_rota(stage)
    return [Known(await _case(stage, seed), seed) for seed in seeds]


async def _case(stage: Stage, seed: int) -> str:
    number = await open_case(stage, OFFICER, f"조각{seed}", "threat", ["minor"], CHANNEL)
    for part in ("personal_data", "fingerprints"):
        await order(stage, OFFICER, f"/case consent {number} give {part}", number)
    await register_picture(stage, OFFICER, number, original(seed), hash_apart)
    return number


@cache
def original(seed: int) -> bytes:
    """The scenery as it was before anybody re-encoded it; drawn once."""
    return jpeg(seed, _SIZE)


def copied(seed: int, number: int) -> bytes:
    """A copy as strangers make it, each file another: smaller, and coarser or finer."""
    return _encoded(original(seed), number)


def altered(seed: int, number: int) -> bytes:
    """A copy that was mirrored, cropped or taken off a screen first, by turns."""
    return copy(tuple(CHANGES)[number % len(CHANGES)], copied(seed, 4 * number))


def stranger(number: int) -> bytes:
    """A scenery that is nobody's; two dozen of them come again and again in other files."""
    return _encoded(original(_FIRST_STRANGER + number % _STRANGERS), number)


async def apart(make: object, *arguments: int) -> bytes:
    """One of the three, made in a thread."""
    return await asyncio.to_thread(make, *arguments)  # type: ignore[arg-type] # one of the above


def _encoded(data: bytes, number: int) -> bytes:
    made = io.BytesIO()
    with Image.open(io.BytesIO(data)) as picture:
        size = _SIZES[number % len(_SIZES)]
        shown = picture.resize(size, Image.Resampling.LANCZOS)
        shown.save(made, "JPEG", quality=70 + number % 23)
    return made.getvalue()

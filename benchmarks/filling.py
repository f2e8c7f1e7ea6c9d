"""What a start costs for looking back: reading what was seen from a sealed SQLite file into memory.

Random prints; the same call as in the centre, a batch at a time, while the event loop goes on.
"""

import argparse
import asyncio
import os
import sqlite3
import tempfile
import time
from datetime import timedelta
from pathlib import Path

os.environ["OPENBLAS_NUM_THREADS"] = "1"  # Before numpy is loaded.

from benchmarks.measuring import hand_over, resident_mb, say
from bot.clocks import SystemClock
from domain.fingerprints import Pdq, Phash, Print, Sha256
from domain.prints import to_bytes
from services.desk import Desk, Places
from services.look_back import fill
from services.past import Past
from services.policy import load_policy
from storage.candidates import CandidateRow
from storage.database import Database
from storage.keys import FileKeyStore
from storage.migrate import upgrade
from storage.sealed import Safe

_TICK_S = 0.001


def main() -> None:
    """Print rows per second of processor time, memory in 10^6 bytes for a million rows."""
    asked = _arguments()
    with tempfile.TemporaryDirectory() as folder:
        hand_over(asyncio.run(_measured(Path(folder), asked.size)))


def _arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--size", type=int, default=1_000_000, help="pictures that were seen")
    parser.add_argument("--json", action="store_true", help="the last line is JSON in any case")
    return parser.parse_args()


async def _measured(folder: Path, size: int) -> dict[str, object]:
    desk = _desk(folder)
    _write(folder / "ansim.sqlite", desk, size)
    say(f"{size} rows written")
    past, before = Past(), resident_mb()
    lags: list[float] = []
    ticking = asyncio.create_task(_tick(lags))
    wall, processor = time.monotonic(), time.process_time()
    while not past.is_filled:
        await fill(desk, past)
    processor, wall = time.process_time() - processor, time.monotonic() - wall
    ticking.cancel()
    await desk.database.close()
    memory = resident_mb() - before
    return {
        "size": size,
        "file_mb": round((folder / "ansim.sqlite").stat().st_size / 1e6, 1),
        "processor_s": round(processor, 2),
        "wall_s": round(wall, 2),
        "rows_per_s": round(size / processor),
        "memory_mb_per_million": round(1e6 * memory / size, 1),
        "lag_ms": {
            "median": _share(lags, 0.5),
            "99 %": _share(lags, 0.99),
            "most": _share(lags, 1),
        },
    }


def _desk(folder: Path) -> Desk:
    address = f"sqlite:///{folder / 'ansim.sqlite'}"
    upgrade(address)
    safe = Safe(FileKeyStore(folder / "keys", bytes(32)))
    places = Places("", {})
    return Desk(Database(address), safe, SystemClock(), load_policy(), places, lambda loop: None)


def _write(path: Path, desk: Desk, size: int) -> None:
    """Candidates as sweeps leave them, without what this doesn't read."""
    names = [column.name for column in CandidateRow.__table__.columns]  # type: ignore[attr-defined]  # SQLModel makes it.
    moment = (desk.clock.now() - timedelta(days=1)).strftime("%Y-%m-%d %H:%M:%S.%f")
    body = desk.safe.seal_json("house", ["https://square.example/media/1.jpg"] * 2)
    same = dict.fromkeys(names, moment) | {"source": "square", "media_index": 0, "body": body}
    same |= {"state": "examined", "attempts": 1, "lease_owner": "", "note": ""}
    rows = (
        same | dict.fromkeys(("native_id", "media_digest", "page_digest"), f"{number:064x}")
        | {"id": number, "hashes": desk.safe.seal_bytes("house", to_bytes(_print()))}
        for number in range(1, size + 1)
    )  # fmt: skip
    marks = ", ".join(f":{name}" for name in names)
    with sqlite3.connect(path) as connection:
        statement = f"INSERT INTO candidate ({', '.join(names)}) VALUES ({marks})"  # noqa: S608 - The names are the table's own.
        connection.executemany(statement, rows)


def _print() -> Print:
    return Print(Sha256(os.urandom(32)), Pdq(os.urandom(32), 90), Phash(os.urandom(32)))


async def _tick(lags: list[float]) -> None:
    """How much later than wished everything else has its turn, in seconds."""
    while True:
        start = time.monotonic()
        await asyncio.sleep(_TICK_S)
        lags.append(time.monotonic() - start - _TICK_S)


def _share(lags: list[float], share: float) -> float:
    """The lag that this share of all turns doesn't exceed, in ms."""
    ranked = sorted(lags)
    return round(1_000 * ranked[min(len(ranked) - 1, int(share * len(ranked)))], 1)


if __name__ == "__main__":
    main()

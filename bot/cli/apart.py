"""This very program, run apart in a process of its own: as an officer's own machine would."""

import asyncio
import sys
import tempfile
from asyncio.subprocess import DEVNULL
from pathlib import Path


def ansim() -> list[str]:
    """How to start it: the console script where there is one, so that it is known by its name."""
    script = Path(sys.executable).with_name("ansim")
    return [sys.executable, str(script)] if script.exists() else [sys.executable, "-m", "bot"]


async def hash_apart(picture: bytes, key: str) -> bytes:
    """`ansim hash` on a picture, offline, sealed for the centre with this key; the hash file's bytes.

    Raises OSError if none came.
    """
    with tempfile.TemporaryDirectory(prefix="ansim-officer-") as folder:
        source, out = Path(folder) / "picture.jpg", Path(folder) / "prints.json"
        await asyncio.to_thread(source.write_bytes, picture)
        process = await asyncio.create_subprocess_exec(
            *ansim(),
            *("hash", str(source), "--for", key, "--out", str(out)),
            stdout=DEVNULL,
            stderr=DEVNULL,
        )
        await process.wait()
        return await asyncio.to_thread(out.read_bytes)

"""The process that lists and hands out the pictures of a sweep, and how it is spoken to."""

import asyncio
import json
import sys
from asyncio.subprocess import PIPE, Process
from dataclasses import dataclass, field
from typing import Self

import aiohttp


@dataclass
class Plaza:
    """`async with Plaza(…) as plaza`: so many pictures, the copies among them of sceneries 0, 1, …"""

    pictures: int
    copies: int
    known: int
    port: int = 0
    _process: Process | None = field(init=False, default=None)

    @property
    def url(self) -> str:
        """Its base address."""
        return f"http://127.0.0.1:{self.port}"

    async def __aenter__(self) -> Self:
        asked = {"pictures": self.pictures, "copies": self.copies, "known": self.known}
        words = [str(word) for name, count in asked.items() for word in (f"--{name}", count)]
        self._process = await asyncio.create_subprocess_exec(
            *(sys.executable, "-m", "benchmarks.sweep_pictures", *words), stdout=PIPE
        )
        if self._process.stdout is None:
            raise RuntimeError("the server has no voice")
        self.port = json.loads(await self._process.stdout.readline())["port"]
        return self

    async def __aexit__(self, *_: object) -> None:
        if self._process is not None and self._process.returncode is None:
            self._process.terminate()
            await self._process.wait()

    async def release(self, upto: int) -> None:
        """List so many from now on."""
        async with aiohttp.ClientSession() as http:
            await http.get(f"{self.url}/release", params={"upto": str(upto)})

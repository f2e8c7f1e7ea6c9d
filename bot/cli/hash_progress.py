"""How far `ansim hash` has come: a bar for all files, and one for each video at hand."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Self

from rich.console import Console
from rich.markup import escape
from rich.progress import Progress

from bot.cli.hash_files import printable

_LONGEST = 40  # Characters of a file's name.


class Shown:
    """Bars on a terminal, and nothing anywhere else; used as `with Shown(console, files=3)`."""

    def __init__(self, console: Console, files: int) -> None:
        self._bars = Progress(console=console, transient=True, disable=not console.is_terminal)
        self._all = self._bars.add_task("해시 hash", total=files)

    def __enter__(self) -> Self:
        self._bars.start()
        return self

    def __exit__(self, *_: object) -> None:
        self._bars.stop()

    def advance(self) -> None:
        """One file more is done."""
        self._bars.advance(self._all)

    @contextmanager
    def video(self, name: str) -> Iterator[Callable[[float], None]]:
        """A bar for one video, as long as it is hashed; gives what is called with 0 to 1."""
        bar = self._bars.add_task(escape(printable(name)[:_LONGEST]), total=1.0)
        try:
            yield lambda done: self._bars.update(bar, completed=done)
        finally:
            self._bars.remove_task(bar)

"""The words of all cases, compiled once for a process and again when any of them changed."""

from asyncio import Lock
from dataclasses import dataclass, field

from domain.words import Words


@dataclass
class Wordbook:
    """edition: for which state of keywords, consents and cases `words` were compiled; `turn` keeps two
    from compiling at once.
    """

    words: Words = field(default_factory=Words)
    edition: tuple[object, ...] = ()
    turn: Lock = field(default_factory=Lock)

"""What is written down about every deed: no personal data, in a chain that shows any change."""

import hashlib
import json
from dataclasses import dataclass
from datetime import datetime
from typing import Any

FIRST_HASH = "0" * 64


@dataclass(frozen=True)
class Entry:
    """One line of the record: who did what to which thing, when."""

    at: datetime
    actor: str
    action: str
    subject: str
    facts: dict[str, Any]


@dataclass(frozen=True)
class SealedEntry:
    """An entry with its place in the chain; `hash` covers the one before."""

    number: int
    entry: Entry
    hash: str


def chain_hash(before: str, number: int, entry: Entry) -> str:
    """SHA-256, in hex, over the hash before and everything in this entry."""
    text = json.dumps(
        [
            before,
            number,
            entry.at.isoformat(),
            entry.actor,
            entry.action,
            entry.subject,
            entry.facts,
        ],
        ensure_ascii=False,
        sort_keys=True,
        separators=(",", ":"),
    )
    return hashlib.sha256(text.encode()).hexdigest()


def first_break(entries: list[SealedEntry]) -> int | None:
    """The number of the first entry that doesn't follow from the one before; none if all do."""
    before = FIRST_HASH
    for expected, sealed in enumerate(entries, start=1):
        if sealed.number != expected or sealed.hash != chain_hash(before, expected, sealed.entry):
            return expected
        before = sealed.hash
    return None

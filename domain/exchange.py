"""Canonical hashes to and from other centres: lists are sniffed, taken whole or refused.

Only the canonical PDQ of a picture is ever written, and its SHA-256 where that is asked for and the
format has a place for it: variants and descriptors can be partly turned back into the picture
(Hawkes et al., arXiv 2412.06056), so no function here can be given them.
"""

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from enum import StrEnum
from itertools import islice

from domain import exchange_csv, exchange_json
from domain.fingerprints import Print
from domain.listed import BadList, Listed, ListFlaw

MOST_ENTRIES = 1_000_000
MOST_BYTES = 400_000_000


class Format(StrEnum):
    """How a list is written."""

    CSV = "csv"
    PEERS_CSV = "peers_csv"
    PEERS_LINES = "peers_lines"
    THREATEXCHANGE = "threatexchange"
    HMA = "hma"


@dataclass(frozen=True)
class Imported:
    """A list as read. prints: each hash once, in the list's order.

    duplicates: entries whose hash was there before; left_out: entries that are no PDQ of a picture,
    are withdrawn, or are called harmless.
    """

    prints: tuple[Listed, ...]
    duplicates: int
    format: Format
    left_out: int = 0


def loads(data: bytes) -> Imported:
    """Read a list of any known format. Raises BadList, and nothing else."""
    if len(data) > MOST_BYTES:
        raise BadList(ListFlaw.TOO_LARGE)
    format_, entries = _sniffed(_text(data))
    found: dict[bytes, Listed] = {}
    taken = left_out = 0
    for entry in islice(entries, MOST_ENTRIES + 1):
        taken += 1
        if entry is None:
            left_out += 1
            continue
        known = found.get(entry.pdq.bits)
        found[entry.pdq.bits] = entry if known is None else _poorer(known, entry)
    if taken > MOST_ENTRIES:
        raise BadList(ListFlaw.TOO_MANY)
    if not found:
        raise BadList(ListFlaw.NO_HASHES)
    return Imported(tuple(found.values()), taken - left_out - len(found), format_, left_out)


def dumps_csv(prints: Iterable[Print]) -> str:
    """`hash,quality`, each hash once."""
    return exchange_csv.write_csv(_single(prints))


def dumps_threatexchange(prints: Iterable[Print], *, exact: bool = False) -> str:
    """As ThreatExchange takes it, each hash once; exact: the SHA-256 of the files too."""
    return exchange_json.write_threatexchange(_single(prints), exact=exact)


def _single(prints: Iterable[Print]) -> Iterable[Print]:
    return {each.pdq.bits: each for each in prints}.values()


def _text(data: bytes) -> str:
    try:
        text = data.decode("utf-8-sig")
    except UnicodeDecodeError as bad:
        line = data.count(b"\n", 0, bad.start) + 1
        raise BadList(ListFlaw.NOT_UTF8, line=line) from None
    if not text.strip():
        raise BadList(ListFlaw.EMPTY)
    return text


def _sniffed(text: str) -> tuple[Format, Iterator[Listed | None]]:
    head = text.lstrip()
    if head.startswith(("{", "[")):
        items = exchange_json.items_of(text)
        of_hma = exchange_json.is_of_hma(items)
        return Format.HMA if of_hma else Format.THREATEXCHANGE, exchange_json.read_items(items)
    first = re.split(r"[\r\n]", head, maxsplit=1)[0]
    if exchange_csv.is_lines(first):
        return Format.PEERS_LINES, exchange_csv.read_lines(text)
    of_peers = exchange_csv.is_of_peers(first)
    return Format.PEERS_CSV if of_peers else Format.CSV, exchange_csv.read_csv(text, first)


def _poorer(known: Listed, other: Listed) -> Listed:
    """Of one hash listed twice: a told quality before an assumed one, then the lower."""
    return min(known, other, key=lambda each: (not each.is_quality_known, each.pdq.quality))

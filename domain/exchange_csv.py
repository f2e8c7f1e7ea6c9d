"""Lists of hashes as text: plain `hash,quality`, and what the peers' command line writes.

Sources: `threatexchange dataset --print-signals --csv` (facebook/ThreatExchange,
`python-threatexchange/threatexchange/cli/dataset_cmd.py`: collab, signal_type, signal_str, category,
tags) and its local file (`exchanges/impl/file_api.py`: in each line the type, a blank, the hash).
"""

import csv
import io
import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass

from domain.fingerprints import Print
from domain.listed import BadEntry, BadList, Listed, ListFlaw, listed, quality_of

HEADER = ("hash", "quality")
PDQ_TYPES = frozenset({"pdq", "hash_pdq"})
NOT_HARMFUL = "negative_class"

_HASH = ("hash", "pdq", "pdq_hash", "signal_str", "indicator")
_QUALITY = ("quality", "pdq_quality")
_TYPE = ("signal_type", "type")
_CATEGORY = ("category",)
_LINE = re.compile(r"[a-z][a-z0-9_]* \S+", re.IGNORECASE)


def is_lines(first: str) -> bool:
    """Whether the first line of a text is of the form `pdq f8f8…`."""
    return _LINE.fullmatch(first.strip()) is not None


def is_of_peers(first: str) -> bool:
    """Whether the first line of a text is the header of the peers' CSV."""
    return "signal_str" in first.lower()


def read_lines(text: str) -> Iterator[Listed | None]:
    """One for each line that is not blank; none for a hash of another kind. Raises BadList."""
    for number, line in enumerate(io.StringIO(text, newline=None), start=1):
        kind, _, digits = line.strip().partition(" ")
        if kind and not digits:
            raise BadList(ListFlaw.COLUMNS, line=number)
        if kind:
            yield _entry(digits.strip(), "", number) if kind.lower() in PDQ_TYPES else None


def read_csv(text: str, first: str) -> Iterator[Listed | None]:
    """One for each row; none for what is no harmful picture's PDQ. Raises BadList.

    first: the first line that isn't blank, the header. Cells are parted by comma, semicolon or tab,
    whichever is in it.
    """
    rows = csv.reader(io.StringIO(text, newline=""), delimiter=_delimiter(first), strict=True)
    try:
        places = _header(next((row for row in rows if row), []))
        for row in rows:
            if any(cell.strip() for cell in row):
                yield _row(places, row, rows.line_num)
    except csv.Error:
        raise BadList(ListFlaw.NOT_CSV, line=max(1, rows.line_num)) from None


def write_csv(prints: Iterable[Print]) -> str:
    """`hash,quality`, a header and one line for each print."""
    lines = (f"{each.pdq.hex},{each.pdq.quality}\n" for each in prints)
    return ",".join(HEADER) + "\n" + "".join(lines)


@dataclass(frozen=True)
class _Places:
    """Which cell of a row holds what; none where the header doesn't name it."""

    cells: int
    hash: int
    quality: int | None
    kind: int | None
    category: int | None


def _delimiter(first: str) -> str:
    return max(",;\t", key=first.count)  # The first of them where none is there.


def _header(row: Sequence[str]) -> _Places:
    names = [cell.strip().lower() for cell in row]
    hash_ = _place(names, _HASH)
    if hash_ is None:
        raise BadList(ListFlaw.NO_HEADER, line=1)
    others = (_place(names, each) for each in (_QUALITY, _TYPE, _CATEGORY))
    return _Places(len(names), hash_, *others)


def _place(names: Sequence[str], wanted: Sequence[str]) -> int | None:
    return next((names.index(name) for name in wanted if name in names), None)


def _row(places: _Places, row: Sequence[str], line: int) -> Listed | None:
    if len(row) != places.cells:
        raise BadList(ListFlaw.COLUMNS, line=line)
    kind, category, quality = (
        "" if place is None else row[place].strip()
        for place in (places.kind, places.category, places.quality)
    )
    if (kind and kind.lower() not in PDQ_TYPES) or category.lower() == NOT_HARMFUL:
        return None
    return _entry(row[places.hash].strip(), quality, line)


def _entry(digits: str, quality: str, line: int) -> Listed:
    try:
        return listed(digits, quality_of(quality))
    except BadEntry as bad:
        raise BadList(bad.reason, line=line) from None

"""A hash that another centre's list names, and why such a list is refused."""

import re
from dataclasses import dataclass
from enum import StrEnum

from domain.fingerprints import BadHash, Pdq

# The peers' own tools give out no PDQ under this quality (python-threatexchange,
# `signal_type/pdq/signal.py`), so it is what a list without qualities promises at least.
ASSUMED_QUALITY = 50

_WHOLE = re.compile(r"[0-9]{1,3}")


class ListFlaw(StrEnum):
    """Why a file is no list of hashes."""

    EMPTY = "empty"
    TOO_LARGE = "too_large"
    TOO_MANY = "too_many"
    NOT_UTF8 = "not_utf8"
    NOT_JSON = "not_json"
    NOT_CSV = "not_csv"
    NO_HEADER = "no_header"
    COLUMNS = "columns"
    SHAPE = "shape"
    LENGTH = "length"
    CHARACTERS = "characters"
    QUALITY = "quality"
    NO_HASHES = "no_hashes"


class BadList(ValueError):
    """A list that is taken in as a whole or not at all: `reason`, and where it was seen.

    line: from 1, in a text; item: from 1, in a JSON list. The message never repeats a value.
    """

    def __init__(
        self, reason: ListFlaw, *, line: int | None = None, item: int | None = None
    ) -> None:
        place = f" in line {line}" if line else f" in item {item}" if item else ""
        super().__init__(f"not a list of hashes: {reason.value}{place}")
        self.reason = reason
        self.line = line
        self.item = item


@dataclass(frozen=True, slots=True)
class Listed:
    """The canonical hash of a picture that nobody here has seen: no SHA-256, no second opinion.

    is_quality_known: whether the list told it; else `pdq` carries ASSUMED_QUALITY.
    """

    pdq: Pdq
    is_quality_known: bool = True


class BadEntry(ValueError):
    """One entry of a list is wrong; whoever reads the list says where."""

    def __init__(self, reason: ListFlaw) -> None:
        super().__init__(reason.value)
        self.reason = reason


def listed(digits: str, quality: int | None) -> Listed:
    """From 64 hexadecimal digits and a quality, if there is one. Raises BadEntry."""
    try:
        pdq = Pdq.of_hex(digits, ASSUMED_QUALITY if quality is None else quality)
    except BadHash as bad:
        raise BadEntry(ListFlaw(bad.reason.value)) from None
    return Listed(pdq, quality is not None)


def quality_of(text: str) -> int | None:
    """The quality that a cell holds; none where it is blank. Raises BadEntry."""
    if not text:
        return None
    if not _WHOLE.fullmatch(text):
        raise BadEntry(ListFlaw.QUALITY)
    return int(text)

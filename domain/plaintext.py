"""A text in one spelling: widths, cases, marks and unseen signs made alike, and its letters alone."""

import re
import unicodedata
from dataclasses import dataclass

MOST_COMPARED = 20_000  # Letters of a post that are compared; nobody hides a name behind more.

# Accents, and signs that nobody sees: soft hyphens, zero widths, directions, fillers of Hangul.
_UNSEEN = re.compile("[\u00ad\u0300-\u036f\u115f\u1160\u180b-\u180e\u200b-\u200f\u202a-\u202e"
                     "\u2060-\u206f\u20d0-\u20ff\ufe00-\ufe0f\ufeff]+")  # fmt: skip
# Letters of one kind that touch: syllables, single letters of Hangul, anything else.
_RUN = re.compile("[가-힣]+|[\u1100-\u11ff]+|[^\\W_가-힣\u1100-\u11ff]+")


@dataclass(frozen=True, slots=True)
class Letters:
    """The letters and digits of a text, and what stood between two of them.

    gaps: by the place of the letter after it, what was there; nothing where two letters touched.
    starts: where another run of letters of one kind begins.
    """

    text: str
    gaps: dict[int, str]
    starts: tuple[int, ...]


def plain(text: str) -> str:
    """The text as all of its spellings come out: full-width, decomposed, accented, hidden signs."""
    if text.isascii():
        return text.casefold()
    folded = unicodedata.normalize("NFKD", text).casefold()
    bare = _UNSEEN.sub("", unicodedata.normalize("NFKD", folded))
    return unicodedata.normalize("NFC", bare)


def letters_of(text: str) -> Letters:
    """The letters of a text in one spelling."""
    one = plain(text[:MOST_COMPARED])
    runs: list[str] = []
    gaps: dict[int, str] = {}
    starts: list[int] = []
    length = ended = 0
    for start, end in [found.span() for found in _RUN.finditer(one)]:
        if length and start > ended:
            gaps[length] = one[ended:start]
        runs.append(one[start:end])
        starts.append(length)
        length, ended = length + end - start, end
    return Letters("".join(runs), gaps, tuple(starts))

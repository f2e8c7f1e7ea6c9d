"""A case's words: names, handles and hashtags that sweeps look for."""

from dataclasses import dataclass
from datetime import datetime

from domain.refusals import Reason, Refusal

MOST_LETTERS = 60


@dataclass(frozen=True)
class Keyword:
    """One word of one case; `text` is sealed at rest."""

    id: int
    case_id: int
    text: str
    set_at: datetime


def tidy(text: str) -> str:
    """One keyword as typed, with outer spaces and a hash sign taken off."""
    word = " ".join(text.split()).lstrip("#").strip()
    if not word:
        raise Refusal(Reason.EMPTY_TEXT, what="keyword")
    if len(word) > MOST_LETTERS:
        raise Refusal(Reason.TOO_LONG, most=MOST_LETTERS)
    return word


def folded(text: str) -> str:
    """The form in which two spellings of one keyword are the same."""
    return "".join(text.casefold().split())

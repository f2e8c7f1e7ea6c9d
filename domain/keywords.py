"""A case's words: names, handles and hashtags that sweeps look for, and words that take a hit back."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from re import split

from domain.refusals import Reason, Refusal

MOST_LETTERS = 60
MOST_AT_ONCE = 40
MOST_IN_CASE = 200


class KeywordKind(StrEnum):
    """What a word is of the person or the case; it says how the word may be spelt and who is asked."""

    REAL_NAME = "real_name"
    HANDLE = "handle"
    SCHOOL = "school"
    HASHTAG = "hashtag"
    NICKNAME = "nickname"
    OTHER = "other"
    EXCLUDED = "excluded"


@dataclass(frozen=True)
class Keyword:
    """One word of one case; `text` is sealed at rest. approved_by: who let a real name go out."""

    id: int
    case_id: int
    text: str
    set_at: datetime
    kind: KeywordKind = KeywordKind.OTHER
    approved_by: str = ""

    @property
    def waits_for_approval(self) -> bool:
        """A real name that no service may be told yet."""
        return self.kind is KeywordKind.REAL_NAME and not self.approved_by


@dataclass(frozen=True)
class Typed:
    """Words as somebody handed them in, tidied and each once, by kind."""

    words: tuple[tuple[KeywordKind, str], ...]

    @classmethod
    def of(cls, given: Mapping[KeywordKind, Iterable[str]]) -> "Typed":
        """Refuses an empty word, one that is too long, none at all, and too many at once."""
        found: dict[str, tuple[KeywordKind, str]] = {}
        for kind in _MILD_TO_STRICT:
            mine: dict[str, tuple[KeywordKind, str]] = {}
            for text in map(tidy, given.get(kind, ())):
                mine.setdefault(folded(text), (kind, text))
            found |= mine
        if not found:
            raise Refusal(Reason.EMPTY_TEXT, what="keyword")
        if len(found) > MOST_AT_ONCE:
            raise Refusal(Reason.TOO_MANY_KEYWORDS, count=len(found), most=MOST_AT_ONCE)
        return cls(tuple(found.values()))


# Where one word is given twice, the later kind counts: a real name must not go out as something else.
_MILD_TO_STRICT = (
    KeywordKind.OTHER,
    KeywordKind.NICKNAME,
    KeywordKind.HASHTAG,
    KeywordKind.SCHOOL,
    KeywordKind.HANDLE,
    KeywordKind.REAL_NAME,
    KeywordKind.EXCLUDED,
)
GUARDED = (KeywordKind.REAL_NAME, KeywordKind.EXCLUDED)


def becomes(known: KeywordKind, given: KeywordKind) -> KeywordKind:
    """The kind of a word that is there already: it turns stricter, never the other way."""
    is_stricter = _MILD_TO_STRICT.index(given) > _MILD_TO_STRICT.index(known)
    return given if given in GUARDED and is_stricter else known


def divided(text: str) -> list[str]:
    """What was typed into one box, word by word: commas and lines divide."""
    return [part for part in split(r"[,，、\n\r]+", text) if part.strip()]


def tidy(text: str) -> str:
    """One keyword as typed, with outer spaces and a hash or at sign taken off."""
    word = " ".join(text.split()).lstrip("#＃@＠").strip()
    if not any(letter.isalnum() for letter in word):
        raise Refusal(Reason.EMPTY_TEXT, what="keyword")
    if len(word) > MOST_LETTERS:
        raise Refusal(Reason.TOO_LONG, most=MOST_LETTERS)
    return word


def folded(text: str) -> str:
    """The form in which two spellings of one keyword are the same."""
    return "".join(text.casefold().split())


@dataclass(frozen=True)
class SentWord:
    """A word that may go out to services: the most urgent case it is of, and its key there.

    gravity: as of `services.keywords.gravity_of`; more is graver.
    """

    case_id: int
    keyword_id: int
    text: str
    key: str
    gravity: int = 1

"""Comparing what a post says with the words of all cases at once, in every spelling."""

from collections import defaultdict
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import NamedTuple

from domain.hangul import is_hangul, is_syllable, is_tail
from domain.keywords import Keyword, KeywordKind
from domain.plaintext import Letters, letters_of
from domain.spellings import Fit, Slang, Spelling, Way, spellings

_WIDEST_GAP = 3
_WITHIN_HANDLES = frozenset("_.-")
_JAMO = ("\u1100", "\u11ff")


@dataclass(frozen=True)
class Named:
    """A case that a text names: by which of its keywords, and how each was spelt.

    is_telling: by more than what fits many people, such as initials or a school alone.
    """

    case_id: int
    keyword_ids: tuple[int, ...]
    ways: tuple[Way, ...]
    is_telling: bool


class _Entry(NamedTuple):
    case_id: int
    keyword_id: int
    way: Way
    fit: Fit
    breaks: frozenset[int]
    signs: tuple[str, ...]
    is_weak: bool
    is_excluding: bool


class _Patterns:
    """Spellings by their letters, and by the letters that they begin with which lengths there are."""

    def __init__(self, head: int) -> None:
        self._head = head
        self._entries: dict[str, list[_Entry]] = defaultdict(list)
        self._lengths: dict[str, tuple[int, ...]] = {}

    def add(self, text: str, entry: _Entry) -> None:
        head = text[: self._head]
        self._entries[text].append(entry)
        known = {*self._lengths.get(head, ()), len(text)}
        self._lengths[head] = tuple(sorted(known, reverse=True))

    def found(self, letters: Letters, starts: Iterable[int]) -> Iterator[_Entry]:
        """Every spelling that begins at one of these places and stands as it must, the longest first."""
        if not self._entries:
            return
        text, head, lengths = letters.text, self._head, self._lengths
        for start in [each for each in starts if text[each : each + head] in lengths]:
            for length in lengths[text[start : start + head]]:
                end = start + length
                if end <= len(text) and text[start:end] in self._entries:
                    known = self._entries[text[start:end]]
                    yield from (each for each in known if _fits(each, letters, start, end))


class Words:
    """The keywords of all cases, compiled; asking takes about as long as the text has letters.

    What must begin a word is looked for where words begin; what may stand inside one, everywhere.
    """

    def __init__(self, keywords: Iterable[Keyword] = (), slang: Slang | None = None) -> None:
        self._whole, self._inside, self._short = _Patterns(2), _Patterns(3), _Patterns(2)
        for keyword in keywords:
            for spelling in spellings(keyword, slang or {}):
                text, entry = _compiled(keyword, spelling)
                inside = self._inside if len(text) > 2 else self._short
                (inside if entry.fit is Fit.OPEN else self._whole).add(text, entry)

    def named_in(self, text: str) -> list[Named]:
        """The cases that a text names, in order of their ids."""
        hits: dict[int, dict[int, _Entry]] = {}
        withdrawn: set[int] = set()
        for entry in self._found(letters_of(text)):
            if entry.is_excluding:
                withdrawn.add(entry.case_id)
                continue
            mine = hits.setdefault(entry.case_id, {})
            known = mine.get(entry.keyword_id)
            if known is None or (known.is_weak and not entry.is_weak):
                mine[entry.keyword_id] = entry
        return [_named(case_id, hits[case_id]) for case_id in sorted(hits.keys() - withdrawn)]

    def _found(self, letters: Letters) -> Iterator[_Entry]:
        places = range(len(letters.text) - 1)
        yield from self._whole.found(letters, letters.starts)
        yield from self._inside.found(letters, places)
        yield from self._short.found(letters, places)


def _compiled(keyword: Keyword, spelling: Spelling) -> tuple[str, _Entry]:
    letters = letters_of(spelling.text)
    entry = _Entry(
        keyword.case_id,
        keyword.id,
        spelling.way,
        spelling.fit,
        frozenset(letters.gaps),
        tuple(letters.gaps.values()),
        spelling.is_weak,
        keyword.kind is KeywordKind.EXCLUDED,
    )
    return letters.text, entry


def _named(case_id: int, found: dict[int, _Entry]) -> Named:
    ids = tuple(sorted(found))
    ways = tuple(found[each].way for each in ids)
    is_telling = len(ids) > 1 or any(not entry.is_weak for entry in found.values())
    return Named(case_id, ids, ways, is_telling)


def _fits(entry: _Entry, letters: Letters, start: int, end: int) -> bool:
    inside = [place for place in range(start + 1, end) if place in letters.gaps]
    if entry.fit is Fit.EXACT:
        if tuple(letters.gaps[place] for place in inside) != entry.signs:
            return False
    elif inside and not _may_be_spaced(entry, letters, start, end, inside):
        return False
    if entry.fit is Fit.OPEN:
        return True
    return _begins(entry, letters, start) and _ends(entry, letters, start, end)


def _may_be_spaced(
    entry: _Entry, letters: Letters, start: int, end: int, inside: list[int]
) -> bool:
    """Whether signs inside are where the spelling has some, or between every two letters; in a long
    Korean word they may be anywhere. Two letters may be parted by a sign, not by a space alone.
    """
    gaps = [letters.gaps[place] for place in inside]
    if max(map(len, gaps)) > _WIDEST_GAP:
        return False
    if all(place - start in entry.breaks for place in inside):
        return True
    length = end - start
    if len(inside) == length - 1:
        return length > 2 or not any(gap.isspace() for gap in gaps)
    return length > 3 and is_hangul(letters.text[start:end])


def _begins(entry: _Entry, letters: Letters, start: int) -> bool:
    if start == 0:
        return True
    gap = letters.gaps.get(start, "")
    before, first = letters.text[start - 1], letters.text[start]
    return not _is_joined(entry.fit, gap, before, first)


def _ends(entry: _Entry, letters: Letters, start: int, end: int) -> bool:
    text = letters.text
    if end == len(text):
        return True
    last, after = text[end - 1], text[end]
    gap = letters.gaps.get(end, "")
    if not _is_joined(entry.fit, gap, last, after):
        return True
    if entry.fit in (Fit.WORD, Fit.SCHOOL) and is_syllable(last) and is_syllable(after):
        return is_tail(text[start:end], _rest(letters, end), entry.fit is Fit.SCHOOL)
    return False


def _rest(letters: Letters, start: int) -> str:
    """The syllables that follow without a sign between."""
    end = start + 1
    while end < len(letters.text) and end not in letters.gaps and is_syllable(letters.text[end]):
        end += 1
    return letters.text[start:end]


def _is_joined(fit: Fit, gap: str, one: str, other: str) -> bool:
    """Whether two letters belong to one word: nothing stands between them, and they are of a kind."""
    if gap:
        is_linked = fit is Fit.HANDLE and gap in _WITHIN_HANDLES
        return is_linked and _kind(one) == _kind(other) == "letter"
    return _kind(one) == _kind(other)


def _kind(letter: str) -> str:
    if is_syllable(letter):
        return "syllable"
    return "jamo" if _JAMO[0] <= letter <= _JAMO[1] else "letter"

"""Every way in which a keyword may be spelt: few are sent to services, all are compared here."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from enum import StrEnum

from domain.hangul import initials, is_hangul, is_syllable, taken_apart
from domain.keywords import Keyword, KeywordKind
from domain.plaintext import letters_of, plain
from domain.romanisation import romanised, split_name
from domain.schools import class_names, divided, other_names

Slang = Mapping[str, tuple[str, ...]]
_OPEN_FROM = 4  # Syllables from which a word is seldom found inside another by chance.
_MOST = 60


class Way(StrEnum):
    """How a word was spelt where it was found."""

    TYPED = "typed"
    TAKEN_APART = "taken_apart"
    INITIALS = "initials"
    ROMANISED = "romanised"
    GIVEN_NAME = "given_name"
    SCHOOL_NAME = "school_name"
    CLASS_NAME = "class_name"
    SLANG = "slang"


class Fit(StrEnum):
    """What must stand around a spelling."""

    OPEN = "open"  # Anything: it is long enough.
    WORD = "word"  # Nothing before; after it particles and titles alone.
    SCHOOL = "school"  # As a word, and what pupils are called.
    HANDLE = "handle"  # As a word; dots and underlines belong to it.
    RUN = "run"  # No further consonant on either side.
    EXACT = "exact"  # As a word, with the same signs inside.


@dataclass(frozen=True)
class Spelling:
    """One spelling; at its spaces and signs a text may have some, or none. is_weak: it names nobody
    by itself, only beside another word of the case.
    """

    text: str
    way: Way
    fit: Fit
    is_weak: bool = False


def spellings(keyword: Keyword, slang: Slang) -> tuple[Spelling, ...]:
    """All spellings of a keyword that posts are compared with, as typed first."""
    makers = {
        KeywordKind.REAL_NAME: _names,
        KeywordKind.HANDLE: _handle,
        KeywordKind.SCHOOL: _school,
        KeywordKind.EXCLUDED: _excluded,
    }
    maker = makers.get(keyword.kind)
    made = maker(keyword.text) if maker else _words(keyword.text, slang)
    found: dict[tuple[str, Fit], Spelling] = {}
    for each in made:
        letters = letters_of(each.text).text
        if len(letters) > 1:
            found.setdefault((letters, each.fit), each)
    return tuple(found.values())[:_MOST]


def sent(keyword: Keyword) -> tuple[str, ...]:
    """The few spellings that services are asked for; each costs quota."""
    text = keyword.text
    match keyword.kind:
        case KeywordKind.EXCLUDED:
            return ()
        case KeywordKind.REAL_NAME:
            joined = text.replace(" ", "")
            return (joined, romanised(joined)[0]) if split_name(joined) else (text,)
        case KeywordKind.SCHOOL:
            return tuple(
                dict.fromkeys([text, *(s for s in other_names(text) if len(s) < len(text))])
            )
        case KeywordKind.HASHTAG:
            return (text.replace(" ", ""),)
        case _:
            return (text,)


def held_back(keywords: list[Keyword]) -> frozenset[int]:
    """Which of a case's keywords no service may be told: names that wait, and what contains one."""
    waiting = [letters_of(each.text).text for each in keywords if each.waits_for_approval]
    return frozenset(
        each.id
        for each in keywords
        if each.waits_for_approval or any(name in letters_of(each.text).text for name in waiting)
    )


def _names(text: str) -> Iterator[Spelling]:
    name = text.replace(" ", "")
    parts = split_name(name)
    if parts is None:
        words = text.split()
        yield Spelling(text, Way.TYPED, Fit.WORD)
        yield Spelling(" ".join(reversed(words)), Way.TYPED, Fit.WORD)
        return
    surname, given = parts
    yield Spelling(f"{surname} {given}" if len(name) > 2 else name, Way.TYPED, Fit.WORD)
    yield Spelling(taken_apart(name), Way.TAKEN_APART, Fit.WORD)
    if len(name) > 2:
        yield Spelling(initials(name), Way.INITIALS, Fit.RUN, is_weak=True)
        if len(given) > 1:
            yield Spelling(given, Way.GIVEN_NAME, Fit.WORD, is_weak=True)
    yield from (Spelling(each, Way.ROMANISED, Fit.WORD) for each in romanised(name))


def _handle(text: str) -> Iterator[Spelling]:
    yield Spelling(text, Way.TYPED, Fit.HANDLE)


def _school(text: str) -> Iterator[Spelling]:
    name, rest = divided(text)
    alone = (name, *other_names(name)) if rest else ()
    named = (text, *other_names(text))
    for name in (*named, *alone):
        way = Way.TYPED if name == text else Way.SCHOOL_NAME
        yield Spelling(name, way, _of_class(name, Fit.SCHOOL), is_weak=True)
        for each in class_names(name):
            yield Spelling(each, Way.CLASS_NAME, _of_class(each, Fit.SCHOOL), is_weak=True)
    short = min(named, key=len)
    if is_hangul(short) and len(short) >= _OPEN_FROM:
        yield Spelling(initials(short), Way.INITIALS, Fit.RUN, is_weak=True)


def _excluded(text: str) -> Iterator[Spelling]:
    fit = Fit.OPEN if any(map(is_syllable, plain(text))) else Fit.WORD
    yield Spelling(text, Way.TYPED, fit)


def _words(text: str, slang: Slang) -> Iterator[Spelling]:
    is_class = bool(class_names(text)) and not any(map(str.isalpha, _without_class(text)))
    yield Spelling(text, Way.TYPED, _of_class(text, _fit(text)), is_weak=is_class)
    for each in class_names(text):
        yield Spelling(each, Way.CLASS_NAME, _of_class(each, _fit(each)), is_weak=is_class)
    for each in _slang(text, slang):
        yield Spelling(each, Way.SLANG, _fit(each))
    if any(map(is_syllable, text)):
        yield Spelling(taken_apart(text), Way.TAKEN_APART, _fit(text))


def _without_class(text: str) -> str:
    return text.replace("학년", "").replace("반", "")


def _of_class(text: str, fit: Fit) -> Fit:
    """Numbers alone mean something else wherever their signs differ: 2-3 is not 23."""
    return Fit.EXACT if letters_of(text).text.isdigit() else fit


def _fit(text: str) -> Fit:
    letters = letters_of(text).text
    return Fit.OPEN if is_hangul(letters) and len(letters) >= _OPEN_FROM else Fit.WORD


def _slang(text: str, slang: Slang) -> Iterator[str]:
    """The text with a word of it said otherwise; of words inside words the longest."""
    low = plain(text)
    known = sorted((word for word in slang if word in low), key=len, reverse=True)
    for place, word in enumerate(known):
        if not any(word in longer for longer in known[:place]):
            yield from (low.replace(word, other) for other in slang[word])

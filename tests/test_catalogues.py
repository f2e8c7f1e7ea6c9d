"""The catalogues: whole in both languages, in the house's tone, and what the code asks for."""

import re
from collections import Counter
from collections.abc import Iterable

import pytest

from bot.render.texts import texts
from domain.access import STAFF_ROLES, Action
from domain.alerts import AlertKind
from domain.cases import CaseState, Harm, Missing, Unit
from domain.consents import Basis, ConsentPart
from domain.people import Language
from domain.refusals import Reason
from domain.sightings import Note
from tests.architecture.texts import (
    asked,
    catalogue_files,
    ids_of,
    placeholders,
    refused,
    texts_of,
    written_keys,
)
from tests.architecture.tree import nothing, place

LANGUAGES = [language.value for language in Language]

# Enums whose members are put into words by prefix: each member needs its text.
SPOKEN: dict[str, Iterable[str]] = {
    "refusal": Reason,
    "harm": Harm,
    "unit": Unit,
    "missing": Missing,
    "consent.part": ConsentPart,
    "consent.basis": Basis,
    "case.state": CaseState,
    "role": STAFF_ROLES,
    "action": Action,
    "alert.about": AlertKind,
    "candidate.note": Note,
}


NO_KEYS = {"slack.com"}  # Where files lie; it only looks like a key.


def test_both_languages_have_the_same_files() -> None:
    by_language = {
        language: sorted(path.name for path in catalogue_files() if path.parent.name == language)
        for language in LANGUAGES
    }
    assert by_language["ko"] == by_language["en"]
    assert sorted({path.parent.name for path in catalogue_files()}) == sorted(LANGUAGES)


def test_both_languages_have_the_same_keys() -> None:
    korean, english = texts("ko"), texts("en")
    nothing([f"only in ko: {key}" for key in sorted(korean.keys() - english.keys())])
    nothing([f"only in en: {key}" for key in sorted(english.keys() - korean.keys())])


def test_both_languages_name_the_same_facts() -> None:
    korean, english = texts("ko"), texts("en")
    nothing(
        [
            f"{key}: ko {sorted(placeholders(korean[key]))}, en {sorted(placeholders(text))}"
            for key, text in english.items()
            if placeholders(korean.get(key, text)) != placeholders(text)
        ]
    )


def test_a_fact_is_named_and_never_counted_off() -> None:
    nothing(
        [
            f"{place(path)}: {key}"
            for path in catalogue_files()
            for key, text in texts_of(path).items()
            if any(not name.isidentifier() for name in placeholders(text))
        ]
    )


@pytest.mark.parametrize("language", LANGUAGES)
def test_no_key_is_written_twice(language: str) -> None:
    ids = [
        pair for path in catalogue_files() if path.parent.name == language for pair in ids_of(path)
    ]
    often = Counter(key for _, key in ids)
    nothing([f"{where}: {key}" for where, key in ids if often[key] > 1])


def test_no_text_is_empty_or_in_doubt() -> None:
    nothing(
        [
            f"{place(path)}: {key}"
            for path in catalogue_files()
            for key, text in texts_of(path).items()
            if not text.strip()
        ]
    )
    nothing([place(path) for path in catalogue_files() if "#, fuzzy" in path.read_text("utf-8")])


def test_nobody_is_shouted_at() -> None:
    nothing(
        [
            f"{place(path)}: {key}"
            for path in catalogue_files()
            for key, text in texts_of(path).items()
            if re.search("[!\uff01]", re.sub("<![a-z]+>", "", text))
        ]
    )


def test_korean_sentences_are_korean() -> None:
    """What is no fact and no command, and has a space in it, is a sentence."""
    bare = {key: re.sub(r"\{\w+\}|`[^`]*`", "", text) for key, text in texts("ko").items()}
    nothing(
        [
            f"{key}: {text}"
            for key, text in bare.items()
            if re.search("[a-zA-Z]{3} ", text) and not re.search("[가-힣]", text)
        ]
    )


def test_every_text_that_code_asks_for_is_there() -> None:
    keys = set(texts("ko"))
    nothing([f"{one.where}: {one.key}" for one in asked() if not one.finds(keys)])


def test_whatever_looks_like_a_key_is_one() -> None:
    keys = set(texts("ko"))
    nouns = {key.split(".")[0] for key in keys}
    nothing(
        [
            f"{where}: {key}"
            for where, key in written_keys()
            if key.split(".")[0] in nouns and key not in keys | NO_KEYS
            if not any(known.startswith((f"{key}.", f"{key.rstrip('_')}_")) for known in keys)
        ]
    )


def test_whoever_asks_for_a_text_gives_the_facts_that_it_names() -> None:
    korean = texts("ko")
    nothing(
        [
            f"{one.where}: {one.key} lacks {sorted(lacking)}"
            for one in asked()
            if one.given is not None and not one.is_pattern
            if (lacking := placeholders(korean.get(one.key, "")) - one.given)
        ]
    )


def test_every_refusal_gives_the_facts_that_its_sentence_names() -> None:
    korean = texts("ko")
    reasons = {reason.name: f"refusal.{reason}" for reason in Reason}
    nothing(
        [
            f"{where}: {name} lacks {sorted(lacking)}"
            for where, name, given in refused()
            if given is not None and name in reasons
            if (lacking := placeholders(korean.get(reasons[name], "")) - given)
        ]
    )


@pytest.mark.parametrize("prefix", SPOKEN)
def test_every_member_has_its_words(prefix: str) -> None:
    keys = set(texts("ko"))
    nothing([f"{prefix}.{word}" for word in SPOKEN[prefix] if f"{prefix}.{word}" not in keys])


def test_no_refusal_is_worded_that_nobody_makes() -> None:
    worded = {key for key in texts("ko") if key.startswith("refusal.")}
    nothing(sorted(worded - {f"refusal.{reason}" for reason in Reason}))

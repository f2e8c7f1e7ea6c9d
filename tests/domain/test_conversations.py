"""What words on a phone mean: danger first, whatever was expected."""

from datetime import UTC, datetime

import pytest

from domain.conversations import (
    Agreement,
    Chat,
    Conversation,
    ConversationState,
    Meaning,
    Step,
    checked_agreement,
    meaning_of,
)
from domain.refusals import Reason, Refusal


def conversation(*, awaits_word: bool = False) -> Conversation:
    return Conversation(
        id=1,
        case_id=1,
        chat=Chat("bot", 1),
        persona="water",
        language="ko",
        state=ConversationState.ACTIVE,
        step=Step.DONE,
        agreement=Agreement("봄바람", "겨울비"),
        awaits_word=awaits_word,
        wrong_words=0,
        opened_until=None,
        duress_at=None,
        heard_at=datetime(2026, 11, 23, tzinfo=UTC),
        version=1,
    )


@pytest.mark.parametrize(
    "text",
    [
        "도와주세요",
        "도와 주세요!!",
        "제발 살려주세요",
        "SOS",
        "help",
        "Help!!",
        "please help",
        "도와주십시오",
        "도움이 필요해요",
        "sos.",
        "Help me",
        "HELP  ME please",
        "ｓｏｓ",
    ],
)
@pytest.mark.parametrize("awaits_word", [True, False])
def test_a_call_for_help_is_heard_whatever_was_expected(text: str, awaits_word: bool) -> None:
    assert meaning_of(text, conversation(awaits_word=awaits_word)) is Meaning.SOS


@pytest.mark.parametrize(
    "text", ["죽고 싶어요", "자살 생각이 나요", "I want to die", "kill myself"]
)
def test_words_of_self_harm_are_heard(text: str) -> None:
    assert meaning_of(text, conversation(awaits_word=True)) is Meaning.SELF_HARM


@pytest.mark.parametrize(
    "text", ["sauces", "isosceles", "물 마셨어요", "help menu", "/help", "도와주셔서 고마워요"]
)
def test_ordinary_words_are_talk(text: str) -> None:
    assert meaning_of(text, conversation()) is Meaning.TALK


def test_the_agreed_words_are_known_however_they_are_spaced() -> None:
    assert meaning_of(" 봄 바람 ", conversation()) is Meaning.CODE_WORD
    assert meaning_of("겨울비.", conversation()) is Meaning.DURESS_WORD


def test_another_word_is_wrong_only_when_one_was_asked_for() -> None:
    assert meaning_of("여름", conversation(awaits_word=True)) is Meaning.WRONG_WORD
    assert meaning_of("여름", conversation()) is Meaning.TALK


@pytest.mark.parametrize(
    ("code_word", "duress_word", "reason"),
    [
        ("가", "나비", Reason.WORD_TOO_SHORT),
        ("나비", "나 비", Reason.WORDS_ALIKE),
        ("살려주세요", "나비", Reason.WORD_TAKEN),
    ],
)
def test_words_that_cannot_serve_are_refused(
    code_word: str, duress_word: str, reason: Reason
) -> None:
    with pytest.raises(Refusal) as refused:
        checked_agreement(code_word, duress_word)
    assert refused.value.reason is reason

"""The disguise: no text of a private bot gives it away, however a word is dressed up."""

import pytest

from bot.render.texts import texts
from domain.disguise import forbidden_in, is_safe
from domain.people import Language
from domain.personas import PARTS, PERSONAS, talk_for

_SHOWN = ("persona.", "checkin.")
_NEUTRAL = ("sos.noted", "sos.received", "sos.claimed", "selfharm.text", "help.menu", "help.ways")


@pytest.mark.parametrize("language", list(Language))
def test_no_text_of_a_private_bot_holds_a_forbidden_word(language: str) -> None:
    shown = {
        key: text
        for key, text in texts(language).items()
        if key.startswith(_SHOWN) or key in _NEUTRAL
    }
    assert {key: forbidden_in(text) for key, text in shown.items() if not is_safe(text)} == {}
    assert len(shown) > 75


@pytest.mark.parametrize("language", list(Language))
@pytest.mark.parametrize("persona", sorted(PERSONAS))
def test_every_persona_has_every_text(language: str, persona: str) -> None:
    talks = [f"talk_{number}" for number in range(1, PERSONAS[persona].talks + 1)]
    needed = {f"persona.{persona}.{part}" for part in (*PARTS, *talks)}
    assert needed - set(texts(language)) == set()


@pytest.mark.parametrize("persona", sorted(PERSONAS))
def test_a_persona_has_no_parcel(persona: str) -> None:
    said = "".join(t for key, t in texts("ko").items() if key.startswith(f"persona.{persona}."))
    assert "택배" not in said


@pytest.mark.parametrize(
    "text",
    [
        "경찰에 이야기했어요",
        "경 찰 에 이야기했어요",
        "경\u200b찰",
        "ㅇㅇ스-토-킹 건",
        "센터에서 연락드려요",
        "The POLICE will call",
        "your stalker",
        "Your case is open",
        "ｐｏｌｉｃｅ",
        "call 1 1 2",
        "02 815 0382로 전화",
        "警察に",
    ],
)
def test_a_forbidden_word_is_found_however_it_is_written(text: str) -> None:
    assert not is_safe(text)


@pytest.mark.parametrize(
    "text",
    [
        "오늘 물 드셨어요?",
        "내일 2시에 만나요",
        "A suitcase and a showcase",
        "see you at 11:20",
        "1120원",
    ],
)
def test_ordinary_words_pass(text: str) -> None:
    assert is_safe(text)


def test_the_same_words_get_the_same_small_talk() -> None:
    water = PERSONAS["water"]
    assert talk_for(water, "안녕") == talk_for(water, "안녕")

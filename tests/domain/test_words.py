"""Words in posts: every spelling is found, and what only looks like one isn't."""

import re
import unicodedata
from datetime import UTC, datetime
from typing import Literal

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from domain.hangul import initials, is_tail, taken_apart
from domain.keywords import Keyword, KeywordKind
from domain.plaintext import letters_of, plain
from domain.spellings import Way
from domain.words import Named, Words
from services.policy import load_policy

SET = datetime(2026, 11, 23, tzinfo=UTC)
NAME, HANDLE, SCHOOL = KeywordKind.REAL_NAME, KeywordKind.HANDLE, KeywordKind.SCHOOL
TAG, OTHER, NOT = KeywordKind.HASHTAG, KeywordKind.OTHER, KeywordKind.EXCLUDED

syllables = st.characters(min_codepoint=0xAC00, max_codepoint=0xD7A3)


def word(number: int, kind: KeywordKind, text: str, case: int = 1) -> Keyword:
    return Keyword(number, case, text, SET, kind)


def ways(kind: KeywordKind, keyword: str, text: str) -> list[Way]:
    """How a single keyword is found to be spelt in a text."""
    found = Words([word(1, kind, keyword)], load_policy().slang).named_in(text)
    return [way for named in found for way in named.ways]


HITS = [
    (NAME, "김민지", "김민지 사진", Way.TYPED),
    (NAME, "김민지", "김 민지", Way.TYPED),
    (NAME, "김민지", "김.민.지", Way.TYPED),
    (NAME, "김민지", "김 민 지", Way.TYPED),
    (NAME, "김민지", "김\n민\n지", Way.TYPED),
    (NAME, "김민지", "김_민_지", Way.TYPED),
    (NAME, "김민지", "김\u200b민\u200b지", Way.TYPED),
    (NAME, "김민지", "김\u3164민\u00ad지", Way.TYPED),
    (NAME, "김민지", unicodedata.normalize("NFD", "김민지가"), Way.TYPED),
    (NAME, "김민지", "김민지한테서 들음", Way.TYPED),
    (NAME, "김민지", "김민지님이", Way.TYPED),
    (NAME, "김민지", "#김민지", Way.TYPED),
    (NAME, "김민지", "3학년2김민지", Way.TYPED),
    (NAME, "김민지", "ㄱㅣㅁㅁㅣㄴㅈㅣ", Way.TAKEN_APART),
    (NAME, "김민지", "ㄱㅁㅈ 아는 사람", Way.INITIALS),
    (NAME, "김민지", "ㄱ.ㅁ.ㅈ", Way.INITIALS),
    (NAME, "김민지", "민지야", Way.GIVEN_NAME),
    (NAME, "김민지", "Kim Minji", Way.ROMANISED),
    (NAME, "김민지", "minji kim", Way.ROMANISED),
    (NAME, "김민지", "kim min-ji", Way.ROMANISED),
    (NAME, "김민지", "KIMMINJI", Way.ROMANISED),
    (NAME, "김민지", "Ｇｉｍ Ｍｉｎｊｉ", Way.ROMANISED),
    (NAME, "이정현", "Lee Jung-Hyun", Way.ROMANISED),
    (NAME, "이정현", "jeonghyeon yi", Way.ROMANISED),
    (NAME, "박영수", "Park Young Soo", Way.ROMANISED),
    (NAME, "최준우", "choi junwoo", Way.ROMANISED),
    (NAME, "남궁민", "Namgung Min", Way.ROMANISED),
    (NAME, "이수", "이수가 왔다", Way.TYPED),
    (NAME, "이수", "이수는", Way.TYPED),
    (NAME, "Anna Lee", "lee, anna", Way.TYPED),
    (OTHER, "민지", "민지가", Way.TYPED),
    (OTHER, "민지", "민지야", Way.TYPED),
    (OTHER, "수빈", "수빈이가", Way.TYPED),
    (OTHER, "물결사진", "내물결사진모음", Way.TYPED),
    (OTHER, "물결사진", "물결 사진", Way.TYPED),
    (OTHER, "물결 졸업사진", "물결 졸사", Way.SLANG),
    (OTHER, "인스타 물결", "insta 물결", Way.SLANG),
    (OTHER, "2학년 3반", "2학년3반", Way.TYPED),
    (OTHER, "2학년 3반", "2-3", Way.CLASS_NAME),
    (OTHER, "2-3반", "2학년 3반", Way.CLASS_NAME),
    (HANDLE, "@minji_98", "insta @minji_98.", Way.TYPED),
    (HANDLE, "minji_98", "minji98", Way.TYPED),
    (HANDLE, "minji_98", "minji_98이라고", Way.TYPED),
    (TAG, "한강 산책", "#한강산책중", Way.TYPED),
    (SCHOOL, "서울고등학교", "서울고 다님", Way.SCHOOL_NAME),
    (SCHOOL, "서울고등학교", "서울고생", Way.SCHOOL_NAME),
    (SCHOOL, "서울고등학교", "서울고등학교에서", Way.TYPED),
    (SCHOOL, "한빛여자중학교", "한빛여중", Way.SCHOOL_NAME),
    (SCHOOL, "한빛여중", "한빛여자중학교", Way.SCHOOL_NAME),
    (SCHOOL, "한빛여자중학교", "ㅎㅂㅇㅈ", Way.INITIALS),
    (SCHOOL, "가람초등학교", "가람초", Way.SCHOOL_NAME),
    (SCHOOL, "가람대학교", "가람대", Way.SCHOOL_NAME),
    (SCHOOL, "한빛 여자중학교 2학년3반", "한빛여중 2-3", Way.CLASS_NAME),
    (SCHOOL, "한빛여자중학교 2학년3반", "한빛여중", Way.SCHOOL_NAME),
]


@pytest.mark.parametrize(("kind", "keyword", "text", "way"), HITS)
def test_it_is_found(kind: KeywordKind, keyword: str, text: str, way: Way) -> None:
    assert ways(kind, keyword, text) == [way]


MISSES = [
    (NAME, "이수", "이수역 3번 출구"),
    (NAME, "이수", "이 수가 없다"),
    (NAME, "이수", "이수은"),
    (NAME, "정지원", "행정지원 신청"),
    (NAME, "김민지", "허김민지"),
    (NAME, "김민지", "ㄱㅁㅈㅋㅋ"),
    (NAME, "김민지", "ㅋㄱㅁㅈ"),
    (NAME, "김민지", "김민지원금"),
    (NAME, "김민지", "국민지원금"),
    (NAME, "김민지", "akimminji"),
    (NAME, "김민지", "kim minjin"),
    (NAME, "김민지", "김 —— 민 —— 지"),
    (OTHER, "민지", "민지원"),
    (OTHER, "2학년 3반", "12-3"),
    (OTHER, "2학년 3반", "23"),
    (OTHER, "2학년 3반", "2, 3일"),
    (OTHER, "ann", "planning"),
    (OTHER, "ann", "anna"),
    (HANDLE, "minji_98", "minji_981"),
    (HANDLE, "minji", "minji_98"),
    (HANDLE, "minji", "kim.minji"),
    (SCHOOL, "서울고등학교", "서울고등법원"),
    (SCHOOL, "서울고등학교", "남서울고등학교"),
    (SCHOOL, "서울대학교", "서울대공원"),
    (NOT, "가수", "가수 김민지"),
    (OTHER, "민지", ""),
]


@pytest.mark.parametrize(("kind", "keyword", "text"), MISSES)
def test_it_is_not_found(kind: KeywordKind, keyword: str, text: str) -> None:
    assert ways(kind, keyword, text) == []


def test_an_excluded_word_takes_the_hit_back_for_its_case_alone() -> None:
    words = Words([word(1, NAME, "김민지"), word(2, NOT, "가수"), word(3, NAME, "김민지", case=2)])
    assert [named.case_id for named in words.named_in("여가수 김민지")] == [2]
    assert [named.case_id for named in words.named_in("김민지")] == [1, 2]


def test_what_fits_many_people_names_nobody_alone() -> None:
    words = Words([word(1, NAME, "김민지"), word(2, SCHOOL, "한빛여자중학교")])
    assert words.named_in("ㄱㅁㅈ") == [Named(1, (1,), (Way.INITIALS,), is_telling=False)]
    assert words.named_in("한빛여중") == [Named(1, (2,), (Way.SCHOOL_NAME,), is_telling=False)]
    both = words.named_in("한빛여중 ㄱㅁㅈ")
    assert both == [Named(1, (1, 2), (Way.INITIALS, Way.SCHOOL_NAME), is_telling=True)]
    assert words.named_in("ㄱㅁㅈ 김민지")[0].is_telling


def test_particles_must_fit_the_syllable_before() -> None:
    fits = ["민지가", "민지는", "수빈이", "수빈은", "수빈이한테는", "민지씨를", "민지네"]
    misfits = ["민지은", "민지이", "수빈가", "수빈는", "민지역", "민지원"]
    assert [is_tail(each[:2], each[2:]) for each in fits] == [True] * len(fits)
    assert [is_tail(each[:2], each[2:]) for each in misfits] == [False] * len(misfits)


@given(st.text(max_size=60))
def test_a_text_in_one_spelling_stays_as_it_is(text: str) -> None:
    assert plain(plain(text)) == plain(text)


@given(st.text(max_size=60))
def test_its_letters_and_gaps_are_the_text_again(text: str) -> None:
    found = letters_of(text)
    pieces = [found.gaps.get(place, "") + letter for place, letter in enumerate(found.text)]
    assert "".join(pieces) == re.sub(r"^[\W_]+|[\W_]+$", "", plain(text))


@given(st.lists(syllables, min_size=3, max_size=4).map("".join), st.booleans())
@settings(deadline=None)
def test_any_name_is_found_in_any_form(name: str, is_decomposed: bool) -> None:
    texts = [name, ".".join(name), "\u200b".join(name), taken_apart(name), initials(name)]
    words = Words([word(1, NAME, name)])
    form: Literal["NFC", "NFD"] = "NFD" if is_decomposed else "NFC"
    for text in (unicodedata.normalize(form, f"({each})") for each in texts):
        assert [named.case_id for named in words.named_in(text)] == [1], text


@given(st.text(max_size=200), st.text(min_size=2, max_size=20))
@settings(deadline=None)
def test_no_text_and_no_keyword_breaks_it(text: str, keyword: str) -> None:
    for kind in KeywordKind:
        words = Words([word(1, kind, keyword)], load_policy().slang)
        assert len(words.named_in(text)) <= 1


def test_thousands_of_words_cost_a_post_few_steps() -> None:
    """The speed is measured by `python -m benchmarks.words`; here, that nothing is looked up in vain."""
    words = Words(word(n, HANDLE, f"user_{n:05d}", case=n) for n in range(5_000))
    post = ("오늘 user_04999 보러 감 " + "풍경 사진 " * 90)[:500]
    assert [named.case_id for named in words.named_in(post)] == [4_999]

"""Korean names in Latin letters: the official way, and how people spell their own."""

from collections.abc import Iterator
from itertools import product

from domain.hangul import is_hangul, places


def _table(words: str) -> tuple[str, ...]:
    return tuple(words.split())


_INITIALS = _table("g kk n d tt r m b pp s ss - j jj ch k t p h")
_VOWELS = _table("a ae ya yae eo e yeo ye o wa wae oe yo u wo we wi yu eu ui i")
_FINALS = _table("- k k k n n n t l k m l l l p l m p p t t ng t t k t p t")

# The official spelling of each is made from the tables above and comes last.
_SURNAMES = {
    "김": "kim", "이": "lee yi", "박": "park", "최": "choi", "정": "jung chung", "강": "kang",
    "조": "cho", "윤": "yoon", "임": "lim", "오": "oh", "서": "seo suh", "신": "shin",
    "권": "kwon", "안": "ahn", "유": "yoo ryu", "류": "ryu", "전": "jun", "고": "ko", "문": "moon",
    "백": "baek paik", "허": "huh", "심": "shim", "노": "noh roh", "곽": "kwak", "성": "sung",
    "주": "joo", "우": "woo", "구": "koo", "나": "na", "엄": "um", "천": "chun", "공": "kong",
    "현": "hyun", "변": "byun", "추": "choo", "선": "sun", "길": "kil", "명": "myung", "기": "ki",
    "국": "kook", "남궁": "namkoong", "선우": "sunwoo", "황보": "", "제갈": "", "사공": "",
    "독고": "", "서문": "",
}  # fmt: skip
_GIVEN = {
    "영": "young", "현": "hyun", "준": "joon", "우": "woo", "수": "soo", "희": "hee", "선": "sun",
    "성": "sung", "경": "kyung", "정": "jung", "주": "joo", "유": "yoo", "윤": "yoon", "훈": "hoon",
    "철": "chul", "석": "suk", "숙": "sook", "순": "soon", "규": "kyu", "기": "ki", "국": "kook",
    "근": "keun", "건": "gun", "연": "yun", "은": "eun", "림": "lim", "형": "hyung", "명": "myung",
    "구": "koo", "춘": "choon", "운": "woon", "문": "moon", "무": "moo", "분": "boon", "균": "kyun",
}  # fmt: skip
_MOST = 24


def split_name(name: str) -> tuple[str, str] | None:
    """Surname and given name of a Korean full name of two to five syllables; none of anything else."""
    if not is_hangul(name) or not 2 <= len(name) <= 5:
        return None
    letters = 2 if len(name) >= 3 and name[:2] in _SURNAMES else 1
    return name[:letters], name[letters:]


def official(text: str) -> str:
    """Syllable by syllable in the Revised Romanization, as names are written: 민지 gives minji."""
    return "".join(_official(each) for each in text)


def romanised(name: str) -> tuple[str, ...]:
    """A full name as people spell it, the likeliest first: `Kim Min Ji`, `Min Ji Kim`, `Gim Min Ji`.

    The spaces are where a hyphen, a space or nothing may stand.
    """
    parts = split_name(name)
    if parts is None:
        return ()
    surname, given = parts
    pairs = product(_spelt_given(given), _spelt(surname, _SURNAMES))
    both = (order for first, last in pairs for order in (f"{last} {first}", f"{first} {last}"))
    return tuple(dict.fromkeys(each.title() for each in both))[:_MOST]


def _spelt_given(given: str) -> Iterator[str]:
    for syllables in product(*(_spelt(each, _GIVEN) for each in given)):
        yield " ".join(syllables)


def _spelt(part: str, known: dict[str, str]) -> tuple[str, ...]:
    return tuple(dict.fromkeys([*known.get(part, "").split(), official(part)]))


def _official(syllable: str) -> str:
    initial, vowel, final = places(syllable)
    return (_INITIALS[initial] + _VOWELS[vowel] + _FINALS[final]).replace("-", "")

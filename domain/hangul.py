"""Hangul: syllables, their initial consonants and parts, and the particles that follow a word."""

import re

_FIRST, _LAST = "가", "힣"
_INITIALS = "ㄱㄲㄴㄷㄸㄹㅁㅂㅃㅅㅆㅇㅈㅉㅊㅋㅌㅍㅎ"
_VOWELS = "ㅏㅐㅑㅒㅓㅔㅕㅖㅗㅘㅙㅚㅛㅜㅝㅞㅟㅠㅡㅢㅣ"
_FINALS = ("", *"ㄱㄲㄳㄴㄵㄶㄷㄹㄺㄻㄼㄽㄾㄿㅀㅁㅂㅄㅅㅆㅇㅈㅊㅋㅌㅍㅎ")


def is_syllable(letter: str) -> bool:
    """Whether this is a whole syllable."""
    return _FIRST <= letter <= _LAST


def is_hangul(text: str) -> bool:
    """Whether the text is made of syllables alone."""
    return bool(text) and all(map(is_syllable, text))


def places(syllable: str) -> tuple[int, int, int]:
    """Which initial, vowel and final consonant (0: none) a syllable has, in their alphabets."""
    rest, final = divmod(ord(syllable) - ord(_FIRST), len(_FINALS))
    initial, vowel = divmod(rest, len(_VOWELS))
    return initial, vowel, final


def initials(text: str) -> str:
    """The initial consonants of the syllables: 김민지 gives ㄱㅁㅈ; what is no syllable is left out."""
    return "".join(_INITIALS[places(each)[0]] for each in text if is_syllable(each))


def taken_apart(text: str) -> str:
    """Each syllable as its parts: 김 gives ㄱㅣㅁ."""
    return "".join(_parts(each) if is_syllable(each) else each for each in text)


def _parts(syllable: str) -> str:
    initial, vowel, final = places(syllable)
    return f"{_INITIALS[initial]}{_VOWELS[vowel]}{_FINALS[final]}"


# After any syllable, after a vowel, after a consonant, and what people are called by after the name.
_ANY = "의|에|에서|에게|에게서|한테|한테서|께|께서|하고|도|만|부터|까지|보다|처럼|같은|같이|입니다|으로|로"
_AFTER_VOWEL = "는|가|를|와|야|랑|예요|라고|라는|다"
_AFTER_CONSONANT = f"은|이|을|과|아|이랑|이에요|이라고|이라는|이다|이(?:{_AFTER_VOWEL}|{_ANY})"
_TITLES = "님|씨|양|군|쌤|들|네|언니|누나|오빠|선배|후배|학생"
_PUPILS = "생|학생|여학생|남학생|재학생|졸업생|출신|애|애들"
_MORE = "(?:도|만|는|은|의)?"


def _tail(own: str, titles: str) -> re.Pattern[str]:
    every = f"{_ANY}|{_AFTER_VOWEL}|{_AFTER_CONSONANT}"
    return re.compile(f"(?:(?:{own}|{_ANY})|(?:{titles})(?:{every})?){_MORE}|")


_TAILS = {
    (has_final, is_school): _tail(own, _PUPILS if is_school else _TITLES)
    for has_final, own in ((False, _AFTER_VOWEL), (True, _AFTER_CONSONANT))
    for is_school in (False, True)
}


def is_tail(word: str, rest: str, is_school: bool = False) -> bool:
    """Whether what follows a word in the same breath is only what grammar or courtesy puts there.

    민지 in 민지야, 민지가, 민지한테; not 이수 in 이수역. Particles must fit the last syllable.
    """
    has_final = bool(places(word[-1])[2])
    return _TAILS[has_final, is_school].fullmatch(rest) is not None

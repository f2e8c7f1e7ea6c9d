"""Schools by their long and short names, and classes by their numbers."""

import re

# The longest first: what a long name ends with, and what everybody says.
_ENDINGS = (
    ("사범대학부속고등학교", "사대부고"),
    ("사범대학부설고등학교", "사대부고"),
    ("사범대학부속중학교", "사대부중"),
    ("여자상업고등학교", "여상"),
    ("외국어고등학교", "외고"),
    ("과학고등학교", "과고"),
    ("예술고등학교", "예고"),
    ("체육고등학교", "체고"),
    ("공업고등학교", "공고"),
    ("상업고등학교", "상고"),
    ("여자고등학교", "여고"),
    ("남자고등학교", "남고"),
    ("여자중학교", "여중"),
    ("남자중학교", "남중"),
    ("여자대학교", "여대"),
    ("고등학교", "고"),
    ("초등학교", "초"),
    ("중학교", "중"),
    ("대학교", "대"),
)
_SCHOOL = re.compile(r"(.*?(?:학교|[초중고대외과예체공상]))(?=[\s\d]|$)(.*)")
_CLASS = re.compile(r"(\d{1,2}) ?학년 ?(\d{1,2}) ?반")
_NUMBERS = re.compile(r"(?<!\d)(\d{1,2}) ?[-–] ?(\d{1,2})(?: ?반)?(?!\d)")


def divided(text: str) -> tuple[str, str]:
    """The school's name without spaces, and the rest, such as a class; without a school, all is name."""
    found = _SCHOOL.match(text)
    name, rest = (found[1], found[2]) if found else (text, "")
    return name.replace(" ", ""), rest


def other_names(text: str) -> tuple[str, ...]:
    """The text with its school's short name, or the long one where it has the short one.

    서울고등학교 gives 서울고, 한빛여중 gives 한빛여자중학교; without a school, nothing.
    """
    name, rest = divided(text)
    shorter = next((name[: -len(long)] + short for long, short in _ENDINGS if _is(name, long)), "")
    if shorter:
        return (shorter + rest,)
    longer = {short: name[: -len(short)] + long for long, short in _ENDINGS if _is(name, short)}
    ending = max(longer, key=len, default="")
    return (longer[ending] + rest,) if ending else ()


def _is(name: str, ending: str) -> bool:
    """Whether a name ends so, with at least two letters of its own before."""
    return name.endswith(ending) and len(name) >= len(ending) + 2


def class_names(text: str) -> tuple[str, ...]:
    """The same class otherwise: 2학년 3반 gives 2-3 and 2-3반, and the other way round."""
    if _CLASS.search(text):
        return tuple(_CLASS.sub(each, text) for each in (r"\1-\2", r"\1-\2반"))
    if _NUMBERS.search(text):
        return (_NUMBERS.sub(r"\1학년 \2반", text),)
    return ()

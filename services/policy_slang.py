"""The policy file of slang: groups of words that are said for one another."""

from typing import Annotated, Any

from pydantic import AfterValidator, Field

from domain.plaintext import letters_of, plain
from services.policy_files import Dated

_MOST_LETTERS = 30


def _a_word(text: str) -> str:
    letters = letters_of(text).text
    if not 2 <= len(letters) <= _MOST_LETTERS or letters != plain(text):
        raise ValueError(f"{text!r} must be 2 to {_MOST_LETTERS} letters without signs")
    return text


def _each_once(words: list[str]) -> list[str]:
    if len(set(words)) != len(words):
        raise ValueError("a word stands twice in one group")
    return words


SlangWord = Annotated[str, AfterValidator(_a_word)]
Group = Annotated[list[SlangWord], Field(min_length=2), AfterValidator(_each_once)]


class SlangFile(Dated):
    """One list of groups, each of at least two words."""

    groups: list[Group]

    def values(self, addresses: dict[str, str]) -> dict[str, Any]:
        """For each word, in the one spelling in which texts are compared, the others of its groups."""
        slang: dict[str, tuple[str, ...]] = {}
        for group in self.groups:
            for word in group:
                others = (each for each in group if each != word)
                known = slang.get(plain(word), ())
                slang[plain(word)] = tuple(dict.fromkeys([*known, *others]))
        return {"slang": slang}

"""The policy files: read, checked, and turned into the domain's values; a mistake names its file and line."""

import tomllib
from dataclasses import dataclass
from importlib.resources import files
from pathlib import Path
from typing import Any

from pydantic import ValidationError

from domain.policy import Policy
from services import policy_files
from services.policy_matching import MatchingFile
from services.policy_slang import SlangFile
from services.policy_sources import SourcesFile

CATALOGUES: dict[str, type[policy_files.Dated]] = {
    "centre": policy_files.CentreFile,
    "alerts": policy_files.AlertsFile,
    "checkins": policy_files.CheckinsFile,
    "matching": MatchingFile,
    "retention": policy_files.RetentionFile,
    "slang": SlangFile,
    "sources": SourcesFile,
}


@dataclass(frozen=True)
class Mistake:
    """What is wrong with a policy file, and where."""

    file: str
    line: int
    field: str
    problem: str


class PolicyWrong(ValueError):
    """At least one policy file can't be used; nothing was started."""

    def __init__(self, mistakes: list[Mistake]) -> None:
        super().__init__("; ".join(f"{m.file}:{m.line}: {m.field}: {m.problem}" for m in mistakes))
        self.mistakes = mistakes


def load_policy(overrides: Path | None = None, **addresses: str) -> Policy:
    """The policy in force: the shipped files, each replaced by one of its name in `overrides`.

    With the address of a practice square (`square=…`) the shipped sources are the square's own.
    `addresses` fill `{name}` in the urls of sources, as practice needs. Raises PolicyWrong.
    """
    mistakes: list[Mistake] = []
    read: dict[str, policy_files.Dated] = {}
    for name, model in CATALOGUES.items():
        try:
            path, text = _text_of(name, overrides, is_practice="square" in addresses)
            read[name] = model.model_validate(tomllib.loads(text))
        except (UnicodeDecodeError, OSError) as error:
            mistakes.append(Mistake(f"{name}.toml", 1, "file", type(error).__name__))
        except tomllib.TOMLDecodeError as error:
            mistakes.append(Mistake(path, _line_in(str(error)), "toml", str(error)))
        except ValidationError as error:
            mistakes += [_mistake(path, text, item) for item in error.errors()]
    if mistakes:
        raise PolicyWrong(mistakes)
    return _policy(read, addresses)


def texts_in_force(overrides: Path | None = None) -> dict[str, str]:
    """The policy files' own texts by name; their change is audited at start."""
    return {name: _text_of(name, overrides)[1] for name in CATALOGUES}


def _text_of(name: str, overrides: Path | None, is_practice: bool = False) -> tuple[str, str]:
    file = f"{name}.toml"
    if overrides is not None and (overrides / file).is_file():
        return str(overrides / file), (overrides / file).read_text(encoding="utf-8")
    if is_practice and (files("services") / "catalogues" / f"{name}.practice.toml").is_file():
        file = f"{name}.practice.toml"
    return file, (files("services") / "catalogues" / file).read_text(encoding="utf-8")


def _mistake(path: str, text: str, item: Any) -> Mistake:
    field = ".".join(str(part) for part in item["loc"])
    return Mistake(path, _line_of(text, item["loc"]), field, str(item["msg"]))


def _line_of(text: str, place: tuple[int | str, ...]) -> int:
    """The line of the last named key of `place`, looked for section by section; 1 if unknown."""
    lines, at = text.splitlines(), 0
    names = [part for part in place if isinstance(part, str)]
    for name in names:
        for number in range(at, len(lines)):
            bare = lines[number].split("#")[0]
            if (
                bare.startswith((f"{name} ", f"{name}=", f"[{name}", f"[[{name}"))
                or f".{name}]" in bare
            ):
                at = number
                break
    return at + 1


def _line_in(message: str) -> int:
    words = message.replace(",", " ").split()
    return int(words[words.index("line") + 1]) if "line" in words else 1


def _policy(read: dict[str, policy_files.Dated], addresses: dict[str, str]) -> Policy:
    parts: dict[str, Any] = {}
    for file in read.values():
        parts |= file.values(addresses)
    return Policy(**parts)

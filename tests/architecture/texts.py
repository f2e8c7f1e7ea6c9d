"""The catalogues and the places in code that ask for a text, as the catalogue tests read them."""

import ast
import re
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache
from io import BytesIO
from pathlib import Path
from string import Formatter

from babel.messages.pofile import read_po

from tests.architecture.tree import ROOT, Module, dotted, modules

LOCALES = ROOT / "bot" / "locales"
KEY = re.compile(r"^[a-z_]+(\.[a-zA-Z_0-9]+)+$")
_ID = re.compile(r'^msgid "(.+)"$')
_SPEAKING = ("bot", "services")


@dataclass(frozen=True)
class Asked:
    """A place that asks for a text: by its key, or by a pattern where a part is put in later.

    `given` are the facts named in the call; none where some come from elsewhere.
    """

    where: str
    key: str
    is_pattern: bool
    given: frozenset[str] | None

    def finds(self, keys: set[str]) -> bool:
        """Whether a catalogue with these keys has an answer."""
        if not self.is_pattern:
            return self.key in keys
        return any(re.fullmatch(self.key, key) for key in keys)


def catalogue_files() -> list[Path]:
    """Every .po file of every language."""
    return sorted(LOCALES.glob("*/*.po"))


@cache
def texts_of(path: Path) -> dict[str, str]:
    """The texts of one file, by key."""
    catalogue = read_po(BytesIO(path.read_bytes()))
    return {str(message.id): str(message.string) for message in catalogue if message.id}


def ids_of(path: Path) -> list[tuple[str, str]]:
    """Where each key is written, and the key; one written twice comes twice."""
    place = path.relative_to(ROOT).as_posix()
    lines = enumerate(path.read_text(encoding="utf-8").splitlines(), start=1)
    return [(f"{place}:{number}", found[1]) for number, line in lines if (found := _ID.match(line))]


def placeholders(text: str) -> frozenset[str]:
    """The facts that a text names."""
    return frozenset(name for _, name, _, _ in Formatter().parse(text) if name is not None)


def asked() -> list[Asked]:
    """Every place that asks for a text in a way that can be read off the code."""
    return [one for module in modules(*_SPEAKING) for one in _asked(module)]


def written_keys() -> Iterator[tuple[str, str]]:
    """Every string in code that has the form of a key, and where it is."""
    for module in modules(*_SPEAKING):
        for node in ast.walk(module.tree):
            value = node.value if isinstance(node, ast.Constant) else None
            if isinstance(value, str) and KEY.match(value):
                yield f"{module.place}:{getattr(node, 'lineno', 1)}", value


def refused() -> list[tuple[str, str, frozenset[str] | None]]:
    """Every refusal made in code: where, the reason's name, the facts it is given."""
    return [
        (module.at(call), dotted(call.args[0]).removeprefix("Reason."), _given(call))
        for module in modules("bot", "domain", "services", "storage", "jobs")
        for call in module.calls()
        if dotted(call.func) == "Refusal" and call.args
    ]


def _asked(module: Module) -> Iterator[Asked]:
    for call in module.calls():
        name = dotted(call.func)
        if name == "say" and len(call.args) == 2:
            yield from _keyed(module, call, call.args[1], _given(call))
        elif name == "told" and call.args:
            yield from _keyed(module, call, call.args[0], None)
        elif name == "names" and len(call.args) == 3:
            yield from _keyed(module, call, call.args[1], None, r"\.\w+")


def _keyed(
    module: Module, call: ast.Call, key: ast.expr, given: frozenset[str] | None, tail: str = ""
) -> Iterator[Asked]:
    if isinstance(key, ast.Constant) and isinstance(key.value, str):
        pattern = re.escape(key.value) + tail if tail else key.value
        yield Asked(module.at(call), pattern, bool(tail), given)
    elif isinstance(key, ast.JoinedStr):
        parts = (
            re.escape(str(part.value)) if isinstance(part, ast.Constant) else r"[\w.]+"
            for part in key.values
        )
        yield Asked(module.at(call), "".join(parts) + tail, True, None)


def _given(call: ast.Call) -> frozenset[str] | None:
    names = [keyword.arg for keyword in call.keywords]
    return None if None in names else frozenset(name for name in names if name)

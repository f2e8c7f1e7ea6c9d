"""The page for officers without Python: one file, built from the parts beside this one.

`python -m bot.cli.hasher` (`make hasher`) builds it. The page may run what is written in it and
nothing else, and may connect to nothing: its policy names its scripts by their hashes.
"""

import base64
import hashlib
from pathlib import Path

FOLDER = Path(__file__).parent
BUILT = FOLDER / "hasher.html"
HASHING = ("limits", "header", "whole", "pdq", "phash", "orientation", "picture", "hash", "worker")
PAGE = ("words", "say", "gather", "hands", "hashfile", "lists", "run", "main")


def build() -> str:
    """The page as it must be now."""
    parts = {
        "style": _read("style.css"),
        "hashing": _script("hashing", HASHING),
        "page": _script("page", PAGE),
    }
    page = _read("hasher.template.html").replace("{{policy}}", _policy(parts))
    for name, text in parts.items():
        page = page.replace("{{" + name + "}}", text)
    return page


def _script(folder: str, names: tuple[str, ...]) -> str:
    """The parts in their order, each under its name."""
    parts = (f"\n// ==== {name}.js ====\n{_read(f'{folder}/{name}.js')}" for name in names)
    return '\n"use strict";\n' + "".join(parts)


def _policy(parts: dict[str, str]) -> str:
    scripts = " ".join(_hash(parts[name]) for name in ("hashing", "page"))
    return (
        f"default-src 'none'; script-src {scripts}; style-src {_hash(parts['style'])}; "
        "worker-src blob:; connect-src 'none'; img-src 'none'; form-action 'none'; base-uri 'none'"
    )


def _hash(text: str) -> str:
    digest = hashlib.sha256(text.encode()).digest()
    return f"'sha256-{base64.b64encode(digest).decode()}'"


def _read(name: str) -> str:
    return (FOLDER / name).read_text(encoding="utf-8")

"""The parts of docs/ that are made from code; `make docs` writes them, a test compares them."""

import importlib
import pkgutil
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import sqlalchemy as sa
from sqlmodel import SQLModel

import domain
from domain.lifecycle import Lifecycle
from storage.migrate import METADATA

DOCS = Path(__file__).parents[1] / "docs"
INSTALLED = DOCS.parent / "practice" / "slack" / "manifest.json"
BEGIN = "<!-- From code: `make docs` writes what stands between these two lines. -->"
END = "<!-- End of what comes from code. -->"


def lifecycles() -> str:
    """Every lifecycle of the domain as a diagram, in order of its name."""
    parts = [
        f"## {lifecycle.name}\n\nIn `{module.replace('.', '/')}.py`.\n\n"
        f"```mermaid\n{lifecycle.mermaid()}\n```\n"
        for module, lifecycle in sorted(_lifecycles(), key=lambda pair: pair[1].name)
    ]
    return "\n".join(parts)


def tables() -> str:
    """Every table: what it holds, its columns, and what keeps its rows apart."""
    return "\n".join(_table(table) for _, table in sorted(METADATA.tables.items()))


PAGES: dict[str, Callable[[], str]] = {"lifecycles.md": lifecycles, "tables.md": tables}


def page(name: str) -> str:
    """The whole page as it should stand: what people wrote around what comes from code."""
    text = (DOCS / name).read_text(encoding="utf-8")
    before, _, rest = text.partition(BEGIN)
    after = rest.partition(END)[2]
    return f"{before}{BEGIN}\n\n{PAGES[name]()}\n{END}{after}"


def _lifecycles() -> Iterator[tuple[str, Lifecycle[Any, Any]]]:
    for info in pkgutil.iter_modules(domain.__path__, "domain."):
        for value in vars(importlib.import_module(info.name)).values():
            if isinstance(value, Lifecycle):
                yield info.name, value


def _table(table: sa.Table) -> str:
    model = _models()[table.name]
    caption = (model.__doc__ or "").strip().partition("\n\n")[0].replace("\n    ", " ")
    rows = [f"| `{column.name}` | {_kind(column)} | {_notes(column)} |" for column in table.columns]
    kept = [f"- {line}" for line in _keys(table)]
    head = f"## {table.name}\n\n{caption} In `{model.__module__.replace('.', '/')}.py`.\n"
    body = "\n".join(["| column | kind | |", "|---|---|---|", *rows])
    return f"{head}\n{body}\n\n" + ("\n".join(kept) + "\n" if kept else "")


def _models() -> dict[str, type[SQLModel]]:
    found = SQLModel._sa_registry.mappers
    return {str(mapper.local_table.name): mapper.class_ for mapper in found}  # type: ignore[attr-defined]  # A mapper's table is always named.


def _kind(column: sa.Column[Any]) -> str:
    if column.info.get("is_sealed"):
        return "sealed"
    if isinstance(column.type, sa.Enum):
        known = column.type.enum_class
        return f"one of `{known.__name__}`" if known else "word"
    length = getattr(column.type, "length", None)
    name = _KINDS[type(column.type).__name__]
    return f"{name}, at most {length}" if length else name


_KINDS = {
    "AutoString": "text",
    "String": "text",
    "Boolean": "yes or no",
    "Integer": "number",
    "BigInteger": "number",
    "Float": "number, with a fraction",
    "LargeBinary": "bytes",
    "JSON": "JSON",
    "Date": "day",
    "Time": "time of day",
    "UTCDateTime": "moment, UTC",
}


def _notes(column: sa.Column[Any]) -> str:
    notes = ["primary key"] if column.primary_key else []
    notes += [f"of `{key.column.table.name}`" for key in column.foreign_keys]
    notes += ["may be empty"] if column.nullable else []
    if column.name == "version":
        notes.append("compared and raised by each change")
    return ", ".join(notes)


def _keys(table: sa.Table) -> list[str]:
    """What is unique, then what is indexed, each as a sentence."""
    alone = [c.columns.keys() for c in table.constraints if isinstance(c, sa.UniqueConstraint)]
    indexes = sorted(table.indexes, key=lambda index: str(index.name))
    unique = [f"Unique: {_listed(names)}." for names in sorted(alone)]
    unique += [
        f"Unique: {_listed(index.columns.keys())}{_where(index)}."
        for index in indexes
        if index.unique
    ]
    plain = [f"Indexed: {_listed(i.columns.keys())}{_where(i)}." for i in indexes if not i.unique]
    return unique + plain


def _listed(names: list[str]) -> str:
    return ", ".join(f"`{name}`" for name in names)


def _where(index: sa.Index) -> str:
    condition = index.dialect_options["sqlite"].get("where")
    return f" where `{condition}`" if condition is not None else ""


def main() -> None:
    """Write every page."""
    for name in PAGES:
        (DOCS / name).write_text(page(name), encoding="utf-8")
    # The practice Slack has the app installed just as a centre installs it.
    manifest = (DOCS / "slack-manifest.json").read_text(encoding="utf-8")
    INSTALLED.write_text(manifest, encoding="utf-8")


if __name__ == "__main__":
    main()

"""The tree as the architecture tests read it: files, parsed modules, functions."""

import ast
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache
from pathlib import Path

ROOT = Path(__file__).parents[2]
FLOORS = ("bot", "domain", "jobs", "matching", "services", "storage")
PACKAGES = (*FLOORS, "practice")
PROVING = ("tests", "benchmarks")
_MADE = {"build", "dist", "artefacts", "node_modules", "__pycache__"}
_BINARY = {".png", ".jpg", ".gif", ".webp", ".ttf", ".otf", ".woff2", ".mo", ".xlsx", ".ico"}

Function = ast.FunctionDef | ast.AsyncFunctionDef


@dataclass(frozen=True)
class Module:
    """One Python file: its place in the tree, its text, and what it parses to."""

    place: str
    text: str
    tree: ast.Module

    def functions(self) -> Iterator[Function]:
        """Every function and method, inner ones too."""
        return (node for node in ast.walk(self.tree) if isinstance(node, Function))

    def calls(self) -> Iterator[ast.Call]:
        """Every call."""
        return (node for node in ast.walk(self.tree) if isinstance(node, ast.Call))

    def imported(self) -> set[str]:
        """The names that imports bring in."""
        kinds = (ast.Import, ast.ImportFrom)
        found = (node for node in ast.walk(self.tree) if isinstance(node, kinds))
        return {alias.asname or alias.name for node in found for alias in node.names}

    def libraries(self) -> set[str]:
        """The top-level packages that imports reach into."""
        nodes = list(ast.walk(self.tree))
        plain = {a.name for node in nodes if isinstance(node, ast.Import) for a in node.names}
        parts = {node.module or "" for node in nodes if isinstance(node, ast.ImportFrom)}
        return {name.split(".")[0] for name in plain | parts}

    def at(self, node: ast.expr | ast.stmt) -> str:
        """Where this is, as an editor opens it."""
        return f"{self.place}:{node.lineno}"


# Alembic writes steps from the tables, each one long function; nobody reads them as prose.
_WRITTEN_BY_ALEMBIC = "storage/migrations/versions/"


@cache
def modules(*folders: str) -> tuple[Module, ...]:
    """The modules under these folders, in order."""
    return tuple(
        _parsed(path) for path in files() if path.suffix == ".py" and is_under(path, folders)
    )


@cache
def files() -> tuple[Path, ...]:
    """Every text file that belongs to the project, in order; nothing that tools made."""
    return tuple(sorted(path for path in _walk(ROOT) if path.suffix not in _BINARY))


def place(path: Path) -> str:
    """The path as the project writes it."""
    return path.relative_to(ROOT).as_posix()


def dotted(node: ast.expr) -> str:
    """`a.b.c` for names and attributes; what can't be named begins with a dot."""
    if isinstance(node, ast.Attribute):
        return f"{dotted(node.value)}.{node.attr}"
    return node.id if isinstance(node, ast.Name) else ""


def nothing(found: list[str]) -> None:
    """Fail with one line for each thing that was found."""
    assert not found, "\n" + "\n".join(found)


def _walk(folder: Path) -> Iterator[Path]:
    for entry in folder.iterdir():
        if entry.is_dir():
            if not _is_left_out(entry.name):
                yield from _walk(entry)
        elif entry.name not in (".env", ".git"):
            yield entry


def _is_left_out(name: str) -> bool:
    hidden = name.startswith(".") and name not in (".ci", ".github")
    return hidden or name in _MADE or name.endswith(".egg-info")


def is_under(path: Path, folders: tuple[str, ...]) -> bool:
    """Whether somebody wrote this file, in one of these folders."""
    where = place(path)
    return where.split("/")[0] in folders and not where.startswith(_WRITTEN_BY_ALEMBIC)


@cache
def _parsed(path: Path) -> Module:
    text = path.read_text(encoding="utf-8")
    return Module(place(path), text, ast.parse(text, filename=str(path)))

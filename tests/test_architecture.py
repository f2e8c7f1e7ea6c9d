"""What the house rules say of code and import-linter can't see; a failure names file and line."""

import ast
import subprocess
import sys

from tests.architecture.tree import (
    FLOORS,
    PACKAGES,
    PROVING,
    ROOT,
    Module,
    dotted,
    modules,
    nothing,
)

OPENS_TRANSACTIONS = {
    "services/desk.py": "the one place where a verb's transaction opens",
    "services/outbox.py": "couriers lease rows; nobody acts, so there is no deed",
    "storage/database.py": "what a transaction is",
    "storage/migrate.py": "migrations run before there is a desk",
    "storage/migrations/env.py": "Alembic asks for it",
}
TRANSACTION_WORDS = {"transaction", "begin", "commit", "rollback"}

READS_THE_CLOCK = {
    "bot/clocks.py": "the clock itself",
}
CLOCK_WORDS = {
    "datetime.now",
    "datetime.utcnow",
    "datetime.today",
    "datetime.datetime.now",
    "date.today",
    "time.time",
    "time.time_ns",
    "time.monotonic",
    "time.monotonic_ns",
    "time.perf_counter",
    "time.localtime",
    "time.gmtime",
    "loop.time",
    "monotonic",
    "perf_counter",
}

VAGUE_NAMES = {"utils", "util", "helpers", "helper", "manager", "managers", "common", "misc"}


def test_the_import_contracts_hold() -> None:
    command = "from importlinter.cli import lint_imports; exit(lint_imports(no_cache=True))"
    ran = subprocess.run([sys.executable, "-c", command], cwd=ROOT, capture_output=True, text=True)
    assert ran.returncode == 0, ran.stdout + ran.stderr


def test_only_the_desk_opens_and_commits_transactions() -> None:
    found = [
        f"{module.at(call)}: {dotted(call.func)}()"
        for module in modules(*FLOORS)
        if module.place not in OPENS_TRANSACTIONS
        for call in module.calls()
        if isinstance(call.func, ast.Attribute) and call.func.attr in TRANSACTION_WORDS
        if dotted(call.func.value) not in module.imported()
    ]
    nothing(found)


def test_nobody_but_the_clock_reads_the_clock() -> None:
    found = [
        f"{module.at(call)}: {dotted(call.func)}()"
        for module in modules(*FLOORS)
        if module.place not in READS_THE_CLOCK
        for call in module.calls()
        if dotted(call.func) in CLOCK_WORDS
    ]
    nothing(found)


def test_every_exception_above_is_still_needed() -> None:
    known = {module.place for module in modules(*FLOORS)}
    nothing([name for name in (OPENS_TRANSACTIONS | READS_THE_CLOCK) if name not in known])


def test_the_domain_awaits_nothing() -> None:
    waiting = (ast.Await, ast.AsyncFunctionDef, ast.AsyncFor, ast.AsyncWith)
    found = [
        module.at(node)
        for module in modules("domain")
        for node in ast.walk(module.tree)
        if isinstance(node, waiting)
    ]
    nothing(found)


def test_the_domain_knows_the_standard_library_only() -> None:
    known = {*sys.stdlib_module_names, "domain"}
    found = [
        f"{module.place}: {name}"
        for module in modules("domain")
        for name in module.libraries()
        if name not in known
    ]
    nothing(found)


def test_nothing_prints_outside_the_command_line() -> None:
    found = [
        module.at(call)
        for module in modules(*PACKAGES)
        if not module.place.startswith("bot/cli/")
        for call in module.calls()
        if dotted(call.func) == "print"
    ]
    nothing(found)


def test_every_module_begins_with_a_caption_of_one_line() -> None:
    wanted = (module for module in modules(*PACKAGES, *PROVING) if module.text.strip())
    nothing([f"{module.place}:1" for module in wanted if not _has_caption(module)])


def test_nothing_is_named_after_nothing() -> None:
    found = [place for module in modules(*PACKAGES, *PROVING) for place in _named(module)]
    nothing(found)


def _has_caption(module: Module) -> bool:
    caption = ast.get_docstring(module.tree)
    return bool(caption and caption.splitlines()[0].strip())


def _named(module: Module) -> list[str]:
    parts = module.place.removesuffix(".py").split("/")
    found = [f"{module.place}:1: {part}" for part in parts if _is_vague(part)]
    kinds = (ast.FunctionDef, ast.AsyncFunctionDef, ast.ClassDef)
    named = (node for node in ast.walk(module.tree) if isinstance(node, kinds))
    return found + [f"{module.at(node)}: {node.name}" for node in named if _is_vague(node.name)]


def _is_vague(name: str) -> bool:
    return not VAGUE_NAMES.isdisjoint(name.lower().split("_")) or name.endswith("Manager")

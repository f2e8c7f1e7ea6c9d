"""How long functions and files may be, and that no block is written twice."""

import ast
from collections import defaultdict
from statistics import median, quantiles

from tests.architecture.tree import (
    PACKAGES,
    PROVING,
    Function,
    Module,
    files,
    is_under,
    modules,
    nothing,
    place,
)

MEDIAN_FUNCTION, LONG_FUNCTION, LONGEST_FUNCTION = 8, 30, 50
MEDIAN_FILE, LONG_FILE, LONGEST_FILE = 80, 200, 300
SAME_LINES = 6


def test_no_function_is_longer_than_fifty_lines() -> None:
    found = [
        f"{where}: {length} lines"
        for module in modules(*PACKAGES, *PROVING)
        for where, length in _functions(module)
        if length > LONGEST_FUNCTION
    ]
    nothing(found)


def test_most_functions_are_short() -> None:
    lengths = [length for module in modules(*PACKAGES) for _, length in _functions(module)]
    assert median(lengths) <= MEDIAN_FUNCTION
    assert quantiles(lengths, n=20)[-1] <= LONG_FUNCTION, _longest()


def test_no_file_is_longer_than_three_hundred_lines() -> None:
    found = [f"{name}: {length} lines" for name, length in _lengths(*PACKAGES, *PROVING)]
    nothing([line for line in found if int(line.split()[-2]) > LONGEST_FILE])


def test_most_files_are_short() -> None:
    lengths = [length for _, length in _lengths(*PACKAGES)]
    assert median(lengths) <= MEDIAN_FILE
    assert quantiles(lengths, n=20)[-1] <= LONG_FILE


def test_no_block_of_six_lines_is_written_twice() -> None:
    seen: dict[tuple[str, ...], list[str]] = defaultdict(list)
    for module in modules(*PACKAGES):
        for where, block in sorted(_blocks(module)):
            seen[block].append(where)
    nothing([" = ".join(places) for places in seen.values() if len(places) > 1])


def _functions(module: Module) -> list[tuple[str, int]]:
    """Where each function is, and its length from `def` to its last line."""
    return [
        (f"{module.at(node)} {node.name}", (node.end_lineno or node.lineno) - node.lineno + 1)
        for node in module.functions()
    ]


def _longest() -> list[tuple[str, int]]:
    found = [pair for module in modules(*PACKAGES) for pair in _functions(module)]
    return sorted((pair for pair in found if pair[1] > LONG_FUNCTION), key=lambda pair: -pair[1])


def _lengths(*folders: str) -> list[tuple[str, int]]:
    """Python, JavaScript and CSS files under these folders, with their lines."""
    return [
        (place(path), len(path.read_text(encoding="utf-8").splitlines()))
        for path in files()
        if path.suffix in (".py", ".js", ".css") and is_under(path, folders)
    ]


def _blocks(module: Module) -> set[tuple[str, tuple[str, ...]]]:
    """Every run of six lines of one function's body that say something, and where it begins."""
    text = module.text.splitlines()
    return {
        (f"{module.place}:{lines[at][0]}", tuple(line for _, line in lines[at : at + SAME_LINES]))
        for function in module.functions()
        for lines in [_body(function, text)]
        for at in range(len(lines) - SAME_LINES + 1)
    }


def _body(function: Function, text: list[str]) -> list[tuple[int, str]]:
    """The numbered lines of a body, without docstring, comments and lone brackets."""
    first = function.body[1 if ast.get_docstring(function) and function.body[1:] else 0].lineno
    numbered = enumerate(text[first - 1 : function.end_lineno], start=first)
    stripped = ((number, line.strip()) for number, line in numbered)
    return [(number, line) for number, line in stripped if len(line) > 3 and line[0] != "#"]

"""Every kind of thing that services let leave has a renderer, and none has two."""

import ast
from collections import Counter
from pathlib import Path

import services
from bot.render.kinds import NOUNS, SLACK, TELEGRAM

_BARE = frozenset({"take_back", "wipe"})  # Deletions show nothing, so nothing renders them.


def _calls() -> list[tuple[str, ast.Call]]:
    folder = Path(services.__file__).parent
    return [
        (file.name, node)
        for file in sorted(folder.glob("*.py"))
        for node in ast.walk(ast.parse(file.read_text(encoding="utf-8")))
        if isinstance(node, ast.Call)
    ]


def _literal(node: ast.expr | None) -> str:
    return node.value if isinstance(node, ast.Constant) and isinstance(node.value, str) else ""


def _kinds() -> set[tuple[str, str]]:
    """File and kind of every `Draft(kind="…")`, `replace(…, kind="…")` and `answer("…")`."""
    found = set()
    for file, call in _calls():
        name = getattr(call.func, "id", getattr(call.func, "attr", ""))
        if name in ("Draft", "replace"):
            named = [_literal(word.value) for word in call.keywords if word.arg == "kind"]
            found |= {(file, kind) for kind in named if kind}
        if name == "answer" and call.args and _literal(call.args[0]):
            found.add((file, _literal(call.args[0])))
    return found


def test_every_kind_that_services_send_has_a_renderer() -> None:
    assert {("alerts.py", "sos_claimed"), ("alerts.py", "alert_kept")} <= _kinds()
    known = SLACK.keys() | TELEGRAM.keys() | _BARE
    assert sorted(pair for pair in _kinds() if pair[1] not in known) == []


def test_no_kind_has_two_renderers() -> None:
    for table in ("SLACK", "TELEGRAM"):
        times = Counter(kind for noun in NOUNS for kind in getattr(noun, table, {}))
        assert [kind for kind, count in times.items() if count > 1] == []

"""The command line `ansim`: a table of commands, each loaded only when it is called.

To add one: a line in COMMANDS, and a module with a typer app named `app`.
"""

import importlib
from typing import Any

import typer
from typer.core import TyperCommand, TyperGroup

COMMANDS: dict[str, tuple[str, str]] = {
    "run": ("bot.cli.run", "센터 시작. Start the centre."),
    "practice": ("bot.cli.practice", "연습용 서버만 시작. Start the practice servers alone."),
    "demo": ("bot.cli.demo", "주요 업무 보여 주기. Play the main job once."),
    "check": ("bot.cli.check", "무엇을 고칠지 보기. Tell what must be mended."),
    "backup": ("bot.cli.backup", "데이터베이스 복사. Copy the database, without keys."),
    "key": ("bot.cli.key", "새 마스터 키. Make a master key."),
    "hash": (
        "bot.cli.hash",
        "사진·동영상의 해시 만들기. Make hashes of pictures and videos, offline.",
    ),
}


class _Unloaded(TyperCommand):
    """Known by name and help alone; asked to run, it fetches its module and steps aside."""

    def __init__(self, name: str, module: str, help_text: str) -> None:
        super().__init__(name, help=help_text)
        self._module = module

    def make_context(self, *args: Any, **kwargs: Any) -> Any:
        command = typer.main.get_command(importlib.import_module(self._module).app)
        return command.make_context(*args, **kwargs)


class _Table(TyperGroup):
    """The group whose commands are those of the table."""

    def __init__(self, **attributes: Any) -> None:
        super().__init__(**attributes)
        for name, (module, help_text) in COMMANDS.items():
            self.add_command(_Unloaded(name, module, help_text))


app = typer.Typer(
    cls=_Table, no_args_is_help=True, add_completion=False, pretty_exceptions_enable=False
)


@app.callback()
def _ansim() -> None:
    """안심: 피해자 지원센터의 업무 도우미. The chat-ops bot of a victim-support centre."""


def main() -> None:
    """What the console script `ansim` runs."""
    app()

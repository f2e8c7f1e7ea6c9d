"""`ansim check`: what stands on this machine and what must still be mended, with nothing changed by looking."""

import asyncio
from collections.abc import Awaitable
from functools import partial
from typing import Annotated

import typer
from pydantic import ValidationError
from rich.console import Console
from rich.table import Table

from bot.cli.hash_texts import Lang, lang_of_environment
from bot.cli.startup import sentences
from bot.clocks import SystemClock
from bot.places import (
    Centre,
    DamagedKey,
    Unreachable,
    key_of,
    live_centre,
    policy_places,
    practice_address,
    practice_centre,
)
from bot.render.texts import say
from bot.role_needs import NeedsExtra, NeedsOwnWorld, NeedsPostgresql, require
from bot.senders import tokens
from bot.settings import SPEAKING, Mode, Settings
from domain.processes import ProcessRole
from practice import cast
from services import checkup
from services.checkup import Line, State

app = typer.Typer()

_MARKS = {State.GOOD: "✓", State.NOTE: "·", State.BAD: "✗", State.SKIPPED: "-"}


@app.command()
def check(
    offline: Annotated[
        bool, typer.Option("--offline", help="네트워크 없이. Ask neither Slack nor Telegram.")
    ] = False,
    lang: Annotated[Lang | None, typer.Option(help="안내 언어. Language of messages.")] = None,
    role: Annotated[
        ProcessRole | None,
        typer.Option(help="이 역할에 필요한 것. What a process of this role needs (ANSIM_ROLE)."),
    ] = None,
) -> None:
    """무엇이 갖추어졌고 무엇을 고쳐야 하는지 봅니다. Tell what stands and what must be mended.

    Looks at settings, database, keys, policy, tokens, decoders and the record of deeds, and
    changes nothing, also while the centre runs. Exits 1 if something must be mended.
    """
    lines = asyncio.run(_look(is_offline=offline, role=role))
    spoken = lang or lang_of_environment()
    console = Console(highlight=False)
    console.print(_table(lines, spoken))
    bad = sum(line.state is State.BAD for line in lines)
    console.print(_said("check.mend" if bad else "check.fine", spoken, count=bad), soft_wrap=True)
    raise typer.Exit(1 if bad else 0)


def _table(lines: list[Line], lang: Lang) -> Table:
    table = Table(title="안심 check", show_header=False, show_lines=False)
    for line in lines:
        table.add_row(_MARKS[line.state], _said(f"check.{line.key}", lang, **line.facts))
    return table


def _said(key: str, lang: Lang, **facts: object) -> str:
    """The sentence in one language, or in both: Korean first."""
    languages = ("ko", "en") if lang is Lang.BOTH else (lang.value,)
    return "\n".join(say(language, key, **facts) for language in languages)


async def _look(*, is_offline: bool, role: ProcessRole | None = None) -> list[Line]:
    try:
        settings = Settings(ansim_role=role) if role else Settings()
        facts = {"mode": settings.mode, "where": settings.folder}
        lines = [Line("settings_hold", State.GOOD, facts)]
    except ValidationError as error:
        wrong = Line("settings_wrong", State.BAD, {"what": sentences(error)})
        return [wrong, *await checkup.look_at_decoders()]
    lines += _role(settings)
    lines += await _house(settings)
    if settings.ansim_role not in SPEAKING:
        lines.append(Line("speaks_to_nobody", State.SKIPPED))
    else:
        lines += [Line("offline", State.SKIPPED)] if is_offline else await _world(settings)
    return lines + await checkup.look_at_decoders()


def _role(settings: Settings) -> list[Line]:
    """What a process that does one part of the work needs; the one that does all needs nothing."""
    role = settings.ansim_role
    if role is ProcessRole.ALL:
        return []
    try:
        require(settings)
    except NeedsPostgresql:
        return [Line("needs_postgresql", State.BAD, {"role": role})]
    except NeedsExtra:
        return [Line("needs_extra", State.BAD, {"role": role})]
    except NeedsOwnWorld:
        return [Line("needs_own_world", State.BAD, {"role": role})]
    return [Line("role_fits", State.GOOD, {"role": role})]


async def _house(settings: Settings) -> list[Line]:
    database = await checkup.look_at_database(settings.database, settings.mode)
    lines = [database, _keys(settings)]
    lines += checkup.look_at_policy(settings.policies, **policy_places(settings))
    if database.state is State.GOOD:
        lines.append(await checkup.look_at_record(settings.database))
        lines += await checkup.look_at_clock(settings.database, SystemClock().now)
    return lines


def _keys(settings: Settings) -> Line:
    try:
        return checkup.look_at_keys(settings.keys, key_of(settings))
    except DamagedKey as damaged:
        return Line("damaged_key", State.BAD, {"where": str(damaged)})


async def _world(settings: Settings) -> list[Line]:
    """Slack and Telegram, or the practice world that the settings name."""
    practice = practice_address(settings)
    if settings.mode is Mode.PRACTICE and not practice:
        return [Line("own_practice", State.SKIPPED)]
    if settings.mode is Mode.LIVE:
        return await _tokens(live_centre(settings))
    try:
        centre = await practice_centre(settings, practice, cast, partial(key_of, settings))
    except DamagedKey:
        return []  # Told with the keys already.
    except Unreachable as error:
        return [Line("no_practice", State.BAD, {"where": str(error)})]
    return await _tokens(centre)


async def _tokens(centre: Centre) -> list[Line]:
    slack, telegram = centre.slack_url, centre.telegram_url
    asked: list[tuple[str, Awaitable[object]]] = [
        ("Slack · SLACK_BOT_TOKEN", tokens.slack_bot(centre.slack_bot_token, slack)),
        ("Slack · SLACK_APP_TOKEN", tokens.slack_socket(centre.slack_app_token, slack)),
    ]
    if centre.slack_user_token:
        user = tokens.slack_bot(centre.slack_user_token, slack)
        asked.append(("Slack · SLACK_USER_TOKEN", user))
    bots = {**centre.telegram_bots, "hotline": centre.hotline_token}
    asked += [(f"Telegram · {of}", tokens.telegram_bot(one, telegram)) for of, one in bots.items()]
    return [await _answered(whom, answer) for whom, answer in asked]


async def _answered(whom: str, answer: Awaitable[object]) -> Line:
    try:
        await answer
    except tokens.Unknown as error:
        return Line("unanswered", State.BAD, {"whom": whom, "why": str(error)})
    return Line("answers", State.GOOD, {"whom": whom})

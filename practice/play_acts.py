"""What several scenes do in the same way: open a case, see an alert, take it."""

import re
from collections.abc import Awaitable, Callable
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Any

from practice.altered import CHANGES
from practice.stage import PATIENCE_S, Json, Stage, button_of, text_of

Hash = Callable[[bytes, str], Awaitable[bytes]]

ALERTS = "C0ALERTS"
SUPERVISOR, OFFICER, MANAGER = "U0SUPERVISOR", "U0OFFICER1", "U0MANAGER1"
ON_CALL, SECOND, LEAD = "U0ONCALL1", "U0ONCALL2", "U0SUPERVISOR"
KINDS = ("square", "square-feed", "square-gallery")  # By Mastodon's interface, RSS and HTML.
_NEVER = "마지막 성공 아직 없음"
_KEY = re.compile(r"ansim1[a-z2-7]+")
_ROLES = ("deletion_officer", "case_manager", "counsellor", "on_call")


@dataclass
class Report:
    """Steps with their seconds, and what was measured on the way; filled as the play goes."""

    steps: list[dict[str, Any]] = field(default_factory=list)
    posted: int = 0
    expected: int = 0
    altered: dict[str, bool] = field(default_factory=lambda: dict.fromkeys(CHANGES, False))
    sources: list[str] = field(default_factory=list)
    posted_to_alert_s: float | None = None
    missed_to_page_s: float | None = None
    sos_to_staff_s: float | None = None


async def order(stage: Stage, user: str, line: str, *words: str) -> Json:
    """A command whose answer to the one who typed it holds these words."""
    since = await stage.now()

    async def act() -> None:
        await stage.command(user, line)

    async def answer() -> Json | None:
        return await stage.told(user, since, *words)

    return dict(await stage.until_answered(line, act, answer))


async def await_bot(stage: Stage, patience: float = PATIENCE_S) -> None:
    """The bot opens its socket."""

    async def look() -> bool:
        return bool((await stage.state())["is_connected"])

    await stage.wait("bot connected", look, patience)


async def give_roles(stage: Stage) -> None:
    """The supervisor gives everybody their role."""
    for person in (await stage.state())["people"]:
        if person["role"] in _ROLES:
            line = f"/ansim role <@{person['id']}> {person['role']}"
            await order(stage, SUPERVISOR, line, person["id"])


async def set_rota(stage: Stage) -> None:
    """The supervisor sets the rota for the week; whoever is on it already stays."""
    for person, rung in ((ON_CALL, "first"), (SECOND, "second"), (LEAD, "lead")):
        await order(stage, SUPERVISOR, f"/oncall set <@{person}> {rung}", person)


async def register_picture(
    stage: Stage, user: str, case: str, picture: bytes, hash_file: Hash
) -> None:
    """Have a picture hashed for the centre's key on the officer's own machine, and hand that in."""
    shown = await order(stage, user, "/fingerprint key", "ansim1")
    key = next(iter(_KEY.findall(text_of(shown))), "")
    await _hand_in(stage, user, case, await hash_file(picture, key))


async def _hand_in(stage: Stage, user: str, case: str, hashes: bytes) -> None:
    """A hash file for a case, and see that it was taken."""
    since = await stage.now()

    async def act() -> None:
        await stage.command(user, f"/fingerprint add {case}")
        file = await stage.send_file(user, "prints.json", hashes)
        await send_form(stage, user, "fingerprint_add", file=[file])

    async def answer() -> Json | None:
        return await stage.told(user, since, case, "디지털 지문")

    await stage.until_answered("fingerprint registered", act, answer)


async def see_sources(stage: Stage, report: Report, user: str) -> None:
    """Every kind of source has answered: the officer reads it in /sweep status."""

    async def look() -> bool:
        shown = text_of(await order(stage, user, "/sweep status", *KINDS))
        parts = {part.split("*")[0]: part for part in re.split(r"\*(?=square)", shown)[1:]}
        report.sources = [name for name in KINDS if _NEVER not in parts.get(name, _NEVER)]
        return len(report.sources) == len(KINDS)

    await stage.wait("every source has answered", look)


async def confirm_match(stage: Stage, user: str) -> None:
    """Press 피해촬영물 맞음 where the claimer is asked, and see that it is known."""

    def fits(message: Json) -> bool:
        return button_of(message, "match_confirm") is not None

    review = await stage.in_slack("review of the match", fits)
    button = button_of(review, "match_confirm") or {}

    async def act() -> None:
        await press(stage, user, review, "match_confirm", button["value"])

    async def answer() -> bool:
        return any("맞음" in text_of(one) for one in await stage.slack(ALERTS))

    await stage.until_answered("match confirmed", act, answer)


async def send_form(stage: Stage, user: str, callback: str, **values: Any) -> None:
    """Fill and send the form on somebody's screen."""
    form = await stage.form(user, callback)
    body = {"user": user, "view_id": form["id"], "values": values}
    await stage.post("/practice/slack/submit", **body)


async def open_case(
    stage: Stage, user: str, alias: str, harm: str, flags: list[str], channel: str
) -> str:
    """The twenty-second intake; the number on the card in the unit's channel."""

    async def act() -> None:
        await stage.post("/practice/slack/shortcut", user=user, callback_id="case_new")
        await send_form(stage, user, "case_new", alias=alias, harm=harm, flags=flags)

    async def answer() -> Json | None:
        cards = [one for one in await stage.slack(channel) if alias in text_of(one)]
        return cards[-1] if cards else None

    card = await stage.until_answered(f"case {alias}", act, answer)
    return str(card["text"]).split()[1]


async def unclaimed(stage: Stage, *words: str) -> Json:
    """The alert in the channel with these words that nobody has taken."""

    def fits(message: Json) -> bool:
        has_words = all(word in text_of(message) for word in words)
        return has_words and button_of(message, "alert_claim") is not None

    return await stage.in_slack(f"alert {words}", fits, ALERTS)


async def claim(stage: Stage, user: str, alert: Json) -> None:
    """Press 제가 맡을게요, and see that the alert says so."""
    button = button_of(alert, "alert_claim") or {}

    async def act() -> None:
        await press(stage, user, alert, "alert_claim", button["value"])

    async def answer() -> bool:
        same = next(one for one in await stage.slack(ALERTS) if one["ts"] == alert["ts"])
        return button_of(same, "alert_claim") is None and user in text_of(same)

    await stage.until_answered("alert claimed", act, answer)


async def press(stage: Stage, user: str, message: Json, action: str, value: str) -> None:
    """Press a button of a message."""
    place = {"channel": message["channel"], "ts": message["ts"]}
    await stage.post("/practice/slack/press", user=user, action_id=action, value=value, **place)


def age_s(message: Json, now: float) -> float:
    """How long ago a Slack message was posted, in practice seconds; `now` as message stamps count."""
    return now - float(message["ts"])


def moment(message: Json) -> datetime:
    """When a Slack message was posted, by the practice clock."""
    return datetime.fromtimestamp(float(message["ts"]), UTC)

"""Slack's side of people: `/ansim …`, the home tab, and what there is to do today."""

from slack_sdk.errors import SlackApiError

from bot.render import people as render
from bot.render.message import Message
from bot.slack.accounts import account_of
from bot.slack.calls import Call, Table
from domain.refusals import Reason, Refusal
from services import people
from services.today import today


async def help_(call: Call) -> Message:
    """`/ansim help`."""
    return render.help_message(call.language)


async def role(call: Call) -> Message | None:
    """`/ansim role @NAME [ROLE …|none]`: shows, or sets exactly these roles."""
    person = call.word(0, "people.usage.role").lstrip("@")
    if len(call.words) == 1:
        found = await people.roles_of(call.desk, call.actor, person)
        return render.roles(call.language, found)
    home_team = str((await call.client.auth_test())["team_id"])
    account = await _account(call, person, home_team)
    await people.grant_to(call.desk, call.actor, account, home_team, call.words[1:])
    return None


async def _account(call: Call, person: str, home_team: str) -> people.Account:
    """Whom Slack knows by this name; refuses one that it doesn't know."""
    try:
        return await account_of(call.client, person, home_team)
    except SlackApiError:
        raise Refusal(Reason.UNKNOWN_PERSON, person=person) from None


async def language(call: Call) -> None:
    """`/ansim language ko|en`."""
    await people.speak(call.desk, call.actor, call.word(0, "people.usage.language").lower())


async def show_today(call: Call) -> Message:
    """`/ansim today`, the button and the shortcut 오늘 할 일."""
    return render.today(call.language, await today(call.desk, call.actor))


async def home(call: Call) -> None:
    """The home tab was opened: what it shows is made anew."""
    view = render.home(call.language, await today(call.desk, call.actor))
    await call.client.views_publish(user_id=call.actor.id, view=view)


TABLE = Table(
    commands={
        "ansim": {
            "": help_,
            "help": help_,
            "role": role,
            "language": language,
            "today": show_today,
        }
    },
    actions={"today": show_today},
    shortcuts={"today": show_today, "home": home},
)

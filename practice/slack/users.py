"""The people of the workspace, the guest, somebody of another workspace, and the bot."""

from practice.cast import OTHER_TEAM_ID, SLACK_APP_ID, SLACK_BOT_USER, STAFF, TEAM_ID, Staff
from practice.shelf import Document
from practice.slack.refusals import Refusal
from practice.slack.tokens import BOT_ID

TEAM_NAME = "안심 센터"
TEAM_DOMAIN = "ansim-practice"
_DOMAINS = {TEAM_ID: TEAM_DOMAIN, OTHER_TEAM_ID: "other-practice"}
_BY_ID = {person.id: person for person in STAFF}
_BOT = Staff(SLACK_BOT_USER, "Ansim", "bot")


def person(user: str) -> Staff | None:
    """Somebody with an account (the bot too), or nobody."""
    return _BOT if user == SLACK_BOT_USER else _BY_ID.get(user)


def need_person(user: str) -> Staff:
    """Somebody with an account. Raises `user_not_found`."""
    found = person(user)
    if found is None:
        raise Refusal("user_not_found")
    return found


def everyone() -> list[Staff]:
    """The people of this workspace and the bot, as `users.list` has them."""
    return [*(one for one in STAFF if one.team == TEAM_ID), _BOT]


def handle(one: Staff) -> str:
    """The name after the @."""
    return one.id.removeprefix("U0").lower()


def team_of(one: Staff) -> Document:
    """The workspace somebody belongs to, as payloads name it."""
    return {"id": one.team, "domain": _DOMAINS[one.team]}


def actor(one: Staff) -> Document:
    """Somebody as interaction payloads name them."""
    return {"id": one.id, "username": handle(one), "name": handle(one), "team_id": one.team}


def user_object(one: Staff) -> Document:
    """Somebody as `users.info` shows them."""
    is_bot = one.id == SLACK_BOT_USER
    is_chief = one.role == "supervisor"
    return {
        "id": one.id,
        "team_id": one.team,
        "name": handle(one),
        "real_name": one.name,
        "deleted": False,
        "tz": "Asia/Seoul",
        "tz_label": "Korea Standard Time",
        "tz_offset": 32400,
        "profile": _profile(one, is_bot),
        "is_admin": is_chief,
        "is_owner": is_chief,
        "is_primary_owner": is_chief,
        "is_restricted": one.is_guest,
        "is_ultra_restricted": False,
        "is_bot": is_bot,
        "is_app_user": False,
        "is_stranger": one.team != TEAM_ID,
        "updated": 0,
    }


def _profile(one: Staff, is_bot: bool) -> Document:
    profile: Document = {
        "real_name": one.name,
        "real_name_normalized": one.name,
        "display_name": one.name,
        "display_name_normalized": one.name,
        "team": one.team,
    }
    return profile | ({"api_app_id": SLACK_APP_ID, "bot_id": BOT_ID} if is_bot else {})

"""Who makes a Web API call: the bot, the person who installed it, or the app itself."""

from dataclasses import dataclass

from practice.cast import (
    SLACK_APP_TOKEN,
    SLACK_BOT_TOKEN,
    SLACK_BOT_USER,
    SLACK_USER_TOKEN,
    STAFF,
)
from practice.slack.refusals import Refusal

BOT_ID = "B0ANSIM"
INSTALLER = next(person.id for person in STAFF if person.role == "supervisor")


@dataclass(frozen=True)
class Caller:
    """`kind` is bot, user or app; `user` is whom the token speaks for."""

    kind: str
    user: str


_CALLERS = {
    SLACK_BOT_TOKEN: Caller("bot", SLACK_BOT_USER),
    SLACK_USER_TOKEN: Caller("user", INSTALLER),
    SLACK_APP_TOKEN: Caller("app", ""),
}


def caller_of(token: str, wants_app: bool) -> Caller:
    """Whose token it is. Raises `not_authed`, `invalid_auth` or `not_allowed_token_type`."""
    if not token:
        raise Refusal("not_authed")
    caller = _CALLERS.get(token)
    if caller is None:
        raise Refusal("invalid_auth")
    if (caller.kind == "app") != wants_app:
        raise Refusal("not_allowed_token_type")
    return caller

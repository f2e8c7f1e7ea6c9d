"""Whether Slack and Telegram answer and know our tokens; asks who we are, and sends nothing."""

from collections.abc import Awaitable

import aiohttp
from slack_sdk.errors import SlackApiError, SlackClientError
from telegram import Bot
from telegram.error import TelegramError
from telegram.request import HTTPXRequest

from bot.senders.slack import web_client

# What Slack says of a token that somebody has to mend; anything else may pass by itself.
NOT_KNOWN = frozenset(
    {
        "invalid_auth",
        "not_authed",
        "not_allowed_token_type",
        "account_inactive",
        "token_revoked",
        "token_expired",
    }
)


class Unknown(RuntimeError):
    """It doesn't know this token, or doesn't answer; the text is one word."""


class Away(Unknown):
    """It doesn't answer now; whether it knows the token can't be said."""


async def slack_bot(token: str, url: str) -> str:
    """The bot's user id in Slack; raises Unknown."""
    answer = await _asked(web_client(token, url).auth_test())
    return str(answer["user_id"])


async def slack_socket(token: str, url: str) -> None:
    """Raises Unknown unless Slack would open a socket for this app-level token."""
    await _asked(web_client(token, url).apps_connections_open(app_token=token))


async def telegram_bot(token: str, url: str) -> str:
    """The bot's user name in Telegram; raises Unknown."""
    try:
        request = HTTPXRequest(httpx_kwargs={"trust_env": False})
        async with Bot(token, base_url=f"{url}/bot", request=request) as bot:
            return str(bot.username)
    except TelegramError as error:
        raise Unknown(type(error).__name__) from None


async def _asked(call: Awaitable[object]) -> dict[str, object]:
    try:
        return dict(getattr(await call, "data", {}))
    except SlackApiError as error:
        word = _word(error)
        raise (Unknown if word in NOT_KNOWN else Away)(word) from None
    except (TimeoutError, SlackClientError, aiohttp.ClientError, OSError) as error:
        raise Away(type(error).__name__) from None


def _word(error: SlackApiError) -> str:
    """Slack's own name of the error; the answer's type where there is none."""
    try:
        return str(error.response["error"])
    except (KeyError, TypeError, ValueError):
        return type(error).__name__

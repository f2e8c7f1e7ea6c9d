"""Webhooks: updates pushed to a loopback address, in order, until they are taken."""

import asyncio
import ipaddress
import re
from urllib.parse import urlsplit

import aiohttp

from practice.shelf import Document
from practice.telegram.arguments import Arguments
from practice.telegram.network import Network
from practice.telegram.polling import allow
from practice.telegram.refusals import bad

_SECRET = re.compile(r"[A-Za-z0-9_-]{1,256}")
_SECRET_HEADER = "X-Telegram-Bot-Api-Secret-Token"  # noqa: S105 - a header's name
_ANSWER_S = 10
_LONGEST_PAUSE_S = 30.0
_DEFAULT_CONNECTIONS = 40


async def set_webhook(network: Network, bot: str, arguments: Arguments) -> bool:
    """setWebhook; an empty address takes it away."""
    url = arguments.text("url") or ""
    if not url:
        return await delete_webhook(network, bot, arguments)
    if not is_loopback(url):
        raise bad("bad webhook: the practice Telegram calls loopback addresses only")
    secret = arguments.text("secret_token") or ""
    if secret and not _SECRET.fullmatch(secret):
        raise bad("secret token contains unallowed characters")
    allow(network, bot, arguments)
    network.bots.record(bot)["webhook"] = {
        "url": url,
        "secret": secret,
        "max_connections": arguments.whole("max_connections") or _DEFAULT_CONNECTIONS,
    }
    _settle(network, bot, arguments)
    return True


async def delete_webhook(network: Network, bot: str, arguments: Arguments) -> bool:
    """deleteWebhook."""
    network.bots.record(bot)["webhook"] = None
    _settle(network, bot, arguments)
    return True


async def get_webhook_info(network: Network, bot: str, arguments: Arguments) -> Document:
    """getWebhookInfo."""
    hook = network.bots.record(bot)["webhook"] or {}
    info = {
        "url": hook.get("url", ""),
        "has_custom_certificate": False,
        "pending_update_count": len(network.updates.pending(bot)),
    }
    names = ("max_connections", "last_error_date", "last_error_message")
    allowed = network.bots.record(bot)["allowed_updates"]
    more = {"allowed_updates": allowed} if allowed else {}
    return info | more | {name: hook[name] for name in names if name in hook}


def is_loopback(url: str) -> bool:
    """Whether an http(s) address names this machine and nothing else."""
    parts = urlsplit(url)
    host = parts.hostname or ""
    if parts.scheme not in ("http", "https"):
        return False
    try:
        return host == "localhost" or ipaddress.ip_address(host).is_loopback
    except ValueError:
        return False


async def push_for_ever(network: Network, bot: str) -> None:
    """Push one bot's updates as long as it has a webhook; wait while there is nothing."""
    pause_s = 1.0
    async with aiohttp.ClientSession(timeout=aiohttp.ClientTimeout(total=_ANSWER_S)) as session:
        while True:
            hook = network.bots.record(bot)["webhook"]
            pending = network.updates.pending(bot) if hook else []
            if not pending:
                await network.updates.listen(bot)
            elif await _push(network, bot, session, hook, pending):
                pause_s = 1.0
            else:
                await _rest(network, bot, pause_s)
                pause_s = min(pause_s * 2, _LONGEST_PAUSE_S)


async def _push(
    network: Network,
    bot: str,
    session: aiohttp.ClientSession,
    hook: Document,
    pending: list[Document],
) -> bool:
    """Deliver the first update, as the faults in force allow; whether it was taken."""
    faults = network.world.faults
    first = pending[0]
    if faults.take("telegram", "drop"):
        return _note(network, bot, "Connection reset by peer")
    if len(pending) > 1 and faults.take("telegram", "reorder"):
        await _post(session, hook, pending[1])
    if faults.take("telegram", "twice"):
        await _post(session, hook, first)
    trouble = await _post(session, hook, first)
    if trouble:
        return _note(network, bot, trouble)
    network.updates.confirm(bot, first["update_id"] + 1)
    return True


async def _post(session: aiohttp.ClientSession, hook: Document, update: Document) -> str:
    """Send one update; what went wrong, or nothing."""
    headers = {_SECRET_HEADER: hook["secret"]} if hook["secret"] else {}
    try:
        sent = session.post(hook["url"], json=update, headers=headers, allow_redirects=False)
        async with sent as answer:
            ok = 200 <= answer.status < 300
            return "" if ok else f"Wrong response from the webhook: {answer.status} {answer.reason}"
    except (aiohttp.ClientError, TimeoutError) as error:
        return f"Connection failed: {type(error).__name__}"


def _note(network: Network, bot: str, trouble: str) -> bool:
    hook = network.bots.record(bot)["webhook"]
    if hook is not None:
        hook["last_error_date"] = int(network.world.clock.timestamp())
        hook["last_error_message"] = trouble
        network.bots.keep(bot)
    return False


async def _rest(network: Network, bot: str, seconds: float) -> None:
    """Pause; a change of the webhook ends the pause."""
    try:
        async with asyncio.timeout(seconds):
            while await network.updates.listen(bot) != "webhook":
                continue
    except TimeoutError:
        return


def _settle(network: Network, bot: str, arguments: Arguments) -> None:
    network.bots.keep(bot)
    if arguments.flag("drop_pending_updates"):
        network.updates.clear(bot)
    network.updates.ring(bot, "webhook")

"""Where this centre is: addresses, tokens, clock and key, in practice or live."""

import base64
import os
import secrets
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import httpx

from bot.clocks import PracticeClock, SystemClock
from bot.keyring import Keyring, keyring_of, square_keyring
from bot.settings import (
    KEY_BYTES,
    SLACK_ADDRESS,
    TELEGRAM_ADDRESS,
    Mode,
    Settings,
    master_key,
    pairs,
)
from services.desk import Places
from services.ports import Clock

_KEY_FILE = "master.key"
_SOMEWHERE = "http://127.0.0.1"


class Unreachable(RuntimeError):
    """Slack, Telegram or the practice world doesn't answer, or doesn't know our token."""


class DamagedKey(ValueError):
    """The file of practice's own master key holds no key; the message is its path."""


@dataclass(frozen=True)
class Centre:
    """Everything about the surroundings that the front door wires in."""

    clock: Clock
    slack_url: str
    slack_bot_token: str
    slack_app_token: str
    slack_user_token: str
    telegram_url: str
    telegram_bots: dict[str, str]
    hotline_token: str
    first_supervisor: str
    places: Places
    key: bytes
    contact: str = ""
    practice: str = ""
    square: str = ""
    keyring: Keyring = field(default_factory=dict)

    @property
    def loopback(self) -> frozenset[tuple[str, int]]:
        """The exact host and port pairs that sweeps may reach on loopback; none in live mode."""
        parts = urlsplit(self.square)
        return frozenset({(str(parts.hostname), int(parts.port or 80))} if self.square else set())


def live_centre(settings: Settings) -> Centre:
    """The real Slack and Telegram, by the settings."""
    units = pairs(settings.unit_channels)
    return Centre(
        clock=SystemClock(),
        slack_url=settings.slack_api_url or SLACK_ADDRESS,
        slack_bot_token=settings.slack_bot_token.get_secret_value(),
        slack_app_token=settings.slack_app_token.get_secret_value(),
        slack_user_token=settings.slack_user_token.get_secret_value(),
        telegram_url=(settings.telegram_api_url or TELEGRAM_ADDRESS).rstrip("/"),
        telegram_bots=pairs(settings.telegram_bots),
        hotline_token=settings.telegram_hotline_token.get_secret_value(),
        first_supervisor=settings.first_supervisor,
        places=Places(settings.alert_channel, units),
        key=master_key(settings.ansim_master_key.get_secret_value()),
        contact=settings.ansim_contact,
        keyring=keyring_of(settings.source_keys),
    )


async def practice_centre(
    settings: Settings, practice: str, cast: Any, key: Callable[[], bytes]
) -> Centre:
    """The practice world at this address; `cast` names its people, channels and tokens.

    Raises Unreachable.
    """
    state = await _asked(practice)
    clock = PracticeClock()
    clock.set(state["clock"])
    channels = pairs(settings.unit_channels) or cast.UNIT_CHANNELS
    return Centre(
        clock=clock,
        slack_url=settings.slack_api_url or state["addresses"]["slack_api"],
        slack_bot_token=settings.slack_bot_token.get_secret_value() or cast.SLACK_BOT_TOKEN,
        slack_app_token=settings.slack_app_token.get_secret_value() or cast.SLACK_APP_TOKEN,
        slack_user_token=settings.slack_user_token.get_secret_value() or cast.SLACK_USER_TOKEN,
        telegram_url=(settings.telegram_api_url or state["addresses"]["telegram_api"]).rstrip("/"),
        telegram_bots=pairs(settings.telegram_bots) or cast.PRIVATE_BOTS,
        hotline_token=settings.telegram_hotline_token.get_secret_value() or cast.HOTLINE_TOKEN,
        first_supervisor=settings.first_supervisor or cast.FIRST_SUPERVISOR,
        places=Places(settings.alert_channel or cast.ALERT_CHANNEL, channels),
        key=key(),
        contact=settings.ansim_contact,
        practice=practice,
        square=state["addresses"]["square"],
        keyring=await square_keyring(state["addresses"]["square"]),
    )


def practice_address(settings: Settings) -> str:
    """The practice world that the settings point to; empty where none is named."""
    for url in (settings.slack_api_url, settings.telegram_api_url):
        if url:
            parts = urlsplit(url)
            return f"{parts.scheme}://{parts.netloc}"
    return ""


def policy_places(settings: Settings) -> dict[str, str]:
    """What fills the addresses in policy files before the practice world has told its own."""
    return {} if settings.mode is Mode.LIVE else {"square": _SOMEWHERE}


async def _asked(practice: str) -> dict[str, Any]:
    try:
        async with httpx.AsyncClient(trust_env=False, timeout=10) as http:
            answer = await http.get(f"{practice}/practice/state")
            return dict(answer.raise_for_status().json())
    except (httpx.HTTPError, ValueError) as error:
        raise Unreachable(f"{practice} ({type(error).__name__})") from None


def key_of(settings: Settings) -> bytes:
    """The master key as it stands, made by nobody for this look; empty where there is none."""
    if settings.mode is Mode.LIVE:
        return master_key(settings.ansim_master_key.get_secret_value())
    file = settings.folder / _KEY_FILE
    return _read_key(file) if file.exists() else b""


def practice_key(folder: Path) -> bytes:
    """Practice makes its own key: what it seals is nobody's."""
    file = folder / _KEY_FILE
    if not file.exists():
        folder.mkdir(parents=True, exist_ok=True)
        handle = os.open(file, os.O_CREAT | os.O_EXCL | os.O_WRONLY, 0o600)
        with os.fdopen(handle, "wb") as out:
            out.write(base64.b64encode(secrets.token_bytes(KEY_BYTES)))
    return _read_key(file)


def _read_key(file: Path) -> bytes:
    try:
        return master_key(file.read_text())
    except ValueError:  # Cut off, or no text at all.
        raise DamagedKey(str(file)) from None

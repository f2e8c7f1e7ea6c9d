"""The settings: secrets and addresses from the environment and `.env`, checked before anything starts."""

import base64
import binascii
from enum import StrEnum
from ipaddress import ip_address
from pathlib import Path
from typing import Annotated
from urllib.parse import urlsplit

from pydantic import AfterValidator, Field, SecretStr, model_validator
from pydantic_settings import BaseSettings, NoDecode, SettingsConfigDict

from domain.processes import ProcessRole

UNITS = ("deletion", "stalking", "youth")
SLACK_ADDRESS = "https://slack.com/api/"
TELEGRAM_ADDRESS = "https://api.telegram.org"
KEY_BYTES = 32


class Mode(StrEnum):
    """Practice lives on loopback with a database of its own; live speaks to people."""

    PRACTICE = "practice"
    LIVE = "live"


def _pairs(text: str) -> str:
    """`name=value,name=value`, checked; kept as text, for tokens hold colons."""
    for part in filter(None, text.split(",")):
        name, _, value = part.partition("=")
        if not name.strip() or not value.strip():
            raise ValueError("write name=value, separated by commas")
    return text


def _keys(text: SecretStr) -> SecretStr:
    """`network.name=value,…`, checked without ever being shown."""
    for part in filter(None, text.get_secret_value().split(",")):
        place, _, value = part.partition("=")
        owner, _, name = place.strip().partition(".")
        if not owner or not name or not value.strip():
            raise ValueError("write network.name=value, separated by commas")
    return text


def _address(text: str) -> str:
    if text and urlsplit(text).scheme not in ("http", "https"):
        raise ValueError("write an address that begins with http:// or https://")
    return text


def _database(text: str) -> str:
    if text and not text.startswith(("sqlite", "postgresql")):
        raise ValueError("write an address that begins with sqlite:/// or postgresql://")
    return text


def _header(text: str) -> str:
    if not (text.isascii() and text.isprintable()):
        raise ValueError("write an address in plain ASCII letters")
    return text


Pairs = Annotated[str, AfterValidator(_pairs), NoDecode]
Address = Annotated[str, AfterValidator(_address)]


def pairs(text: str) -> dict[str, str]:
    """The names and values of `name=value,name=value`."""
    parts = (part.partition("=") for part in text.split(",") if part)
    return {name.strip(): value.strip() for name, _, value in parts}


class Settings(BaseSettings):
    """One field per line of `.env.example`, which explains each."""

    model_config = SettingsConfigDict(env_file=".env", extra="ignore", env_ignore_empty=True)

    ansim_mode: Mode | None = None
    ansim_role: ProcessRole = ProcessRole.ALL
    ansim_home: Path = Path(".ansim")
    ansim_keys: Path | None = None
    ansim_master_key: SecretStr = SecretStr("")
    ansim_contact: Annotated[str, AfterValidator(_header)] = ""
    database_url: Annotated[str, AfterValidator(_database)] = ""
    source_keys: Annotated[SecretStr, AfterValidator(_keys)] = SecretStr("")
    log_level: Annotated[str, Field(pattern="(?i)^(debug|info|warning|error)$")] = "info"

    slack_bot_token: SecretStr = SecretStr("")
    slack_app_token: SecretStr = SecretStr("")
    slack_user_token: SecretStr = SecretStr("")
    slack_api_url: Address = ""
    first_supervisor: str = ""
    alert_channel: str = ""
    unit_channels: Pairs = ""

    telegram_bots: Pairs = ""
    telegram_hotline_token: SecretStr = SecretStr("")
    telegram_api_url: Address = ""

    websub_callback: Address = ""
    websub_port: Annotated[int, Field(ge=0, le=65_535)] = 0

    @property
    def mode(self) -> Mode:
        """What was asked for; else live as soon as there is a token."""
        if self.ansim_mode is not None:
            return self.ansim_mode
        return Mode.LIVE if self._tokens() else Mode.PRACTICE

    @property
    def folder(self) -> Path:
        """Where this mode keeps its database, keys and policy; the two never mix."""
        return self.ansim_home / self.mode

    @property
    def keys(self) -> Path:
        """Where the key store lies."""
        return self.ansim_keys or self.folder / "keys"

    @property
    def policies(self) -> Path:
        """Where the centre's own policy files lie."""
        return self.ansim_home / "policy"

    @property
    def database(self) -> str:
        return self.database_url or f"sqlite:///{self.folder / 'ansim.sqlite'}"

    def _tokens(self) -> bool:
        secrets = (self.slack_bot_token, self.slack_app_token, self.telegram_hotline_token)
        return bool(self.telegram_bots or any(one.get_secret_value() for one in secrets))

    @model_validator(mode="after")
    def _live_is_complete(self) -> "Settings":
        """Live starts with everything it needs, or not at all."""
        if self.mode is Mode.LIVE:
            needed = _NEEDED_LIVE if self.ansim_role in SPEAKING else _NEEDED_SILENT
            missing = [name.upper() for name in needed if not _text(getattr(self, name))]
            if missing:
                raise ValueError(f"live mode needs {', '.join(missing)}")
            if absent := [unit for unit in UNITS if unit not in pairs(self.unit_channels)]:
                raise ValueError(f"UNIT_CHANNELS lacks {', '.join(absent)}")
            master_key(self.ansim_master_key.get_secret_value())
        elif not all(
            _is_loopback(url) for url in (self.slack_api_url, self.telegram_api_url) if url
        ):
            raise ValueError("practice mode speaks to loopback addresses only")
        return self


_NEEDED_LIVE = (
    "slack_bot_token",
    "slack_app_token",
    "first_supervisor",
    "alert_channel",
    "unit_channels",
    "telegram_bots",
    "telegram_hotline_token",
    "ansim_master_key",
    "ansim_contact",
)
# A process that speaks to nobody holds none of the tokens.
SPEAKING = (ProcessRole.ALL, ProcessRole.BOT)
_NEEDED_SILENT = ("alert_channel", "unit_channels", "ansim_master_key", "ansim_contact")


def master_key(text: str) -> bytes:
    """The 32 bytes of ANSIM_MASTER_KEY; raises ValueError for anything else."""
    try:
        key = base64.b64decode(text, validate=True)
    except binascii.Error:
        key = b""
    if len(key) != KEY_BYTES:
        raise ValueError("ANSIM_MASTER_KEY must be 32 bytes in base64; `ansim key` makes one")
    return key


def _text(value: str | SecretStr) -> str:
    return value.get_secret_value() if isinstance(value, SecretStr) else value


def _is_loopback(url: str) -> bool:
    host = urlsplit(url).hostname or ""
    if host == "localhost":
        return True
    try:
        return ip_address(host).is_loopback
    except ValueError:
        return False

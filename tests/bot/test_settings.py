"""Settings: practice needs nothing, live needs everything, and what is wrong is named."""

import base64

import pytest
from pydantic import ValidationError

from bot.settings import Mode, Settings, pairs

LIVE = {
    "slack_bot_token": "xoxb-1",
    "slack_app_token": "xapp-1",
    "first_supervisor": "U1",
    "alert_channel": "C1",
    "unit_channels": "deletion=C2,stalking=C3,youth=C4",
    "telegram_bots": "water=1:a",
    "telegram_hotline_token": "2:b",
    "ansim_master_key": base64.b64encode(b"k" * 32).decode(),
    "ansim_contact": "centre@example.org",
}


def settings(**values: str) -> Settings:
    return Settings(_env_file=None, **values)  # type: ignore[arg-type]


@pytest.fixture(autouse=True)
def _no_environment(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in Settings.model_fields:
        monkeypatch.delenv(name.upper(), raising=False)


def test_without_tokens_it_is_practice() -> None:
    assert settings().mode is Mode.PRACTICE


def test_with_all_tokens_it_is_live_with_no_other_change() -> None:
    assert settings(**LIVE).mode is Mode.LIVE


def test_practice_and_live_never_share_a_database() -> None:
    assert settings().database != settings(**LIVE).database


@pytest.mark.parametrize("name", LIVE)
def test_live_does_not_start_without_one_of_its_settings(name: str) -> None:
    given = {key: value for key, value in LIVE.items() if key != name}
    with pytest.raises(ValidationError) as wrong:
        settings(ansim_mode="live", **given)
    assert name.upper() in str(wrong.value)


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("ansim_mode", "trial"),
        ("database_url", "mysql://x"),
        ("slack_api_url", "slack"),
        ("telegram_bots", "water"),
        ("log_level", "loud"),
        ("ansim_contact", "센터"),
        ("slack_api_url", "http://192.0.2.7/api/"),
    ],
)
def test_a_wrong_setting_is_named(name: str, value: str) -> None:
    with pytest.raises(ValidationError):
        settings(**{name: value})


def test_a_short_master_key_is_refused() -> None:
    with pytest.raises(ValidationError, match="ANSIM_MASTER_KEY"):
        settings(**{**LIVE, "ansim_master_key": base64.b64encode(b"short").decode()})


def test_tokens_keep_their_colons() -> None:
    assert pairs("water=1:a, words=2:b=") == {"water": "1:a", "words": "2:b="}

"""Words that a person changes after sending them, and words under a picture, are heard as well."""

from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any

import pytest
from telegram import Update

from bot.telegram.front import is_urgent
from bot.telegram.poller import KINDS, letter_of
from domain.alerts import AlertKind
from domain.inbox import Received
from services import alerts, inbox
from services.desk import Desk
from tests.conftest import ON_CALL
from tests.fixtures_phones import CHAT, enrolled, with_phones
from tests.fixtures_telegram import Bots, bots_at_work

PHOTO = [{"file_id": "f", "file_unique_id": "u", "width": 9, "height": 9}]


@pytest.fixture
async def bots(desk: Desk, tmp_path: Path) -> AsyncIterator[Bots]:
    async with bots_at_work(with_phones(desk), tmp_path / "world") as made:
        yield made


async def arrive(bots: Bots, kind: str, **words: Any) -> Received:
    """An update as Telegram would deliver it, kept in the inbox."""
    person = {"id": CHAT.id, "is_bot": False, "first_name": "-", "language_code": "ko"}
    chat = {"id": CHAT.id, "type": "private"}
    message = {"message_id": 9, "date": 1, "chat": chat, "from": person, **words}
    front = bots.fronts[CHAT.bot]
    update = Update.de_json({"update_id": 900, kind: message}, front.bot)
    return (await inbox.take_in(bots.desk, [letter_of(CHAT.bot, update)]))[0]


@pytest.mark.parametrize(
    ("kind", "words"),
    [
        ("edited_message", {"text": "살려주세요", "edit_date": 2}),
        ("message", {"caption": "살려주세요", "photo": PHOTO}),
    ],
)
async def test_a_call_for_help_is_heard_at_once(
    bots: Bots, kind: str, words: dict[str, Any]
) -> None:
    await enrolled(bots.desk)
    received = await arrive(bots, kind, **words)
    assert is_urgent(received)
    await bots.fronts[CHAT.bot].handle(received)
    raised = await alerts.list_alerts(bots.desk, ON_CALL)
    assert [alert.kind for alert in raised] == [AlertKind.SOS]


def test_telegram_is_asked_for_changed_words_too() -> None:
    assert Update.EDITED_MESSAGE in KINDS

"""Retention: keys, letters and messages that have served their time go."""

from services import candidates, retention
from services.desk import Desk


async def run(desk: Desk) -> None:
    """Erase old day keys and letters, and take back messages while Telegram still lets us."""
    await retention.finish_erasures(desk)
    await retention.erase_day_keys(desk)
    await retention.forget_letters(desk)
    await candidates.forget_old(desk)
    await retention.take_back_messages(desk)

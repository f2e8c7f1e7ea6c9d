"""Trigger ids: for three real seconds after a person acted the bot may open a modal, once."""

import secrets
import time
from dataclasses import dataclass

from practice.slack.refusals import Refusal

_LIFE_S = 3.0


@dataclass
class Trigger:
    """Who acted, when (monotonic seconds), and in which modal if in one."""

    user: str
    view_id: str
    born: float
    is_used: bool = False


class Triggers:
    """The trigger ids given out since the start; they don't outlive a restart, nor need to."""

    def __init__(self) -> None:
        self._given: dict[str, Trigger] = {}

    def new(self, user: str, view_id: str = "") -> str:
        """A fresh trigger id for what this person just did."""
        self._forget_old()
        number = f"{secrets.randbelow(10**12):012d}.{secrets.token_hex(8)}"
        self._given[number] = Trigger(user, view_id, time.monotonic())
        return number

    def owner(self, number: str) -> str:
        """Whose deed it came of, long past its life too; empty for one that was never given out."""
        trigger = self._given.get(number)
        return "" if trigger is None else trigger.user

    def exchange(self, number: str) -> Trigger:
        """Use one up. Raises `invalid_trigger_id`, `exchanged_…` or `expired_trigger_id`."""
        trigger = self._given.get(number)
        if trigger is None:
            raise Refusal("invalid_trigger_id")
        if trigger.is_used:
            raise Refusal("exchanged_trigger_id")
        if time.monotonic() - trigger.born > _LIFE_S:
            raise Refusal("expired_trigger_id")
        trigger.is_used = True
        return trigger

    def _forget_old(self) -> None:
        # Kept far beyond their life, so that a late use is called expired and not invented.
        oldest = time.monotonic() - 1000 * _LIFE_S
        self._given = {key: one for key, one in self._given.items() if one.born > oldest}

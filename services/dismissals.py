"""The negative bank: false alarms of a fingerprint, as the register in memory hears of them."""

from collections.abc import Iterable
from contextlib import suppress

from domain.dismissals import Bank, bank_of
from services.desk import Desk
from storage.dismissals import Decided
from storage.keys import KeyErased


def bank(desk: Desk, decided: Iterable[Decided]) -> Bank:
    """What named persons said of one fingerprint's matches, opened."""
    dismissed, confirmed = [], []
    for each in decided:
        with suppress(KeyErased):
            if each.is_dismissed:
                dismissed.append(each.dismissed(desk.safe))
            else:
                confirmed.append(each.opened(desk.safe))
    return bank_of(dismissed, confirmed, desk.policy.negative)

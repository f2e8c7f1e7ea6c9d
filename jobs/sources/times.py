"""Times and addresses as streams want them: microseconds, identifiers that sort by time, ws://."""

from datetime import UTC, datetime, timedelta

SECOND = 1_000_000  # Microseconds.
MINUTE = 60 * SECOND

_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
_MICROSECOND = timedelta(microseconds=1)
_LATEST_US = 250_000_000_000 * SECOND  # Within the years that a datetime can hold.
_LETTERS = "234567abcdefghijklmnopqrstuvwxyz"


def at_us(when: datetime) -> int:
    """Microseconds since 1970."""
    return (when - _EPOCH) // _MICROSECOND


def from_us(count: int) -> datetime:
    """The time so many microseconds after 1970; the last that there is, if it is beyond."""
    return _EPOCH + timedelta(microseconds=min(max(count, 0), _LATEST_US))


def tid(count: int) -> str:
    """The first identifier (TID of atproto) of this microsecond; identifiers sort as their times."""
    number = max(count, 0) << 10
    return "".join(_LETTERS[number >> (5 * place) & 31] for place in range(12, -1, -1))


def tid_us(text: str) -> int | None:
    """When an identifier was made, in microseconds; none if it is none."""
    if len(text) != 13 or any(letter not in _LETTERS for letter in text):
        return None
    number = 0
    for letter in text:
        number = number << 5 | _LETTERS.index(letter)
    return number >> 10


def websocket(base: str) -> str:
    """A server's address as one for WebSockets, without a slash at its end."""
    scheme, mark, rest = base.rstrip("/").partition("://")
    return f"{'ws' if scheme == 'http' else 'wss'}{mark}{rest}"

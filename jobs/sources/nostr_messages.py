"""A relay's messages: what it is asked, what it answers, and where it refuses to."""

import json
from typing import Any

from domain.sources import MalformedSource, Term, Trouble
from jobs.sources.batches import Flawed
from jobs.sources.nostr_events import KINDS, Event, read_event

ON_A_PAGE = 100  # Relays that give fewer at once are rare.

_REASONS = {  # Older relays give them as notices.
    "auth-required": Trouble.KEY_REFUSED,
    "restricted": Trouble.KEY_REFUSED,
    "rate-limited": Trouble.TOO_MANY,
}

Message = list[Any]


def close(term: Term) -> str:
    """No more of this is wanted."""
    return json.dumps(["CLOSE", _subscription(term)])


def _subscription(term: Term) -> str:
    return term.key[:60]


def request(term: Term, since: int | None, until: int | None) -> str:
    """What is asked for; bounds: since and until, in seconds, both inclusive."""
    wanted: dict[str, Any] = {"kinds": KINDS, "limit": ON_A_PAGE}
    if term.text:
        wanted["#t"] = list(dict.fromkeys((term.text, term.text.lower())))
    bounds = (("since", since), ("until", until))
    wanted |= {name: max(bound, 0) for name, bound in bounds if bound is not None}
    return json.dumps(["REQ", _subscription(term), wanted], ensure_ascii=False)


def read_message(data: str | bytes) -> Message:
    """A relay's message. Raises Flawed."""
    try:
        message = json.loads(data)
    except (ValueError, RecursionError):
        raise Flawed from None
    if not isinstance(message, list) or len(message) < 2 or not isinstance(message[0], str):
        raise Flawed
    return message


def event_in(message: Message, term: Term) -> Event | None:
    """The event that answers this question, if it is a whole one."""
    if message[:2] != ["EVENT", _subscription(term)] or len(message) < 3:
        return None
    return read_event(message[2])


def is_end(message: Message, term: Term) -> bool:
    """Whether all that was stored has been given."""
    return message[:2] == ["EOSE", _subscription(term)]


def require_open(message: Message, term: Term) -> None:
    """Raises MalformedSource where the relay refuses to answer."""
    said = str(message[-1]).lower()
    is_closed = message[:2] == ["CLOSED", _subscription(term)]
    if not is_closed and message[0] != "NOTICE":
        return
    for reason, trouble in _REASONS.items():
        if reason in said:
            raise MalformedSource(trouble, reason)
    if is_closed:
        raise MalformedSource(Trouble.STREAM_ENDED, "CLOSED")

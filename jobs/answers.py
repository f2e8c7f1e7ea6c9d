"""Reading what a source answered: its status, how long it wants to be left alone, JSON, times."""

import json
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from email.utils import parsedate_to_datetime
from typing import Any

from domain.sources import MalformedSource, Trouble

_LONGEST_WAIT_S = 86_400


@dataclass(frozen=True)
class Answer:
    """What a source answered: status, headers by lower-case name, body, and the final address."""

    status: int
    headers: Mapping[str, str]
    body: bytes
    url: str


def require_ok(answer: Answer) -> Answer:
    """The answer, if its status is 200; raises MalformedSource with the status and how long to wait."""
    if answer.status == 200:
        return answer
    wait = retry_after(answer)
    if answer.status == 429:
        raise MalformedSource(Trouble.TOO_MANY, str(answer.status), wait)
    if answer.status == 401:
        raise MalformedSource(Trouble.KEY_REFUSED, str(answer.status), wait)
    raise MalformedSource(Trouble.STATUS, str(answer.status), wait)


def retry_after(answer: Answer) -> timedelta | None:
    """How long the server asks to be left alone, in either of the two spellings; a day at most."""
    text = answer.headers.get("retry-after", "").strip()
    if text.isdigit():
        return timedelta(seconds=min(int(text), _LONGEST_WAIT_S))
    until, date = moment(text), moment(answer.headers.get("date", ""))
    if until is None or date is None:
        return None
    return min(max(until - date, timedelta()), timedelta(seconds=_LONGEST_WAIT_S))


def read_json(answer: Answer) -> Any:
    """The answer's JSON, if its status is 200; raises MalformedSource."""
    body = require_ok(answer).body
    try:
        found = json.loads(body)
        if b"\\ud" in body.lower():
            # Half a character can be escaped, but written down nowhere.
            found = json.loads(json.dumps(found, ensure_ascii=False).encode(errors="replace"))
    except (ValueError, RecursionError):
        raise MalformedSource(Trouble.NOT_JSON) from None
    return found


def moment(text: object) -> datetime | None:
    """A time in ISO 8601 or as in mails, aware UTC; none where it can't be read."""
    if not isinstance(text, str):
        return None
    for read in (datetime.fromisoformat, parsedate_to_datetime):
        try:
            found = read(text.strip())
            return found.replace(tzinfo=found.tzinfo or UTC).astimezone(UTC)
        except (ValueError, TypeError, OverflowError):  # Also the edges of the calendar.
            continue
    return None

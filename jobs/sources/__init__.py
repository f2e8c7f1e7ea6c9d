"""Connectors: each lists the media of one kind of source, and downloads none of it."""

from collections.abc import Mapping
from datetime import UTC, datetime
from email.utils import parsedate_to_datetime
from typing import Protocol

from domain.policy import SourcePolicy
from domain.sources import Cursor, MalformedSource, Page, Tag, Trouble
from jobs.web import Answer


class Http(Protocol):
    """Guarded GETs; raises MalformedSource where there is no answer."""

    async def get(
        self,
        url: str,
        params: Mapping[str, str] | None = None,
        headers: Mapping[str, str] | None = None,
    ) -> Answer: ...


class Connector(Protocol):
    """Reads one kind of source. Raises MalformedSource, and then nothing of the page counts."""

    async def poll(
        self, source: SourcePolicy, tags: tuple[Tag, ...], cursor: Cursor, http: Http
    ) -> Page: ...


def require_ok(answer: Answer) -> Answer:
    """The answer, if its status is 200; raises MalformedSource with the status."""
    if answer.status != 200:
        raise MalformedSource(Trouble.STATUS, str(answer.status))
    return answer


def moment(text: object) -> datetime | None:
    """A time in ISO 8601 or as in mails, aware UTC; none where it can't be read."""
    if not isinstance(text, str):
        return None
    for read in (datetime.fromisoformat, parsedate_to_datetime):
        try:
            found = read(text.strip())
        except (ValueError, TypeError):
            continue
        return found.replace(tzinfo=found.tzinfo or UTC).astimezone(UTC)
    return None

"""X's filtered stream: its rules are made to be the watch's words, and then lines are read.

The stream's cursor is when it was last heard (`at`, seconds since 1970). A silence of up to five
minutes is asked for again at X, where the access allows that; a longer one is told as a gap.
"""

import math
from collections.abc import AsyncGenerator
from contextlib import aclosing
from datetime import UTC, datetime, timedelta
from typing import Any
from urllib.parse import urlencode

from domain.sources import Cursor, Gap, MalformedSource, Page, Trouble, Watch
from jobs.sources import Http
from jobs.sources.reading import mapping, mappings, number, text
from jobs.sources.x_posts import FIELDS, headers, page_of, query, read, read_line
from services.ports import Clock

_PATH = "/2/tweets/search/stream"
_MOST_RULES = 1_000
_MOST_BACKFILL = 5
_OVERLAP = timedelta(minutes=3)
_TOLD_EVERY = timedelta(seconds=60)  # How often a silent stream says that it was heard.


async def streamed(
    watch: Watch, http: Http, clock: Clock, without_backfill: set[str]
) -> AsyncGenerator[Page, None]:
    """Pages of one post each; `without_backfill` remembers the sources that refuse to repeat."""
    base = watch.source.url.rstrip("/")
    trouble = await _set_rules(base, watch, http)
    if not watch.terms:
        return  # X opens no stream without a rule.
    heard = _heard(watch.cursor)
    minutes = 0 if base in without_backfill else _minutes(heard, clock.now())
    try:
        async with aclosing(_lines(base, watch, http, clock, heard, minutes, trouble)) as pages:
            async for page in pages:
                yield page
    except MalformedSource as flaw:
        if not minutes or flaw.trouble is not Trouble.STATUS or flaw.detail not in ("400", "403"):
            raise
        without_backfill.add(base)
        async with aclosing(_lines(base, watch, http, clock, heard, 0, trouble)) as pages:
            async for page in pages:
                yield page


async def _lines(
    base: str,
    watch: Watch,
    http: Http,
    clock: Clock,
    heard: datetime | None,
    minutes: int,
    trouble: MalformedSource | None,
) -> AsyncGenerator[Page, None]:
    asked = FIELDS | ({"backfill_minutes": str(minutes)} if minutes else {})
    told_at: datetime | None = None
    keys = {term.key for term in watch.terms}
    url = f"{base}{_PATH}?{urlencode(asked)}"
    async with aclosing(http.lines(url, headers(watch))) as lines:
        async for line in lines:
            now = clock.now()
            if told_at is None:
                yield Page((), _cursor(now), trouble=trouble, gap=_gap(heard, now, minutes))
                told_at = now
            if line.strip():
                yield _page(line, keys, now)
                told_at = now
            elif now - told_at >= _TOLD_EVERY:
                yield Page((), _cursor(now))
                told_at = now


def _page(line: str, keys: set[str], now: datetime) -> Page:
    """The post of a line. One that can't be read is told and passed: it comes alone."""
    try:
        told = read_line(line)
    except MalformedSource as flaw:
        if flaw.trouble is not Trouble.NOT_JSON:
            raise
        return Page((), None, trouble=flaw)
    tags = [text(rule.get("tag")) for rule in mappings(told.get("matching_rules"))]
    key = next((tag for tag in tags if tag in keys), "")
    page = page_of({**told, "data": [told.get("data")]}, key)
    return Page(page.items, _cursor(now), posts=page.posts)


def _cursor(now: datetime) -> Cursor:
    return {"at": int(now.timestamp())}


def _heard(cursor: Cursor) -> datetime | None:
    at = cursor.get("at")
    return datetime.fromtimestamp(at, UTC) if at else None


def _minutes(heard: datetime | None, now: datetime) -> int:
    """How many minutes X is asked to repeat; none after a silence that is too long for it."""
    if heard is None:
        return 0
    silent = math.ceil((now - heard).total_seconds() / 60)
    return max(silent, 1) if silent <= _MOST_BACKFILL else 0


def _gap(heard: datetime | None, now: datetime, minutes: int) -> Gap | None:
    """What was missed, where X doesn't repeat it by itself."""
    if heard is None or minutes:
        return None
    return Gap(heard - _OVERLAP, now)


async def _set_rules(base: str, watch: Watch, http: Http) -> MalformedSource | None:
    """Make the rules equal to the words; what X refuses of them is the trouble that comes back."""
    wanted = {term.key: query(term) for term in watch.terms[:_MOST_RULES]}
    present = await _rules(base, watch, http)
    kept = {text(rule.get("tag")): text(rule.get("value")) for rule in present}
    dead = [
        text(rule.get("id"))
        for rule in present
        if wanted.get(text(rule.get("tag"))) != text(rule.get("value"))
    ]
    new = [{"value": value, "tag": tag} for tag, value in wanted.items() if kept.get(tag) != value]
    if dead:
        await _change(base, watch, http, {"delete": {"ids": dead}})
    refused = await _change(base, watch, http, {"add": new}) if new else 0
    refused += max(len(watch.terms) - _MOST_RULES, 0)
    return MalformedSource(Trouble.STATUS, f"{refused} rules refused") if refused else None


async def _rules(base: str, watch: Watch, http: Http) -> list[dict[str, Any]]:
    answer = await http.get(f"{base}{_PATH}/rules", headers=headers(watch))
    return mappings(read(answer).get("data"))


async def _change(base: str, watch: Watch, http: Http, body: dict[str, Any]) -> int:
    """Change the rules; how many were refused. A rule that is there already is as good as new."""
    answer = await http.post(f"{base}{_PATH}/rules", body=body, headers=headers(watch))
    told = read(answer)
    refused = [
        each for each in mappings(told.get("errors")) if each.get("title") != "DuplicateRule"
    ]
    counted = number(mapping(mapping(told.get("meta")).get("summary")).get("invalid")) or 0
    return max(len(refused), counted)

"""Searches: what a result says in plain words, how far back a word's pages are read, and refusals."""

import json
import re
from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from hashlib import sha256
from typing import Any, NoReturn
from zoneinfo import ZoneInfo

from domain.sources import Item, MalformedSource, Page, Post, Term, Trouble, Watch, absolute
from jobs.answers import Answer, moment, retry_after
from jobs.sources import SPOILS_ALL, Place, each_term
from jobs.sources.markup import plain_text

KOREA, PACIFIC = ZoneInfo("Asia/Seoul"), ZoneInfo("America/Los_Angeles")
OVERLAP = timedelta(hours=1)  # Indexes lag behind what is posted.
_OLDEST = datetime(2000, 1, 1, tzinfo=UTC)
_REMEMBERED = 10  # Of the newest results of a round; an edited or deleted one doesn't matter then.
_BOLD = re.compile(r"</?b>", re.IGNORECASE)  # What searches put around the word that was found.


@dataclass(frozen=True)
class Result:
    """What a search found. media: the picture itself, then its thumbnail; empty where there is none."""

    native_id: str
    page_url: str
    text: str
    media: tuple[str, ...] = ()
    posted_at: datetime | None = None


@dataclass(frozen=True)
class Listing:
    """A page of results, newest first; `older`: the next page, none after the last one allowed."""

    results: list[Result]
    older: int | str | None


AskShelf = Callable[[str, Term, Place], Awaitable[tuple[Page, Place]]]


async def each_shelf(watch: Watch, shelves: tuple[str, ...], ask: AskShelf) -> Page:
    """One page of every word's on every shelf of a search; a word's place holds one for each shelf.

    Where the calls of a turn end within a word, the next turn begins with the shelf (`from`) that is due.
    """
    troubles = list[MalformedSource]()

    async def ask_word(term: Term, place: Place | None) -> tuple[Page, Place]:
        if troubles and troubles[-1].trouble in SPOILS_ALL:
            raise troubles[-1]
        answered = list[str]()

        async def ask_one(shelf: Term, known: Place | None) -> tuple[Page, Place]:
            page, after = await ask(shelf.key, term, known or {})
            answered.append(shelf.key)
            return page, after

        kept = {shelf: (place or {}).get(shelf, {}) for shelf in shelves}
        due = (place or {}).get("from", 0)
        ordered = tuple(Term(shelf, term.text) for shelf in (*shelves[due:], *shelves[:due]))
        page = await each_term(ordered, kept, ask_one)
        troubles.extend([page.trouble] if page.trouble else [])
        after = {**(page.cursor or {}), "from": (due + len(answered)) % len(shelves)}
        return page, after | ({"at": True} if page.is_more else {})

    page = await each_term(watch.terms, watch.cursor, ask_word)
    return replace(page, trouble=page.trouble or next(iter(troubles), None))


def page_of(term: Term, listing: Listing) -> Page:
    """The results as media and posts of a word; those that lead nowhere are left out."""
    items, posts = list[Item](), list[Post]()
    for found in listing.results:
        page = found.page_url or next(filter(None, found.media), "")
        if not page or not found.native_id:
            continue
        said = (page, found.text, found.posted_at, term.key)
        posts += [Post(found.native_id, *said)] if found.text else []
        items += [
            Item(found.native_id, index, address, page, found.posted_at, term.key)
            for index, address in enumerate(found.media)
            if address
        ]
    return Page(tuple(items), None, posts=tuple(posts))


def after_known(place: Place, listing: Listing) -> Place:
    """Where a word stands in a search without times: rounds end where half of what is known is met.

    `known`: marks of the newest results of the last round; while catching up, of this one as `newest`.
    """
    marks = [sha256(found.native_id.encode()).hexdigest()[:8] for found in listing.results]
    known, newest = place.get("known", []), place.get("newest") or marks[:_REMEMBERED]
    met = place.get("met", 0) + len(set(known) & set(marks))
    if listing.older is None or (known and met * 2 >= len(known)):
        return {"known": newest or known}
    return {"known": known, "newest": newest, "met": met, "at": listing.older}


def since(place: Place) -> datetime | None:
    """From when on a search by time is asked; none for a word that was never found."""
    if "since" in place:
        return moment(place["since"])
    high = moment(place.get("high"))
    return high - OVERLAP if high else None


def after_time(place: Place, listing: Listing, now: datetime) -> Place:
    """Where a word stands in a search by time: `high` is never later than now, whatever is claimed.

    While catching up, all pages of the round are asked `since` the same time. A round ends where half
    of a page was known before: what the overlap brings besides is not read on and on.
    """
    from_when, before = since(place), moment(place.get("high"))
    times = [found.posted_at for found in listing.results if found.posted_at]
    seen = [*times, before] if before else times
    high = {"high": min(max(*seen, _OLDEST), now).isoformat()} if seen else {}
    known = [at for at in times if from_when and at <= from_when + OVERLAP]
    if listing.older is None or (known and len(known) * 2 >= len(times)):
        return high
    return {**high, "since": from_when and from_when.isoformat(), "at": listing.older}


def entries(body: Any, *path: str) -> list[dict[str, Any]]:
    """The objects of the list at a path of the answer; raises MalformedSource where there is none."""
    found = inside(body, *path)
    if not isinstance(found, list):
        raise MalformedSource(Trouble.NOT_A_TIMELINE, ".".join(path))
    return [entry for entry in found if isinstance(entry, dict)]


def inside(body: Any, *path: str | int) -> Any:
    """What lies at a path of names and numbers; none where the path leads nowhere."""
    for step in path:
        try:
            body = body[step]
        except (KeyError, IndexError, TypeError):
            return None
    return body


def words(entry: Mapping[str, Any], *names: str) -> str:
    """The fields' plain words: marks around what was found are no spaces, other markup is."""
    said = [entry.get(name) for name in names]
    return plain_text(_BOLD.sub("", " ".join(each for each in said if isinstance(each, str))))


def address(entry: Any, *path: str | int) -> str:
    """The web address at a path; empty where there is none."""
    found = inside(entry, *path)
    return absolute("", found) if isinstance(found, str) else ""


def secret(watch: Watch, name: str) -> str:
    """A secret of the source; raises MalformedSource with its name where it is missing."""
    if not watch.secrets.get(name):
        raise MalformedSource(Trouble.KEY_MISSING, name)
    return watch.secrets[name]


def reasons(answer: Answer, *paths: tuple[str | int, ...]) -> set[str]:
    """Why the answer says that it refuses: its status, and what its body holds at the paths."""
    try:
        body = json.loads(answer.body)
    except (ValueError, RecursionError):
        body = None
    return {str(answer.status), *(str(inside(body, *path)) for path in paths)}


def refuse_key(answer: Answer) -> NoReturn:
    """Raise that the key isn't accepted."""
    raise MalformedSource(Trouble.KEY_REFUSED, str(answer.status))


def refuse_more(answer: Answer, wait: timedelta | None) -> NoReturn:
    """Raise that it was asked too much; what the answer itself says of the wait comes first."""
    raise MalformedSource(Trouble.TOO_MANY, str(answer.status), retry_after(answer) or wait)


def until_midnight(now: datetime, zone: ZoneInfo) -> timedelta:
    """How long it is until a daily quota begins again in its zone."""
    there = now.astimezone(zone)
    midnight = datetime.combine(there.date() + timedelta(days=1), datetime.min.time(), zone)
    return midnight.astimezone(now.tzinfo) - now

"""4chan: boards by their catalogue, and those threads of which it doesn't show everything new.

A source's tags are its boards. Media and pages are at the hosts that 4chan's documents name; where
the source has another address, they are at that one, under the same paths.
"""

from dataclasses import dataclass, field
from email.utils import format_datetime
from typing import Any
from urllib.parse import quote, urlsplit

from domain.networks import NETWORKS
from domain.sources import Cursor, MalformedSource, Page, Trouble, Watch
from jobs.answers import Answer, moment, read_json, require_ok
from jobs.sources import Http, Reader
from jobs.sources.fourchan_posts import Thread, listed, page_of, shown_posts, threads_of
from jobs.sources.reading import mapping, mappings, seconds
from services.ports import Clock

_API, _MEDIA, _PAGES = "a.4cdn.org", "https://i.4cdn.org", "https://boards.4chan.org"
_NOT_MODIFIED, _GONE = 304, frozenset({404, 410})
_REST_S = 10  # Between two looks at the same thread or catalogue.
_OF_ONE_BOARD = frozenset({Trouble.STATUS, Trouble.NOT_JSON, Trouble.NOT_A_TIMELINE})


@dataclass
class _Board:
    """A board's place: when its catalogue was asked for, how new it was, and its threads."""

    name: str
    asked: float = 0
    changed: int | None = None
    threads: dict[str, Thread] = field(default_factory=dict)

    def is_due(self, now: float, rest: float) -> bool:
        return not 0 <= now - self.asked < rest

    def due_threads(self, now: float) -> list[str]:
        """Threads with posts that nobody has seen, and that were left alone long enough."""
        return [
            number
            for number, thread in self.threads.items()
            if thread.read < thread.newest and not 0 <= now - thread.asked < _REST_S
        ]

    def kept(self) -> dict[str, Any]:
        threads = {number: thread.kept() for number, thread in self.threads.items()}
        return {"asked": self.asked, "changed": self.changed, "threads": threads}


class FourChan(Reader):
    """Each poll is one request; the way out keeps requests a second apart."""

    network = NETWORKS["fourchan"]

    def __init__(self, clock: Clock) -> None:
        self._clock = clock

    async def poll(self, watch: Watch, http: Http) -> Page:
        boards = _boards(watch)
        now = self._clock.now().timestamp()
        rest = max(_REST_S, watch.source.every.total_seconds() / 2)
        waiting = [board for board in boards if board.is_due(now, rest)]
        page, trouble = Page((), None), None
        try:
            if waiting:
                page = await _catalogue(watch, min(waiting, key=lambda each: each.asked), now, http)
            elif due := [(board, no) for board in boards for no in board.due_threads(now)]:
                board, no = min(due, key=lambda each: each[0].threads[each[1]].asked)
                page = await _thread(watch, board, no, now, http)
        except MalformedSource as flaw:
            if len(boards) == 1 or flaw.trouble not in _OF_ONE_BOARD:
                raise
            trouble = flaw
        is_more = any(board.is_due(now, rest) or board.due_threads(now) for board in boards)
        return Page(page.items, _cursor(boards), is_more, trouble, page.posts)


def connect(clock: Clock) -> FourChan:
    """The connector of 4chan."""
    return FourChan(clock)


def _boards(watch: Watch) -> list[_Board]:
    names = [name for tag in watch.source.tags if (name := tag.strip("/ "))]
    if not names:
        raise MalformedSource(Trouble.BAD_ADDRESS, "no board")
    return [_board(name, watch.cursor.get(name) or {}) for name in dict.fromkeys(names)]


def _board(name: str, place: dict[str, Any]) -> _Board:
    threads = {number: Thread(*kept) for number, kept in place.get("threads", {}).items()}
    return _Board(name, place.get("asked", 0), place.get("changed"), threads)


def _cursor(boards: list[_Board]) -> Cursor:
    return {board.name: board.kept() for board in boards}


async def _catalogue(watch: Watch, board: _Board, now: float, http: Http) -> Page:
    """What opens each thread and was last said in it; which threads hold more is noted."""
    board.asked = now
    answer = await _ask(watch, f"{board.name}/catalog.json", board.changed, http)
    if answer.status == _NOT_MODIFIED:
        return Page((), None)
    entries = threads_of(read_json(answer))
    before = board.threads
    board.threads = {entry.number: listed(entry, before.get(entry.number)) for entry in entries}
    board.changed = _changed(answer)
    posts = [
        post
        for entry in entries
        for post in shown_posts(entry, before.get(entry.number, Thread()).read)
    ]
    return page_of(board.name, posts, *_hosts(watch))


async def _thread(watch: Watch, board: _Board, number: str, now: float, http: Http) -> Page:
    """A thread's posts after the newest one read; a thread that is gone is forgotten."""
    thread = board.threads[number]
    thread.asked = now
    path = f"{board.name}/thread/{number}.json"
    answer = await _ask(watch, path, thread.changed, http)
    if answer.status in _GONE:
        del board.threads[number]
    if answer.status in _GONE or answer.status == _NOT_MODIFIED:
        return Page((), None)
    posts = thread.after(mappings(mapping(read_json(answer)).get("posts")))
    thread.changed = _changed(answer)
    return page_of(board.name, [(number, post) for post in posts], *_hosts(watch))


async def _ask(watch: Watch, path: str, changed: int | None, http: Http) -> Answer:
    since = seconds(changed)
    headers = {"If-Modified-Since": format_datetime(since, usegmt=True)} if since else {}
    answer = await http.get(f"{_base(watch)}/{quote(path)}", headers=headers)
    is_thread = "/thread/" in path
    if answer.status == _NOT_MODIFIED or (is_thread and answer.status in _GONE):
        return answer
    return require_ok(answer)


def _changed(answer: Answer) -> int | None:
    found = moment(answer.headers.get("last-modified"))
    return int(found.timestamp()) if found else None


def _base(watch: Watch) -> str:
    return watch.source.url.rstrip("/")


def _hosts(watch: Watch) -> tuple[str, str]:
    """Where media are, and where pages are."""
    if urlsplit(watch.source.url).hostname == _API:
        return _MEDIA, _PAGES
    return _base(watch), _base(watch)

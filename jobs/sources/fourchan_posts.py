"""What 4chan's catalogues and threads hold: which posts of a thread are new, and their media."""

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import Any

from domain.sources import Item, MalformedSource, Page, Post, Trouble, absolute
from jobs.sources.markup import plain_text
from jobs.sources.reading import mappings, number, seconds, text, texts

_PREVIEW = 100  # Added to the place of a file that may be a film: its small picture.
_FILE_END = re.compile(r"\.\w{1,5}", re.ASCII)
_FILMS = frozenset({".webm", ".mp4", ".swf", ".pdf"})

Numbered = tuple[str, dict[str, Any]]  # A post with the number of its thread.


@dataclass
class Thread:
    """How far a thread was read: by its posts' numbers, and when we asked for it.

    newest: the highest number that the catalogue named; changed: what the server said of its file.
    """

    newest: int = 0
    read: int = 0
    asked: float = 0
    changed: int | None = None

    def kept(self) -> list[Any]:
        """As the cursor holds it."""
        return [self.newest, self.read, self.asked, self.changed]

    def after(self, posts: list[dict[str, Any]]) -> list[dict[str, Any]]:
        """The posts that are new among all of a thread's, which count as read now."""
        numbers = [found for post in posts if (found := number(post.get("no")))]
        if not numbers:
            raise MalformedSource(Trouble.NOT_A_TIMELINE)
        before, self.read = self.read, max(self.read, *numbers)
        return [post for post in posts if (number(post.get("no")) or 0) > before]


@dataclass(frozen=True)
class Entry:
    """A thread as its board's catalogue shows it: what opens it, the last posts, how many in all."""

    number: str
    opening: dict[str, Any]
    last: list[dict[str, Any]]
    replies: int

    def newest(self) -> int:
        """The highest number of a post shown."""
        return max(number(post.get("no")) or 0 for post in (self.opening, *self.last))

    def shows_all(self, read: int) -> bool:
        """Whether no post after this number is hidden between those shown."""
        if len(self.last) >= self.replies:
            return True
        return any((number(post.get("no")) or 0) <= read for post in self.last)


def threads_of(catalogue: object) -> list[Entry]:
    """Every thread of a catalogue; raises MalformedSource where it is none."""
    if not isinstance(catalogue, list):
        raise MalformedSource(Trouble.NOT_A_TIMELINE)
    threads = [each for part in mappings(catalogue) for each in mappings(part.get("threads"))]
    if catalogue and not threads:
        raise MalformedSource(Trouble.NOT_A_TIMELINE)
    return [
        Entry(str(no), each, mappings(each.get("last_replies")), number(each.get("replies")) or 0)
        for each in threads
        if (no := number(each.get("no")))
    ]


def listed(entry: Entry, before: Thread | None) -> Thread:
    """How a thread stands after its catalogue was read."""
    known = before or Thread()
    newest = max(entry.newest(), 0)
    is_read = entry.shows_all(known.read)
    return Thread(
        newest, max(known.read, newest) if is_read else known.read, known.asked, known.changed
    )


def shown_posts(entry: Entry, read: int) -> Iterator[Numbered]:
    """The posts that a catalogue shows and nobody has seen."""
    for post in (entry.opening, *entry.last):
        if (number(post.get("no")) or 0) > read:
            yield entry.number, post


def page_of(board: str, posts: Iterable[Numbered], media: str, pages: str) -> Page:
    """Posts with their media at these hosts."""
    items, said = list[Item](), list[Post]()
    for thread, post in posts:
        no = number(post.get("no"))
        page = absolute("", f"{pages}/{board}/thread/{thread}#p{no}")
        native_id, posted_at = f"{board}/{no}", seconds(post.get("time"))
        words = texts(post.get("sub"), post.get("name"), post.get("com"), post.get("filename"))
        said.append(
            Post(native_id, page, plain_text(" ".join(words).replace("<wbr>", "")), posted_at)
        )
        for place, address in _files(board, post, media):
            items.append(Item(native_id, place, address, page, posted_at))
    return Page(tuple(items), None, posts=tuple(said))


def _files(board: str, post: dict[str, Any], media: str) -> Iterator[tuple[int, str]]:
    """A post's file, and the small picture of a film; none where the file was deleted."""
    name, end = number(post.get("tim")), text(post.get("ext"))
    if name is None or post.get("filedeleted") or not _FILE_END.fullmatch(end):
        return
    yield 0, f"{media}/{board}/{name}{end}"
    if end in _FILMS:
        yield _PREVIEW, f"{media}/{board}/{name}s.jpg"

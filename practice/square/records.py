"""What the town square keeps: apps, tokens, accounts, media, posts and reports."""

from collections.abc import Iterator
from dataclasses import asdict, dataclass, field
from typing import Generic, Protocol, TypeVar

from practice.shelf import Shelf


@dataclass
class Client:
    """A registered application; `id` is its client_id."""

    id: str
    secret: str
    name: str
    website: str
    redirect_uris: str
    scopes: str


@dataclass
class Token:
    """An access token (its `id`); without an account it is the application's own."""

    id: str
    client: str
    account: str
    scopes: str
    created_at: float


@dataclass
class Account:
    """Somebody who posts; times are practice time in seconds."""

    id: str
    username: str
    display_name: str
    created_at: float


@dataclass
class Media:
    """An uploaded file; `post` is empty until it is attached to one."""

    id: str
    account: str
    kind: str
    content_type: str
    name: str
    preview: str = ""
    width: int = 0
    height: int = 0
    description: str = ""
    focus: str = ""
    post: str = ""


@dataclass
class Post:
    """A status as it was written."""

    id: str
    account: str
    text: str
    created_at: float
    visibility: str = "public"
    spoiler: str = ""
    is_sensitive: bool = False
    language: str = "ko"
    media: list[str] = field(default_factory=list)
    tags: list[str] = field(default_factory=list)
    reply_to: str = ""
    client: str = ""


@dataclass
class Report:
    """A report to the square's moderators."""

    id: str
    reporter: str
    account: str
    posts: list[str]
    comment: str
    category: str
    is_forwarded: bool
    created_at: float


@dataclass
class Trace:
    """That a name or key (its `id`) was used, and for what."""

    id: str
    what: str = ""


class _Record(Protocol):
    id: str


R = TypeVar("R", Client, Token, Account, Media, Post, Report, Trace)


class Drawer(Generic[R]):
    """All records of one kind, in memory and written through to the shelf."""

    def __init__(self, shelf: Shelf, kind: str, made_as: type[R]) -> None:
        self._shelf = shelf
        self._kind = f"square-{kind}"
        self._records: dict[str, R] = {key: made_as(**body) for key, body in shelf.all(self._kind)}

    def put(self, record: R) -> R:
        """Keep a record, new or changed."""
        self._shelf.put(self._kind, record.id, asdict(record))
        self._records[record.id] = record
        return record

    def get(self, key: str) -> R | None:
        """One record, or nothing."""
        return self._records.get(key)

    def drop(self, key: str) -> None:
        """Forget one record."""
        self._shelf.drop(self._kind, key)
        self._records.pop(key, None)

    def __iter__(self) -> Iterator[R]:
        """Oldest first."""
        return iter(self._records.values())

    def newest_first(self) -> Iterator[R]:
        """The records, the last one first."""
        return reversed(self._records.values())

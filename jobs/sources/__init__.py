"""Connectors: each lists the media of one network, and downloads none of it.

A network is a file here whose `connect(clock)` makes its connector, and a row in `domain/networks.py`.
"""

from collections.abc import AsyncGenerator, Awaitable, Callable, Mapping
from contextlib import AbstractAsyncContextManager
from typing import Any, Protocol

from domain.networks import Network
from domain.sources import (
    Cursor,
    Gap,
    Health,
    Item,
    MalformedSource,
    Page,
    Post,
    Term,
    Trouble,
    Watch,
)
from jobs.answers import Answer
from jobs.sockets import Socket

Place = dict[str, Any]


class Http(Protocol):
    """Guarded calls; each raises MalformedSource where there is no answer."""

    async def get(
        self,
        url: str,
        params: Mapping[str, str] | None = None,
        headers: Mapping[str, str] | None = None,
    ) -> Answer: ...

    async def post(
        self,
        url: str,
        form: Mapping[str, str] | None = None,
        body: Mapping[str, Any] | None = None,
        headers: Mapping[str, str] | None = None,
    ) -> Answer: ...

    def lines(
        self, url: str, headers: Mapping[str, str] | None = None
    ) -> AsyncGenerator[str, None]: ...

    def socket(self, url: str) -> AbstractAsyncContextManager[Socket]: ...

    def keep_apart(self, url: str, seconds: float) -> None:
        """The site of this address wants all calls to it to be so far apart."""
        ...


class Way(Http, Protocol):
    """The way out of a process, for every network."""

    def spaced(self, spacing_s: float) -> Http:
        """The same, for calls so many seconds apart."""
        ...


class Connector(Protocol):
    """Reads one network. Raises MalformedSource, and then nothing of that page counts.

    Only what `network.can` names is called; secrets and words come with the watch.
    """

    network: Network

    async def poll(self, watch: Watch, http: Http) -> Page:
        """The next page after the watch's cursor, of all that is new and of each word."""
        ...

    def stream(self, watch: Watch, http: Http) -> AsyncGenerator[Page, None]:
        """Pages as posts are made, until the connection ends; the cursor is the stream's own."""
        ...

    async def backfill(self, watch: Watch, gap: Gap, http: Http) -> Page:
        """A page of what was posted in the gap; its cursor goes on inside the gap."""
        ...

    async def health(self, watch: Watch, http: Http) -> Health:
        """Whether it answers now; raises nothing."""
        ...


class Reader:
    """What connectors share: a health that polls once and keeps nothing."""

    network: Network

    async def poll(self, watch: Watch, http: Http) -> Page:
        """A connector without any listing."""
        raise MalformedSource(Trouble.OUR_FAULT, "no poll")

    def stream(self, watch: Watch, http: Http) -> AsyncGenerator[Page, None]:
        """A connector without streams."""
        raise MalformedSource(Trouble.OUR_FAULT, "no stream")

    async def backfill(self, watch: Watch, gap: Gap, http: Http) -> Page:
        """A connector whose cursor never leaves a gap."""
        raise MalformedSource(Trouble.OUR_FAULT, "no backfill")

    async def health(self, watch: Watch, http: Http) -> Health:
        """One poll from the start."""
        try:
            page = await self.poll(watch, http)
        except MalformedSource as trouble:
            return Health(0, trouble)
        return Health(len(page.items), page.trouble)


AskTerm = Callable[[Term, Place | None], Awaitable[tuple[Page, Place]]]


async def each_term(terms: tuple[Term, ...], cursor: Cursor, ask: AskTerm) -> Page:
    """One page of every word's; a word that fails stays where it was, and the others go on.

    The cursor holds a place for each word's key; a place with `at` means that it is catching up.
    A page of a word may carry a trouble of its own, and then its place stands before that part.
    What spoils all ends it: that word and those after it count as not asked for.
    Raises the first trouble where no word was answered.
    """
    items: dict[tuple[str, int], Item] = {}
    posts: dict[str, Post] = {}
    after, answered, troubles = dict(cursor), 0, list[MalformedSource]()
    asked = list[str]()
    for term in terms:
        try:
            page, after[term.key] = await ask(term, cursor.get(term.key))
        except MalformedSource as trouble:
            troubles.append(trouble)
            if trouble.trouble in SPOILS_ALL:
                break
            asked.append(term.key)
            continue
        answered += 1
        asked.append(term.key)
        troubles += [page.trouble] if page.trouble else []
        items |= {(item.native_id, item.media_index): item for item in page.items}
        posts |= {post.native_id: post for post in page.posts}
    if troubles and not answered:
        raise troubles[0]
    is_more = any(after.get(term.key, {}).get("at") for term in terms)
    trouble_ = troubles[0] if troubles else None
    said = tuple(posts.values())
    return Page(tuple(items.values()), after, is_more, trouble_, said, asked=tuple(asked))


SPOILS_ALL = frozenset(
    {Trouble.TOO_MANY, Trouble.KEY_MISSING, Trouble.KEY_REFUSED, Trouble.BUDGET_SPENT}
)

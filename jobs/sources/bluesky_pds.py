"""One PDS of Bluesky's network: its repositories by listing, its firehose, and gaps by listing again."""

from collections.abc import AsyncGenerator
from dataclasses import dataclass, field
from typing import Any

from domain.networks import NETWORKS
from domain.sources import Gap, Item, MalformedSource, Page, Post, Trouble, Watch
from jobs.answers import read_json
from jobs.sources import Http, Place, Reader
from jobs.sources.bluesky_frames import firehose
from jobs.sources.bluesky_posts import POSTS, Hosts, Record, items_of, post_of, record_at
from jobs.sources.times import MINUTE, at_us, tid, tid_us
from services.ports import Clock

_REPOSITORIES = 200  # Asked for at once.
_READ_AT_ONCE = 20  # Of those that have changed.
_RECORDS = 100
_MOST_PAGES = 30  # Of one repository; what lies further back was seen by the stream.
_OVERLAP = 5 * MINUTE
_AGAIN = 100  # Repositories that failed and are asked once more.
_KEPT = ("since", "retry")
_ENOUGH = (Trouble.TOO_MANY, Trouble.BUDGET_SPENT)

# The cursor: `since`, when the last whole walk began, and what failed in it (`retry`); while a walk is under
# way also when it began (`began`), where it is (`at`, `after`), the newest change met, and what failed (`failed`).


class Pds(Reader):
    """Walks through all repositories, and reads those that have changed since the last walk."""

    network = NETWORKS["bluesky_pds"]

    def __init__(self, clock: Clock) -> None:
        self._clock = clock

    async def poll(self, watch: Watch, http: Http) -> Page:
        since = watch.cursor.get("since")
        walk = self._walk(watch, http, None if since is None else since - _OVERLAP)
        reached = await walk.step(watch.cursor)
        if _goes_on(reached):
            kept = {name: watch.cursor[name] for name in _KEPT if name in watch.cursor}
            return walk.page(kept | reached, is_more=True)
        # The clocks of both sides may differ: the earlier of what they say is kept.
        newest = min(reached["began"], reached.get("newest") or reached["began"])
        return walk.page({"since": newest, "retry": reached["failed"]})

    async def backfill(self, watch: Watch, gap: Gap, http: Http) -> Page:
        walk = self._walk(watch, http, at_us(gap.since) - _OVERLAP)
        reached = await walk.step(watch.cursor)
        return walk.page(reached, is_more=_goes_on(reached))

    def stream(self, watch: Watch, http: Http) -> AsyncGenerator[Page, None]:
        base = watch.source.url.rstrip("/")
        return firehose(base, watch.cursor, Hosts(base), self._clock, http)

    def _walk(self, watch: Watch, http: Http, since: int | None) -> "_Walk":
        return _Walk(watch.source.url.rstrip("/"), http, self._clock, since)


def connect(clock: Clock) -> Pds:
    """The connector of single PDSs."""
    return Pds(clock)


@dataclass
class _Walk:
    """A part of a walk; since: microseconds, none: the newest of every repository."""

    base: str
    http: Http
    clock: Clock
    since: int | None
    records: list[Record] = field(default_factory=list)
    trouble: MalformedSource | None = None

    def page(self, cursor: Place, *, is_more: bool = False) -> Page:
        hosts = Hosts(self.base)
        items: list[Item] = [item for one in self.records for item in items_of(one, hosts)]
        posts: list[Post] = [post_of(one) for one in self.records]
        return Page(tuple(items), cursor, is_more, self.trouble, tuple(posts))

    async def step(self, place: Place) -> Place:
        """Read some repositories; where the walk is then. One that fails is asked again next time."""
        repositories, further = await self._listed(place.get("at", ""))
        changed = [did for did, rev in repositories if self._is_due(did, rev, place)]
        if place.get("after") in changed:
            changed = changed[changed.index(place["after"]) + 1 :]
        failed, read = await self._read_all(changed[:_READ_AT_ONCE])
        newest = max([place.get("newest", 0), *(rev for _, rev in repositories)])
        began = place.get("began") or at_us(self.clock.now())
        failed = [*place.get("failed", ()), *failed][:_AGAIN]
        reached = {"began": began, "newest": newest, "failed": failed}
        if len(changed) > read:
            here = {"at": place["at"]} if place.get("at") else {}
            return {**reached, **here, "after": changed[read - 1]}
        return {**reached, "at": further} if further and further != place.get("at") else reached

    def _is_due(self, did: str, rev: int, place: Place) -> bool:
        return self.since is None or rev > self.since or did in place.get("retry", ())

    async def _listed(self, at: str) -> tuple[list[tuple[str, int]], str]:
        """Repositories with the time of their last change, and where the next ones are."""
        params = {"limit": str(_REPOSITORIES)} | ({"cursor": at} if at else {})
        body = await self._asked("com.atproto.sync.listRepos", params)
        found = [
            (str(repo["did"]), tid_us(str(repo.get("rev"))) or 0)
            for repo in _rows(body, "repos")
            if isinstance(repo.get("did"), str) and repo.get("active", True)
        ]
        return found, _further(body) if found else ""

    async def _read_all(self, dids: list[str]) -> tuple[list[str], int]:
        """Read these; gives those that failed, and after how many there was no leave to go on.

        Raises where none could be read.
        """
        failed, first = list[str](), None
        for count, did in enumerate(dids):
            try:
                await self._read(did)
            except MalformedSource as trouble:
                if trouble.trouble in _ENOUGH and count > len(failed):
                    self.trouble = trouble
                    return failed, count
                if trouble.trouble in _ENOUGH:
                    raise
                if not _is_gone(trouble):
                    failed.append(did)
                    first = first or trouble
        if first and len(failed) == len(dids):
            raise first
        return failed, len(dids)

    async def _read(self, did: str) -> None:
        """The posts of one repository since then, newest first."""
        params = {"repo": did, "collection": POSTS, "limit": str(_RECORDS)}
        for _ in range(_MOST_PAGES):
            body = await self._asked("com.atproto.repo.listRecords", params)
            found = [
                record
                for row in _rows(body, "records")
                if (record := record_at(row.get("uri"), row.get("value"), self.clock.now()))
                and record.did == did
            ]
            self.records += [record for record in found if not self._is_older(record)]
            further = _further(body)
            is_done = self.since is None or any(map(self._is_older, found)) or not found
            if is_done or not further or further == params.get("cursor"):
                return
            params["cursor"] = further

    def _is_older(self, record: Record) -> bool:
        """Whether a post's key says that it was made before; keys that say nothing count as new."""
        return self.since is not None and _is_key(record) and record.rkey < tid(self.since)

    async def _asked(self, method: str, params: dict[str, str]) -> dict[str, Any]:
        body = read_json(await self.http.get(f"{self.base}/xrpc/{method}", params))
        if not isinstance(body, dict):
            raise MalformedSource(Trouble.NOT_A_TIMELINE)
        return body


def _goes_on(reached: Place) -> bool:
    return bool(reached.get("at") or reached.get("after"))


def _is_key(record: Record) -> bool:
    return tid_us(record.rkey) is not None


def _is_gone(trouble: MalformedSource) -> bool:
    """Whether a repository was taken away, which is no fault of the server's."""
    return trouble.trouble is Trouble.STATUS and trouble.detail in ("400", "403", "404")


def _rows(body: dict[str, Any], name: str) -> list[dict[str, Any]]:
    rows = body.get(name)
    if not isinstance(rows, list) or not all(isinstance(row, dict) for row in rows):
        raise MalformedSource(Trouble.NOT_A_TIMELINE)
    return rows


def _further(body: dict[str, Any]) -> str:
    cursor = body.get("cursor")
    return cursor if isinstance(cursor, str) else ""

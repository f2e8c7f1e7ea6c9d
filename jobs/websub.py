"""WebSub: hubs tell us that a feed has news, and its turn comes at once; what they send is thrown away.

Subscriptions live in memory: a restart asks for them anew under new paths, and the old ones lapse.
"""

import hmac
import secrets
from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass, field
from datetime import timedelta

import structlog

from domain.sources import MalformedSource, Trouble
from jobs.answers import retry_after
from jobs.hubs import Hub, hub_of
from jobs.loops import still_going
from jobs.sources import Http
from services.ports import Clock

LEASE_S = 10 * 86_400
PATIENCE_S = 600.0  # In which a hub asks back.

_LEAST_S, _MOST_S = 300, 30 * 86_400
_RENEW_BEFORE = 0.2  # Of the lease.
_FIRST_WAIT_S, _LONGEST_WAIT_S = 60.0, 86_400.0
_HASHES = frozenset({"sha1", "sha256", "sha384", "sha512"})

Told = Awaitable[object]
Feeds = Callable[[], Awaitable[Mapping[str, str]]]

_log = structlog.get_logger()


@dataclass
class Subscription:
    """One source's: `path` is what nobody can guess, `next_s` when to ask (again).

    asked_until_s: until when the hub may ask back; failures: in a row.
    """

    source: str
    feed: str
    path: str = field(default_factory=lambda: secrets.token_urlsafe(32))
    secret: str = field(default_factory=lambda: secrets.token_urlsafe(32))
    hub: Hub | None = None
    next_s: float = 0.0
    asked_until_s: float = 0.0
    lease_until_s: float = 0.0
    failures: int = 0


class Subscriber:
    """Keeps a subscription for every feed that has a hub.

    callback: the public address under which our paths are reached. feeds: asks for the addresses of
    all by their sources' names. told: what to do when a source has news.
    """

    def __init__(
        self, http: Http, clock: Clock, callback: str, feeds: Feeds, told: Callable[[str], Told]
    ) -> None:
        self._http = http
        self._clock = clock
        self._callback = callback.rstrip("/")
        self._feeds = feeds
        self._told = told
        self._by_path: dict[str, Subscription] = {}

    async def tend(self) -> None:
        """Ask for what is due: new, to be renewed, never verified, or failed a while ago."""
        feeds = await self._feeds()
        kept = [one for one in self._by_path.values() if feeds.get(one.source) == one.feed]
        known = {one.source for one in kept}
        kept += [Subscription(name, url) for name, url in feeds.items() if name not in known]
        self._by_path = {one.path: one for one in kept}
        for each in kept:
            if self._clock.monotonic() >= each.next_s:
                await self._ask(each)
                still_going()  # Many feeds have one hub, and its calls are spaced.

    def verified(self, path: str, asked: Mapping[str, str]) -> str | None:
        """What to say to a hub that asks whether we meant it; none where we didn't."""
        each, now = self._by_path.get(path), self._clock.monotonic()
        if each is None or each.hub is None or asked.get("hub.topic") != each.hub.topic:
            return None
        if asked.get("hub.mode") == "denied":
            self._later(each, _LONGEST_WAIT_S, "denied")
            each.asked_until_s = each.lease_until_s = 0.0
            return ""
        challenge = asked.get("hub.challenge", "")
        if asked.get("hub.mode") != "subscribe" or not challenge or now >= each.asked_until_s:
            return None
        lease = _lease(asked.get("hub.lease_seconds", ""))
        each.asked_until_s, each.failures = 0.0, 0
        each.lease_until_s = now + lease
        each.next_s = now + lease * (1 - _RENEW_BEFORE)
        _log.info("websub_subscribed", source=each.source, lease_s=lease)
        return challenge

    def knows(self, path: str) -> bool:
        """Whether this is a path of ours that is, or may soon be, subscribed."""
        each, now = self._by_path.get(path), self._clock.monotonic()
        return each is not None and now < max(each.lease_until_s, each.asked_until_s)

    async def notified(self, path: str, signature: str, body: bytes) -> bool:
        """Tell of news if the hub has signed this; whether it has."""
        each = self._by_path.get(path)
        if each is None or not self.knows(path) or not is_signed(each.secret, signature, body):
            _log.warning("websub_unsigned", source=each.source if each else "")
            return False
        await self._told(each.source)
        return True

    async def _ask(self, each: Subscription) -> None:
        now = self._clock.monotonic()
        try:
            each.hub = await hub_of(each.feed, self._http)
            if each.hub is None:
                self._later(each, _LONGEST_WAIT_S, "no_hub")
                return
            # The hub may ask back before it answers.
            each.asked_until_s, each.next_s = now + PATIENCE_S, now + PATIENCE_S
            form = {
                "hub.callback": f"{self._callback}/{each.path}",
                "hub.mode": "subscribe",
                "hub.topic": each.hub.topic,
                "hub.lease_seconds": str(LEASE_S),
                "hub.secret": each.secret,
            }
            answer = await self._http.post(each.hub.url, form)
        except MalformedSource as trouble:
            self._failed(each, trouble.trouble.value, trouble.retry_after)
            return
        except Exception as error:  # noqa: BLE001 - the subscriptions of other sources are tended all the same
            _log.error("websub_failed", source=each.source, error=type(error).__name__)
            self._failed(each, Trouble.OUR_FAULT.value, None)
            return
        if not 200 <= answer.status < 300:
            each.asked_until_s = 0.0
            self._failed(each, str(answer.status), retry_after(answer))

    def _failed(self, each: Subscription, why: str, asked: timedelta | None) -> None:
        each.failures += 1
        wait = min(_FIRST_WAIT_S * 2 ** min(each.failures - 1, 20), _LONGEST_WAIT_S)
        self._later(each, max(wait, asked.total_seconds() if asked else 0.0), why)

    def _later(self, each: Subscription, wait_s: float, why: str) -> None:
        each.next_s = self._clock.monotonic() + wait_s
        _log.info("websub_later", source=each.source, why=why, wait_s=wait_s)


def is_signed(secret: str, signature: str, body: bytes) -> bool:
    """Whether `method=hex` is the HMAC of the body by this secret, in any method that WebSub has."""
    method, _, given = signature.strip().partition("=")
    if method.lower() not in _HASHES or not given.isascii():
        return False
    right = hmac.new(secret.encode(), body, method.lower()).hexdigest()
    return hmac.compare_digest(right, given.strip().lower())


def _lease(text: str) -> int:
    """Seconds as the hub says, within reason; what was asked for where it says nothing."""
    seconds = int(text) if text.isascii() and text.isdigit() and len(text) < 12 else LEASE_S
    return min(max(seconds, _LEAST_S), _MOST_S)

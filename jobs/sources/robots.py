"""What a site's robots.txt lets a visitor read, asked for once an hour."""

from collections.abc import Callable
from urllib.parse import urlsplit

from protego import Protego

from domain.sources import MalformedSource, Trouble
from jobs.fetcher import NAME
from jobs.sources import Http

_LASTS_S = 3600.0


class Robots:
    """The rules of every site visited; a site without any allows everything."""

    def __init__(self, monotonic: Callable[[], float]) -> None:
        self._monotonic = monotonic
        self._known: dict[str, tuple[float, Protego]] = {}

    async def require(self, url: str, http: Http) -> None:
        """Raises MalformedSource where the site doesn't want the address to be read."""
        parts = urlsplit(url)
        site = f"{parts.scheme}://{parts.netloc}"
        asked_at, rules = self._known.get(site, (0.0, None))
        if rules is None or self._monotonic() - asked_at > _LASTS_S:
            rules = Protego.parse(await _said(site, http))
            self._known[site] = self._monotonic(), rules
        if not rules.can_fetch(url, NAME):
            raise MalformedSource(Trouble.ROBOTS)


async def _said(site: str, http: Http) -> str:
    answer = await http.get(f"{site}/robots.txt")
    if answer.status >= 500:
        raise MalformedSource(Trouble.STATUS, str(answer.status))
    return answer.body.decode("utf-8", "replace") if answer.status == 200 else ""

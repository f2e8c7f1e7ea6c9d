"""The five keyed searches, each with its documented server and how deep it can be read."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import timedelta

from jobs.sources import Connector, brave, flickr, kakao, naver, youtube
from services.ports import Clock
from tests.conftest import START, FakeClock
from tests.jobs.documented.brave import BraveServer
from tests.jobs.documented.flickr import FlickrServer
from tests.jobs.documented.kakao import KakaoServer
from tests.jobs.documented.naver import NaverServer
from tests.jobs.documented.server import MEDIA, Documented
from tests.jobs.documented.youtube import YouTubeServer

NOW = START + timedelta(days=10)  # Noon in Korea, seven in the evening in California.


@dataclass(frozen=True)
class Case:
    """deepest: how many of the newest results a new word brings. size: results on a page.

    rests_for: how long a quota that is used up is waited for. secrets: their names.
    """

    connect: Callable[[Clock], Connector]
    server: type[Documented]
    deepest: int
    size: int
    rests_for: timedelta
    has_pages: bool = True

    def made(self) -> Connector:
        return self.connect(FakeClock(NOW))


CASES = {
    "naver": Case(naver.connect, NaverServer, 1_000, 100, timedelta(hours=12)),
    "kakao": Case(kakao.connect, KakaoServer, 2_500, 50, timedelta(hours=12)),
    "youtube": Case(youtube.connect, YouTubeServer, 50, 50, timedelta(hours=5)),
    "brave": Case(brave.connect, BraveServer, 200, 200, timedelta(hours=2), has_pages=False),
    "flickr": Case(flickr.connect, FlickrServer, 4_000, 500, timedelta(minutes=10)),
}


def picture(number: int) -> str:
    """The address of a result's picture, on every server."""
    return f"{MEDIA}/{number}.jpg"

"""WebSub where the reading of one feed fails: the subscriptions of others are tended all the same."""

from collections.abc import Mapping
from datetime import timedelta

from jobs.answers import Answer
from jobs.websub import Subscriber
from tests.conftest import FakeClock
from tests.scripted_web import Script, answer

ODD, FINE = "https://odd.example/feed", "https://fine.example/feed"


class Odd(Script):
    """A web in which reading one feed meets a bug of ours."""

    async def get(
        self,
        url: str,
        params: Mapping[str, str] | None = None,
        headers: Mapping[str, str] | None = None,
    ) -> Answer:
        if url == ODD:
            self.asked.append((url, {}))
            raise ZeroDivisionError
        return await super().get(url, params, headers)


async def test_a_bug_met_in_one_feed_costs_no_other_and_is_met_ever_more_rarely() -> None:
    script, clock = Odd({FINE: answer("<rss/>")}), FakeClock()

    async def feeds() -> dict[str, str]:
        return {"odd": ODD, "fine": FINE}

    async def told(_source: str) -> None:
        return

    subscriber = Subscriber(script, clock, "https://centre.example", feeds, told)
    for wait in (0, 59, 1, 119, 1):
        clock.advance(timedelta(seconds=wait))
        await subscriber.tend()
    assert [url for url, _ in script.asked] == [ODD, FINE, ODD, ODD]

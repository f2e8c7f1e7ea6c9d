"""Who is about while the centre is killed: strangers who post, and staff who take what is told."""

import asyncio
import random
from collections.abc import Sequence
from dataclasses import dataclass, field

import aiohttp

from benchmarks.cases import Known, altered, apart, copied, stranger
from benchmarks.crash_tally import Alerts, alert_of, alerts_in
from practice.play_acts import ALERTS, ON_CALL
from practice.square_visitor import Visitor
from practice.stage import Json, Stage, button_of

MARK = "사본"
_PAUSE_S = (1.5, 5.0)
_LOOK_S = 0.5
_MOST_OPEN = 40  # Slack takes one message a second: what waits is to be examined, not to pile up.
_PAGE = 40
_TAKEN_OF = 4  # Of so many alerts one is taken: each claim is four messages more.


@dataclass
class People:
    """One for a run. `posted` and `alerts` are what is known so far; the square and Slack know better.

    acked: the alerts whose button was pressed and whose press the centre said it had.
    """

    stage: Stage
    cases: Sequence[Known]
    chance: random.Random
    number: int = 0
    posted: int = 0
    alerts: Alerts = field(default_factory=lambda: Alerts({}, frozenset()))
    acked: set[str] = field(default_factory=set)

    @property
    def waiting(self) -> int:
        """Copies that nobody was told of yet."""
        return self.posted - self.alerts.total

    async def post_for_ever(self) -> None:
        """Copies, altered copies and strangers' own pictures, by chance, whether the centre is up or not."""
        async with Visitor(self.stage.practice, "stranger") as visitor:
            while True:
                if self.waiting < _MOST_OPEN:
                    await self._post(visitor)
                await asyncio.sleep(self.chance.uniform(*_PAUSE_S))

    async def _post(self, visitor: Visitor) -> None:
        self.number += 1
        known = self.chance.choice(self.cases)
        kind = self.chance.choice(("copied", "altered", "stranger"))
        if kind == "stranger":
            await visitor.post(f"풍경 {self.number}", await apart(stranger, self.number))
            return
        make = copied if kind == "copied" else altered
        picture = await apart(make, known.seed, self.number)
        self.posted += 1
        await visitor.post(f"{MARK} {known.number} {self.number}", picture)

    async def take_for_ever(self) -> None:
        """The on-call officer looks at the channel and takes what nobody has taken."""
        while True:
            await self.look()
            await asyncio.sleep(_LOOK_S)

    async def look(self) -> list[Json]:
        """The channel as it stands, and one alert in it taken."""
        messages = await self.stage.slack(ALERTS)
        self.alerts = alerts_in(messages, [each.number for each in self.cases])
        for message in messages:
            button, alert = button_of(message, "alert_claim"), alert_of(message)
            is_new = alert != "" and alert not in self.acked
            if button is not None and is_new and int(alert) % _TAKEN_OF == 0:
                await self._take(message, alert)
                break
        return messages

    async def _take(self, message: Json, alert: str) -> None:
        place = {"channel": message["channel"], "ts": message["ts"], "value": alert}
        told = await self.stage.post(
            "/practice/slack/press", user=ON_CALL, action_id="alert_claim", **place
        )
        if told.get("ok"):
            self.acked.add(alert)


async def copies_on(
    stage: Stage, http: aiohttp.ClientSession, numbers: Sequence[str]
) -> dict[str, int]:
    """How many copies of each case's material are public, and under "" what else is, as the square lists."""
    found = dict.fromkeys(("", *numbers), 0)
    query = {"limit": str(_PAGE)}
    while True:
        address = f"{stage.practice}/api/v1/timelines/public"
        async with http.get(address, params=query) as answer:
            page = list(await answer.json())
        if not page:
            return found
        for post in page:
            named = [each for each in numbers if f"{MARK} {each} " in post["content"]]
            found[named[0] if named else ""] += 1
        query["max_id"] = page[-1]["id"]

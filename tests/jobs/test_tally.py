"""The tally: told when something was sent or looked at, silent otherwise."""

from structlog.testing import capture_logs

from domain.outbox import Outcome, Parcel, Result, Route
from jobs.delivery import Courier
from jobs.tally import Tally
from services.desk import Desk


class Postman:
    """Sends everything at once."""

    async def send(self, parcel: Parcel) -> Outcome:
        return Outcome(Result.SENT)


async def test_what_was_sent_is_told_once(desk: Desk) -> None:
    courier = Courier(desk, Route.SLACK, Postman())
    tally = Tally(desk, [courier])
    courier.sent = 3
    with capture_logs() as told:
        await tally.run()
        await tally.run()
    assert told == [{"event": "tally", "slack": 3, "looked": 0, "log_level": "info"}]

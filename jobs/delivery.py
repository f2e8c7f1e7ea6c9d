"""Delivery: each road's courier claims what is due, sends it with no transaction open, and settles it."""

import asyncio
from collections.abc import Mapping
from dataclasses import dataclass, field

import structlog

from domain.outbox import Operation, Outcome, Parcel, Result, Route
from services import outbox
from services.desk import Desk, delivery_loop
from services.ports import Sender

SEND_TIMEOUT_S = 10.0
_NOT_YET = frozenset({Result.TRY_LATER, Result.BUSY})
_NEEDS_TARGET = frozenset({Operation.EDIT, Operation.DELETE})

log = structlog.get_logger()


@dataclass
class Courier:
    """One road's deliveries: many at once, none waiting for another; `flying` are in its hands.

    `last_good_s` (monotonic) is when something was delivered last, or nothing was due; `taken`
    counts what was ever taken in hand.
    """

    desk: Desk
    route: Route
    sender: Sender
    flying: dict[int, asyncio.Task[None]] = field(default_factory=dict)
    failures: int = 0
    sent: int = 0
    taken: int = 0
    last_good_s: float = field(init=False)

    def __post_init__(self) -> None:
        self.last_good_s = self.desk.clock.monotonic()

    async def run(self) -> None:
        """Start everything that is due, and come back without waiting for the slow."""
        while parcels := await outbox.claim_parcels(self.desk, self.route, tuple(self.flying)):
            self.taken += len(parcels)
            for parcel in parcels:
                task = asyncio.create_task(self._deliver(parcel), name=f"parcel-{parcel.id}")
                self.flying[parcel.id] = task
        if not self.flying and not await outbox.is_waiting(self.desk, self.route):
            self.last_good_s = self.desk.clock.monotonic()

    async def finish(self) -> None:
        """Wait for what is in the air."""
        while self.flying:
            await asyncio.wait(self.flying.values())

    async def _deliver(self, parcel: Parcel) -> None:
        """One parcel from hand to settlement; afterwards the next of its order may leave."""
        try:
            outcome = await self._attempt(parcel)
            await outbox.settle(self.desk, parcel, outcome)
            if outcome.result not in _NOT_YET:
                self.last_good_s = self.desk.clock.monotonic()
            self._tell(parcel, outcome)
        except Exception as error:  # noqa: BLE001 - the lease runs out and the row is looked at again
            self.failures += 1
            log.error("delivery_unsettled", parcel=parcel.id, error=type(error).__name__)
        finally:
            self.flying.pop(parcel.id, None)
        self.desk.wake(delivery_loop(self.route))

    def _tell(self, parcel: Parcel, outcome: Outcome) -> None:
        """What arrived is counted, what is tried again is routine; what never will is told of."""
        self.sent += outcome.result is Result.SENT
        is_refused = outcome.result is Result.REFUSED
        tell = log.warning if is_refused else log.debug
        tell("delivery", kind=parcel.draft.kind, parcel=parcel.id, result=outcome.result)

    async def _attempt(self, parcel: Parcel) -> Outcome:
        if parcel.draft.operation in _NEEDS_TARGET and not parcel.reference:
            return Outcome(Result.REFUSED, error="target_never_sent")
        try:
            async with asyncio.timeout(SEND_TIMEOUT_S):
                return await self.sender.send(parcel)
        except TimeoutError:
            return Outcome(Result.TRY_LATER, error="timeout")


async def deliver(desk: Desk, senders: Mapping[Route, Sender]) -> None:
    """Send everything that is due on these roads, and what becomes due by that."""
    couriers = [Courier(desk, route, sender) for route, sender in senders.items()]
    for courier in couriers:
        await _empty(courier)


async def _empty(courier: Courier) -> None:
    """Until a turn finds nothing: what one delivery makes due may come after a turn has looked."""
    taken = -1
    while taken != courier.taken:
        taken = courier.taken
        await courier.run()
        await courier.finish()

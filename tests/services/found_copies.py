"""Posts that show copies, swept for: for the tests of what is found too often, or wrongly."""

import json
from dataclasses import replace
from datetime import timedelta

from domain.alerts import Alert
from domain.matches import Match
from domain.policy import FloodLimit
from jobs.sweep import run_once
from jobs.sweeper import Sweeper
from services import alerts, fingerprints, matches
from services.desk import Desk
from tests.conftest import OFFICER, with_policy
from tests.scripted_web import Script, answer
from tests.square_sweeps import (
    PUBLIC,
    TAGGED,
    Shelf,
    media,
    open_case,
    post,
    register,
    sweeper_at,
    swept_desk,
)


def watched(desk: Desk, most: int = 3) -> Sweeper:
    """A sweeper whose policy takes more than so many matches within a day for a flood."""
    flood = FloodLimit(most, timedelta(hours=24))
    return sweeper_at(with_policy(swept_desk(desk), flood=flood), Script(), Shelf())


async def sweep(sweeper: Sweeper, copies: dict[int, bytes]) -> int:
    """Posts of these numbers come up, each with its picture; how many matches are new."""
    files = {media(number): data for number, data in copies.items()}
    listed = json.dumps([post(number) for number in sorted(copies, reverse=True)])
    script = Script({PUBLIC: answer(listed), TAGGED: answer("[]")})
    return await run_once(replace(sweeper, http=script, fetcher=Shelf(files)), "square")


async def registered(desk: Desk, is_minor: bool = False, seed: int = 7) -> tuple[str, int]:
    """A case with one fingerprint: its number, and the fingerprint's."""
    case = await open_case(desk, is_minor=is_minor)
    await register(desk, case, seed)
    kept = (await fingerprints.list_fingerprints(desk, OFFICER, case.number))[1]
    return case.number, kept[-1].id


async def raised(desk: Desk) -> list[Alert]:
    """What nobody has ended, oldest first."""
    return sorted(await alerts.list_alerts(desk, OFFICER), key=lambda alert: alert.id)


async def found(desk: Desk) -> list[Match]:
    """Every match, oldest first."""
    views = await matches.list_matches(desk, OFFICER)
    return sorted((view.match for view in views), key=lambda match: match.id)

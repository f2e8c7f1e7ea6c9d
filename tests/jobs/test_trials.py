"""A trial of what never says anything ends, and whoever asked for it is told why."""

import asyncio
from collections.abc import AsyncGenerator
from dataclasses import replace
from datetime import timedelta

import pytest

from bot.render.sources import tried
from domain.networks import NETWORKS
from domain.people import Language
from domain.policy import SourcePolicy
from domain.sources import Page, Trouble, Watch
from jobs import trials as trial_job
from jobs.sources import Http, Reader
from services import trials
from services.desk import Desk
from tests.conftest import OFFICER
from tests.post_office import PostOffice
from tests.scripted_web import SQUARE, Script
from tests.square_sweeps import Shelf, sweeper_at, swept_desk


class Mute(Reader):
    """Is asked, or listened to, and never says a word."""

    network = NETWORKS["bluesky"]

    async def poll(self, _watch: Watch, _http: Http) -> Page:
        await asyncio.Event().wait()
        return Page((), None)

    async def stream(self, _watch: Watch, _http: Http) -> AsyncGenerator[Page, None]:
        await asyncio.Event().wait()
        yield Page((), None)


@pytest.mark.parametrize("kind", ["bluesky", "gallery"])
async def test_a_mute_stream_or_connector_is_told_of_in_time(
    desk: Desk, kind: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(trial_job, "PATIENCE_S", 0.01)
    sweeper = replace(sweeper_at(swept_desk(desk), Script(), Shelf()), connectors={kind: Mute()})
    source = SourcePolicy("mute", kind, f"{SQUARE}/mute", timedelta(seconds=60))
    await trials.add_source(sweeper.desk, OFFICER, source)
    async with asyncio.timeout(20):
        await trial_job.run(sweeper)
    parcels = await PostOffice().empty(sweeper.desk)
    [draft] = [each.draft for each in parcels if each.draft.kind == "source_tried"]
    assert draft.facts["trouble"] == Trouble.TIMEOUT
    said = str(tried(replace(draft, language=Language.KOREAN)))
    assert "시간 안에 답이 없었습니다." in said

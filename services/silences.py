"""Silences: a source that has not answered, listed nothing new or streamed nothing for too long is told of."""

from datetime import datetime, timedelta

from domain.access import SYSTEM, Action
from domain.alerts import AlertDraft, AlertKind, Severity
from domain.sources import Source
from services import streams
from services.alerts import raise_alert
from services.desk import Desk
from services.sources import list_sources

LEAST_PATIENCE = timedelta(minutes=30)
TURNS_OF_PATIENCE = 10
PATIENCE_FOR_NEWS = timedelta(days=2)  # A source whose pages changed their form still answers.


async def look(desk: Desk) -> list[str]:
    """Raise an alert for each source that has been silent too long, once each time; their names."""
    now = desk.clock.now()
    silent = await streams.look(desk)
    for source in await list_sources(desk, SYSTEM):
        if not source.is_paused and not source.lacks_approval:
            for what, since, severity in _silences(source, now):
                await _tell(desk, source, what, since, severity)
                silent.append(source.name)
    return silent


def _silences(source: Source, now: datetime) -> list[tuple[str, datetime, Severity]]:
    """(What is missing, since when, how grave) of one source.

    Only what was asked in vain is silent: a clock that jumps, as practice's may, says nothing of it.
    """
    answered = source.last_success_at or source.began_at
    patience = max(LEAST_PATIENCE, TURNS_OF_PATIENCE * source.every)
    if answered and source.trouble is not None and now - answered > patience:
        return [("answer", answered, Severity.B)]
    last, news = source.last_success_at, source.last_item_at
    if last and news and last - news > PATIENCE_FOR_NEWS:
        return [("news", news, Severity.C)]
    return []


async def _tell(desk: Desk, source: Source, what: str, since: datetime, severity: Severity) -> None:
    async with desk.deed(SYSTEM, Action.RAISE_ALERT) as deed:
        hours = (deed.now - since) / timedelta(hours=1)
        draft = AlertDraft(
            kind=AlertKind.SOURCE_SILENT,
            severity=severity,
            subject=f"source:{source.name}",
            dedup_key=f"silent:{source.name}:{what}:{since.isoformat()}",
            facts={"what": source.name, "hours": f"{hours:.1f}", "cause": what},
            bundle_key=f"silent:{source.name}",
        )
        await raise_alert(deed, draft)

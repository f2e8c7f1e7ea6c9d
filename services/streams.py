"""Streams: what is noted of each, and who is told when one that should be heard is silent."""

from collections.abc import Collection, Mapping

from domain.access import SYSTEM, Action
from domain.alerts import AlertDraft, AlertKind, Severity
from domain.outbox import Draft, Operation, Route
from domain.sources import MalformedSource, Source, Trouble
from domain.streams import Deaf, Stream
from services.alerts import raise_alert
from services.desk import Desk
from services.sources import list_sources
from storage import streams as table

_ENDS_UNSAID = 2  # Ends without a reason in a row: servers restart.


async def note_end(desk: Desk, name: str, trouble: MalformedSource, failures: int) -> None:
    """A stream ended: one that ends again and again, or says why, stands in /sweep status."""
    if trouble.trouble is Trouble.STREAM_ENDED and failures <= _ENDS_UNSAID:
        return
    async with desk.deed(SYSTEM, Action.SWEEP) as deed:
        await table.note_trouble(deed.tx, name, trouble)


async def note_all(
    desk: Desk, wanted: Collection[str], well: Collection[str], deaf: Mapping[str, Deaf]
) -> None:
    """How streams fare now: those that should be open, are well, or aren't heard. Writes changes only."""
    async with desk.look(SYSTEM, Action.SWEEP) as tx:
        known = await table.every_stream(tx)
    gone = [name for name in known if name not in wanted]
    better = [name for name in well if _is_ill(known.get(name))]
    worse = {name: why for name, why in deaf.items() if _deaf(known.get(name)) is not why}
    if not (gone or better or worse):
        return
    async with desk.deed(SYSTEM, Action.SWEEP) as deed:
        await table.forget(deed.tx, gone)
        for name in better:
            await table.note_well(deed.tx, name)
        for name, why in worse.items():
            await table.note_deaf(deed.tx, name, why, deed.now)


def _is_ill(stream: Stream | None) -> bool:
    return stream is not None and (stream.deaf is not None or stream.trouble is not None)


def _deaf(stream: Stream | None) -> Deaf | None:
    return stream.deaf if stream is not None else None


async def look(desk: Desk) -> list[str]:
    """Tell staff of each stream that has been silent for too long, once, and once that it is back; the
    names of those that are silent.
    """
    now, silent = desk.clock.now(), []
    for source in await list_sources(desk, SYSTEM):
        stream = source.stream
        if stream is None or source.is_paused or source.lacks_approval:
            continue
        if stream.is_silent(now, desk.policy.stream_silence):
            silent.append(source.name)
            if stream.told_at is None:
                await _tell(desk, source, stream)
        elif stream.told_at is not None and stream.deaf is None:
            await _tell_back(desk, source.name)
    return silent


async def _tell(desk: Desk, source: Source, stream: Stream) -> None:
    async with desk.deed(SYSTEM, Action.RAISE_ALERT) as deed:
        since = stream.deaf_since or deed.now
        why = f"stream_{stream.deaf or Deaf.CLOSED}"
        draft = AlertDraft(
            kind=AlertKind.SOURCE_SILENT,
            severity=Severity.B,
            subject=f"source:{source.name}",
            dedup_key=f"silent:{source.name}:{why}:{since.isoformat()}",
            facts={
                "what": source.name,
                "minutes": int((deed.now - since).total_seconds() // 60),
                "cause": why,
            },
            bundle_key=f"silent:{source.name}",
        )
        await raise_alert(deed, draft)
        await table.note_told(deed.tx, source.name, deed.now)


async def _tell_back(desk: Desk, name: str) -> None:
    async with desk.deed(SYSTEM, Action.SWEEP) as deed:
        draft = Draft(
            route=Route.SLACK,
            operation=Operation.POST,
            kind="stream_back",
            address=desk.places.alerts,
            dedup_key=f"stream_back:{name}:{deed.now.isoformat()}",
            facts={"name": name},
        )
        await deed.send(draft)
        await deed.record(f"source:{name}", event="stream_back")
        await table.note_told(deed.tx, name, None)

"""Looking back: what is registered now is compared with everything that sweeps saw before.

First the whole pictures of all that changed, in eight forms against everything seen at once, and
their alerts go out. Then the variants, in slices between which everything else has its turn; what
is registered meanwhile goes before them. A turn ends after some seconds and asks for the next.

No fingerprint misses a candidate. A candidate is settled while the number of the last change is
held still, and is added to the past before that transaction commits. So a change either came before
(then the candidate was compared with it as it was examined) or commits after the candidate did, and
whoever reads the change finds the candidate in the past and in storage. A candidate whose settling
was rolled back stays in the past and harms nothing: only those that storage says were examined are
judged. What earlier processes settled is read from storage before the first comparison; what this
one settles meanwhile is added as it is settled, perhaps twice, and judged once. How far looking
back has come is written down when whole pictures and variants are both done; after a crash some are
compared again, and a match that is known is not written a second time.

Where many processes settle, one looks back, and follows them (services.following): after it has
read a change, and before it compares, it reads all that was settled up to then. What was settled
without the change was committed before the change was, and so is read; what is settled later was
compared with it.
"""

import asyncio
from collections.abc import Iterator

import numpy as np

from domain.access import SYSTEM, Action
from domain.fingerprints import HASH_BYTES, Kind
from domain.matches import Registered
from domain.policy import Tiers
from domain.videos import LEAST_QUALITY, VideoPrint
from matching.packing import unpacked, unpacked_video
from matching.samples import Hashes
from matching.seen import Slice
from matching.turning import eight_forms
from services import following
from services.desk import Desk
from services.examiner import Examiner
from services.fingerprints import LOOK_BACK, Changes, load_changes
from services.late_finds import judge
from services.matches import refresh
from services.past import Past, Search
from services.thresholds import widest
from storage import changes as changes_table
from storage import kept_prints as kept_table

TURN_S = 20  # A loop that is silent for two minutes and a half is told of as standing still.
_FILLED_AT_ONCE = 2_000
_WHOLES_AT_ONCE = 64
_VARIANTS_AT_ONCE = 8
_SLICES_AT_ONCE = 64  # Half a second.
_NOTHING: Hashes = np.empty((0, HASH_BYTES), np.uint8)


async def look_back(desk: Desk, examiner: Examiner) -> int:
    """One turn of comparing what changed with everything already seen; new matches.

    Where there is more to be done when its time is over, it asks for the next turn.
    """
    if not desk.policy.retention.seen:
        return await _look_at_nothing(desk, examiner)
    ends = desk.clock.monotonic() + TURN_S
    await asyncio.to_thread(examiner.past.forget, following.since(desk))
    if examiner.past.is_filled:
        await following.follow(desk, examiner.past)  # So that there is little to read in a hurry.
    total = 0
    while True:
        matched, is_done = await _step(desk, examiner)
        total += matched
        if is_done:
            return total
        if desk.clock.monotonic() > ends:
            desk.wake(LOOK_BACK)
            return total


async def _look_at_nothing(desk: Desk, examiner: Examiner) -> int:
    """Nothing is kept: what changed has nothing to be compared with."""
    examiner.past = Past(memory=examiner.past.memory)
    async with desk.deed(SYSTEM, Action.SWEEP) as deed:
        number = await changes_table.last(deed.tx)
        await changes_table.move_look_back(deed.tx, number)
    return 0


async def _step(desk: Desk, examiner: Examiner) -> tuple[int, bool]:
    """What comes first of all that is to be done; new matches, and whether nothing was left."""
    past = examiner.past
    if not past.is_filled:
        await following.begin(desk, past)
        await fill(desk, past)
        return 0, False
    if past.wholes is None:
        past.wholes = await _looked_back(desk)
    changes = await load_changes(desk, past.wholes, _WHOLES_AT_ONCE, only_looked_back=True)
    if changes.number != past.wholes:
        return await _compare_wholes(desk, examiner, changes), False
    search, past.search = past.search or await _next_variants(desk, past), None
    if search is None:
        return 0, True
    return await _compare_variants(desk, examiner, search), False


async def fill(desk: Desk, past: Past) -> None:
    """Read the next of what earlier processes saw; what lies bare is sealed on this occasion."""
    async with desk.look(SYSTEM, Action.SWEEP) as tx:
        kept = await kept_table.kept_after(tx, past.filled_to, _FILLED_AT_ONCE)
    if not kept:
        past.is_filled = True
        return
    await following.keep(desk, past, kept)
    bare = [each for each in kept if each.is_bare]
    if bare:
        async with desk.deed(SYSTEM, Action.KEEP_HOUSE) as deed:
            await kept_table.seal_bare(deed.tx, deed.safe, bare)
    past.filled_to = kept[-1].id


async def _looked_back(desk: Desk) -> int:
    async with desk.look(SYSTEM, Action.SWEEP) as tx:
        return await changes_table.looked_back(tx)


async def _compare_wholes(desk: Desk, examiner: Examiner, changes: Changes) -> int:
    """Whole pictures against everything seen, slice by slice; new matches."""
    await refresh(desk, examiner)  # Its register judges what is near.
    await following.follow(desk, examiner.past)
    total, tiers = 0, widest(desk.policy)
    slices = await asyncio.to_thread(_near, examiner.past, changes, tiers, slice(1))
    while (found := await asyncio.to_thread(next, slices, None)) is not None:
        is_rich = found.qualities >= tiers.least_quality
        is_near = found.distances <= tiers.certain  # With little texture only this says anything.
        total += await judge(desk, examiner, found.ids[is_rich | is_near].tolist())
    examiner.past.wholes = changes.number
    return total


async def _next_variants(desk: Desk, past: Past) -> Search | None:
    """Those of the next changes, up to where whole pictures are done."""
    before = await _looked_back(desk)
    changes = await load_changes(desk, before, _VARIANTS_AT_ONCE, only_looked_back=True)
    if changes.number == before:
        return None
    if changes.number > (past.wholes or 0):  # It came just now: its whole picture goes first.
        return Search(before, iter(()))
    await following.follow(desk, past)
    slices = await asyncio.to_thread(_near, past, changes, widest(desk.policy), slice(1, None))
    return Search(changes.number, slices)


async def _compare_variants(desk: Desk, examiner: Examiner, search: Search) -> int:
    """Some slices more; the search is put back unless it is done or one of them failed."""
    total = 0
    for _ in range(_SLICES_AT_ONCE):
        found = await asyncio.to_thread(next, search.slices, None)
        if found is None:
            async with desk.deed(SYSTEM, Action.SWEEP) as deed:
                await changes_table.move_look_back(deed.tx, search.number)
            return total
        is_rich = found.qualities >= widest(desk.policy).least_quality
        total += await judge(desk, examiner, found.ids[is_rich].tolist())
    examiner.past.search = search
    return total


def _near(past: Past, changes: Changes, tiers: Tiers, rows: slice) -> Iterator[Slice]:
    """What was seen near these rows of hashes of what changed, in any of their eight forms."""
    known = [_rows(each, rows) for _, each in changes.fingerprints if each is not None]
    hashes = eight_forms(np.concatenate([*known, _NOTHING]))
    radius = tiers.confirmable if rows.stop else tiers.variant_possible
    return past.seen.near_many([row.tobytes() for row in hashes], radius)


def _rows(registered: Registered, rows: slice) -> Hashes:
    """A picture's whole is row 0; all that a video shows counts as its parts."""
    if registered.fingerprint.kind is Kind.VIDEO:
        return _frames(unpacked_video(registered.fingerprint)) if rows.start else _NOTHING
    made = unpacked(registered.fingerprint)
    return _NOTHING if made.is_strict and rows.start else made.hashes[rows]


def _frames(video: VideoPrint) -> Hashes:
    """Pictures that were seen may show them; of videos that were seen nothing is kept."""
    shown = [each for frame in video.frames for each in frame.upright]
    bits = b"".join(each.bits for each in shown if each.quality >= LEAST_QUALITY)
    return np.frombuffer(bits, np.uint8).reshape(-1, HASH_BYTES)

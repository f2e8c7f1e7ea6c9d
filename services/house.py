"""What is seen to once at every start: this database belongs to this mode, policy changes are recorded."""

import hashlib

from domain.access import SYSTEM, Action
from services.desk import Desk
from storage import stamps


class WrongMode(RuntimeError):
    """This database belongs to the other mode; nothing was touched."""


async def claim_mode(desk: Desk, mode: str) -> None:
    """Mark a new database as this mode's; raises WrongMode for one that is the other's."""
    async with desk.deed(SYSTEM, Action.KEEP_HOUSE) as deed:
        known = await stamps.read(deed.tx, "mode")
        if known and known != mode:
            raise WrongMode(known)
        await stamps.write(deed.tx, "mode", mode)


async def record_policy(desk: Desk, texts: dict[str, str]) -> list[str]:
    """Write down which policy files differ from the last start; their names."""
    changed = []
    async with desk.deed(SYSTEM, Action.KEEP_HOUSE) as deed:
        for name, text in texts.items():
            digest = hashlib.sha256(text.encode()).hexdigest()
            if await stamps.read(deed.tx, f"policy-{name}") != digest:
                await stamps.write(deed.tx, f"policy-{name}", digest)
                await deed.record(f"policy:{name}", sha256=digest)
                changed.append(name)
    return changed

"""Raising, claiming, handing on and ending alerts."""

from domain.alerts import AlertDraft
from services.desk import Deed


async def raise_alert(deed: Deed, draft: AlertDraft) -> int | None:
    """Raise an alert inside this deed; its id, or none where its dedup key was raised before."""
    raise LookupError(draft.dedup_key)

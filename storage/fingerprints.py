"""Table and queries of fingerprints."""

from datetime import datetime

from storage.database import Transaction


async def count_active(tx: Transaction, case_id: int) -> int:
    """How many fingerprints of this case are in force."""
    return 0


async def touch_case(tx: Transaction, case_id: int, now: datetime) -> None:
    """Say that the case's fingerprints may have become eligible, or have stopped being so."""

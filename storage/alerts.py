"""Table and queries of alerts."""

from storage.database import Transaction


async def count_waiting(tx: Transaction) -> int:
    """How many alerts ask for somebody."""
    return 0

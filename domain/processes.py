"""What a process of the centre does: everything, or one part of it beside others."""

from enum import StrEnum


class ProcessRole(StrEnum):
    """`all` needs nobody beside it; the others share one PostgreSQL."""

    ALL = "all"
    BOT = "bot"
    SCHEDULER = "scheduler"
    WORKER = "worker"

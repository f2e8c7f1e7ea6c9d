"""What a process that does a part of the work needs, and the refusal where it isn't there."""

from importlib.util import find_spec

from bot.places import practice_address
from bot.settings import Mode, Settings
from domain.processes import ProcessRole


class NeedsPostgresql(RuntimeError):
    """Several processes share one PostgreSQL; another database is one process's."""


class NeedsExtra(RuntimeError):
    """The queue between scheduler and workers isn't installed."""


class NeedsOwnWorld(RuntimeError):
    """Several processes share one practice world; none has its own."""


def require(settings: Settings) -> None:
    """Raises the first of the above that holds; never for the role `all`."""
    role = settings.ansim_role
    if role is ProcessRole.ALL:
        return
    if not settings.database_url.startswith("postgresql"):
        raise NeedsPostgresql(role)
    if find_spec("procrastinate") is None:
        raise NeedsExtra(role)
    if settings.mode is Mode.PRACTICE and not practice_address(settings):
        raise NeedsOwnWorld(role)

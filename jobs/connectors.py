"""All connectors: one for each network, from the file of its name."""

from importlib import import_module

from domain.networks import NETWORKS
from jobs.sources import Connector
from services.ports import Clock


def connectors(clock: Clock) -> dict[str, Connector]:
    """By the names of their networks."""
    return {name: import_module(f"jobs.sources.{name}").connect(clock) for name in NETWORKS}

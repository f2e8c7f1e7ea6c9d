"""What every part of a sweep needs: the desk, the way out, and how each network is asked."""

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from uuid import uuid4

from domain.networks import NETWORKS, VISITING_S
from domain.policy import SourcePolicy
from domain.sources import MalformedSource, Trouble, Watch
from jobs.handing import Handing
from jobs.hands import Hands
from jobs.metered import Metered
from jobs.sources import Connector, Http, Way
from services.desk import Desk
from services.examiner import Examiner
from services.ports import Fetcher

Secrets = Mapping[str, Mapping[str, str]]


@dataclass(frozen=True)
class Sweeper:
    """Everything that sweeps need; `owner` marks the leases of this process, `secrets` are the keys of
    networks, by network and then by name.

    handing: by which what is due goes to other processes; none: it is looked at in this one, by its hands.
    """

    desk: Desk
    examiner: Examiner
    http: Way
    fetcher: Fetcher
    connectors: Mapping[str, Connector]
    secrets: Secrets = field(default_factory=dict)
    handing: Handing | None = None
    owner: str = field(default_factory=lambda: uuid4().hex)
    hands: Hands = field(default_factory=Hands)


def connector_of(sweeper: Sweeper, watch: Watch) -> Connector:
    """The connector of a source's network; raises MalformedSource where there is none."""
    found = sweeper.connectors.get(watch.source.kind)
    if found is None:
        raise MalformedSource(Trouble.UNKNOWN_KIND, watch.source.kind)
    return found


def way_for(sweeper: Sweeper, source: SourcePolicy) -> Http:
    """The way out, with calls as far apart as the network of a source asks for."""
    network = NETWORKS.get(source.kind)
    return sweeper.http.spaced(network.spacing_s if network else VISITING_S)


def metered(sweeper: Sweeper, watch: Watch) -> Metered:
    """The calls of one turn, no more than it may make."""
    return Metered(way_for(sweeper, watch.source), watch.calls)


def with_secrets(sweeper: Sweeper, watch: Watch) -> Watch:
    """The watch with the keys of its network, and of this very source where it has its own."""
    return replace(watch, secrets=secrets_of(sweeper, watch.source))


def secrets_of(sweeper: Sweeper, source: SourcePolicy) -> dict[str, str]:
    """The keys that a source is read with, by their names."""
    of_network = sweeper.secrets.get(source.kind, {})
    return {**of_network, **sweeper.secrets.get(source.name, {})}

"""The guard of outgoing connections: which addresses may be opened at all. Pure."""

from dataclasses import dataclass
from ipaddress import IPv4Address, IPv6Address, ip_address, ip_network
from urllib.parse import urlsplit

from domain.sources import LONGEST_ADDRESS

_PORTS = {"http": 80, "https": 443, "ws": 80, "wss": 443}
IpAddress = IPv4Address | IPv6Address

# `is_global` lets these through, though they lead into other networks or to nobody in public.
_NEVER = tuple(
    ip_network(text)
    for text in (
        "64:ff9b::/96",
        "64:ff9b:1::/48",
        "2001::/32",
        "2002::/16",
        "::/96",
        "::ffff:0:0/96",
        "::ffff:0:0:0/96",
        "100::/64",
        "192.0.0.0/24",
        "192.88.99.0/24",
        "224.0.0.0/4",
        "240.0.0.0/4",
        "ff00::/8",
        "fec0::/10",
    )
)


@dataclass(frozen=True)
class Guard:
    """Public addresses, and the exact (address, port) pairs that practice adds; live adds none."""

    practice: frozenset[tuple[str, int]] = frozenset()

    @property
    def own(self) -> frozenset[str]:
        """The hosts of the practice world, as `host_of` names them."""
        return frozenset(f"{address}:{port}" for address, port in self.practice)

    def allows(self, address: str, port: int) -> bool:
        """Whether a connection to this address (a literal, as connected to) may be opened."""
        found = _parsed(address)
        if found is None or not 0 < port < 65536:
            return False
        return (str(found), port) in self.practice or is_public(found)

    def allows_url(self, url: str) -> bool:
        """Whether this is a web address worth resolving; a literal in it is checked already here."""
        try:
            parts = urlsplit(url)
            port = parts.port or {"http": 80, "https": 443}.get(parts.scheme, 0)
        except ValueError:
            return False
        host = parts.hostname
        if not port or not host or parts.username is not None or len(url) > LONGEST_ADDRESS:
            return False
        return _parsed(host) is None or self.allows(host, port)


def host_of(url: str) -> str:
    """The host and its port, as the guard's pairs name them."""
    parts = urlsplit(url)
    return f"{parts.hostname}:{parts.port or _PORTS.get(parts.scheme, 0)}"


def _parsed(address: str) -> IpAddress | None:
    try:
        return ip_address(address.strip("[]"))
    except ValueError:
        return None


def is_public(address: IpAddress) -> bool:
    """Whether the address is one that any visitor of the public internet could mean."""
    if isinstance(address, IPv6Address) and address.scope_id is not None:
        return False
    if any(address in network for network in _NEVER if network.version == address.version):
        return False
    return address.is_global and not address.is_multicast and not address.is_reserved

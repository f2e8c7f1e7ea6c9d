"""Which addresses may be opened: values only, nothing is connected."""

import pytest

from jobs.guard import Guard

LIVE = Guard()
PRACTICE = Guard(frozenset({("127.0.0.1", 8123)}))

REFUSED = (
    "127.0.0.1", "127.9.9.9", "0.0.0.0",  # noqa: S104 - it is refused here, and never bound.
    "10.0.0.1", "172.16.0.1", "192.168.1.1", "169.254.169.254",
    "100.64.0.1", "192.0.0.8", "192.0.0.9", "192.0.2.1", "198.18.0.1", "198.51.100.1", "203.0.113.9",
    "192.88.99.1", "224.0.0.1", "239.255.255.250", "240.0.0.1", "255.255.255.255",
    "::", "::1", "::127.0.0.1", "::ffff:127.0.0.1", "::ffff:8.8.8.8", "::ffff:0:127.0.0.1",
    "64:ff9b::7f00:1", "64:ff9b::808:808", "64:ff9b:1::1", "2002:7f00:1::", "2002:808:808::1",
    "2001::1", "2001:db8::1", "fc00::1", "fd00::1", "fe80::1", "fe80::1%eth0", "fec0::1", "ff02::1",
    "100::1", "example.org", "", "0x7f000001", "2130706433",
)  # fmt: skip


@pytest.mark.parametrize("address", REFUSED)
def test_no_address_of_another_network_is_opened(address: str) -> None:
    assert not LIVE.allows(address, 443)


@pytest.mark.parametrize("address", ["8.8.8.8", "1.1.1.1", "2606:4700:4700::1111"])
def test_public_addresses_are_open(address: str) -> None:
    assert LIVE.allows(address, 443)


@pytest.mark.parametrize("port", [0, -1, 65536])
def test_no_port_outside_the_range_is_opened(port: int) -> None:
    assert not LIVE.allows("8.8.8.8", port)


def test_practice_opens_its_exact_pair_and_no_other() -> None:
    asked = [("127.0.0.1", 8123), ("127.0.0.1", 8124), ("127.0.0.2", 8123), ("::1", 8123)]
    assert [PRACTICE.allows(*pair) for pair in asked] == [True, False, False, False]


@pytest.mark.parametrize(
    "url",
    [
        "http://127.0.0.1/", "http://[::1]/", "http://[::ffff:127.0.0.1]/", "file:///etc/passwd",
        "ftp://example.org/", "http://user:secret@example.org/", "http://example.org:99999/",
        "http://[broken/", "http://", "https://example.org/" + "a" * 3000,
    ],
)  # fmt: skip
def test_no_such_address_is_even_resolved(url: str) -> None:
    assert not LIVE.allows_url(url)


def test_a_name_is_resolved_and_checked_when_it_is_connected_to() -> None:
    assert LIVE.allows_url("https://example.org:8443/a")

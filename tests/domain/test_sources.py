"""Addresses: one spelling, made unclickable, and refused where they are no web address."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from domain.sightings import next_try
from domain.sources import absolute, canonical, tag_text, unclickable


@pytest.mark.parametrize(
    "address",
    [
        "HTTPS://Example.ORG/a?b=1&utm_source=x#part",
        "https://example.org:443/a?b=1",
        "https://example.org/a?fbclid=y&b=1",
    ],
)
def test_one_place_has_one_spelling(address: str) -> None:
    assert canonical(address) == "https://example.org/a?b=1"


def test_another_port_is_another_place() -> None:
    assert canonical("http://example.org:8080") == "http://example.org:8080/"


@given(st.text())
def test_no_address_breaks_the_spelling(address: str) -> None:
    assert isinstance(canonical(address), str)
    assert isinstance(absolute("https://example.org/", address), str)


def test_a_link_is_told_as_text() -> None:
    told = unclickable("https://a.example.org/b.jpg?c=d.e")
    assert told == "hxxps://a[.]example[.]org/b.jpg?c=d.e"


@pytest.mark.parametrize("address", ["javascript:alert(1)", "ftp://example.org/a", "http://", ""])
def test_only_web_addresses_are_followed(address: str) -> None:
    assert absolute("", address) == ""


def test_a_keyword_becomes_a_tag() -> None:
    assert tag_text("한강 산책_2!") == "한강산책_2"


def test_damaged_media_gets_one_more_look_a_silent_server_several_a_refused_address_none() -> None:
    looks = {
        reason: next(n for n in range(1, 20) if next_try(reason, n) is None)
        for reason in ("truncated", "unreachable", "blocked")
    }
    assert looks == {"truncated": 2, "unreachable": 8, "blocked": 1}

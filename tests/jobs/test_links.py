"""Addresses of media inside texts."""

import pytest

from jobs.sources.links import is_media_address, media_links


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("(https://a.example/x.jpg).", ["https://a.example/x.jpg"]),
        (
            "https://a.example/x.jpg와 https://a.example/y.webp입니다.",
            ["https://a.example/x.jpg", "https://a.example/y.webp"],
        ),
        ("https://a.example/그림.PNG?w=9#top", ["https://a.example/그림.PNG?w=9#top"]),
        ("https://a.example/x.mp4 https://a.example/x.mp4", ["https://a.example/x.mp4"]),
        ("https://a.example/x.html http://[::1/x.jpg ftp://a.example/x.jpg", []),
        ("「https://a.example/x.gif」", ["https://a.example/x.gif"]),
    ],
)
def test_media_is_found_in_a_text(text: str, found: list[str]) -> None:
    assert media_links(text) == found


def test_an_odd_address_leads_to_no_media() -> None:
    assert is_media_address("http://[x.jpg") is False

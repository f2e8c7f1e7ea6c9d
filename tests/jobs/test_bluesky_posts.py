"""What a post of Bluesky's network shows and says, however its media is put into it."""

from datetime import timedelta
from typing import Any

import pytest

from jobs.sources.bluesky_posts import Hosts, Record, items_of, post_of
from tests.conftest import START
from tests.jobs.bluesky_said import CID, DID, blob, images, picture, record, uri

PDS = Hosts("https://pds.example")
VIEW = Hosts("https://blobs.example", "https://cdn.example", "https://films.example")
OTHER = CID[:-1] + "w"
BLOB = f"https://pds.example/xrpc/com.atproto.sync.getBlob?did={DID}&cid="
FILM = {"$type": "app.bsky.embed.video", "video": blob(OTHER, "video/mp4"), "alt": "파도"}
CARD = {"external": {"uri": "https://x.example/p", "title": "제목", "thumb": blob()}}
QUOTED = {"$type": "app.bsky.embed.recordWithMedia", "record": {"record": {"uri": "at://q"}}}


def found(embed: Any, hosts: Hosts = PDS, **more: Any) -> list[tuple[int, str]]:
    made = Record(DID, "r1", record("글", embed), START, **more)
    return [(item.media_index, item.media_url) for item in items_of(made, hosts)]


@pytest.mark.parametrize(
    ("embed", "expected"),
    [
        (images(picture(), picture(OTHER)), [(0, BLOB + CID), (1, BLOB + OTHER)]),
        (FILM, [(0, BLOB + OTHER)]),
        (CARD, [(0, BLOB + CID)]),
        ({**QUOTED, "media": images()}, [(0, BLOB + CID)]),
        ({**QUOTED, "media": FILM}, [(0, BLOB + OTHER)]),
        ({"images": [{"image": {"cid": CID, "mimeType": "image/png"}}]}, [(0, BLOB + CID)]),
        (
            {"external": {"uri": "https://x.example/a.GIF?w=1"}},
            [(200, "https://x.example/a.GIF?w=1")],
        ),
        ({"$type": "new", "files": [{"deep": [blob()]}]}, [(0, BLOB + CID)]),
    ],
)
def test_media_is_found_in_every_kind_of_post(embed: Any, expected: list[tuple[int, str]]) -> None:
    assert found(embed) == expected


@pytest.mark.parametrize(
    "embed",
    [
        None,
        3,
        "x",
        [],
        {
            "images": [
                {"image": None},
                3,
                {"image": {"ref": {"$link": "../x"}, "mimeType": "image/png"}},
            ]
        },
        {"images": [{"image": blob(kind="text/vtt")}]},
        {"images": [{"image": {**blob(), "ref": b"\x00"}}]},
        {"external": {"uri": "javascript:x.jpg"}},
    ],
)
def test_what_is_no_media_is_left_out(embed: Any) -> None:
    assert found(embed) == []


def test_media_deep_below_is_not_looked_for() -> None:
    embed: Any = images()
    for _ in range(5_000):
        embed = {"media": embed}
    assert found(embed) == []


def test_where_a_pds_is_not_known_pictures_come_from_the_view_and_films_with_a_preview() -> None:
    cdn = f"https://cdn.example/img/feed_fullsize/plain/{DID}/{CID}@jpeg"
    assert found(images(), VIEW) == [(0, cdn)]
    film = f"https://blobs.example/xrpc/com.atproto.sync.getBlob?did={DID}&cid={OTHER}"
    preview = f"https://films.example/watch/did%3Aplc%3A{DID[8:]}/{OTHER}/thumbnail.jpg"
    assert found(FILM, VIEW) == [(0, film), (100, preview)]


def test_an_address_that_a_view_gave_comes_before_ours() -> None:
    given = f"https://other.example/full/{CID}.webp"
    assert found(images(), VIEW, shown=("https://other.example/x", given)) == [(0, given)]


def test_all_words_of_a_post_are_said_once() -> None:
    facets = [{"features": [{"$type": "app.bsky.richtext.facet#tag", "tag": "바다"}]}]
    embed = {**QUOTED, "media": images(picture(alt="언덕")), **CARD}
    made = Record(DID, "r1", record("글", embed, facets=facets, tags=["산", "글"]), START)
    assert post_of(made, "k1").text.split() == ["글", "산", "언덕", "제목", "바다"]
    assert (post_of(made).native_id, post_of(made, "k1").term) == (uri("r1"), "k1")
    assert post_of(made).page_url == f"https://bsky.app/profile/{DID}/post/r1"


def test_a_post_was_made_when_it_says_and_never_after_it_was_seen() -> None:
    past, future = "2026-11-20T00:00:00Z", "2031-01-01T00:00:00Z"
    made = [
        Record(DID, "r", {"createdAt": said}, START).posted_at for said in (past, future, "?", None)
    ]
    assert made == [START - timedelta(days=3, hours=3), START, START, START]


def test_a_changed_post_counts_as_another() -> None:
    assert Record(DID, "r1", {}, START, "abc").native_id == uri("r1") + "#abc"

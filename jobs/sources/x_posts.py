"""Posts of X as its interface gives them, and what every call to it shares."""

import json
from collections.abc import Iterator, Mapping
from datetime import UTC, datetime, timedelta
from typing import Any

from domain.sources import Item, MalformedSource, Page, Post, Term, Trouble, Watch
from jobs.answers import Answer, moment, read_json
from jobs.sources.markup import plain_text
from jobs.sources.reading import addresses, mapping, mappings, number, secret, text, texts, wait_of

FIELDS = {
    "expansions": "attachments.media_keys",
    "media.fields": "url,preview_image_url,variants,type,alt_text",
    "tweet.fields": "created_at,attachments",
}
_PAGE = "https://x.com/i/web/status/"
_PREVIEW = 100  # Added to a film's place in its post.
_EPOCH_MS = 1_288_834_974_657  # From when on X counts, in the upper bits of its ids.
_LOWER_BITS = 22
_REFUSED = frozenset({401, 403})
_PAID_OUT = 402


def headers(watch: Watch) -> dict[str, str]:
    """What shows who asks; raises MalformedSource without the secret."""
    return {"Authorization": f"Bearer {secret(watch, 'bearer')}"}


def read(answer: Answer) -> dict[str, Any]:
    """An answer's JSON; raises MalformedSource, with how long to wait where a quota is used up."""
    if answer.status == 429:
        wait = wait_of(answer, "x-rate-limit-reset", is_moment=True)
        raise MalformedSource(Trouble.TOO_MANY, "429", wait)
    if answer.status == _PAID_OUT:
        raise MalformedSource(Trouble.TOO_MANY, "402")
    if answer.status in _REFUSED:
        raise MalformedSource(Trouble.KEY_REFUSED, str(answer.status))
    if answer.status == 201:
        answer = Answer(200, answer.headers, answer.body, answer.url)
    told = read_json(answer)
    if not isinstance(told, dict):
        raise MalformedSource(Trouble.NOT_A_TIMELINE)
    return told


def query(term: Term) -> str:
    """A word as X looks for it, also as a hashtag; without reposts, which show the same media."""
    said = " ".join(term.text.replace('"', " ").replace("\\", " ").split())
    tag = f" OR #{said}" if said.replace("_", "").isalnum() else ""
    return f'("{said}"{tag}) -is:retweet'


def id_at(when: datetime) -> int:
    """The lowest id of a moment."""
    return (int(when.timestamp() * 1000) - _EPOCH_MS) << _LOWER_BITS


def id_span(stretch: timedelta) -> int:
    """By how much ids grow in a stretch of time."""
    return int(stretch.total_seconds() * 1000) << _LOWER_BITS


def when(moment_: datetime) -> str:
    """A moment as X reads it."""
    return moment_.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%SZ")


def ids(told: Mapping[str, Any]) -> list[int]:
    """The ids of an answer's posts."""
    return [found for post in mappings(told.get("data")) if (found := number(post.get("id")))]


def page_of(told: Mapping[str, Any], key: str) -> Page:
    """An answer's posts, with the media that came beside them; `key` is the word's."""
    included = {
        text(media.get("media_key")): media
        for media in mappings(mapping(told.get("includes")).get("media"))
    }
    items, said = list[Item](), list[Post]()
    for post in mappings(told.get("data")):
        native_id = str(number(post.get("id")) or "")
        if not native_id:
            continue
        keys = mapping(post.get("attachments")).get("media_keys")
        media = [included[each] for each in _texts_of(keys) if each in included]
        page, posted_at = f"{_PAGE}{native_id}", moment(post.get("created_at"))
        words = texts(post.get("text"), *(each.get("alt_text") for each in media))
        said.append(Post(native_id, page, plain_text(" ".join(words)), posted_at, key))
        for place, address in _files(media):
            items.append(Item(native_id, place, address, page, posted_at, key))
    return Page(tuple(items), None, posts=tuple(said))


def _texts_of(values: object) -> list[str]:
    return texts(*values) if isinstance(values, list) else []


def _files(media: list[dict[str, Any]]) -> Iterator[tuple[int, str]]:
    """The picture or the film in its best form, and a film's preview."""
    for index, each in enumerate(media):
        for address in addresses([each.get("url"), _best(each)])[:1]:
            yield index, address
        for address in addresses([each.get("preview_image_url")]):
            yield _PREVIEW + index, address


def _best(media: dict[str, Any]) -> object:
    films = [
        each for each in mappings(media.get("variants")) if each.get("content_type") == "video/mp4"
    ]
    return max(films, key=lambda each: number(each.get("bit_rate")) or 0, default={}).get("url")


def read_line(line: str) -> dict[str, Any]:
    """A line of a stream; raises MalformedSource where it can't be read or says that it ends."""
    try:
        told = json.loads(line)
    except (ValueError, RecursionError):
        raise MalformedSource(Trouble.NOT_JSON) from None
    if not isinstance(told, dict):
        raise MalformedSource(Trouble.NOT_JSON)
    for error in [told, *mappings(told.get("errors"))]:
        said = " ".join(texts(error.get("title"), error.get("type"), error.get("connection_issue")))
        if "ConnectionException" in said or "TooManyConnections" in said:
            raise MalformedSource(Trouble.TOO_MANY, "TooManyConnections")
        if "operational-disconnect" in said:
            kind = text(error.get("disconnect_type")) or "operational-disconnect"
            raise MalformedSource(Trouble.STREAM_ENDED, kind)
    if "data" not in told and mappings(told.get("errors")):
        raise MalformedSource(Trouble.STREAM_ENDED, text(told["errors"][0].get("title")))
    return told

"""Text with entities: parse modes, given lists, what Telegram finds itself, and the limits."""

import re
from typing import Any

from practice.telegram.arguments import Arguments
from practice.telegram.markup_html import parse_html
from practice.telegram.markup_markdown import parse_markdown
from practice.telegram.refusals import bad
from practice.telegram.units import Entity, units

TEXT_LIMIT = 4096  # UTF-16 units after parsing
CAPTION_LIMIT = 1024
_KINDS = (
    "mention", "hashtag", "cashtag", "bot_command", "url", "email", "phone_number", "bold",
    "italic", "underline", "strikethrough", "spoiler", "blockquote", "expandable_blockquote",
    "code", "pre", "text_link", "text_mention", "custom_emoji", "date_time",
)  # fmt: skip
_OPAQUE = ("code", "pre", "text_link", "text_mention", "url", "email")
_FOUND = (
    ("url", re.compile(r"https?://[^\s<>\"]*[^\s<>\".,;:!?)\]]")),
    ("email", re.compile(r"[\w.+-]+@[\w-]+\.[\w.-]*\w", re.ASCII)),
    ("url", re.compile(r"(?<![\w@./-])(?:[\w-]+\.)+(?:com|net|org|kr|io|me|info)\b(?:/[^\s<>]*)?")),
    ("bot_command", re.compile(r"(?a)(?<![\w/@.])/[A-Za-z0-9_]{1,64}(?:@\w{3,32})?(?![\w/])")),
    ("mention", re.compile(r"(?<![\w@])@[A-Za-z0-9_]{4,32}(?!\w)")),
    ("hashtag", re.compile(r"(?<![\w#])#\w*[^\W\d]\w*")),
)  # fmt: skip
_BLANK = " \t\r\n\v\f"


def read_text(arguments: Arguments) -> dict[str, Any]:
    """`text` and `entities` of a message. Refuses empty, too long or unparsable text."""
    text, entities = _parsed(arguments, "text", "entities")
    if not text:
        raise bad("message text is empty")
    if units(text) > TEXT_LIMIT:
        raise bad("message is too long")
    return _fields("text", "entities", text, entities)


def read_caption(arguments: Arguments) -> dict[str, Any]:
    """`caption` and `caption_entities`, or nothing where there is none."""
    text, entities = _parsed(arguments, "caption", "caption_entities")
    if units(text) > CAPTION_LIMIT:
        raise bad("message caption is too long")
    return _fields("caption", "caption_entities", text, entities)


def typed_text(text: str) -> dict[str, Any]:
    """What a person typed: plain text with what Telegram finds in it."""
    return _fields("text", "entities", *_trimmed(text, []))


def typed_caption(text: str) -> dict[str, Any]:
    """The same under a picture or file; nothing where there is none."""
    return _fields("caption", "caption_entities", *_trimmed(text, []))


def _parsed(arguments: Arguments, name: str, list_name: str) -> tuple[str, list[Entity]]:
    text = arguments.text(name) or ""
    mode = (arguments.text("parse_mode") or "").lower()
    if mode == "html":
        return _trimmed(*parse_html(text))
    if mode == "markdownv2":
        return _trimmed(*parse_markdown(text))
    if mode:
        raise bad("unsupported parse_mode")
    return _trimmed(text, [_checked(entity, text) for entity in arguments.sequence(list_name)])


def _checked(entity: Any, text: str) -> Entity:
    if not isinstance(entity, dict) or entity.get("type") not in _KINDS:
        raise bad("can't parse MessageEntity: unsupported type specified")
    offset, length = entity.get("offset"), entity.get("length")
    if not isinstance(offset, int) or not isinstance(length, int) or offset < 0 or length < 1:
        raise bad("can't parse MessageEntity: wrong offset or length specified")
    if offset + length > units(text):
        raise bad("entity beyond the end of the text")
    return dict(entity)


def _trimmed(text: str, entities: list[Entity]) -> tuple[str, list[Entity]]:
    """Telegram cuts blanks at both ends and moves the entities along."""
    cut = units(text) - units(text.lstrip(_BLANK))
    text = text.strip(_BLANK)
    end = units(text)
    kept = []
    for entity in entities:
        start = max(0, entity["offset"] - cut)
        length = min(end, entity["offset"] - cut + entity["length"]) - start
        if length > 0:
            kept.append({**entity, "offset": start, "length": length})
    return text, kept


def _fields(name: str, list_name: str, text: str, entities: list[Entity]) -> dict[str, Any]:
    every = sorted(entities + _found(text, entities), key=lambda e: (e["offset"], -e["length"]))
    fields: dict[str, Any] = {name: text} if text else {}
    return fields | ({list_name: every} if every else {})


def _found(text: str, given: list[Entity]) -> list[Entity]:
    """Links, commands, mentions and the like that Telegram marks by itself."""
    found: list[Entity] = []
    for kind, pattern in _FOUND:
        for hit in pattern.finditer(text):
            entity = {"type": kind, "offset": units(text[: hit.start()]), "length": units(hit[0])}
            if not any(_overlaps(entity, e) for e in given + found if e["type"] in _OPAQUE):
                found.append(entity)
    return found


def _overlaps(one: Entity, other: Entity) -> bool:
    starts_before = one["offset"] < other["offset"] + other["length"]
    return bool(starts_before and other["offset"] < one["offset"] + one["length"])

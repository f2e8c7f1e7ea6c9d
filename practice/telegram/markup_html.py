"""The Bot API's HTML parse mode."""

import html
import re
from dataclasses import dataclass

from practice.telegram.refusals import Refusal, bad
from practice.telegram.units import Entity, byte_offset, units

_KINDS = {
    "b": "bold", "strong": "bold", "i": "italic", "em": "italic", "u": "underline",
    "ins": "underline", "s": "strikethrough", "strike": "strikethrough", "del": "strikethrough",
    "tg-spoiler": "spoiler", "span": "spoiler", "code": "code", "pre": "pre", "a": "text_link",
    "blockquote": "blockquote", "tg-emoji": "custom_emoji",
}  # fmt: skip
_CHARACTER = re.compile(r"&(?:lt|gt|amp|quot|#\d+|#x[0-9a-fA-F]+);")
_ATTRIBUTE = re.compile(r"""([a-zA-Z-]+)(?:\s*=\s*(?:"([^"]*)"|'([^']*)'|([\w./:-]+)))?""")
_LANGUAGE = "language-"


@dataclass(frozen=True)
class _Open:
    name: str
    attributes: dict[str, str]
    start: int
    at: int


def parse_html(source: str) -> tuple[str, list[Entity]]:
    """Text and entities. Refuses with "can't parse entities" and Telegram's reason."""
    return _Reader(source).read()


class _Reader:
    def __init__(self, source: str) -> None:
        self.source = source
        self.text = ""
        self.open: list[_Open] = []
        self.entities: list[Entity] = []

    def read(self) -> tuple[str, list[Entity]]:
        at = 0
        while at < len(self.source):
            at = self._step(at)
        if self.open:
            name = self.open[-1].name
            raise _unparsable(f'Can\'t find end tag corresponding to start tag "{name}"')
        return self.text, self.entities

    def _step(self, at: int) -> int:
        """Read what begins here; where the next thing begins."""
        if self.source[at] == "<":
            return self._tag(at)
        character = _CHARACTER.match(self.source, at)
        self.text += html.unescape(character[0]) if character else self.source[at]
        return character.end() if character else at + 1

    def _tag(self, at: int) -> int:
        end = self.source.find(">", at)
        if end < 0:
            raise _unparsable(f"Unclosed start tag at byte offset {byte_offset(self.source, at)}")
        inside = self.source[at + 1 : end]
        if inside.startswith("/"):
            self._close(inside[1:].strip().lower(), at)
        else:
            self._begin(inside, at)
        return end + 1

    def _begin(self, inside: str, at: int) -> None:
        name, _, rest = inside.strip().partition(" ")
        attributes = {
            hit[1].lower(): html.unescape(hit[2] or hit[3] or hit[4] or "")
            for hit in _ATTRIBUTE.finditer(rest)
        }
        name = name.lower()
        is_known = name in _KINDS and (name != "span" or attributes.get("class") == "tg-spoiler")
        if not is_known:
            where = byte_offset(self.source, at)
            raise _unparsable(f'Unsupported start tag "{name}" at byte offset {where}')
        self.open.append(_Open(name, attributes, len(self.text), at))

    def _close(self, name: str, at: int) -> None:
        where = byte_offset(self.source, at)
        if not self.open:
            raise _unparsable(f"Unexpected end tag at byte offset {where}")
        tag = self.open.pop()
        if name not in ("", tag.name):
            expected = f'expected "</{tag.name}>", found "</{name}>"'
            raise _unparsable(f"Unmatched end tag at byte offset {where}, {expected}")
        entity = self._entity(tag)
        if entity is not None and entity["length"] > 0:
            self.entities.append(entity)

    def _entity(self, tag: _Open) -> Entity | None:
        inner = self.text[tag.start :]
        entity: Entity = {
            "type": _KINDS[tag.name],
            "offset": units(self.text[: tag.start]),
            "length": units(inner),
        }
        if tag.name == "a":
            url = tag.attributes.get("href") or inner
            return {**entity, "url": url} if "." in url or "://" in url else None
        if tag.name == "tg-emoji":
            return {**entity, "custom_emoji_id": tag.attributes.get("emoji-id", "")}
        if tag.name == "blockquote" and "expandable" in tag.attributes:
            return {**entity, "type": "expandable_blockquote"}
        return self._code(tag, entity) if tag.name == "code" else entity

    def _code(self, tag: _Open, entity: Entity) -> Entity:
        """`<pre><code class="language-x">` is one block with a language."""
        language = tag.attributes.get("class", "")
        is_block = bool(self.open) and self.open[-1].name == "pre"
        if not (is_block and language.startswith(_LANGUAGE)):
            return entity
        self.open.pop()
        self.open.append(_Open("pre", {}, len(self.text), tag.at))
        return {**entity, "type": "pre", "language": language.removeprefix(_LANGUAGE)}


def _unparsable(reason: str) -> Refusal:
    return bad(f"can't parse entities: {reason}")

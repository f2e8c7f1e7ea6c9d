"""The Bot API's MarkdownV2 parse mode."""

from dataclasses import dataclass

from practice.telegram.refusals import Refusal, bad
from practice.telegram.units import Entity, byte_offset, units

_RESERVED = frozenset("_*[]()~`>#+-=|{}.!")
_PAIRS = {
    "__": ("underline", "Underline"),
    "||": ("spoiler", "Spoiler"),
    "_": ("italic", "Italic"),
    "*": ("bold", "Bold"),
    "~": ("strikethrough", "Strikethrough"),
}
_EMOJI_URL = "tg://emoji?id="


@dataclass(frozen=True)
class _Open:
    mark: str
    name: str
    start: int
    at: int


def parse_markdown(source: str) -> tuple[str, list[Entity]]:
    """Text and entities. Refuses with "can't parse entities" and Telegram's reason."""
    return _Reader(source).read()


class _Reader:
    def __init__(self, source: str) -> None:
        self.source = source
        self.text = ""
        self.open: list[_Open] = []
        self.quote: int | None = None
        self.entities: list[Entity] = []

    def read(self) -> tuple[str, list[Entity]]:
        at = 0
        while at < len(self.source):
            at = self._quoted(at)
            if at < len(self.source):
                at = self._step(at)
        if self.open:
            raise self._endless(self.open[-1].name, self.open[-1].at)
        self._end_quote()
        return self.text, self.entities

    def _quoted(self, at: int) -> int:
        """At the start of a line: begin, go on with or end a quotation."""
        if at > 0 and self.source[at - 1] != "\n":
            return at
        if self.source[at] != ">":
            self._end_quote()
            return at
        self.quote = len(self.text) if self.quote is None else self.quote
        return at + 1

    def _end_quote(self) -> None:
        if self.quote is not None:
            self._mark("blockquote", self.quote)
            self.quote = None

    def _step(self, at: int) -> int:
        """Read what begins here; where the next thing begins."""
        here = self.source[at]
        following = self.source[at + 1 : at + 2]
        if here == "\\" and following and ord(following) < 127:
            self.text += following
            return at + 2
        if here == "`":
            return self._code(at)
        if here == "[" or (here == "!" and following == "["):
            return self._open_link(at)
        if here == "]" and self.open and self.open[-1].mark == "]":
            return self._close_link(at)
        return self._pair(at)

    def _pair(self, at: int) -> int:
        mark = next((mark for mark in _PAIRS if self.source.startswith(mark, at)), None)
        if mark is None:
            return self._plain(at)
        kind, name = _PAIRS[mark]
        if self.open and self.open[-1].mark == mark:
            self._mark(kind, self.open.pop().start)
        else:
            self.open.append(_Open(mark, name, len(self.text), at))
        return at + len(mark)

    def _plain(self, at: int) -> int:
        here = self.source[at]
        if here in _RESERVED:
            raise _unparsable(
                f"Character '{here}' is reserved and must be escaped with the preceding '\\'"
            )
        self.text += here
        return at + 1

    def _code(self, at: int) -> int:
        mark = "```" if self.source.startswith("```", at) else "`"
        start = len(self.text)
        begin, extra = self._language(at) if mark == "```" else (at + 1, {})
        inside, end = self._until(mark, begin)
        if end is None:
            raise self._endless("Pre" if mark == "```" else "Code", at)
        self.text += inside
        self._mark("pre" if mark == "```" else "code", start, **extra)
        return end + len(mark)

    def _language(self, at: int) -> tuple[int, dict[str, str]]:
        """Where a block's text begins, and its language if the first line names one."""
        line, newline, _ = self.source[at + 3 :].partition("\n")
        if not newline or "`" in line or " " in line:
            return at + 3, {}
        return at + 4 + len(line), {"language": line} if line else {}

    def _until(self, mark: str, at: int) -> tuple[str, int | None]:
        """The unescaped text up to an unescaped mark, and where that stands."""
        inside = ""
        while at < len(self.source):
            if self.source.startswith(mark, at):
                return inside, at
            if self.source[at] == "\\" and at + 1 < len(self.source):
                at += 1
            inside += self.source[at]
            at += 1
        return inside, None

    def _open_link(self, at: int) -> int:
        is_emoji = self.source[at] == "!"
        name = "CustomEmoji" if is_emoji else "TextUrl"
        self.open.append(_Open("]", name, len(self.text), at))
        return at + (2 if is_emoji else 1)

    def _close_link(self, at: int) -> int:
        link = self.open.pop()
        if self.source[at + 1 : at + 2] != "(":
            if link.name == "CustomEmoji":
                raise _unparsable("Custom emoji entity must contain a tg://emoji URL")
            self._mark_url(self.text[link.start :], link.start)
            return at + 1
        url, end = self._until(")", at + 2)
        if end is None:
            where = byte_offset(self.source, at + 1)
            raise _unparsable(f"Can't find end of a URL at byte offset {where}")
        if link.name == "CustomEmoji":
            self._mark("custom_emoji", link.start, custom_emoji_id=url.removeprefix(_EMOJI_URL))
        else:
            self._mark_url(url, link.start)
        return end + 1

    def _mark_url(self, url: str, start: int) -> None:
        if "." in url or "://" in url:
            self._mark("text_link", start, url=url)

    def _mark(self, kind: str, start: int, **extra: str) -> None:
        inner = self.text[start:]
        if inner:
            place = {"offset": units(self.text[:start]), "length": units(inner)}
            self.entities.append({"type": kind, **place, **extra})

    def _endless(self, name: str, at: int) -> Refusal:
        where = byte_offset(self.source, at)
        return _unparsable(f"Can't find end of {name} entity at byte offset {where}")


def _unparsable(reason: str) -> Refusal:
    return bad(f"can't parse entities: {reason}")

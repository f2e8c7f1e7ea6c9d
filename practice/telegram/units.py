"""How Telegram counts text: entities in UTF-16 units, parse errors in bytes of UTF-8."""

from typing import Any

Entity = dict[str, Any]


def units(text: str) -> int:
    """UTF-16 code units."""
    return len(text.encode("utf-16-le", "surrogatepass")) // 2


def byte_offset(text: str, position: int) -> int:
    """The UTF-8 offset of a character position."""
    return len(text[:position].encode("utf-8", "surrogatepass"))


def cut_units(text: str, offset: int, length: int) -> tuple[str, str, str]:
    """The text before, within and after a range of UTF-16 units."""
    raw = text.encode("utf-16-le", "surrogatepass")
    cuts = (
        raw[: offset * 2],
        raw[offset * 2 : (offset + length) * 2],
        raw[(offset + length) * 2 :],
    )
    before, within, after = (part.decode("utf-16-le", "surrogatepass") for part in cuts)
    return before, within, after

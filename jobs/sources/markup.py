"""Markup of strangers: its letters whatever their encoding, and the words that a reader sees."""

import codecs
import re
from collections import Counter

from selectolax.lexbor import LexborHTMLParser

MOST_LETTERS = 20_000  # Of one post; what comes after is not compared with keywords.
DEEPEST = 500  # Browsers stop at about as many open elements; parsers take ages above it.
MOST_MARKUP = 2_000_000  # Of a page; what comes after is not read.

_HEAD = 1_024  # Where a page says what its letters are.
_DECLARED = re.compile(rb"(?:charset|encoding)\s*=\s*[\"']?\s*([\w-]{2,20})", re.IGNORECASE)
_MARKS = (
    (codecs.BOM_UTF8, "utf-8"),
    (codecs.BOM_UTF16_LE, "utf-16-le"),
    (codecs.BOM_UTF16_BE, "utf-16-be"),
    (b"<\0", "utf-16-le"),
    (b"\0<", "utf-16-be"),
)
# Only what is one letter per letter: Python's other codecs unpack archives and domain names.
_ENCODINGS = re.compile(
    r"utf-8|cp949|johab|shift_jis|cp932|euc_jp|iso2022_jp|gb2312|gbk|gb18030|big5"
    r"|cp125\d|cp874|koi8-[ru]|iso8859-\d+|ascii"
)
# What pages say, and what browsers take it for.
_MEANT = {"euc_kr": "cp949", "iso8859-1": "cp1252", "ascii": "cp1252", "gb2312": "gb18030"}
_TAG = re.compile(r"<(/?)([a-zA-Z][\w:-]{0,30})")
_QUOTED = re.compile(r"\"[^\"]*\"|'[^']*'")
_LONG_TAG = 10_000
# These never contain their like, or need no end.
_FLAT = frozenset(
    {"area", "base", "br", "col", "embed", "hr", "img", "input", "link", "meta", "source", "wbr"}
    | {"p", "li", "dt", "dd", "tr", "td", "th", "option", "thead", "tbody", "html", "head", "body"}
)


def plain_text(markup: str) -> str:
    """The words of a piece of HTML, or of plain text, without tags; blocks are divided by spaces."""
    cut = markup[:MOST_LETTERS]
    if "<" not in cut and "&" not in cut:
        return cut
    body = LexborHTMLParser(shallow(cut)).body
    return " ".join(body.text(separator=" ").split()) if body is not None else ""


def decoded(body: bytes, content_type: str = "") -> str:
    """The letters of a body: as its mark, the server or itself says, else as they can be read."""
    for mark, encoding in _MARKS:
        if body.startswith(mark):
            return body.decode(encoding, "replace").lstrip("\ufeff")
    said = _DECLARED.findall(content_type.encode()) + _DECLARED.findall(body[:_HEAD])
    for encoding in (*(_known(name.decode("ascii", "replace")) for name in said), "utf-8", "cp949"):
        try:
            return body.decode(encoding)
        except UnicodeError:
            continue
    return body.decode("utf-8", "replace")


def shallow(markup: str) -> str:
    """The markup up to where more elements stand open in one another than any page has.

    It ends also before a tag with thousands of attributes: each is compared with all before it.
    """
    markup = markup[:MOST_MARKUP]
    opened, depth, before = Counter[str](), 0, 0
    for tag in _TAG.finditer(markup):
        if tag.start() - before > _LONG_TAG and _is_crowded(markup[before : tag.start()]):
            return markup[:before]
        before, name = tag.start(), tag[2].lower()
        if name in _FLAT:
            continue
        step = -bool(opened[name]) if tag[1] else 1
        opened[name] += step
        depth += step
        if depth > DEEPEST:
            return markup[:before]
    return markup[:before] if _is_crowded(markup[before:]) else markup


def _is_crowded(piece: str) -> bool:
    """Whether a tag, without what stands in quotes, is longer than any that is meant."""
    return len(_QUOTED.sub("", piece.partition(">")[0])) > _LONG_TAG


def _known(name: str) -> str:
    """The encoding of this name; UTF-8 where it is none that pages are written in."""
    try:
        found = codecs.lookup(name).name
    except LookupError:
        return "utf-8"
    found = _MEANT.get(found, found)
    return found if _ENCODINGS.fullmatch(found) else "utf-8"

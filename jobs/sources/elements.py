"""XML of strangers, element by element: no entities of its own, no depth, and what came before a flaw."""

import html
import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from xml.sax import SAXException
from xml.sax.handler import ContentHandler, feature_external_ges
from xml.sax.xmlreader import AttributesImpl

from defusedxml import DefusedXmlException
from defusedxml.expatreader import DefusedExpatParser

from domain.sources import MalformedSource, Trouble
from jobs.sources.markup import decoded

_DEEPEST = 100
_MOST = 500_000  # Elements and pieces of text in all.
_BARE = re.compile(r"&(?!(?:#\d{1,7}|#[xX][0-9a-fA-F]{1,6}|amp|lt|gt|quot|apos);)(\w{1,31};)?")
_UNWRITABLE = re.compile("[^\t\n\r\x20-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")


@dataclass(frozen=True)
class Element:
    """One element: its name and its attributes' as written, in lower case, with their prefixes."""

    name: str
    attributes: dict[str, str]
    inner: list["Element | str"] = field(default_factory=list)

    @property
    def text(self) -> str:
        """All that is written in it, tags left out."""
        return "".join(each if isinstance(each, str) else each.text for each in self.inner).strip()

    def every(self, *names: str) -> Iterator["Element"]:
        """The elements in it with these names, however deep; all where none is named."""
        for each in self.inner:
            if isinstance(each, Element):
                if not names or each.name in names:
                    yield each
                yield from each.every(*names)

    def first(self, *names: str) -> str:
        """What the first of its own elements with one of these names says; else nothing."""
        own = [each for each in self.inner if isinstance(each, Element)]
        said = (each.text for name in names for each in own if each.name == name)
        return next(filter(None, said), "")


@dataclass(frozen=True)
class Read:
    """The name of the root (empty where there is none), what was wanted of it, and if it ends well."""

    root: str
    found: tuple[Element, ...]
    is_whole: bool


def read_elements(body: bytes, content_type: str, wanted: Iterable[str], level: int) -> Read:
    """The elements of these names, down to this level (the root's is 1), in their order.

    Raises MalformedSource where entities are declared: nothing that we read needs any.
    """
    text, names = decoded(body, content_type).lstrip(), frozenset(wanted)
    read = _parsed(text, names, level)
    if read.is_whole:
        return read
    return max(read, _parsed(_mended(text), names, level), key=lambda each: len(each.found))


def _parsed(text: str, wanted: frozenset[str], level: int) -> Read:
    # Old feeds name a document type that lies elsewhere; it is never fetched.
    parser, taking = DefusedExpatParser(forbid_external=False), _Taking(wanted, level)
    parser.setFeature(feature_external_ges, False)
    parser.setContentHandler(taking)
    try:
        parser.feed(text)
        parser.close()
    except DefusedXmlException:
        raise MalformedSource(Trouble.NOT_A_FEED) from None
    except (SAXException, ValueError):
        # What follows the end of the root is no part of it.
        return Read(taking.root, tuple(taking.found), is_whole=taking.is_ended)
    return Read(taking.root, tuple(taking.found), is_whole=True)


class _Taking(ContentHandler):
    """Keeps what is wanted and nothing else."""

    def __init__(self, wanted: frozenset[str], level: int) -> None:
        super().__init__()
        self.root = ""
        self.found: list[Element] = []
        self.is_ended = False
        self._wanted, self._level = wanted, level
        self._open: list[Element] = []
        self._depth = self._count = 0

    def startElement(self, name: str, attrs: "AttributesImpl[str]") -> None:  # noqa: N802 - the interface of SAX.
        name = name.lower().removeprefix("atom:")
        self.root = self.root or name
        self._depth += 1
        self._counted()
        if self._open or (self._depth <= self._level and name in self._wanted):
            given = {key.lower(): value for key, value in attrs.items()}
            self._open.append(Element(name, given))

    def endElement(self, _name: str) -> None:  # noqa: N802 - the interface of SAX.
        self._depth -= 1
        self.is_ended = not self._depth
        if self._open:
            ended = self._open.pop()
            if self._open:
                self._open[-1].inner.append(ended)
            else:
                self.found.append(ended)

    def characters(self, content: str) -> None:
        self._counted()
        if self._open:
            self._open[-1].inner.append(content)

    def _counted(self) -> None:
        self._count += 1
        if self._count > _MOST or self._depth > _DEEPEST:
            raise ValueError("more than any feed has")


def _mended(text: str) -> str:
    """What feeds get wrong most often put right: bare ampersands, HTML's entities, odd letters."""
    return _BARE.sub(_entity, _UNWRITABLE.sub("", text))


def _entity(found: re.Match[str]) -> str:
    """A letter for the name that HTML has for it; else the ampersand that was meant."""
    name = found[1] or ""
    letter = html.unescape(f"&{name}") if name else ""
    return letter if len(letter) == 1 and letter not in "<&" else f"&amp;{name}"

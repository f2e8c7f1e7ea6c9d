"""What staff read about fingerprints: the form, answers and the list, never a hash."""

from collections.abc import Callable, Iterator
from datetime import datetime

from bot.render import blocks
from bot.render.message import Block, Form, Message
from bot.render.texts import say, told
from domain.fingerprints import Kept
from domain.outbox import Draft
from services.exchange import Exported

_PAGE = 2_900
ADD_FORM = "fingerprint_add"
FILE = "file"
EXPORT_FORM = "fingerprint_export"
_HASHES = ("json", "csv", "txt")
_PICTURES = ("jpg", "jpeg", "png", "webp", "gif", "tiff", "bmp", "heic", "avif")
_TYPES = (*_HASHES, *_PICTURES, "mp4", "mov", "webm")


def add_form(language: str, number: str) -> Form:
    """Takes one file: hashes, or a picture where the case allows it."""
    element: Block = {
        "type": "file_input",
        "action_id": FILE,
        "filetypes": list(_TYPES),
        "max_files": 1,
    }
    return Form(
        callback_id=ADD_FORM,
        title=say(language, "fingerprint.form.title"),
        submit=say(language, "fingerprint.form.submit"),
        close=say(language, "fingerprint.form.close"),
        blocks=(
            blocks.section(say(language, "fingerprint.form.explain", number=number)),
            blocks.labelled(FILE, say(language, "fingerprint.form.file"), element),
        ),
        private=number,
    )


def key(language: str, text: str) -> Message:
    """The centre's public key in the command line in which it is used."""
    title = say(language, "fingerprint.key.title")
    line = say(language, "fingerprint.key.line", public=text)
    explain = blocks.context(say(language, "fingerprint.key.explain"))
    text = f"*{title}*\n```{line}```"
    return Message(text, (blocks.section(text), explain))


def registered(draft: Draft) -> Message:
    """How many were new, and that nothing else was kept."""
    facts = draft.facts
    key = "fingerprint.registered" if facts["new"] else "fingerprint.nothing_new"
    more = "".join(
        say(draft.language, f"fingerprint.{each}", **{each: facts[each]})
        for each in ("richer", "known", "duplicates", "left_out")
        if facts.get(each)
    )
    text = say(draft.language, key, number=facts["number"], new=facts["new"], known=more)
    return Message(text)


def exported(language: str, made: Exported) -> Form:
    """The hashes to be copied, in a window that leaves nothing in any channel."""
    told = {"number": made.number, "count": made.count}
    explained = blocks.section(say(language, f"fingerprint.export.{made.format}", **told))
    return Form(
        callback_id=EXPORT_FORM,
        title=say(language, "fingerprint.export.title"),
        submit="",
        close=say(language, "fingerprint.export.close"),
        blocks=(explained, *_files(language, made)),
    )


def _files(language: str, made: Exported) -> Iterator[Block]:
    for number, text in enumerate(made.texts, start=1):
        if len(made.texts) > 1:
            yield blocks.section(say(language, "fingerprint.export.file", file=number))
        yield from (blocks.section(f"```{page}```") for page in _pages(text))


def _pages(text: str) -> Iterator[str]:
    """Whole lines, as many as one paragraph of Slack holds."""
    page = ""
    for line in text.splitlines():
        if len(page) + len(line) >= _PAGE:
            yield page
            page = ""
        page = f"{page}\n{line}" if page else line
    yield page


def listed(
    language: str, number: str, kept: list[Kept], wall_time: Callable[[datetime], str]
) -> Message:
    """The fingerprints of a case, one line each."""
    if not kept:
        return Message(say(language, "fingerprint.none", number=number))
    title = say(language, "fingerprint.list", number=number, count=len(kept))
    lines = [
        say(
            language,
            "fingerprint.line" if each.withdrawn_at is None else "fingerprint.line_withdrawn",
            fingerprint=each.id,
            origin=say(language, f"fingerprint.origin.{each.origin}"),
            quality=each.quality,
            at=wall_time(each.withdrawn_at or each.registered_at),
        )
        + _marks(language, each, wall_time)
        for each in kept
    ]
    return Message(title, (blocks.section(f"*{title}*"), blocks.section("\n".join(lines))))


def _marks(language: str, kept: Kept, wall_time: Callable[[datetime], str]) -> str:
    """Whether its alerts are held back, and how often a false alarm of it was no news again."""
    marks = ""
    if kept.quarantined_at and kept.is_quarantined and kept.withdrawn_at is None:
        at = wall_time(kept.quarantined_at)
        marks += say(language, "fingerprint.quarantined", at=at, fingerprint=kept.id)
    if kept.silenced:
        marks += say(language, "fingerprint.silenced", count=kept.silenced)
    return marks


def released(draft: Draft) -> Message:
    """That it alerts again, and how many waited."""
    facts = draft.facts
    key = "fingerprint.released" if facts["count"] else "fingerprint.released_none"
    return told(key)(draft)


SLACK: dict[str, Callable[[Draft], Message]] = {
    "fingerprints_registered": registered,
    "fingerprint_withdrawn": told("fingerprint.withdrawn"),
    "fingerprint_released": released,
    "uploaded_file": told("fingerprint.uploaded_file"),
}

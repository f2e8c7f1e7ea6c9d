"""What staff read about keywords: the forms, how each word is spelt, and where it is sent."""

from collections.abc import Callable, Iterable, Iterator
from typing import Any

from bot.render import blocks
from bot.render.message import Block, Form, Message
from bot.render.texts import say, told
from domain.keywords import KeywordKind
from domain.outbox import Draft
from services.keywords import KeywordView

ADD_FORM = "keyword_add"
APPROVE_FORM = "keyword_approve"
_MOST_TYPED = 2_500
_PAGE = 2_800
_MOST_PAGES = 4  # Slack takes about 12,000 characters in one message.


def add_form(language: str, number: str, sources: list[str]) -> Form:
    """One box for each kind of word; what is wrong is told under the box that it is in."""
    explain = say(language, "keyword.form.explain", number=number, where=_where(language, sources))
    return Form(
        callback_id=ADD_FORM,
        title=say(language, "keyword.form.title"),
        submit=say(language, "keyword.form.submit"),
        close=say(language, "keyword.form.close"),
        blocks=(
            blocks.section(explain),
            *(_box(language, kind) for kind in KeywordKind),
            blocks.context(say(language, "keyword.form.weak")),
        ),
        private=number,
    )


def _box(language: str, kind: KeywordKind) -> Block:
    label = say(language, f"keyword.kind.{kind}")
    hint = say(language, f"keyword.hint.{kind}")
    box = blocks.text_input(kind.value, label, hint, is_long=True, most=_MOST_TYPED)
    return {**box, "optional": True}


def approve_form(
    language: str, number: str, waiting: list[KeywordView], sources: list[str]
) -> Form:
    """The real names that wait, and every service that each would be sent to."""
    names = "\n".join(f"• {blocks.escaped(', '.join(view.if_approved))}" for view in waiting)
    where = _where(language, sources)
    explain = say(language, "keyword.approve.explain", number=number, where=where)
    ids = ",".join(str(view.keyword.id) for view in waiting)
    return Form(
        callback_id=APPROVE_FORM,
        title=say(language, "keyword.approve.title"),
        submit=say(language, "keyword.approve.submit"),
        close=say(language, "keyword.form.close"),
        blocks=(
            blocks.section(explain),
            *map(blocks.section, _pages(names.splitlines())),
        ),
        private=f"{number}:{ids}",
    )


def were_set(draft: Draft) -> Message:
    """How many were new, and where they will be sent."""
    facts, language = draft.facts, draft.language
    where = _where(language, facts["sources"])
    return Message(
        say(language, "keyword.set", number=facts["number"], new=facts["new"], where=where)
    )


def were_added(draft: Draft) -> Message:
    """The same, and each word with its spellings and what of it goes where."""
    facts, language = draft.facts, draft.language
    head = were_set(draft).text
    lines = [_told(language, word, facts["sources"]) for word in facts["words"]]
    if any(word["waits"] for word in facts["words"]):
        lines.append(say(language, "keyword.waits", number=facts["number"]))
    return Message(head, (blocks.section(f"*{head}*"), *map(blocks.section, _pages(lines))))


def _told(language: str, word: dict[str, Any], sources: list[str]) -> str:
    spelt = " · ".join(map(blocks.escaped, word["spelt"]))
    more = say(language, "keyword.more", count=word["more"]) if word["more"] else ""
    return say(
        language,
        "keyword.line",
        word=blocks.escaped(word["text"]),
        kind=say(language, f"keyword.kind.{word['kind']}"),
        spelt=f"{spelt}{more}",
        sent=_sent(language, word, sources),
    )


def _sent(language: str, word: dict[str, Any], sources: list[str]) -> str:
    if word["kind"] == KeywordKind.EXCLUDED:
        return say(language, "keyword.sent_never")
    if word["is_held"]:
        return say(language, "keyword.sent_held")
    if not sources:
        return say(language, "keyword.where_nowhere")
    texts = ", ".join(map(blocks.escaped, word["sent"]))
    return say(language, "keyword.sent", texts=texts, sources=", ".join(sources))


def listed(language: str, number: str, views: list[KeywordView], sources: list[str]) -> Message:
    """The words of a case, for the eyes of the one who asked."""
    if not views:
        return Message(say(language, "keyword.none", number=number))
    title = say(language, "keyword.list", number=number, count=len(views))
    lines = [_told(language, view.told(), sources) for view in views]
    where = blocks.context(_where(language, sources))
    pages = map(blocks.section, _pages(lines))
    return Message(title, (blocks.section(f"*{title}*"), *pages, where))


def _pages(lines: Iterable[str]) -> Iterator[str]:
    """Whole lines, as many as one paragraph of Slack holds; so many paragraphs as one message does."""
    pages = [""]
    for line in lines:
        if len(pages[-1]) + len(line) >= _PAGE:
            pages.append("")
        pages[-1] = f"{pages[-1]}\n{line[:_PAGE]}".strip()
    yield from (page for page in pages[:_MOST_PAGES] if page)
    if len(pages) > _MOST_PAGES:
        yield "…"


def _where(language: str, sources: list[str]) -> str:
    if not sources:
        return say(language, "keyword.where_nowhere")
    return say(language, "keyword.where", sources=", ".join(sources))


def were_approved(draft: Draft) -> Message:
    """How many names go out from now on, and where to."""
    facts, language = draft.facts, draft.language
    where = _where(language, facts["sources"])
    told_ = {"number": facts["number"], "count": facts["count"]}
    return Message(say(language, "keyword.approved", where=where, **told_))


SLACK: dict[str, Callable[[Draft], Message]] = {
    "keywords_set": were_set,
    "keywords_added": were_added,
    "keywords_approved": were_approved,
    "keyword_forgotten": told("keyword.forgotten"),
    "names_wait": told("keyword.names_wait"),
}

"""What staff read about keywords, with the sources that are asked for them."""

from collections.abc import Callable

from bot.render import blocks
from bot.render.message import Message
from bot.render.texts import say, told
from domain.outbox import Draft


def were_set(draft: Draft) -> Message:
    """How many were new, and where they will be sent."""
    facts, language = draft.facts, draft.language
    where = _where(language, facts["sources"])
    return Message(
        say(language, "keyword.set", number=facts["number"], new=facts["new"], where=where)
    )


def listed(language: str, number: str, texts: list[str], sources: list[str]) -> Message:
    """The words of a case, for the eyes of the one who asked."""
    if not texts:
        return Message(say(language, "keyword.none", number=number))
    title = say(language, "keyword.list", number=number, count=len(texts))
    words = "\n".join(f"• {blocks.escaped(text)}" for text in texts)
    where = blocks.context(_where(language, sources))
    return Message(title, (blocks.section(f"*{title}*\n{words}"), where))


def _where(language: str, sources: list[str]) -> str:
    if not sources:
        return say(language, "keyword.where_nowhere")
    return say(language, "keyword.where", sources=", ".join(sources))


SLACK: dict[str, Callable[[Draft], Message]] = {
    "keywords_set": were_set,
    "keyword_forgotten": told("keyword.forgotten"),
}

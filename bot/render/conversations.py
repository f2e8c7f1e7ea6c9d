"""What staff read of a conversation: its thread, previews and answers; never an identity."""

from collections.abc import Callable

from bot.render import blocks
from bot.render.message import Block, Message
from bot.render.personas import line
from bot.render.texts import say
from domain.outbox import Draft


def _thread(draft: Draft) -> Message:
    title = _told(draft, "phone.thread")
    hint = say(draft.language, "phone.thread_hint")
    return Message(title, (blocks.section(f"*{title}*"), blocks.context(hint)))


def _said(draft: Draft) -> Message:
    title = _told(draft, f"phone.said.{draft.facts.get('mark', 'talk')}")
    return Message(title, (blocks.section(f"*{title}*"), *_quoted(draft.facts["text"])))


def _preview(draft: Draft) -> Message:
    language, facts = draft.language, draft.facts
    title = _told(draft, "relay.preview")
    found = facts["forbidden"]
    news = line(facts["phone_language"], facts["persona"], "news")
    shows = news if found else facts["text"]
    rows: list[Block] = [blocks.section(f"*{title}*")]
    rows += _quoted(say(language, "relay.shows", text=shows))
    if found:
        words = blocks.escaped(", ".join(found))
        rows.append(blocks.context(say(language, "relay.forbidden", words=words)))
    number = str(facts["relay"])
    send = blocks.button(say(language, "relay.send_button"), "relay_send", number, "primary")
    cancel = blocks.button(say(language, "relay.cancel_button"), "relay_cancel", number)
    return Message(title, (*rows, blocks.actions([send, cancel])))


def _line(key: str) -> Callable[[Draft], Message]:
    def message(draft: Draft) -> Message:
        text = _told(draft, key)
        return Message(text, (blocks.section(text),))

    return message


def _told(draft: Draft, key: str) -> str:
    facts = {name: blocks.escaped(str(value)) for name, value in draft.facts.items()}
    return say(draft.language, key, **facts)


def _quoted(text: str) -> list[Block]:
    """Somebody's words as they are, in as many sections as Slack needs."""
    safe = blocks.escaped(text)
    return [blocks.section(safe[at : at + 2900]) for at in range(0, len(safe), 2900)]


SLACK: dict[str, Callable[[Draft], Message]] = {
    "phone_thread": _thread,
    "phone_said": _said,
    "relay_preview": _preview,
    **{
        f"phone_{name}": _line(f"phone.{name}")
        for name in (
            "sos", "duress", "locked", "wrong_word", "media", "halt", "resume", "enrolled",
            "declined", "blocked", "trusted",
        )
    },
    **{f"relay_{name}": _line(f"relay.{name}") for name in ("sent", "held", "cancelled")},
}  # fmt: skip

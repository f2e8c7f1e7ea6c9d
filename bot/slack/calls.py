"""What a Slack handler is given and gives back, whatever brought the words."""

from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass, field
from typing import Any

from bot.render.message import Form, Message
from domain.access import Actor
from domain.refusals import Reason, Refusal
from services.desk import Desk


@dataclass(frozen=True)
class Call:
    """One thing a member of staff did: typed a command, pressed a button, sent a form or a message.

    `words` are a command's words after its sub-command; `value` is a pressed button's value or a
    menu's choice; `values` are a form's inputs by action id; `private` is what the form carried.
    """

    desk: Desk
    actor: Actor
    client: Any
    channel: str = ""
    words: tuple[str, ...] = ()
    value: str = ""
    values: Mapping[str, Any] = field(default_factory=dict)
    private: str = ""
    ts: str = ""
    thread_ts: str = ""
    text: str = ""
    files: tuple[Mapping[str, Any], ...] = ()

    @property
    def language(self) -> str:
        return self.actor.language

    def word(self, place: int, usage: str) -> str:
        """The word at this place; refuses with the command's usage (a text key) where there is none."""
        if place >= len(self.words):
            raise Refusal(Reason.MISSING_WORDS, usage=usage)
        return self.words[place]

    def rest(self, place: int, usage: str) -> str:
        """Everything from this place on, joined by spaces."""
        self.word(place, usage)
        return " ".join(self.words[place:])


Handler = Callable[[Call], Awaitable[Message | Form | None]]
Check = Callable[[Call], Awaitable[dict[str, Refusal]]]


@dataclass(frozen=True)
class Submission:
    """A form's two steps: `check` names what is wrong, by block id, before Slack is answered."""

    check: Check
    submit: Handler


@dataclass(frozen=True)
class Table:
    """What one noun handles: sub-commands by command, actions, forms, shortcuts, messages.

    A handler of `messages` is asked about every message that a person writes where the bot is.
    """

    commands: Mapping[str, Mapping[str, Handler]] = field(default_factory=dict)
    actions: Mapping[str, Handler] = field(default_factory=dict)
    forms: Mapping[str, Submission] = field(default_factory=dict)
    shortcuts: Mapping[str, Handler] = field(default_factory=dict)
    messages: tuple[Handler, ...] = ()

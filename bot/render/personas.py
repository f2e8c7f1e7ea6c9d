"""What a private bot shows: every bubble within its persona, whatever it means."""

from collections.abc import Callable

from bot.render.message import Bubble, Button
from bot.render.texts import say
from domain.checkins import Answer
from domain.conversations import Step, StepEvent
from domain.outbox import Draft

_STEP_BUTTONS: dict[str, tuple[tuple[StepEvent, str], ...]] = {
    Step.LANGUAGE: ((StepEvent.KOREAN, "ko"), (StepEvent.ENGLISH, "en")),
    Step.CONSENT: ((StepEvent.AGREE, "agree"), (StepEvent.DECLINE, "decline")),
    Step.MOMENT: ((StepEvent.GOOD, "good"), (StepEvent.BAD, "bad")),
    "another_way": ((StepEvent.GOOD, "resume"),),
    **dict.fromkeys((Step.EXIT, Step.ANSWERS, Step.HELP, Step.WORD), ((StepEvent.GO_ON, "go_on"),)),
}
_NAMED = ("ok", "later", "not_ok", "help_button", "exit_button")


def line(language: str, persona: str, part: str) -> str:
    """One text of a persona."""
    return say(language, f"persona.{persona}.{part}")


def keyboard(language: str, persona: str) -> tuple[tuple[str, ...], ...]:
    """The two keys under the writing line: help and quick exit."""
    return ((line(language, persona, "help_button"), line(language, persona, "exit_button")),)


def _small_talk(draft: Draft) -> Bubble:
    return Bubble(say(draft.language, draft.facts["text_key"]))


def _hello(draft: Draft) -> Bubble:
    persona = draft.facts["persona"]
    keys = keyboard(draft.language, persona) if draft.facts.get("is_enrolled") else ()
    return Bubble(line(draft.language, persona, "hello"), keyboard=keys)


def _line(draft: Draft) -> Bubble:
    is_silent = draft.facts["part"] != "news"
    text = line(draft.language, draft.facts["persona"], draft.facts["part"])
    return Bubble(text, is_silent=is_silent)


def _asked(part: str) -> Callable[[Draft], Bubble]:
    def bubble(draft: Draft) -> Bubble:
        persona, checkin = draft.facts["persona"], draft.facts["checkin"]
        row = tuple(
            Button(line(draft.language, persona, answer), f"a:{checkin}:{answer}")
            for answer in Answer
        )
        return Bubble(line(draft.language, persona, part), (row,))

    return bubble


def _enrol(draft: Draft) -> Bubble:
    step, persona = draft.facts["step"], draft.facts["persona"]
    names = {part: line(draft.language, persona, part) for part in _NAMED}
    at = Step.MOMENT if step == "another_way" else step
    row = tuple(
        Button(say(draft.language, f"checkin.button.{label}"), f"s:{at}:{event}")
        for event, label in _STEP_BUTTONS.get(step, ())
    )
    text = say(draft.language, f"checkin.enrol.{step}", **names)
    return Bubble(text, (row,) if row else ())


def _renew(draft: Draft) -> Bubble:
    yes = Button(say(draft.language, "checkin.renew_yes"), "renew")
    return Bubble(say(draft.language, "checkin.renew"), ((yes,),))


def _word_accepted(draft: Draft) -> Bubble:
    read = Button(say(draft.language, "checkin.read_button"), "h:read")
    return Bubble(say(draft.language, "checkin.word_accepted"), ((read,),), is_silent=True)


def _relayed(draft: Draft) -> Bubble:
    return Bubble(draft.facts["text"])


def _held(draft: Draft) -> Bubble:
    hidden = draft.facts["text"]
    return Bubble(say(draft.language, "checkin.held"), hidden=hidden, is_silent=True)


def _held_none(draft: Draft) -> Bubble:
    return Bubble(say(draft.language, "checkin.held_none"), is_silent=True)


TELEGRAM: dict[str, Callable[[Draft], Bubble]] = {
    "small_talk": _small_talk,
    "persona_hello": _hello,
    "persona_line": _line,
    "checkin_prompt": _asked("prompt"),
    "checkin_reminder": _asked("reminder"),
    "enrol": _enrol,
    "renew": _renew,
    "word_accepted": _word_accepted,
    "relayed": _relayed,
    "held": _held,
    "held_none": _held_none,
}

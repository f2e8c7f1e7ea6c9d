"""Alerts as staff see them: severity, case, kind, source, how sure and why, since when, who has it."""

from collections.abc import Callable, Mapping
from typing import Any

from bot.render.blocks import actions, button, escaped, section
from bot.render.message import Block, Message
from bot.render.texts import say, texts
from domain.alerts import ENDED, Alert, AlertKind, AlertState
from domain.outbox import Draft
from domain.people import Rung

Facts = Mapping[str, Any]
_NAMED = ("callback", "what", "fingerprint", "count", "hours", "minutes", "since", "source")
_MARKS = {"A": "🔴", "B": "🟠", "C": "🟡"}


def alert(draft: Draft) -> Message:
    """The alert in the channel and in a direct message."""
    facts, language = draft.facts, draft.language
    head, lines = title(facts, language), body(facts, language)
    return Message(head, (section("\n".join([f"*{head}*", *lines])), *_buttons(facts, language)))


def title(facts: Facts, language: str) -> str:
    """One line: severity, case, what it is about; what a notification shows."""
    return say(
        language,
        "alert.title",
        mark=_MARKS[facts["severity"]],
        severity=facts["severity"],
        test=say(language, "alert.test") if facts["is_test"] else "",
        case=_case(facts, language),
        about=say(language, f"alert.about.{facts['about']}"),
        alert=facts["alert"],
    )


def body(facts: Facts, language: str) -> list[str]:
    """Source, how sure and why, since when, how many joined, who has it or is being reached."""
    lines = [_why(facts, language)]
    lines.append(say(language, "alert.since", since=facts["since"]))
    if facts["joined"]:
        lines.append(say(language, "alert.joined", count=facts["joined"]))
    return [*lines, _standing(facts, language), *_nobody(facts, language)]


def _case(facts: Facts, language: str) -> str:
    if not facts["number"]:
        return say(language, "alert.no_case")
    return say(language, "alert.case", number=facts["number"])


def _why(facts: Facts, language: str) -> str:
    """A match says source, tier and reason; anything else what it means."""
    told = facts["told"]
    if facts["about"] != AlertKind.MATCH:
        named = {name: escaped(str(told.get(name, "-"))) for name in _NAMED}
        return say(language, f"alert.why.{_cause(facts)}", number=facts["number"], **named)
    tier = str(told.get("tier", ""))
    sure = f"alert.tier.{tier}"
    return say(
        language,
        "alert.why.match",
        source=escaped(str(told.get("source", "-"))),
        sure=say(language, sure) if sure in texts(language) else escaped(tier) or "-",
        reason=reason(told, language),
    )


def _cause(facts: Facts) -> str:
    """What kind of alert it is, told apart by whether it came from a case or from the public bot."""
    about, told = str(facts["about"]), facts["told"]
    if about == AlertKind.CALL_BACK and "callback" not in told:
        return "call_back_case"
    if about == AlertKind.FLOOD:
        return f"{about}_{told.get('cause', 'begun')}"
    if about == AlertKind.SOURCE_SILENT:
        return f"{about}_{told.get('cause', 'answer')}"
    if about == AlertKind.PHONE_QUIET:
        return f"{about}_{told.get('cause', 'halt')}"
    if about == AlertKind.SELF_HARM and not facts["number"]:
        return "self_harm_hotline"
    return about


def reason(told: Facts, language: str) -> str:
    """Why a match is one, in a few words; a reason that has a text is said, any other shown."""
    name = str(told.get("reason", ""))
    key = f"alert.reason.{name}"
    said = say(language, key) if key in texts(language) else escaped(name) or "-"
    if not told.get("distance"):  # The same file has none to tell.
        return said
    return say(language, "alert.distance", reason=said, distance=told["distance"])


def _standing(facts: Facts, language: str) -> str:
    """Who has it, what was decided, or who is being reached."""
    state, owner = facts["state"], facts["owner"]
    if state in ENDED or state == AlertState.CLAIMED:
        kind = "lead_state" if facts["about"] == AlertKind.LEAD else "state"
        return say(language, f"alert.{kind}.{state}", person=mention(owner))
    if facts["paged"]:
        people = " ".join(mention(person) for person in facts["paged"])
        return say(language, "alert.waiting", people=people)
    return say(language, "alert.waiting_nobody")


def _nobody(facts: Facts, language: str) -> list[str]:
    if not facts["skipped"]:
        return []
    rungs = ", ".join(rung_name(rung, language) for rung in facts["skipped"])
    return [say(language, "alert.skipped", rungs=rungs)]


def rung_name(rung: int, language: str) -> str:
    """What a rung is called."""
    return say(language, f"rota.rung.{Rung(rung).name.lower()}")


def mention(person: str) -> str:
    """A person, as Slack names them."""
    return f"<@{person}>"


def pressed(language: str, action: str, value: object, style: str = "") -> Block:
    """A button whose label is the text of its action."""
    return button(say(language, f"button.{action}"), action, str(value), style)


def _buttons(facts: Facts, language: str) -> tuple[Block, ...]:
    """Take it; or, for whoever has it, end it or give it back. A match or a lead is ended by its review, a
    flood by releasing or withdrawing its fingerprint.
    """
    if facts["state"] in ENDED:
        return ()
    if facts["state"] != AlertState.CLAIMED:
        return (actions([pressed(language, "alert_claim", facts["alert"], "primary")]),)
    give_back = pressed(language, "alert_release", facts["alert"])
    is_flood = facts["about"] == AlertKind.FLOOD and facts["told"].get("cause") == "begun"
    if facts["about"] in (AlertKind.MATCH, AlertKind.LEAD) or is_flood:
        return (actions([give_back]),)
    return (actions([pressed(language, "alert_close", facts["alert"], "primary"), give_back]),)


def briefing(draft: Draft) -> Message:
    """What severity C has collected, with a button for each."""
    language = draft.language
    shown: list[Facts] = draft.facts["alerts"]
    head = say(language, "alert.briefing", count=len(shown))
    return Message(head, (section(f"*{head}*"), *(_briefed(facts, language) for facts in shown)))


def _briefed(facts: Facts, language: str) -> Block:
    text = "\n".join([title(facts, language), *body(facts, language)])
    is_free = facts["state"] not in ENDED and facts["state"] != AlertState.CLAIMED
    paragraph = section(text)
    if is_free:
        paragraph["accessory"] = pressed(language, "alert_claim", facts["alert"])
    return paragraph


def reminder(draft: Draft) -> Message:
    """Still at it? Unanswered, the alert goes back."""
    facts, language = draft.facts, draft.language
    text = say(language, "alert.reminder", title=title(facts, language), until=draft.facts["until"])
    keep = pressed(language, "alert_keep", facts["alert"], "primary")
    return Message(text, (section(text), actions([keep]), *_buttons(facts, language)))


def undelivered(draft: Draft) -> Message:
    """A page that didn't reach its person, said where somebody else sees it."""
    facts, language = draft.facts, draft.language
    where = facts["person"]
    place = mention(where) if where.startswith(("U", "W")) else f"<#{where}>"
    text = say(language, "alert.undelivered", person=place, title=title(facts, language))
    return Message(text, (section(text), *_buttons(facts, language)))


def file_still_there(draft: Draft) -> Message:
    """A file that Slack wouldn't remove for us, and how its owner removes it."""
    text = say(draft.language, "alert.file_still_there")
    return Message(text, (section(text),))


def _answer(key: str) -> Callable[[Draft], Message]:
    """The line that answers a press."""

    def line(draft: Draft) -> Message:
        facts = draft.facts
        text = say(
            draft.language, key, title=title(facts, draft.language), until=facts.get("until", "")
        )
        return Message(text, (section(text),))

    return line


def listed(alerts: list[Alert], language: str, since: Callable[[Alert], str]) -> Message:
    """Alerts that nobody has ended, one line each."""
    if not alerts:
        text = say(language, "alert.none")
        return Message(text, (section(text),))
    head = say(language, "alert.list", count=len(alerts))
    lines = [_line(each, language, since(each)) for each in alerts]
    return Message(head, (section("\n".join([f"*{head}*", *lines])),))


def _line(shown: Alert, language: str, since: str) -> str:
    who = mention(shown.owner) if shown.owner else say(language, "alert.nobody_has_it")
    return say(
        language,
        "alert.line",
        alert=shown.id,
        mark=_MARKS[shown.severity],
        severity=shown.severity,
        number=shown.case_number or "-",
        about=say(language, f"alert.about.{shown.kind}"),
        since=since,
        who=who,
    )


SLACK: dict[str, Callable[[Draft], Message]] = {
    "alert": alert,
    "briefing": briefing,
    "alert_reminder": reminder,
    "alert_undelivered": undelivered,
    "alert_claimed": _answer("alert.claimed"),
    "alert_kept": _answer("alert.kept"),
    "alert_released": _answer("alert.released"),
    "alert_closed": _answer("alert.closed"),
    "file_still_there": file_still_there,
}

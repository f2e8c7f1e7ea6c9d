"""What staff read about check-ins: plans, notes in the unit's channel, the invitation and its form."""

from collections.abc import Callable
from datetime import datetime
from zoneinfo import ZoneInfo

from bot.render import blocks
from bot.render.message import Form, Message
from bot.render.texts import say
from domain.cases import Case
from domain.contacts import SafeContact
from domain.outbox import Draft
from services.plans import CheckinView

MOST_WORD = 40
TELEPHONE = "telephone"


def listing(language: str, views: list[CheckinView]) -> Message:
    """Every plan in force, with what is agreed and how the last check-ins ended."""
    if not views:
        return Message(say(language, "plan.list_empty"))
    title = say(language, "plan.list_title", count=len(views))
    rows = [blocks.header(title)]
    for view in views[:20]:
        rows.append(blocks.section(_row(language, view)))
        states = " · ".join(say(language, f"plan.state.{past.state}") for past in view.last)
        if states:
            rows.append(blocks.context(say(language, "plan.list_last", states=states)))
    return Message(title, tuple(rows))


def invite_form(language: str, case: Case, bots: list[tuple[str, str]]) -> Form:
    """What is agreed face to face; `bots` are user names with the name that the persona shows."""
    ways = [blocks.option(say(language, "invite.way_telephone"), TELEPHONE)]
    ways += [
        blocks.option(say(language, "invite.way_bot", name=name, bot=bot), bot)
        for bot, name in bots
    ]
    languages = [
        blocks.option(say(language, f"invite.language.{code}"), code) for code in ("ko", "en")
    ]
    return Form(
        callback_id="checkin_invite",
        title=say(language, "invite.title"),
        submit=say(language, "invite.submit"),
        close=say(language, "case.form.cancel"),
        blocks=(
            blocks.section(say(language, "invite.intro", number=case.number)),
            blocks.menu("way", say(language, "invite.way"), ways),
            blocks.text_input("opens", say(language, "invite.opens"), "09:00", most=5),
            blocks.text_input("closes", say(language, "invite.closes"), "21:00", most=5),
            blocks.menu("language", say(language, "invite.language"), languages),
            _optional_input("code_word", say(language, "invite.code_word")),
            _optional_input("duress_word", say(language, "invite.duress_word")),
        ),
        private=case.number,
    )


def _optional_input(name: str, label: str) -> dict[str, object]:
    element = {"type": "plain_text_input", "action_id": name, "max_length": MOST_WORD}
    return blocks.labelled(name, label, element, is_optional=True)


def _row(language: str, view: CheckinView) -> str:
    zone = ZoneInfo(view.plan.zone)
    coming = _when(view.next_at, zone) if view.next_at else say(language, "plan.no_next")
    return say(
        language,
        "plan.list_row",
        number=view.case.number,
        alias=blocks.escaped(view.case.alias),
        times=", ".join(at.strftime("%H:%M") for at in view.plan.times),
        zone=view.plan.zone,
        next=coming,
        contact=contact_line(language, view.contact),
    )


def contact_line(language: str, contact: SafeContact | None) -> str:
    """How and when a person may be reached, or that this is not on record."""
    if contact is None:
        return say(language, "plan.contact_none")
    if contact.halted_at is not None:
        return say(language, "plan.contact_halted")
    return say(
        language,
        "plan.contact_until",
        opens=contact.opens.strftime("%H:%M"),
        closes=contact.closes.strftime("%H:%M"),
        until=_when(contact.expires_at, ZoneInfo(contact.zone)),
    )


def _when(moment: datetime, zone: ZoneInfo) -> str:
    return moment.astimezone(zone).strftime("%Y-%m-%d %H:%M")


def _planned(draft: Draft) -> Message:
    facts = draft.facts
    first = _when(datetime.fromisoformat(facts["first"]), ZoneInfo(facts["zone"]))
    told = {"number": facts["number"], "zone": facts["zone"], "first": first}
    return Message(say(draft.language, "plan.saved", times=", ".join(facts["times"]), **told))


def _logged(draft: Draft) -> Message:
    state = say(draft.language, f"plan.state.{draft.facts['state']}")
    return Message(say(draft.language, "plan.logged", number=draft.facts["number"], state=state))


def _withheld(draft: Draft) -> Message:
    why = say(draft.language, f"plan.obstacle.{draft.facts['obstacle']}")
    return Message(say(draft.language, "plan.withheld", **_plain(draft), why=why))


def _invited(draft: Draft) -> Message:
    facts = draft.facts
    title = say(draft.language, "invite.made", number=facts["number"], hours=facts["hours"])
    link = f"https://t.me/{facts['bot']}?start={facts['token']}"
    settings = say(draft.language, "invite.settings")
    rows = (blocks.section(title), blocks.section(f"`{link}`"), blocks.context(settings))
    return Message(title, rows)


def _line(key: str) -> Callable[[Draft], Message]:
    def message(draft: Draft) -> Message:
        text = say(draft.language, key, **_plain(draft))
        return Message(text, (blocks.section(text),))

    return message


def _plain(draft: Draft) -> dict[str, str]:
    return {name: blocks.escaped(str(value)) for name, value in draft.facts.items()}


SLACK: dict[str, Callable[[Draft], Message]] = {
    "checkin_planned": _planned,
    "checkin_logged": _logged,
    "checkin_withheld": _withheld,
    "invite_telegram": _invited,
    "invite_telephone": _line("invite.by_telephone"),
    "contact_renewed": _line("plan.contact_renewed"),
    "checkin_plan_ended": _line("plan.ended"),
    **{
        f"checkin_{name}": _line(f"plan.{name}")
        for name in ("call_due", "call_late", "missed", "not_ok", "answered_late")
    },
}

"""Slack's side of cases: `/case …`, the new-case form, and the buttons on a card."""

from bot.render import cases as render
from bot.render import consents as consent_render
from bot.render.message import Form, Message
from bot.slack.calls import Call, Submission, Table
from domain.cases import Harm, Intake, Missing, RiskLevel, checked, number_from
from domain.consents import Basis, ConsentPart, part_named
from domain.refusals import Reason, Refusal
from services import cases, consents
from services import risk as risk_levels

_TICKED = (Missing.SUICIDE_RISK, Missing.SAFE_CONTACT, Missing.WISH, Missing.DUTY_TO_REPORT)


async def new(call: Call) -> Form | None:
    """`/case new`: the form; with words, the intake itself."""
    if not call.words:
        return render.new_form(call.language)
    flags = {word.lower() for word in call.words[2:]}
    harm = _harm(call.word(1, "case.usage.new"))
    intake = Intake(call.words[0], harm, "minor" in flags, "danger" in flags)
    await cases.open_case(call.desk, call.actor, intake)
    return None


def _harm(word: str) -> Harm:
    try:
        return Harm(word.lower())
    except ValueError:
        raise Refusal(Reason.MISSING_WORDS, usage="case.usage.new") from None


async def list_all(call: Call) -> Message:
    """`/case list`."""
    return render.listing(call.language, await cases.list_cases(call.desk, call.actor))


async def show(call: Call) -> Message:
    """`/case show NUMBER`."""
    number = call.word(0, "case.usage.show")
    return render.shown(call.language, await cases.show_case(call.desk, call.actor, number))


async def assign(call: Call) -> None:
    """`/case assign NUMBER @NAME [second]`."""
    number, person = call.word(0, "case.usage.assign"), call.word(1, "case.usage.assign")
    is_second = "second" in call.words[2:]
    await cases.assign(call.desk, call.actor, number, person.lstrip("@"), is_second)


async def note(call: Call) -> Form | None:
    """`/case note NUMBER TEXT`; without a text, a box to write in."""
    number = call.word(0, "case.usage.note")
    if len(call.words) == 1:
        case = await cases.find_case(call.desk, call.actor, number)
        return render.note_form(call.language, case.number)
    await cases.note(call.desk, call.actor, number, call.rest(1, "case.usage.note"))
    return None


async def consent(call: Call) -> Form | None:
    """`/case consent NUMBER`: the form; or `give PART`, `withdraw PART`."""
    number = call.word(0, "case.usage.consent")
    if len(call.words) == 1:
        case = await cases.find_case(call.desk, call.actor, number)
        return consent_render.consent_form(call.language, case.number)
    part = part_named(call.word(2, "case.usage.consent"))
    match call.words[1]:
        case "give":
            await consents.give(call.desk, call.actor, number, (part,))
        case "withdraw":
            await consents.withdraw(call.desk, call.actor, number, part)
        case _:
            raise Refusal(Reason.MISSING_WORDS, usage="case.usage.consent")
    return None


async def risk(call: Call) -> None:
    """`/case risk NUMBER LEVEL`."""
    number, word = call.word(0, "case.usage.risk"), call.word(1, "case.usage.risk").lower()
    if word not in tuple(RiskLevel):
        raise Refusal(Reason.MISSING_WORDS, usage="case.usage.risk")
    await risk_levels.set_level(call.desk, call.actor, number, RiskLevel(word))


async def close(call: Call) -> None:
    """`/case close NUMBER REASON`."""
    number, reason = call.word(0, "case.usage.close"), call.rest(1, "case.usage.close")
    await cases.close(call.desk, call.actor, number, reason)


async def erase(call: Call) -> None:
    """`/case erase NUMBER`."""
    await cases.erase(call.desk, call.actor, call.word(0, "case.usage.erase"))


async def settle(call: Call) -> None:
    """A tick on something that the intake lacked."""
    number, _, what = call.value.partition(":")
    await cases.settle(call.desk, call.actor, number, Missing(what))


async def open_form(call: Call) -> Form:
    """The button and the shortcut 새 사례."""
    return render.new_form(call.language)


def _intake(call: Call) -> Intake:
    flags = call.values.get("flags") or []
    harm = Harm(call.values["harm"])
    return Intake(str(call.values["alias"]), harm, "minor" in flags, "danger" in flags)


async def check_new(call: Call) -> dict[str, Refusal]:
    """What is wrong with an intake, shown while its form is open."""
    try:
        checked(_intake(call))
    except Refusal as refusal:
        return {"alias": refusal}
    return {}


async def submit_new(call: Call) -> None:
    """The intake's form was sent."""
    await cases.open_case(call.desk, call.actor, _intake(call))


async def check_note(call: Call) -> dict[str, Refusal]:
    """An empty note is told while its form is open."""
    number_from(call.private)
    if str(call.values["text"]).strip():
        return {}
    return {"text": Refusal(Reason.EMPTY_TEXT, what="note")}


async def submit_note(call: Call) -> None:
    """The note's form was sent."""
    await cases.note(call.desk, call.actor, call.private, str(call.values["text"]))


async def check_consent(call: Call) -> dict[str, Refusal]:
    """The form offers only what exists; the case is looked at when it is sent."""
    await cases.find_case(call.desk, call.actor, call.private)
    return {}


async def submit_consent(call: Call) -> None:
    """The consent form was sent."""
    parts = tuple(ConsentPart(part) for part in call.values["parts"])
    basis = Basis(call.values["basis"])
    await consents.give(call.desk, call.actor, call.private, parts, basis)


TABLE = Table(
    commands={
        "case": {
            "new": new,
            "list": list_all,
            "show": show,
            "assign": assign,
            "note": note,
            "consent": consent,
            "risk": risk,
            "close": close,
            "erase": erase,
        }
    },
    actions={**{f"case_settle_{what}": settle for what in _TICKED}, "case_new": open_form},
    forms={
        "case_new": Submission(check_new, submit_new),
        "case_note": Submission(check_note, submit_note),
        "case_consent": Submission(check_consent, submit_consent),
    },
    shortcuts={"case_new": open_form},
)

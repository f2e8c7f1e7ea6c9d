"""Slack's side of keywords: `/keyword …`, the form for words of each kind, and the approval of names."""

from bot.render import keywords as render
from bot.render.message import Form, Message
from bot.slack.calls import Call, Submission, Table
from domain.keywords import KeywordKind, Typed, divided, tidy
from domain.refusals import Refusal
from services import keywords


async def add(call: Call) -> Form:
    """`/keyword add NUMBER`: the form, once the case may have keywords at all."""
    number = call.word(0, "keyword.usage.add")
    case = await keywords.expect(call.desk, call.actor, number)
    sources = await keywords.asked_sources(call.desk, call.actor)
    return render.add_form(call.language, case.number, sources)


async def set_all(call: Call) -> None:
    """`/keyword set NUMBER WORD…`: each word one keyword, or phrases between commas."""
    number, rest = call.word(0, "keyword.usage.set"), call.rest(1, "keyword.usage.set")
    texts = rest.split(",") if "," in rest else list(call.words[1:])
    wanted = tuple(text for text in texts if text.strip())
    await keywords.set_keywords(call.desk, call.actor, number, wanted or (rest,))


async def listed(call: Call) -> Message:
    """`/keyword list NUMBER`"""
    number = call.word(0, "keyword.usage.list")
    case, views = await keywords.list_keywords(call.desk, call.actor, number)
    sources = await keywords.asked_sources(call.desk, call.actor)
    return render.listed(call.language, case.number, views, sources)


async def forget(call: Call) -> None:
    """`/keyword forget NUMBER WORD`"""
    number, text = call.word(0, "keyword.usage.forget"), call.rest(1, "keyword.usage.forget")
    await keywords.forget_keyword(call.desk, call.actor, number, text)


async def approve(call: Call) -> Form:
    """`/keyword approve NUMBER`: the names that wait, and where each would be sent."""
    number = call.word(0, "keyword.usage.approve")
    case, waiting = await keywords.waiting_names(call.desk, call.actor, number)
    sources = await keywords.asked_sources(call.desk, call.actor)
    return render.approve_form(call.language, case.number, waiting, sources)


def _typed(call: Call) -> dict[KeywordKind, list[str]]:
    return {kind: divided(str(call.values.get(kind.value) or "")) for kind in KeywordKind}


async def check_add(call: Call) -> dict[str, Refusal]:
    """What is wrong is told under its own box, while the form is open; the case first."""
    await keywords.expect(call.desk, call.actor, call.private)
    given = _typed(call)
    wrong = {kind.value: why for kind in KeywordKind if (why := _wrong_in(given[kind]))}
    if wrong:
        return wrong
    Typed.of(given)
    return {}


def _wrong_in(words: list[str]) -> Refusal | None:
    for word in words:
        try:
            tidy(word)
        except Refusal as refusal:
            return refusal
    return None


async def submit_add(call: Call) -> None:
    """The form of words was sent."""
    await keywords.add_keywords(call.desk, call.actor, call.private, _typed(call))


async def check_approve(call: Call) -> dict[str, Refusal]:
    """There is nothing to fill in; whether the names still wait is looked at when it is sent."""
    return {}


async def submit_approve(call: Call) -> None:
    """The names that were shown may go out; one that came meanwhile may not."""
    number, _, ids = call.private.partition(":")
    chosen = [int(each) for each in ids.split(",") if each.isdecimal()]
    await keywords.approve(call.desk, call.actor, number, chosen)


TABLE = Table(
    commands={
        "keyword": {
            "add": add,
            "set": set_all,
            "list": listed,
            "forget": forget,
            "approve": approve,
        }
    },
    forms={
        render.ADD_FORM: Submission(check_add, submit_add),
        render.APPROVE_FORM: Submission(check_approve, submit_approve),
    },
)

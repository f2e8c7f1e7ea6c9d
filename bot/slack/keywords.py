"""Slack's side of keywords: `/keyword …`."""

from bot.render import keywords as render
from bot.render.message import Message
from bot.slack.calls import Call, Table
from services import keywords


async def set_all(call: Call) -> None:
    """`/keyword set NUMBER WORD…`: each word one keyword, or phrases between commas."""
    number, rest = call.word(0, "keyword.usage.set"), call.rest(1, "keyword.usage.set")
    texts = rest.split(",") if "," in rest else list(call.words[1:])
    wanted = tuple(text for text in texts if text.strip())
    await keywords.set_keywords(call.desk, call.actor, number, wanted or (rest,))


async def listed(call: Call) -> Message:
    """`/keyword list NUMBER`"""
    number = call.word(0, "keyword.usage.list")
    case, texts = await keywords.list_keywords(call.desk, call.actor, number)
    sources = keywords.asked_sources(call.desk.policy)
    return render.listed(call.language, case.number, texts, sources)


async def forget(call: Call) -> None:
    """`/keyword forget NUMBER WORD`"""
    number, text = call.word(0, "keyword.usage.forget"), call.rest(1, "keyword.usage.forget")
    await keywords.forget_keyword(call.desk, call.actor, number, text)


TABLE = Table(commands={"keyword": {"set": set_all, "list": listed, "forget": forget}})

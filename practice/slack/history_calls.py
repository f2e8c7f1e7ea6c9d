"""conversations.history and conversations.replies: what was said, page by page."""

from practice.shelf import Document
from practice.slack.arguments import Arguments
from practice.slack.calls import Call
from practice.slack.pages import page_of
from practice.slack.refusals import Refusal
from practice.slack.shown import shown_message
from practice.slack.tokens import Caller
from practice.slack.workspace import Workspace


def _history(desk: Workspace, caller: Caller, args: Arguments) -> Document:
    channel = desk.conversations.inside(caller.user, args.need("channel"))
    said = [one for one in desk.messages.of(channel["id"]) if _stands_in_channel(one)]
    return _page(desk, args, [one for one in reversed(said) if _is_between(one, args)])


def _replies(desk: Workspace, caller: Caller, args: Arguments) -> Document:
    channel = desk.conversations.inside(caller.user, args.need("channel"))
    asked = desk.messages.public(channel["id"], args.need("ts"))
    root = asked and desk.messages.public(channel["id"], asked["thread_ts"] or asked["ts"])
    if root is None:
        raise Refusal("thread_not_found")
    answers = desk.messages.thread(channel["id"], root["ts"])
    return _page(desk, args, [root, *(one for one in answers if _is_between(one, args))])


def _stands_in_channel(message: Document) -> bool:
    return not message["thread_ts"] or message.get("subtype") == "thread_broadcast"


def _is_between(message: Document, args: Arguments) -> bool:
    at, oldest, latest = (message["ts"], args.text("oldest"), args.text("latest"))
    if args.flag("inclusive") and at in (oldest, latest):
        return True
    is_after = not oldest or _micros(at) > _micros(oldest)
    return is_after and (not latest or _micros(at) < _micros(latest))


def _micros(ts: str) -> int:
    seconds, _, rest = ts.partition(".")
    if not seconds.isdecimal() or (rest and not rest.isdecimal()):
        raise Refusal("invalid_ts_latest")
    return int(seconds) * 1_000_000 + int(rest[:6].ljust(6, "0"))


def _page(desk: Workspace, args: Arguments, messages: list[Document]) -> Document:
    page, after = page_of(messages, args, 100)
    with_metadata = args.flag("include_all_metadata")
    answer: Document = {
        "messages": [shown_message(desk, one, with_metadata) for one in page],
        "has_more": bool(after),
        "pin_count": 0,
    }
    return answer | ({"response_metadata": {"next_cursor": after}} if after else {})


CALLS: dict[str, Call] = {"conversations.history": _history, "conversations.replies": _replies}

"""The files.* methods of the Web API."""

from practice.shelf import Document
from practice.slack.arguments import Arguments
from practice.slack.calls import Call
from practice.slack.refusals import Refusal, invalid
from practice.slack.shown import shown_file
from practice.slack.talk import content_of, post
from practice.slack.tokens import Caller
from practice.slack.workspace import Workspace


def can_see(desk: Workspace, caller: Caller, file: Document) -> bool:
    """Whether it is the caller's own, given to the bot in a modal, or in one of its channels."""
    if file["user"] == caller.user or (caller.kind == "bot" and file["for_bot"]):
        return True
    channels = (desk.conversations.find(share["channel"]) for share in file["shares"])
    return any(one is not None and caller.user in one["members"] for one in channels)


def _visible(desk: Workspace, caller: Caller, number: str) -> Document:
    file = desk.files.get(number)
    if not can_see(desk, caller, file):
        raise Refusal("file_not_found")
    return file


def _get_upload_url(desk: Workspace, caller: Caller, args: Arguments) -> Document:
    name = args.need("filename")
    length = args.need("length")
    if not length.isdecimal() or int(length) < 1:
        raise invalid("invalid_arguments", "length must be a positive integer")
    file = desk.files.reserve(name, int(length), caller.user)
    return {"upload_url": desk.address(f"files/upload/{file['ticket']}"), "file_id": file["id"]}


def _complete_upload(desk: Workspace, caller: Caller, args: Arguments) -> Document:
    wanted = args.structure("files")
    if not isinstance(wanted, list) or not all(isinstance(one, dict) for one in wanted):
        raise invalid("invalid_arguments", "files must be an array of objects")
    channels = _channels(desk, caller, args)
    files = [_completed(desk, caller, one) for one in wanted]
    for channel in channels:
        _share(desk, caller, args, channel, [file["id"] for file in files])
    return {"files": [shown_file(desk, desk.files.get(file["id"])) for file in files]}


def _channels(desk: Workspace, caller: Caller, args: Arguments) -> list[Document]:
    names = args.names("channels") or args.names("channel_id")
    return [desk.conversations.open_for(caller.user, name) for name in names]


def _completed(desk: Workspace, caller: Caller, wanted: Document) -> Document:
    file = desk.files.get(str(wanted.get("id", "")))
    if file["user"] != caller.user or file["stage"] != "uploaded":
        raise Refusal("file_not_found")
    title = wanted.get("title") or file["name"]
    return desk.files.keep(file | {"stage": "complete", "title": title})


def _share(
    desk: Workspace, caller: Caller, args: Arguments, channel: Document, files: list[str]
) -> None:
    given = {"text": args.text("initial_comment"), "blocks": args.given.get("blocks")}
    content = content_of(Arguments(given)) if any(given.values()) else {"text": ""}
    content |= {"files": files, "thread_ts": args.text("thread_ts") or None}
    content |= {"subtype": "file_share"}
    post(desk, channel["id"], caller.user, **content)


def _info(desk: Workspace, caller: Caller, args: Arguments) -> Document:
    file = _visible(desk, caller, args.need("file"))
    return {"file": shown_file(desk, file), "comments": []}


def _delete(desk: Workspace, caller: Caller, args: Arguments) -> Document:
    if caller.kind == "user":
        # It speaks for an administrator of the workspace.
        desk.files.remove(desk.files.get(args.need("file")))
        return {}
    file = _visible(desk, caller, args.need("file"))
    if file["user"] != caller.user:
        raise Refusal("cant_delete_file")
    desk.files.remove(file)
    return {}


CALLS: dict[str, Call] = {
    "files.getUploadURLExternal": _get_upload_url,
    "files.completeUploadExternal": _complete_upload,
    "files.info": _info,
    "files.delete": _delete,
}

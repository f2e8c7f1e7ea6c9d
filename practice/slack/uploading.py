"""A person gives a file."""

from typing import Any

from aiohttp import web

from practice.shelf import Document
from practice.slack.doorways import where_to_write, who_is
from practice.slack.refusals import impossible
from practice.slack.talk import post
from practice.slack.workspace import Workspace


def upload(desk: Workspace, form: dict[str, Any]) -> tuple[Document, Document | None]:
    """Keep the `file` of `user`, and share it if a `channel` is named: file and message."""
    who, given = who_is(form), form.get("file")
    if not isinstance(given, web.FileField):
        raise impossible("There is no file in the upload.")
    channel = where_to_write(desk, who, str(form["channel"])) if form.get("channel") else None
    data = given.file.read()
    reserved = desk.files.reserve(given.filename or "file", len(data), who.id)
    file = desk.files.keep(desk.files.fill(reserved, data) | {"stage": "complete"})
    if channel is None:
        return file, None
    text, thread = str(form.get("text") or ""), str(form.get("thread_ts") or "") or None
    message = post(
        desk,
        channel["id"],
        who.id,
        text,
        files=[file["id"]],
        thread_ts=thread,
        subtype="file_share",
    )
    return desk.files.get(file["id"]), message

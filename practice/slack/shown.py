"""Messages and files as the Web API and the events show them."""

from practice.cast import SLACK_APP_ID, SLACK_BOT_USER, TEAM_ID
from practice.shelf import Document
from practice.slack.tokens import BOT_ID
from practice.slack.users import person
from practice.slack.workspace import BOT_PROFILE, Workspace


def shown_file(desk: Workspace, file: Document) -> Document:
    """A file as `files.info` shows it; a deleted one is a tombstone."""
    if file["stage"] == "deleted":
        return {"id": file["id"], "mode": "tombstone"}
    kind = file["name"].rpartition(".")[2].lower() if "." in file["name"] else "binary"
    address = desk.address(f"files/{TEAM_ID}-{file['id']}")
    return {
        "id": file["id"],
        "created": file["created"],
        "timestamp": file["created"],
        "name": file["name"],
        "title": file["title"],
        "mimetype": file["mimetype"],
        "filetype": kind,
        "pretty_type": kind.upper(),
        "user": file["user"],
        "user_team": TEAM_ID,
        "size": file["size"],
        "mode": "hosted",
        "is_external": False,
        "is_public": False,
        "public_url_shared": False,
        "url_private": f"{address}/{file['name']}",
        "url_private_download": f"{address}/download/{file['name']}",
        "permalink": desk.address(f"archives/files/{file['id']}"),
        "file_access": "visible",
        **_whereabouts(desk, file),
    }


def _whereabouts(desk: Workspace, file: Document) -> Document:
    by_kind: dict[str, list[str]] = {"channel": [], "group": [], "im": [], "mpim": []}
    shares: dict[str, dict[str, list[Document]]] = {}
    for share in file["shares"]:
        conversation = desk.conversations.find(share["channel"])
        kind = conversation["kind"] if conversation else "channel"
        by_kind[kind].append(share["channel"])
        door = shares.setdefault("public" if kind == "channel" else "private", {})
        door.setdefault(share["channel"], []).append({"ts": share["ts"]})
    return {
        "channels": by_kind["channel"],
        "groups": by_kind["group"] + by_kind["mpim"],
        "ims": by_kind["im"],
        "shares": shares,
    }


def shown_message(desk: Workspace, message: Document, with_metadata: bool = True) -> Document:
    """A message as history, payloads and events show it."""
    author = person(message["user"])
    shown: Document = {
        "type": "message",
        "user": message["user"],
        "text": message["text"],
        "ts": message["ts"],
        "team": author.team if author else TEAM_ID,
    }
    if message["user"] == SLACK_BOT_USER:
        shown |= {"bot_id": BOT_ID, "app_id": SLACK_APP_ID, "bot_profile": BOT_PROFILE}
    if message["blocks"]:
        shown["blocks"] = message["blocks"]
    for name in ("subtype", "edited", "client_msg_id", "thread_ts"):
        if message.get(name):
            shown[name] = message[name]
    if message["metadata"] and with_metadata:
        shown["metadata"] = message["metadata"]
    if message["files"]:
        shown |= {"files": _files_of(desk, message), "upload": False}
    return shown | _thread_of(desk, message)


def _files_of(desk: Workspace, message: Document) -> list[Document]:
    files = (desk.files.find(number) for number in message["files"])
    return [shown_file(desk, file) for file in files if file is not None]


def _thread_of(desk: Workspace, message: Document) -> Document:
    if message["thread_ts"]:
        parent = desk.messages.get(message["channel"], message["thread_ts"])
        return {"parent_user_id": parent["user"]} if parent else {}
    answers = desk.messages.thread(message["channel"], message["ts"])
    if not answers:
        return {}
    return {
        "thread_ts": message["ts"],
        "reply_count": len(answers),
        "reply_users": sorted({one["user"] for one in answers}),
        "reply_users_count": len({one["user"] for one in answers}),
        "latest_reply": answers[-1]["ts"],
        "is_locked": False,
        "subscribed": False,
    }

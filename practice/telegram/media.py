"""Photos and documents on their way into a chat: from a bot or from a phone."""

import asyncio
from pathlib import PurePath
from typing import Any

from practice.telegram.arguments import Arguments, Upload
from practice.telegram.network import Network
from practice.telegram.pictures import photo_copies
from practice.telegram.refusals import bad

PHOTO_LIMIT = 10 * 1024 * 1024  # bytes
_ATTACHED = "attach://"


async def keep_photo(network: Network, bot: str, upload: Upload) -> dict[str, Any]:
    """`photo` with its sizes. Refuses what is no picture."""
    if len(upload.data) > PHOTO_LIMIT:
        raise bad("file is too big")
    copies = await asyncio.to_thread(photo_copies, upload.data)
    sizes = []
    for copy in copies:
        kept = network.files.add(bot, "photos", ".jpg", copy.data)
        kept.pop("file_path")
        sizes.append({**kept, "width": copy.width, "height": copy.height})
    return {"photo": sizes}


def keep_document(network: Network, bot: str, upload: Upload) -> dict[str, Any]:
    """`document`, byte for byte. Refuses an empty one."""
    if not upload.data:
        raise bad("file must be non-empty")
    kept = network.files.add(bot, "documents", PurePath(upload.name).suffix, upload.data)
    kept.pop("file_path")
    return {"document": {"file_name": upload.name, "mime_type": upload.mime, **kept}}


async def photo_argument(network: Network, bot: str, arguments: Arguments) -> dict[str, Any]:
    """A bot's `photo`: uploaded now, or the id of one it already has."""
    upload = _upload(arguments, "photo")
    if upload is not None:
        return await keep_photo(network, bot, upload)
    return _again(network, bot, arguments, "photo")


def document_argument(network: Network, bot: str, arguments: Arguments) -> dict[str, Any]:
    """A bot's `document`: uploaded now, or the id of one it already has."""
    upload = _upload(arguments, "document")
    if upload is not None:
        return keep_document(network, bot, upload)
    return _again(network, bot, arguments, "document")


def _upload(arguments: Arguments, name: str) -> Upload | None:
    value = arguments.text(name) or ""
    if value.startswith(_ATTACHED):
        return arguments.uploads.get(value.removeprefix(_ATTACHED))
    return arguments.uploads.get(name)


def _again(network: Network, bot: str, arguments: Arguments, name: str) -> dict[str, Any]:
    """What an earlier message of this bot's chats held under that file id."""
    value = arguments.text(name)
    if not value:
        raise bad(f"there is no {name} in the request")
    if "://" in value:
        raise bad("failed to get HTTP URL content")
    found = network.chats.media(bot, name, value)
    if found is None:
        raise bad("wrong file identifier/HTTP URL specified")
    return {name: found}

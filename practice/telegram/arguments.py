"""The arguments of a call: query, form, JSON or multipart, read the way the Bot API reads them."""

import json
from dataclasses import dataclass, field
from http import HTTPStatus
from typing import Any

from aiohttp import BodyPartReader, MultipartReader, web

from practice.telegram.refusals import Refusal, bad

UPLOAD_LIMIT = 50 * 1024 * 1024  # bytes a bot may send up; also what a practice phone may send
_CHUNK = 256 * 1024
_YES = ("true", "1", "yes", "y", "t")


@dataclass(frozen=True)
class Upload:
    """A file that came with the call."""

    name: str
    mime: str
    data: bytes


@dataclass
class Arguments:
    """Values by name, and files by the name of their part."""

    values: dict[str, Any] = field(default_factory=dict)
    uploads: dict[str, Upload] = field(default_factory=dict)

    def text(self, name: str) -> str | None:
        """A value as text; numbers are allowed where text is expected."""
        value = self.values.get(name)
        return value if value is None or isinstance(value, str) else json.dumps(value)

    def whole(self, name: str) -> int | None:
        """A whole number, or none if it isn't one."""
        try:
            return int(self.text(name) or "")
        except ValueError:
            return None

    def number(self, name: str) -> float | None:
        """A number, or none if it isn't one."""
        try:
            return float(self.text(name) or "")
        except ValueError:
            return None

    def flag(self, name: str) -> bool:
        """Whether a switch is on; absent is off."""
        return (self.text(name) or "").lower() in _YES

    def data(self, name: str) -> Any:
        """A JSON value, which may come as its text; absent or empty is none."""
        value = self.values.get(name)
        if not isinstance(value, str):
            return value
        try:
            return _sound(json.loads(value)) if value else None
        except ValueError:
            raise bad(f"can't parse {name.replace('_', ' ')} JSON object") from None

    def mapping(self, name: str) -> dict[str, Any]:
        """A JSON object; absent is an empty one."""
        value = self.data(name) or {}
        if not isinstance(value, dict):
            raise bad(f"object expected as {name.replace('_', ' ')}")
        return value

    def sequence(self, name: str) -> list[Any]:
        """A JSON array; absent is an empty one."""
        value = self.data(name) or []
        if not isinstance(value, list):
            raise bad(f"expected an Array of {name.replace('_', ' ')}")
        return value


async def read_arguments(request: web.Request) -> Arguments:
    """Everything that came with a call."""
    arguments = Arguments(dict(request.query))
    if request.content_type == "application/json":
        arguments.values.update(await _json_object(request))
    elif request.content_type.startswith("multipart/"):
        await _read_parts(request, arguments)
    elif request.method == "POST":
        form = await request.post()
        arguments.values.update({name: str(value) for name, value in form.items()})
    return arguments


async def _json_object(request: web.Request) -> dict[str, Any]:
    body = await request.read()
    try:
        values = json.loads(body or b"{}")
    except ValueError:
        values = None
    if not isinstance(values, dict):
        raise bad("can't parse JSON object")
    return dict(_sound(values))


def _sound(value: Any) -> Any:
    """The value itself. Refuses half characters, which JSON can hold and UTF-8 can't."""
    try:
        json.dumps(value, ensure_ascii=False).encode()
    except UnicodeEncodeError:
        raise bad("strings must be encoded in UTF-8") from None
    return value


async def _read_parts(request: web.Request, arguments: Arguments) -> None:
    # Our own reader: the application's limit is for ordinary bodies, a file may be larger.
    async for part in MultipartReader(request.headers, request.content):
        if isinstance(part, BodyPartReader) and part.name:
            data = await _read_part(part)
            if part.filename is None:
                arguments.values[part.name] = data.decode("utf-8", "replace")
            else:
                mime = part.headers.get("Content-Type", "application/octet-stream")
                arguments.uploads[part.name] = Upload(part.filename, mime, data)


async def _read_part(part: BodyPartReader) -> bytes:
    data = bytearray()
    while chunk := await part.read_chunk(_CHUNK):
        data += chunk
        if len(data) > UPLOAD_LIMIT:
            raise Refusal(HTTPStatus.REQUEST_ENTITY_TOO_LARGE, "Request Entity Too Large")
    return bytes(data)

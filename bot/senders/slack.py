"""The Slack sender: posts, edits, whispers, publishes and deletes, and looks before it posts again."""

import json
from collections.abc import Awaitable, Callable
from dataclasses import dataclass, field
from datetime import timedelta
from typing import Any

import aiohttp
import structlog
from slack_sdk.errors import SlackApiError, SlackClientError
from slack_sdk.web.async_client import AsyncWebClient

from bot.render.kinds import UnknownKind, slack_message
from bot.render.message import Message
from bot.senders.appointments import Appointments
from domain.outbox import Operation, Outcome, Parcel, Result

EVENT_TYPE = "ansim"
MOST_PAGES_BACK = 5
_CLOCKS_APART = timedelta(minutes=10)  # At most, ours from Slack's.
PAGE = 200
_PERSON = ("U", "W")
_NOT_THERE = frozenset({"not_in_channel", "channel_not_found", "user_not_in_channel"})
_GONE = frozenset({"message_not_found", "file_not_found", "file_deleted"})
_LIMITED = frozenset({"ratelimited", "rate_limited"})
_SHORTEST_WAIT = timedelta(seconds=1)
_PASSING = frozenset(
    {
        "internal_error",
        "fatal_error",
        "service_unavailable",
        "request_timeout",
        "team_added_to_org",
        "accesslimited",
        # A token that was taken away is given back by somebody who mends the settings.
        "invalid_auth",
        "not_authed",
        "account_inactive",
        "token_revoked",
        "token_expired",
    }
)

log = structlog.get_logger()


def web_client(token: str, base_url: str) -> AsyncWebClient:
    """A client that never repeats a call by itself: repeating is the outbox's, which looks first."""
    return AsyncWebClient(token=token, base_url=base_url, timeout=10, retry_handlers=[])


@dataclass
class SlackSender:
    """Delivers parcels to Slack. `user_client` (a person's token) may remove that person's files."""

    client: AsyncWebClient
    user_client: AsyncWebClient | None = None
    unknown_kinds: int = 0
    appointments: Appointments = field(default_factory=Appointments)
    _rooms: dict[str, str] = field(default_factory=dict)

    async def send(self, parcel: Parcel) -> Outcome:
        """One attempt; whatever happens is an Outcome."""
        limited, is_urgent = (parcel.draft.operation, parcel.draft.address), parcel.draft.is_urgent
        if wait := self.appointments.wait(limited, parcel.id, is_urgent=is_urgent):
            return _busy(wait)
        outcome = await self._sent(parcel)
        if outcome.result is Result.BUSY and outcome.after is not None:
            asked = outcome.after.total_seconds()
            return _busy(self.appointments.refused(limited, parcel.id, asked, is_urgent=is_urgent))
        self.appointments.done(parcel.id)
        return outcome

    async def _sent(self, parcel: Parcel) -> Outcome:
        try:
            return await self._doing(parcel.draft.operation)(parcel)
        except SlackApiError as error:
            return outcome_of(error)
        except (TimeoutError, aiohttp.ClientError, SlackClientError, OSError) as error:
            return Outcome(Result.TRY_LATER, error=type(error).__name__)
        except UnknownKind as error:
            self.unknown_kinds += 1
            return _refused(f"unknown_kind {error}")
        except Exception as error:  # noqa: BLE001 - a sender raises nothing; what it caught is logged
            log.error("slack_sender", kind=parcel.draft.kind, error=type(error).__name__)
            return _refused(type(error).__name__)

    def _doing(self, operation: Operation) -> Callable[[Parcel], Awaitable[Outcome]]:
        ways = {
            Operation.POST: self._post,
            Operation.EDIT: self._edit,
            Operation.EPHEMERAL: self._whisper,
            Operation.HOME: self._home,
            Operation.DELETE: self._delete,
            Operation.DELETE_FILE: self._delete_file,
        }
        return ways.get(operation, _no_such_way)

    async def _post(self, parcel: Parcel) -> Outcome:
        channel = await self._room(parcel.draft.address)
        thread = _thread(parcel, channel)
        if parcel.is_retry:
            found = await self._found(channel, thread, parcel)
            if found:
                return Outcome(Result.SENT, reference=f"{channel}:{found}")
        answer = await self.client.chat_postMessage(
            channel=channel,
            thread_ts=thread or None,
            metadata={"event_type": EVENT_TYPE, "event_payload": {"id": parcel.opaque_id}},
            unfurl_links=False,
            unfurl_media=False,
            **_content(slack_message(parcel.draft)),
        )
        return Outcome(Result.SENT, reference=f"{answer['channel']}:{answer['ts']}")

    async def _edit(self, parcel: Parcel) -> Outcome:
        channel, ts = _split(parcel.reference)
        content = _content(slack_message(parcel.draft))
        await self.client.chat_update(channel=channel, ts=ts, **content)
        return Outcome(Result.SENT, reference=parcel.reference)

    async def _whisper(self, parcel: Parcel) -> Outcome:
        """For one person's eyes in this channel; where that can't be, in a direct message."""
        draft = parcel.draft
        person = str(draft.facts.get("user", draft.address))
        if draft.address.startswith(_PERSON):
            return await self._post(parcel)
        try:
            answer = await self.client.chat_postEphemeral(
                channel=draft.address,
                user=person,
                thread_ts=_thread(parcel, draft.address) or None,
                **_content(slack_message(draft)),
            )
        except SlackApiError as error:
            if _name(error) not in _NOT_THERE:
                raise
            return await self._post_to(parcel, person)
        return Outcome(Result.SENT, reference=f"{draft.address}:{answer.get('message_ts', '')}")

    async def _post_to(self, parcel: Parcel, person: str) -> Outcome:
        room = await self._room(person)
        content = _content(slack_message(parcel.draft))
        answer = await self.client.chat_postMessage(channel=room, **content)
        return Outcome(Result.SENT, reference=f"{room}:{answer['ts']}")

    async def _home(self, parcel: Parcel) -> Outcome:
        view = {"type": "home", "blocks": list(slack_message(parcel.draft).blocks)}
        await self.client.views_publish(user_id=parcel.draft.address, view=view)
        return Outcome(Result.SENT)

    async def _delete(self, parcel: Parcel) -> Outcome:
        channel, ts = _split(parcel.reference)
        await self.client.chat_delete(channel=channel, ts=ts)
        return Outcome(Result.SENT)

    async def _delete_file(self, parcel: Parcel) -> Outcome:
        """`facts["file"]` names it; a bot may not remove a person's file, only their token may."""
        client = self.user_client or self.client
        await client.files_delete(file=str(parcel.draft.facts["file"]))
        return Outcome(Result.SENT)

    async def _room(self, address: str) -> str:
        """A channel as it is; a person's direct messages, opened once."""
        if not address.startswith(_PERSON):
            return address
        if address not in self._rooms:
            opened: Any = await self.client.conversations_open(users=address)
            self._rooms[address] = str(opened["channel"]["id"])
        return self._rooms[address]

    async def _found(self, channel: str, thread: str, parcel: Parcel) -> str:
        """The ts of our message that lies there already; empty if it doesn't."""
        cursor = ""
        for _ in range(MOST_PAGES_BACK):
            page = await self._page(channel, thread, cursor, _oldest(parcel))
            for message in page.get("messages") or []:
                payload = (message.get("metadata") or {}).get("event_payload") or {}
                if payload.get("id") == parcel.opaque_id:
                    return str(message["ts"])
            cursor = (page.get("response_metadata") or {}).get("next_cursor") or ""
            if not cursor:
                break
        return ""

    async def _page(self, channel: str, thread: str, cursor: str, oldest: str) -> Any:
        asked: dict[str, Any] = {"channel": channel, "limit": PAGE, "include_all_metadata": True}
        if oldest:
            asked["oldest"] = oldest
        if cursor:
            asked["cursor"] = cursor
        if thread:
            return await self.client.conversations_replies(ts=thread, **asked)
        return await self.client.conversations_history(**asked)


def _oldest(parcel: Parcel) -> str:
    """No message of ours is older, by Slack's clock or by ours; empty where that isn't known."""
    written_at = parcel.written_at
    return f"{(written_at - _CLOCKS_APART).timestamp():.6f}" if written_at else ""


def outcome_of(error: SlackApiError) -> Outcome:
    """What Slack's refusal means for a parcel."""
    name = _name(error)
    if name in _GONE:
        return Outcome(Result.SENT, error=name) if name != "message_not_found" else _refused(name)
    if name in _LIMITED or _status(error) == 429:
        return Outcome(Result.BUSY, error="ratelimited", after=_asked_wait(error) or _SHORTEST_WAIT)
    if name in _PASSING or _status(error) >= 500:
        return Outcome(Result.TRY_LATER, error=name, after=_asked_wait(error))
    return _refused(name)


def _name(error: SlackApiError) -> str:
    try:
        return str(error.response["error"])
    except (KeyError, TypeError, ValueError):
        return f"status_{_status(error)}"


def _status(error: SlackApiError) -> int:
    return int(getattr(error.response, "status_code", 0) or 0)


def _asked_wait(error: SlackApiError) -> timedelta | None:
    headers = getattr(error.response, "headers", None) or {}
    asked = str(headers.get("Retry-After", headers.get("retry-after", "")))
    return timedelta(seconds=int(asked)) if asked.isdecimal() else None


def _busy(wait_s: float) -> Outcome:
    return Outcome(Result.BUSY, error="ratelimited", after=timedelta(seconds=wait_s))


def _refused(error: str) -> Outcome:
    return Outcome(Result.REFUSED, error=error)


async def _no_such_way(parcel: Parcel) -> Outcome:
    return _refused(f"no_such_way {parcel.draft.operation}")


def _content(message: Message) -> dict[str, Any]:
    """The text for notifications, and the blocks; the json module keeps Korean short."""
    if not message.blocks:
        return {"text": message.text}
    return {"text": message.text, "blocks": json.dumps(message.blocks, ensure_ascii=False)}


def _split(reference: str) -> tuple[str, str]:
    channel, _, ts = reference.partition(":")
    return channel, ts


def _thread(parcel: Parcel, channel: str) -> str:
    there, ts = _split(parcel.thread_reference)
    return ts if there == channel else ""

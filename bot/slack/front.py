"""The front desk of Slack: everything is kept before it is acknowledged, then handed to its handler."""

from collections.abc import Awaitable, Callable, Iterable
from typing import Any

import structlog
from slack_bolt.app.async_app import AsyncApp
from slack_bolt.request.async_request import AsyncBoltRequest
from slack_sdk.web.async_client import AsyncWebClient

from bot.render.message import Form, Message
from bot.slack import reading
from bot.slack.accounts import Accounts
from bot.slack.calls import Call, Handler, Submission, Table
from bot.slack.letters import INBOX_ID, ORIGIN
from bot.slack.replies import Replies
from domain.access import Actor
from domain.refusals import Refusal
from services import inbox, people
from services.desk import Desk

log = structlog.get_logger()

Body = dict[str, Any]
Ack = Callable[..., Awaitable[Any]]


class Front:
    """The bolt app with a handler for every command, action, form, shortcut and message."""

    def __init__(self, desk: Desk, client: AsyncWebClient, tables: Iterable[Table]) -> None:
        self._desk = desk
        self._client = client
        self._accounts = Accounts(client, desk.clock)
        self._replies = Replies(client)
        self.app = AsyncApp(client=client, raise_error_for_unhandled_request=False)
        self.tables = tuple(tables)
        self.in_hand: set[int] = set()
        self._register()

    def _register(self) -> None:
        self._commands = _merged(table.commands for table in self.tables)
        self._actions = _merged(table.actions for table in self.tables)
        self._forms = _merged(table.forms for table in self.tables)
        self._shortcuts = _merged(table.shortcuts for table in self.tables)
        for name in self._commands:
            self.app.command(f"/{name}")(self._on_command)
        for name in self._actions:
            self.app.action(name)(self._on_action)
        for name in self._forms:
            self.app.view(name)(self._on_form)
        for name in self._shortcuts:
            self.app.shortcut(name)(self._on_shortcut)
        self.app.event("message")(self._on_message)
        self.app.event("app_home_opened")(self._on_home)
        self.app.event("file_shared")(_nothing_to_do)

    async def _on_command(self, ack: Ack, body: Body) -> None:
        await ack()
        name = body["command"].lstrip("/")
        await self._serve(
            body,
            lambda actor: reading.command(self._desk, self._client, actor, body),
            lambda call: reading.sub_command(name, self._commands[name], call, body),
        )

    async def _on_action(self, ack: Ack, body: Body) -> None:
        await ack()
        handler = self._actions[body["actions"][0]["action_id"]]
        await self._serve(
            body, lambda actor: reading.action(self._desk, self._client, actor, body), handler
        )

    async def _on_shortcut(self, ack: Ack, body: Body) -> None:
        await ack()
        handler = self._shortcuts[body["callback_id"]]
        await self._serve(
            body, lambda actor: reading.shortcut(self._desk, self._client, actor, body), handler
        )

    async def _on_form(self, ack: Ack, body: Body) -> None:
        form: Submission = self._forms[body["view"]["callback_id"]]
        errors = await self._errors_in(form, body)
        if errors:
            await ack(response_action="errors", errors=errors)
            await self._put_away(body)
            return
        await ack()
        await self._serve(
            body, lambda actor: reading.form(self._desk, self._client, actor, body), form.submit
        )

    async def _errors_in(self, form: Submission, body: Body) -> dict[str, str]:
        """What is wrong with a form, by block, so that Slack shows it while the form is open."""
        try:
            actor = await self._actor(body)
            found = await form.check(reading.form(self._desk, self._client, actor, body))
        except Refusal as refusal:
            found = {reading.first_block(body): refusal}
            actor = reading.NOBODY
        return {block: self._replies.text_of(actor.language, why) for block, why in found.items()}

    async def _on_message(self, body: Body) -> None:
        for handler in (one for table in self.tables for one in table.messages):
            await self._serve(
                body, lambda actor: reading.message(self._desk, self._client, actor, body), handler
            )

    async def _on_home(self, body: Body) -> None:
        """The home tab; whoever has no role here reads why, and what to do."""
        try:
            await self._actor(body)
        except Refusal as refusal:
            await self._replies.close_home(body, refusal)
            return
        handler = self._shortcuts["home"]
        await self._serve(
            body, lambda actor: reading.home(self._desk, self._client, actor, body), handler
        )

    async def _serve(self, body: Body, read: Callable[[Actor], Call], handler: Handler) -> None:
        """One call: who speaks, what the handler says, and the inbox row put away.

        A failure that is nobody's refusal leaves the row unfinished: it is tried again later.
        """
        actor = reading.NOBODY
        reply: Message | Form | None = None
        try:
            actor = await self._actor(body)
            reply = await handler(read(actor))
        except Refusal as refusal:
            if actor.is_staff or "event" not in body:  # Whoever just talks didn't ask us anything.
                reply = self._replies.refusal(actor.language, refusal)
        except Exception as error:  # nothing may reach the person but a sentence
            log.error("slack handler failed", error=type(error).__name__, exc_info=_is_ours(error))
            await self._replies.show(body, self._replies.sorry(actor.language))
            self.in_hand.discard(body.get(INBOX_ID, 0))
            return
        await self._replies.show(body, reply)
        await self._put_away(body)

    async def _actor(self, body: Body) -> Actor:
        user, team = reading.speaker(body)
        account = await self._accounts.of(user, team)
        actor = await people.identify(self._desk, account, await self._accounts.home_team())
        return reading.placed(actor, body)

    async def _put_away(self, body: Body) -> None:
        inbox_id = body.get(INBOX_ID)
        if inbox_id is not None:
            await inbox.done(self._desk, inbox_id)
            self.in_hand.discard(inbox_id)

    async def replay(self) -> None:
        """Act on what came in and wasn't acted on."""
        letters = await inbox.unfinished(self._desk, ORIGIN, self.in_hand)
        for received in letters:
            self.in_hand.add(received.id)
            await inbox.begin(self._desk, received)
            body = {**received.letter.payload, INBOX_ID: received.id}
            await self.app.async_dispatch(AsyncBoltRequest(mode="socket_mode", body=body))


async def _nothing_to_do() -> None:
    """Slack tells of every shared file; only the form and `/fingerprint add` are doors."""


def _merged(parts: Iterable[Any]) -> dict[str, Any]:
    merged: dict[str, Any] = {}
    for part in parts:
        for name, handlers in part.items():
            known = merged.get(name)
            merged[name] = {**known, **handlers} if isinstance(known, dict) else handlers
    return merged


def _is_ours(error: Exception) -> bool:
    """A traceback may quote a person's words when it comes from parsing them; keep the name then."""
    return not isinstance(error, ValueError | KeyError)

"""Showing a reply to the one who asked: a message for their eyes, a form, or a refusal's sentence."""

from contextlib import suppress
from typing import Any

import structlog
from slack_sdk.errors import SlackApiError
from slack_sdk.web.async_client import AsyncWebClient
from slack_sdk.webhook.async_client import AsyncWebhookClient

from bot.render.message import Form, Message
from bot.render.people import closed_home
from bot.render.refusals import refusal_text
from bot.render.texts import say
from bot.slack import reading
from domain.refusals import Refusal

log = structlog.get_logger()

Body = dict[str, Any]


class Replies:
    """Sends what a handler gave back; a failure here is logged, for the deed itself has landed."""

    def __init__(self, client: AsyncWebClient) -> None:
        self._client = client

    def text_of(self, language: str, refusal: Refusal) -> str:
        """The sentence of a refusal."""
        return refusal_text(language, refusal)

    def refusal(self, language: str, refusal: Refusal) -> Message:
        """A refusal as a message."""
        return Message(refusal_text(language, refusal))

    def sorry(self, language: str) -> Message:
        """What is said when something broke that the person can't mend."""
        return Message(say(language, "slack.broke"))

    async def show(self, body: Body, reply: Message | Form | None) -> None:
        """Show a reply where its asker looks."""
        try:
            if isinstance(reply, Form):
                await self._open(body, reply)
            elif reply is not None:
                await self._say(body, reply)
        except SlackApiError as error:
            log.warning("reply not shown", error=error.response.get("error", ""))

    async def close_home(self, body: Body, refusal: Refusal) -> None:
        """Instead of a home tab: why there is none for this person."""
        user, _ = reading.speaker(body)
        text = refusal_text(reading.NOBODY.language, refusal)
        with suppress(SlackApiError):  # Another workspace's people have no home of ours.
            await self._client.views_publish(user_id=user, view=closed_home(text))

    async def _open(self, body: Body, form: Form) -> None:
        view = {**form.as_view(), "private_metadata": reading.carry(form, reading.channel_of(body))}
        await self._client.views_open(trigger_id=body["trigger_id"], view=view)

    async def _say(self, body: Body, message: Message) -> None:
        blocks = list(message.blocks) or None
        if "response_url" in body:
            hook = AsyncWebhookClient(body["response_url"])
            await hook.send(
                text=message.text, blocks=blocks, response_type="ephemeral", replace_original=False
            )
            return
        user, _ = reading.speaker(body)
        channel = reading.channel_of(body)
        try:
            await self._client.chat_postEphemeral(
                channel=channel or user, user=user, text=message.text, blocks=blocks
            )
        except SlackApiError:
            await self._client.chat_postMessage(channel=user, text=message.text, blocks=blocks)

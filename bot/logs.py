"""Logs: one line per event, never a name, a text, a token or a link; deeds in people's words."""

import logging
import sys
from collections.abc import MutableMapping
from typing import Any

import structlog

from bot.narration import narrated, plain

# These libraries write addresses with tokens, or whole messages, below this level.
_TALKATIVE = ("httpx", "httpcore", "slack_bolt", "slack_sdk", "telegram", "apscheduler", "aiohttp")
_BARE = frozenset({"event", "level", "timestamp"})

Event = MutableMapping[str, Any]


def set_up_logs(level: str, language: str) -> None:
    """Send our events to standard error; keep the libraries to what is wrong, without its contents."""
    logging.basicConfig(stream=sys.stderr, level=logging.ERROR, format="%(levelname)s %(name)s")
    for name in _TALKATIVE:
        logging.getLogger(name).setLevel(logging.ERROR)
    structlog.configure(
        processors=[
            structlog.processors.add_log_level,
            structlog.processors.TimeStamper(fmt="%H:%M:%S", utc=False),
            Teller(language, is_thorough=level.lower() == "debug"),
        ],
        wrapper_class=structlog.make_filtering_bound_logger(level.lower()),
        logger_factory=structlog.PrintLoggerFactory(file=sys.stderr),
    )


class Teller:
    """The last processor: what interests people in a sentence, trouble with all its fields.

    A deed that has no sentence is left out, unless it is to be thorough.
    """

    def __init__(self, language: str, *, is_thorough: bool) -> None:
        self._language = language
        self._is_thorough = is_thorough
        self._console = structlog.dev.ConsoleRenderer(
            colors=sys.stderr.isatty(), exception_formatter=structlog.dev.plain_traceback
        )

    def __call__(self, logger: Any, method: str, event: Event) -> str:
        line = self._line(event) if method in ("info", "warning") else ""
        if line:
            return f"{event['timestamp']} {line}"
        if event["event"] == "deed" and not self._is_thorough:
            raise structlog.DropEvent
        return str(self._console(logger, method, plain(event)))

    def _line(self, event: Event) -> str:
        """A sentence stands for itself."""
        is_sentence = event.keys() <= _BARE
        return str(event["event"]) if is_sentence else narrated(self._language, event)

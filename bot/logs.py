"""Logs: one line per event, never a name, a text, a token or a link."""

import logging
import sys

import structlog

# These libraries write addresses with tokens, or whole messages, below this level.
_TALKATIVE = ("httpx", "httpcore", "slack_bolt", "slack_sdk", "telegram", "apscheduler", "aiohttp")


def set_up_logs(level: str) -> None:
    """Send our events to standard error; keep the libraries to what is wrong, without its contents."""
    logging.basicConfig(stream=sys.stderr, level=logging.ERROR, format="%(levelname)s %(name)s")
    for name in _TALKATIVE:
        logging.getLogger(name).setLevel(logging.ERROR)
    structlog.configure(
        processors=[
            structlog.processors.add_log_level,
            structlog.processors.TimeStamper(fmt="%H:%M:%S", utc=False),
            structlog.dev.ConsoleRenderer(
                colors=sys.stderr.isatty(), exception_formatter=structlog.dev.plain_traceback
            ),
        ],
        wrapper_class=structlog.make_filtering_bound_logger(level.lower()),
        logger_factory=structlog.PrintLoggerFactory(file=sys.stderr),
    )

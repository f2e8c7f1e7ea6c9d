"""What the app offers, as its manifest told Slack when it was installed: commands and shortcuts."""

import json
from functools import cache
from pathlib import Path

from practice.shelf import Document

_FILE = Path(__file__).with_name("manifest.json")


@cache
def offered() -> Document:
    """`commands` with their usage hints, and `shortcuts`, as a client completes them."""
    features = json.loads(_FILE.read_text(encoding="utf-8"))["features"]
    return {"commands": features["slash_commands"], "shortcuts": features["shortcuts"]}

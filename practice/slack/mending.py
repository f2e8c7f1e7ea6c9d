"""What Slack's own client refuses in a form before anything is sent."""

import re
from typing import Any

from practice.shelf import Document
from practice.slack.filling import held

_MAIL = re.compile(r"[^@\s]+@[^@\s]+\.[^@\s]+")
_ADDRESS = re.compile(r"https?://\S+", re.IGNORECASE)
_DATE = re.compile(r"\d{4}-(0[1-9]|1[0-2])-(0[1-9]|[12]\d|3[01])")
_TIME = re.compile(r"([01]\d|2[0-3]):[0-5]\d")
_PATTERNS = {
    "email_text_input": (_MAIL, "Please enter a valid email address."),
    "url_text_input": (_ADDRESS, "Please enter a valid URL."),
    "datepicker": (_DATE, "Please enter a valid date."),
    "timepicker": (_TIME, "Please enter a valid time."),
}


def complaint(block: Document, filled: Document) -> str:
    """What is wrong with an input block as it is filled in; "" if nothing is."""
    value = held(filled)
    if value is None or value in ("", []):
        return "" if block.get("optional") else "Please complete this required field."
    element = block["element"]
    if element["type"] in _PATTERNS:
        pattern, sentence = _PATTERNS[element["type"]]
        return "" if pattern.fullmatch(str(value)) else sentence
    if element["type"] == "number_input":
        return _about_number(element, str(value))
    if isinstance(value, list):
        return _about_count(element, value)
    return _about_length(element, str(value)) if element["type"] == "plain_text_input" else ""


def _about_number(element: Document, value: str) -> str:
    digits = r"-?\d+(\.\d+)?" if element["is_decimal_allowed"] else r"-?\d+"
    if not re.fullmatch(digits, value):
        return "Please enter a valid number."
    if element.get("min_value") and float(value) < float(element["min_value"]):
        return f"Please enter a number of at least {element['min_value']}."
    if element.get("max_value") and float(value) > float(element["max_value"]):
        return f"Please enter a number of at most {element['max_value']}."
    return ""


def _about_count(element: Document, value: list[Any]) -> str:
    most = element.get("max_selected_items") or element.get("max_files")
    if element["type"] == "file_input":
        most = most or 10
    return f"Please choose no more than {most}." if most and len(value) > most else ""


def _about_length(element: Document, value: str) -> str:
    if len(value) < element.get("min_length", 0):
        return f"Please enter at least {element['min_length']} characters."
    if len(value) > element.get("max_length", 3000):
        return f"Please enter no more than {element.get('max_length', 3000)} characters."
    return ""

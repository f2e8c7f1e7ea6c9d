"""The people with a phone, as the Bot API shows them."""

from practice import cast
from practice.shelf import Document

_BY_ID = {phone.id: phone for phone in cast.PHONES}
_BY_NUMBER = {phone.number: phone for phone in cast.PHONES}


def by_id(person: str) -> cast.Phone | None:
    """The phone with this id."""
    return _BY_ID.get(person)


def known(person: str) -> cast.Phone:
    """The phone with this id, which is one of the cast's."""
    return _BY_ID[person]


def by_number(number: int) -> cast.Phone | None:
    """The phone of the account with this Telegram id."""
    return _BY_NUMBER.get(number)


def user(phone: cast.Phone) -> Document:
    """A User object."""
    return {
        "id": phone.number,
        "is_bot": False,
        "first_name": phone.name,
        "language_code": phone.language,
    }


def chat(phone: cast.Phone) -> Document:
    """The private chat with that person."""
    return {"id": phone.number, "type": "private", "first_name": phone.name}

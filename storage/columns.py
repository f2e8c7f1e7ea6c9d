"""The kinds of column that every table shares."""

from enum import StrEnum
from typing import Any

from sqlalchemy import JSON, Column, Enum, LargeBinary
from sqlmodel import Field


def enum_field(kind: type[StrEnum], **options: Any) -> Any:
    """A StrEnum kept by its value, as text, so that the database reads as the code does."""
    column = Enum(
        kind,
        native_enum=False,
        create_constraint=False,
        length=40,
        values_callable=lambda members: [member.value for member in members],
    )
    return Field(sa_type=column, **options)


def json_field(**options: Any) -> Any:
    """A JSON value; give it a new object to change it, for changes inside one are not seen."""
    return Field(sa_column=Column(JSON, nullable=False), **options)


def sealed_field(nullable: bool = False, **options: Any) -> Any:
    """Bytes made by storage.sealed; nothing readable lies in the database."""
    column = Column(LargeBinary, nullable=nullable, info={"is_sealed": True})
    return Field(sa_column=column, **options)

"""Consent is a set: each part is given, dated and withdrawn by itself."""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from domain.refusals import Reason, Refusal


class ConsentPart(StrEnum):
    """What a person can agree to."""

    PERSONAL_DATA = "personal_data"
    DELETION_SUPPORT = "deletion_support"
    FINGERPRINTS = "fingerprints"
    DESCRIPTORS = "descriptors"
    PASSING_ON = "passing_on"
    TRANSFER_ABROAD = "transfer_abroad"
    CHECKINS = "checkins"
    LOCATION = "location"


class Basis(StrEnum):
    """Why something may be done without or with whose word."""

    OWN_CONSENT = "own_consent"
    CHILD_MATERIAL = "child_material"
    POLICE_REQUEST = "police_request"


TEXT_VERSION = "2026-01"


@dataclass(frozen=True)
class Consent:
    """One part, given; `recipient` says to whom, where the part is passing on."""

    part: ConsentPart
    recipient: str
    basis: Basis
    text_version: str
    given_at: datetime
    withdrawn_at: datetime | None = None

    @property
    def is_held(self) -> bool:
        return self.withdrawn_at is None


def part_named(word: str) -> ConsentPart:
    """The part of this name; refuses any other word."""
    try:
        return ConsentPart(word.strip().lower())
    except ValueError:
        raise Refusal(Reason.CONSENT_UNKNOWN, word=word.strip()[:40]) from None


def held_parts(consents: Collection[Consent]) -> frozenset[ConsentPart]:
    """The parts in force."""
    return frozenset(consent.part for consent in consents if consent.is_held)


def missing_to_sweep(consents: Collection[Consent], was_minor: bool) -> tuple[ConsentPart, ...]:
    """The parts still needed before media of this case is registered or swept for.

    An adult's media needs deletion support and fingerprints. Material made when the person was a
    child needs no request for deletion (성폭력방지법 7조의3); keeping its fingerprint is still asked,
    unless the police have requested it.
    """
    held = held_parts(consents)
    if any(c.is_held and c.basis is Basis.POLICE_REQUEST for c in consents):
        return ()
    needed = [ConsentPart.FINGERPRINTS]
    if not was_minor:
        needed.insert(0, ConsentPart.DELETION_SUPPORT)
    return tuple(part for part in needed if part not in held)


def require_to_sweep(number: str, consents: Collection[Consent], was_minor: bool) -> None:
    """Raise a Refusal naming the first part that is missing."""
    missing = missing_to_sweep(consents, was_minor)
    if missing:
        raise Refusal(Reason.CONSENT_MISSING, number=number, part=missing[0])


def require_part(number: str, consents: Collection[Consent], part: ConsentPart) -> None:
    """Raise a Refusal unless this part is in force."""
    if part not in held_parts(consents):
        raise Refusal(Reason.CONSENT_MISSING, number=number, part=part)

"""Fingerprints as values: SHA-256, PDQ with its quality and a 256-bit perceptual hash."""

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import NewType, Self

HASH_BYTES = 32
HASH_BITS = 8 * HASH_BYTES
BEST_QUALITY = 100
DIHEDRAL_FORMS = 8

FingerprintId = NewType("FingerprintId", int)


class Origin(StrEnum):
    """The door a fingerprint came in by."""

    HASH_FILE = "hash_file"
    SLACK_UPLOAD = "slack_upload"
    EXCHANGE = "exchange"


class Kind(StrEnum):
    """What was hashed."""

    IMAGE = "image"
    VIDEO = "video"


class Flaw(StrEnum):
    """Why something is no hash."""

    LENGTH = "length"
    CHARACTERS = "characters"
    QUALITY = "quality"
    FORMS = "forms"


class BadHash(ValueError):
    """A value that is no hash; `reason` says why. The message never repeats the value."""

    def __init__(self, reason: Flaw) -> None:
        super().__init__(f"not a hash: {reason.value}")
        self.reason = reason

    def __reduce__(self) -> tuple[type[Self], tuple[Flaw]]:
        return type(self), (self.reason,)


def distance(a: bytes, b: bytes) -> int:
    """How many bits differ between two hashes of the same length: 0 to 256."""
    if len(a) != len(b):
        raise BadHash(Flaw.LENGTH)
    return (int.from_bytes(a, "big") ^ int.from_bytes(b, "big")).bit_count()


def from_hex(text: str) -> bytes:
    """The 32 bytes that 64 hexadecimal digits spell; leading zeros count, blanks are refused."""
    if len(text) != 2 * HASH_BYTES:
        raise BadHash(Flaw.LENGTH)
    try:
        bits = bytes.fromhex(text)
    except ValueError:
        raise BadHash(Flaw.CHARACTERS) from None
    if len(bits) != HASH_BYTES:  # `fromhex` skips blanks.
        raise BadHash(Flaw.CHARACTERS)
    return bits


def _check_length(bits: bytes) -> None:
    if len(bits) != HASH_BYTES:
        raise BadHash(Flaw.LENGTH)


@dataclass(frozen=True, slots=True)
class Sha256:
    """The exact file: the same bytes have the same one, any change gives another."""

    bits: bytes

    def __post_init__(self) -> None:
        _check_length(self.bits)

    @classmethod
    def of_hex(cls, text: str) -> Self:
        """Read 64 hexadecimal digits; raises BadHash."""
        return cls(from_hex(text))

    @property
    def hex(self) -> str:
        """64 lower-case hexadecimal digits."""
        return self.bits.hex()


@dataclass(frozen=True, slots=True)
class Phash:
    """The 256-bit perceptual hash of imagehash (`phash`, hash size 16), row by row."""

    bits: bytes

    def __post_init__(self) -> None:
        _check_length(self.bits)

    @classmethod
    def of_hex(cls, text: str) -> Self:
        """Read 64 hexadecimal digits; raises BadHash."""
        return cls(from_hex(text))

    @property
    def hex(self) -> str:
        """64 lower-case hexadecimal digits, as imagehash writes them."""
        return self.bits.hex()

    def distance(self, other: "Phash") -> int:
        """How many of the 256 bits differ."""
        return distance(self.bits, other.bits)


@dataclass(frozen=True, slots=True)
class Pdq:
    """The canonical PDQ hash of a picture, its bytes in the order PDQ's own hexadecimal form has.

    quality: 0 (flat) to 100 (rich in texture); below 50 a near hash says little.
    """

    bits: bytes
    quality: int

    def __post_init__(self) -> None:
        _check_length(self.bits)
        if not 0 <= self.quality <= BEST_QUALITY:
            raise BadHash(Flaw.QUALITY)

    @classmethod
    def of_hex(cls, text: str, quality: int) -> Self:
        """Read 64 hexadecimal digits; raises BadHash."""
        return cls(from_hex(text), quality)

    @property
    def hex(self) -> str:
        """64 lower-case hexadecimal digits, as PDQ's reference writes them."""
        return self.bits.hex()

    def distance(self, other: "Pdq") -> int:
        """How many of the 256 bits differ."""
        return distance(self.bits, other.bits)


@dataclass(frozen=True, slots=True)
class Print:
    """The hashes of one picture.

    forms: the PDQ of the picture as is (always first and equal to `pdq`) and, where the picture
    itself was hashed here, of its seven rotations and mirrors. A print read from a hash file has
    the first alone: a hash can be partly turned back into a picture, so only one is passed on.
    """

    sha256: Sha256
    pdq: Pdq
    phash: Phash
    forms: tuple[Pdq, ...] = ()
    kind: Kind = Kind.IMAGE

    def __post_init__(self) -> None:
        if not self.forms:
            object.__setattr__(self, "forms", (self.pdq,))
        if self.forms[0] != self.pdq or len(self.forms) not in (1, DIHEDRAL_FORMS):
            raise BadHash(Flaw.FORMS)


@dataclass(frozen=True, slots=True)
class Fingerprint:
    """One piece of media as it is kept; packed and opened by `matching.packing`.

    identity: what keeps it single in a case, the SHA-256 of its file or, where nobody here saw the
    file, its hash. quality: of the canonical hash. canonical: the hashes of the whole; variants:
    those of its parts; points: local descriptors, with consent only. Empty where there are none.
    """

    kind: Kind
    identity: str
    quality: int
    canonical: bytes
    variants: bytes = b""
    points: bytes = b""


class Outcome(StrEnum):
    """What registering a fingerprint came to; richer: known, and more is known of it now."""

    NEW = "new"
    RICHER = "richer"
    KNOWN = "known"


def is_quarantined(quarantined_at: datetime | None, released_at: datetime | None) -> bool:
    """Whether the last thing that happened was a quarantine."""
    if quarantined_at is None:
        return False
    return released_at is None or released_at < quarantined_at


@dataclass(frozen=True)
class Kept:
    """A registered fingerprint as staff see it: nothing of its hashes.

    silenced: how many candidates were no news, for its false alarms show the same.
    """

    id: int
    case_id: int
    origin: Origin
    quality: int
    registered_at: datetime
    withdrawn_at: datetime | None
    quarantined_at: datetime | None = None
    released_at: datetime | None = None
    silenced: int = 0

    @property
    def is_quarantined(self) -> bool:
        """Whether its alerts are held back, because too many came."""
        return is_quarantined(self.quarantined_at, self.released_at)

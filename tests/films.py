"""Films for tests: the same as those that sweeps take in, made of bytes."""

import tempfile
from hashlib import sha256

from domain.films import Film, opening_of
from domain.fingerprints import Sha256


def film_of(data: bytes) -> Film:
    """A film with these bytes."""
    file = tempfile.TemporaryFile()  # noqa: SIM115 - a film is closed by whoever has it
    file.write(data)
    file.seek(0)
    return Film(file, len(data), Sha256(sha256(data).digest()), opening_of(data))

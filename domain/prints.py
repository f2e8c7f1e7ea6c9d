"""Prints as bytes: one shape in which hashes are kept, sealed or not."""

from domain.fingerprints import HASH_BYTES, Pdq, Phash, Print, Sha256

_BEFORE_FORMS = 2 * HASH_BYTES + 1


def to_bytes(print_: Print) -> bytes:
    """SHA-256, perceptual hash, the quality of the PDQ, then each form; 97 or 321 bytes."""
    forms = b"".join(form.bits for form in print_.forms)
    return print_.sha256.bits + print_.phash.bits + bytes([print_.pdq.quality]) + forms


def from_bytes(kept: bytes) -> Print:
    """The print again; raises BadHash if these bytes are none."""
    sha256, phash = kept[:HASH_BYTES], kept[HASH_BYTES : 2 * HASH_BYTES]
    quality, rest = kept[2 * HASH_BYTES], kept[_BEFORE_FORMS:]
    cuts = range(0, len(rest), HASH_BYTES)
    forms = tuple(Pdq(rest[cut : cut + HASH_BYTES], quality) for cut in cuts)
    return Print(Sha256(sha256), forms[0], Phash(phash), forms)


def pdq_of(kept: bytes) -> Pdq:
    """Only the canonical hash of it, which takes a tenth of the time; raises BadHash."""
    return Pdq(kept[_BEFORE_FORMS : _BEFORE_FORMS + HASH_BYTES], kept[2 * HASH_BYTES])

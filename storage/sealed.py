"""Sealing: what a column may hold of a person is opened only with its case's key."""

import hashlib
import hmac
import json
import secrets
from datetime import date
from typing import Any

from cryptography.hazmat.primitives.ciphers.aead import AESGCM

from storage.keys import KeyStore

_NONCE_BYTES = 12


class Seal:
    """One key, fetched once for the many values of one transaction (AES-256-GCM, a random nonce each)."""

    def __init__(self, key_id: str, key: bytes) -> None:
        self._name = key_id.encode()
        self._cipher = AESGCM(key)

    def seal_bytes(self, value: bytes) -> bytes:
        """Bytes, sealed with this key."""
        nonce = secrets.token_bytes(_NONCE_BYTES)
        return nonce + self._cipher.encrypt(nonce, value, self._name)

    def open_bytes(self, sealed: bytes) -> bytes:
        """The bytes again."""
        return self._cipher.decrypt(sealed[:_NONCE_BYTES], sealed[_NONCE_BYTES:], self._name)

    def seal_json(self, value: Any) -> bytes:
        """A JSON value, sealed."""
        text = json.dumps(value, ensure_ascii=False, separators=(",", ":"))
        return self.seal_bytes(text.encode())

    def open_json(self, sealed: bytes) -> Any:
        """The JSON value again."""
        return json.loads(self.open_bytes(sealed))


class Safe:
    """Seals and opens values with keys from the key store."""

    def __init__(self, keys: KeyStore) -> None:
        self.keys = keys
        self._index_key = keys.derive("index")

    def sealing(self, key_id: str) -> Seal:
        """The seal of this key, made if it isn't there; KeyErased where its case was erased."""
        return Seal(key_id, self.keys.make(key_id))

    def opening(self, key_id: str) -> Seal:
        """The seal of a key that is there; raises KeyErased when it is gone."""
        return Seal(key_id, self.keys.get(key_id))

    def seal(self, key_id: str, text: str) -> bytes:
        """The text, sealed with this key, made if it isn't there; KeyErased where its case was erased."""
        return self.seal_bytes(key_id, text.encode())

    def open(self, key_id: str, sealed: bytes) -> str:
        """The text again; raises KeyErased when the key is gone."""
        return self.open_bytes(key_id, sealed).decode()

    def seal_bytes(self, key_id: str, value: bytes) -> bytes:
        """Bytes, sealed with this key."""
        return self.sealing(key_id).seal_bytes(value)

    def open_bytes(self, key_id: str, sealed: bytes) -> bytes:
        """The bytes again; raises KeyErased when the key is gone."""
        return self.opening(key_id).open_bytes(sealed)

    def seal_json(self, key_id: str, value: Any) -> bytes:
        """A JSON value, sealed."""
        return self.sealing(key_id).seal_json(value)

    def open_json(self, key_id: str, sealed: bytes) -> Any:
        """The JSON value again."""
        return self.opening(key_id).open_json(sealed)

    def begin_case(self, case_id: int) -> None:
        """A new case has a key of its own, also where a backup put back gives its id a second time."""
        if self.keys.is_forbidden(case_key(case_id)):
            self.keys.allow(case_key(case_id))

    def erase_case(self, case_id: int) -> None:
        """Erase a case's key for ever; the mark comes first, so that nothing late makes it anew."""
        self.keys.forbid(case_key(case_id))
        self.keys.erase(case_key(case_id))

    def is_case_erased(self, case_id: int) -> bool:
        """Whether this case's key was erased."""
        return self.keys.is_forbidden(case_key(case_id))

    def digest(self, purpose: str, text: str) -> str:
        """A keyed digest (hex) by which an exact value can be found and nothing can be read."""
        message = f"{purpose}\0{text}".encode()
        return hmac.new(self._index_key, message, hashlib.sha256).hexdigest()


def case_key(case_id: int) -> str:
    """The name of a case's key."""
    return f"case-{case_id}"


def day_key(day: date) -> str:
    """The name of the key for what comes in and leaves on this day and belongs to no case."""
    return f"day-{day.isoformat()}"


def day_of(key_id: str) -> date | None:
    """The day whose key this is; none if it is another kind of key."""
    kind, _, day = key_id.partition("-")
    return date.fromisoformat(day) if kind == "day" else None

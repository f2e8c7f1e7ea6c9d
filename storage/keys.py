"""The key store: one key per case and per day, outside the database, so that erasing a key erases the rest."""

import os
import secrets
from pathlib import Path
from typing import Protocol

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from cryptography.hazmat.primitives.kdf.hkdf import HKDF

KEY_BYTES = 32
_NONCE_BYTES = 12
_PROOF = "house"  # The key that shows whether the master key is the right one.


class KeyErased(LookupError):
    """This key is gone, and everything sealed with it."""


class WrongMasterKey(ValueError):
    """The key store was made with another master key."""


class KeyStore(Protocol):
    """Where keys live; a file store here, a key management service by the same calls."""

    def make(self, key_id: str) -> bytes: ...

    def get(self, key_id: str) -> bytes: ...

    def erase(self, key_id: str) -> None: ...

    def forbid(self, key_id: str) -> None: ...

    def allow(self, key_id: str) -> None: ...

    def is_forbidden(self, key_id: str) -> bool: ...

    def names(self) -> list[str]: ...

    def derive(self, purpose: str) -> bytes: ...


def derived(master: bytes, purpose: str) -> bytes:
    """A key for one purpose of the house, the same from the same master key for ever."""
    kdf = HKDF(hashes.SHA256(), KEY_BYTES, salt=None, info=f"ansim:{purpose}".encode())
    return kdf.derive(master)


def fits(folder: Path, master: bytes) -> bool | None:
    """Whether the key store in this folder opens with this master key; none where there is none yet."""
    if not (folder / f"{_PROOF}.key").exists():
        return None
    try:
        FileKeyStore(folder, master)
    except WrongMasterKey:
        return False
    return True


class FileKeyStore:
    """Each key in a file of its own, wrapped by the master key."""

    def __init__(self, folder: Path, master: bytes) -> None:
        folder.mkdir(parents=True, exist_ok=True, mode=0o700)
        self._folder = folder
        self._master = master
        self._wrap = AESGCM(self.derive("wrap"))
        self._kept: dict[str, bytes] = {}
        self._prove_master()

    def make(self, key_id: str) -> bytes:
        """The key of this name, made and safely on disk if it wasn't there; KeyErased if forbidden."""
        if self.is_forbidden(key_id):
            raise KeyErased(key_id)
        if self._path(key_id).exists():
            return self.get(key_id)
        key = secrets.token_bytes(KEY_BYTES)
        nonce = secrets.token_bytes(_NONCE_BYTES)
        if not self._write(key_id, nonce + self._wrap.encrypt(nonce, key, key_id.encode())):
            return self.get(key_id)  # Another process made it at this very moment.
        self._kept[key_id] = key
        return key

    def get(self, key_id: str) -> bytes:
        """The key; raises KeyErased if there is none."""
        if key_id in self._kept and self._path(key_id).exists():
            return self._kept[key_id]
        self._kept.pop(key_id, None)  # Another process may have erased it.
        try:
            wrapped = self._path(key_id).read_bytes()
        except FileNotFoundError:
            raise KeyErased(key_id) from None
        key = self._wrap.decrypt(wrapped[:_NONCE_BYTES], wrapped[_NONCE_BYTES:], key_id.encode())
        self._kept[key_id] = key
        return key

    def erase(self, key_id: str) -> None:
        """Overwrite the key and remove its file; harmless if it is gone already."""
        self._kept.pop(key_id, None)
        path = self._path(key_id)
        if not path.exists():
            return
        with path.open("r+b") as file:
            file.write(secrets.token_bytes(path.stat().st_size))
            file.flush()
            os.fsync(file.fileno())
        path.unlink()
        self._sync_folder()

    def forbid(self, key_id: str) -> None:
        """Let this key never be made again: what comes late mustn't bring it back, empty."""
        self._mark(key_id).touch(mode=0o600)
        self._sync_folder()

    def allow(self, key_id: str) -> None:
        """Let this key be made, whatever was before."""
        self._mark(key_id).unlink(missing_ok=True)
        self._sync_folder()

    def is_forbidden(self, key_id: str) -> bool:
        """Whether this key may not be made any more."""
        return self._mark(key_id).exists()

    def names(self) -> list[str]:
        """The names of all keys, sorted."""
        return sorted(path.stem for path in self._folder.glob("*.key"))

    def derive(self, purpose: str) -> bytes:
        """A key for one purpose of the house, from the master key."""
        return derived(self._master, purpose)

    def _prove_master(self) -> None:
        """Fail at the start rather than at the first alert."""
        try:
            self.make(_PROOF)
        except (InvalidTag, ValueError):  # The second where the proof itself is cut off.
            raise WrongMasterKey("the key store belongs to another master key") from None

    def _path(self, key_id: str) -> Path:
        return self._folder / f"{key_id}.key"

    def _mark(self, key_id: str) -> Path:
        return self._folder / f"{key_id}.erased"

    def _write(self, key_id: str, wrapped: bytes) -> bool:
        """Whether it was written; false where there is one of this name."""
        temporary = self._folder / f".{key_id}.{secrets.token_hex(4)}"
        handle = os.open(temporary, os.O_CREAT | os.O_WRONLY | os.O_EXCL, 0o600)
        try:
            os.write(handle, wrapped)
            os.fsync(handle)
        finally:
            os.close(handle)
        try:
            os.link(temporary, self._path(key_id))
        except FileExistsError:
            return False
        finally:
            temporary.unlink()
        self._sync_folder()
        return True

    def _sync_folder(self) -> None:
        handle = os.open(self._folder, os.O_RDONLY)
        try:
            os.fsync(handle)
        finally:
            os.close(handle)

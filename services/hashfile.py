"""Opens what officers sealed for this centre in a file of hashes, with a key that only it can derive."""

from domain import centrekeys
from domain.fingerprints import Fingerprint, Print
from domain.hashfile import BadHashFile, FileFlaw, Item, loads_file
from domain.videos import VideoHashes
from matching.decoding import Undecodable
from matching.packing import packed, packed_video
from matching.registering import registration_of_print
from matching.sealing import BadSeal, opened_picture, opened_video, public_of
from storage.keys import KeyStore, derived

_PURPOSE = "hash files"


def public_key(keys: KeyStore) -> str:
    """The centre's public key, as officers copy it; the same for as long as its master key is."""
    return centrekeys.spelled(public_of(keys.derive(_PURPOSE)))


def public_key_of(master: bytes) -> str:
    """The same by the master key alone, where no centre runs."""
    return centrekeys.spelled(public_of(derived(master, _PURPOSE)))


def opened(data: bytes, keys: KeyStore) -> tuple[Fingerprint, ...]:
    """Everything in a file of hashes, ready to be kept, or BadHashFile for the whole of it.

    Takes a while for a large file: for a thread.
    """
    file, secret = loads_file(data), keys.derive(_PURPOSE)
    if file.sealed_for and file.sealed_for != public_of(secret):
        raise BadHashFile(FileFlaw.OTHER_KEY)
    return tuple(_kept(at, item, secret) for at, item in enumerate(file.items))


def _kept(at: int, item: Item, secret: bytes) -> Fingerprint:
    try:
        if isinstance(item.hashes, Print):
            return _picture(item.hashes, item.sealed, secret)
        return _video(item.hashes, item.sealed, secret)
    except BadSeal:
        raise BadHashFile(FileFlaw.BAD_SEAL, index=at, field="sealed") from None
    except Undecodable:  # A video that shows nothing could never be found.
        raise BadHashFile(FileFlaw.BAD_ITEM, index=at, field="frames") from None


def _picture(hashes: Print, sealed: bytes, secret: bytes) -> Fingerprint:
    if sealed:
        return opened_picture(sealed, hashes, secret)
    return packed(registration_of_print(hashes))


def _video(hashes: VideoHashes, sealed: bytes, secret: bytes) -> Fingerprint:
    whole = opened_video(sealed, hashes, secret) if sealed else hashes
    return packed_video(whole.video, whole.sha256)

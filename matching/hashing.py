"""One picture's bytes become its print: SHA-256, PDQ in eight forms, perceptual hash."""

import hashlib

import imagehash
import numpy as np
from PIL import Image

from domain.fingerprints import Phash, Print, Sha256
from matching.decoding import decode
from matching.pdq import pdq_forms


def hash_picture(data: bytes) -> Print:
    """Decode and hash in this process. Raises Undecodable, and nothing else.

    For bytes from outside use `matching.children`: there a decoder that hangs or dies harms nobody.
    """
    return print_of(decode(data), data)


def print_of(picture: Image.Image, data: bytes) -> Print:
    """The print of a picture that was decoded from `data` by `matching.decoding`."""
    forms = pdq_forms(picture)
    return Print(sha256_of(data), forms[0], phash_of(picture), forms)


def sha256_of(data: bytes) -> Sha256:
    """The hash of the file itself."""
    return Sha256(hashlib.sha256(data).digest())


def phash_of(picture: Image.Image) -> Phash:
    """imagehash's perceptual hash, 16 x 16."""
    return Phash(np.packbits(imagehash.phash(picture, hash_size=16).hash).tobytes())

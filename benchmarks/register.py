"""A register of any size for benchmarks, made from a few sceneries without hashing a million pictures.

Each fingerprint has the variants' hashes of one scenery, all turned over by the same random mask: they
lie about one another as a picture's do, and about others' as those of unrelated pictures. Its points
are drawn from those of all sceneries with some bits changed, so that codes crowd where they do in
pictures.
"""

import io
from collections.abc import Iterator
from dataclasses import replace

import numpy as np
from numpy.random import Generator
from PIL import Image

from benchmarks.scenery import drawn
from domain.fingerprints import Phash, Sha256
from matching.descriptors import CODE_BYTES, Points
from matching.matcher import Matcher
from matching.registering import Registration, registration

SIDES = (1_224, 816)
_CHANGED = 0.06  # Of each code's bits: what another picture of the same kind of thing has.


def scenery(seed: int) -> Image.Image:
    """A megapixel that no other seed has."""
    return Image.fromarray(drawn(*SIDES, seed))


def jpeg(picture: Image.Image) -> bytes:
    """The picture as a file."""
    buffer = io.BytesIO()
    picture.save(buffer, "JPEG", quality=85)
    return buffer.getvalue()


def filled(
    pictures: list[Image.Image], draw: Generator, fingerprints: int, canonical: int, described: int
) -> Matcher:
    """A matcher with these pictures first (named 0, 1, …), and others up to the numbers asked for."""
    known = [registration(jpeg(each), descriptors=True) for each in pictures]
    matcher = Matcher()
    for at, made in enumerate(_many(known, draw, fingerprints)):
        points = _points(known, draw) if len(known) <= at < described else None
        if at < len(known) and described:
            points = made.points
        matcher.put(str(at), replace(made, points=points))
    for at in range(canonical):
        listed = Registration(draw.integers(0, 256, (1, 32), np.uint8), (100,))
        matcher.put(f"canonical {at}", listed)  # What another centre's list hands over.
    matcher._index.settle()
    matcher._votes.settle()
    return matcher


def _many(known: list[Registration], draw: Generator, count: int) -> Iterator[Registration]:
    yield from known[:count]
    for at in range(len(known), count):
        made, mask = known[at % len(known)], draw.integers(0, 256, 32, np.uint8)
        sha256, phash = Sha256(draw.bytes(32)), Phash(draw.bytes(32))
        yield replace(made, hashes=made.hashes ^ mask, sha256=sha256, phash=phash)


def _points(known: list[Registration], draw: Generator) -> Points | None:
    one = known[draw.integers(len(known))].points
    if one is None:
        return None
    pool = np.concatenate([made.points.codes for made in known if made.points is not None])
    codes = pool[draw.integers(0, len(pool), len(one))]
    changed = np.packbits(draw.random((len(one), 8 * CODE_BYTES)) < _CHANGED, axis=1)
    return Points(codes ^ changed, one.places, one.size)

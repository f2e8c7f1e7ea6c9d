"""The naive way of a sweep: one picture after another, with what anybody would install."""

import io
from http.client import HTTPConnection

import numpy as np
from PIL import Image

from benchmarks.measuring import peer
from matching.samples import Hashes

_CERTAIN = 31


class Naive:
    """hashes: (n, 32), every row that is registered."""

    def __init__(self, port: int, hashes: Hashes) -> None:
        self._connection = HTTPConnection("127.0.0.1", port)
        self._hashes = hashes.view(np.uint64)
        self._pdqhash = peer("pdqhash", "pdqhash")

    def look(self, at: int) -> bool:
        """Fetch, decode, hash, scan; whether anything is near."""
        self._connection.request("GET", f"/media/{at}.jpg")
        data = self._connection.getresponse().read()
        picture = np.asarray(Image.open(io.BytesIO(data)).convert("RGB"))
        vector, _ = self._pdqhash.compute(picture)
        asked = np.packbits(np.asarray(vector, np.uint8)).view(np.uint64)
        distances = np.bitwise_count(self._hashes ^ asked).sum(axis=1)
        return bool(distances.min() <= _CERTAIN)

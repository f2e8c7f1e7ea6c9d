"""Every pair of two sets of 256-bit hashes within a radius, by comparing them all."""

from collections.abc import Iterator, Sequence

import faiss
import numpy as np
from numpy.typing import NDArray

from domain.fingerprints import HASH_BITS, HASH_BYTES, BadHash, Flaw

WORDS = 4
Words = NDArray[np.uint64]
Places = NDArray[np.int64]
Distances = NDArray[np.int16]

# How many pairs are compared at a time: bounds what the answers take when everything is near.
_MOST_PAIRS = 1 << 22


def words_of(hashes: Sequence[bytes]) -> Words:
    """(n, 4): each hash of 32 bytes as four little-endian words. Raises BadHash."""
    if any(len(each) != HASH_BYTES for each in hashes):
        raise BadHash(Flaw.LENGTH)
    return np.frombuffer(b"".join(hashes), "<u8").reshape(-1, WORDS)


def pairs_within(
    queries: Words, rows: Words, radius: int
) -> Iterator[tuple[Places, Places, Distances]]:
    """(query, row, distance) of every pair at most `radius` bits apart, by blocks of rows.

    queries (q, 4), rows (n, 4), both contiguous; the scan itself is faiss's, which counts bits
    about twice as fast as numpy (docs/decisions/0007).
    """
    if radius < 0 or not len(queries):
        return
    step = max(1, _MOST_PAIRS // len(queries))
    for start in range(0, len(rows), step):
        query, row, distance = _range_search(queries, rows[start : start + step], radius)
        if query.size:
            yield query, row + start, distance


def _range_search(queries: Words, rows: Words, radius: int) -> tuple[Places, Places, Distances]:
    # OpenMP's threads wait for one another by spinning: on a busy machine for milliseconds. It keeps
    # the number of threads for each calling thread, so it is said each time.
    faiss.omp_set_num_threads(1)
    found = faiss.RangeSearchResult(len(queries))
    faiss.hamming_range_search(  # type: ignore[attr-defined]  # Missing in faiss's own stubs.
        faiss.swig_ptr(queries.view(np.uint8)),
        faiss.swig_ptr(rows.view(np.uint8)),
        len(queries),
        len(rows),
        min(radius, HASH_BITS) + 1,  # faiss keeps what is nearer than its radius.
        HASH_BYTES,
        found,
    )
    ends = faiss.rev_swig_ptr(found.lims, len(queries) + 1).astype(np.int64)
    total = int(ends[-1])
    if not total:
        return _nothing()
    query = np.repeat(np.arange(len(queries)), np.diff(ends))
    row: Places = faiss.rev_swig_ptr(found.labels, total).copy()
    distance = faiss.rev_swig_ptr(found.distances, total).astype(np.int16)
    return query, row, distance


def _nothing() -> tuple[Places, Places, Distances]:
    return np.empty(0, np.int64), np.empty(0, np.int64), np.empty(0, np.int16)

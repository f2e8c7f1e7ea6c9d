"""Every pair of two sets of 256-bit hashes within a radius, by comparing them all."""

from collections.abc import Iterator

import faiss
import numpy as np
from numpy.typing import NDArray

from domain.fingerprints import HASH_BITS, HASH_BYTES
from matching.mirrors import Pairs, families, family_pairs
from matching.words import Places, Words

Bytes = NDArray[np.uint8]
Numbers = NDArray[np.int64]

# How many pairs are compared at a time: bounds what the answers take when everything is near.
_MOST_PAIRS = 1 << 22
_MANY_ROWS = (
    8_192  # With fewer, finding out which queries are mirrored forms costs more than it saves.
)


def pairs_within(queries: Words, rows: Words, radius: int) -> Iterator[Pairs]:
    """(query, row, distance) of every pair at most `radius` bits apart, by blocks of rows.

    queries (q, 4), rows (n, 4), both contiguous. Mirrored forms of one picture are compared
    together (`matching.mirrors`), the others one by one by faiss, which counts bits about twice as
    fast as numpy (docs/decisions/0007).
    """
    if radius < 0 or not len(rows):
        return
    is_worth_it = len(rows) >= _MANY_ROWS
    together, left = families(queries, radius) if is_worth_it else ([], list(range(len(queries))))
    yield from family_pairs(queries, together, rows, radius)
    if left:
        yield from _one_by_one(queries, np.array(left), rows, radius)


def _one_by_one(queries: Words, asked: Places, rows: Words, radius: int) -> Iterator[Pairs]:
    step = max(1, _MOST_PAIRS // len(asked))
    for start in range(0, len(rows), step):
        query, row, distance = _range_search(queries[asked], rows[start : start + step], radius)
        if query.size:
            yield asked[query], row + start, distance


def two_nearest(asked: Bytes, known: Bytes) -> tuple[Numbers, Numbers]:
    """(a, 2) distances and (a, 2) places of the two of `known` (k, b) nearest to each row (a, b)."""
    faiss.omp_set_num_threads(1)  # As below.
    distances, places = faiss.knn_hamming(asked, known, 2, variant="hc")
    return distances.astype(np.int64), places


def _range_search(queries: Words, rows: Words, radius: int) -> Pairs:
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
    row = faiss.rev_swig_ptr(found.labels, total).copy()
    distance = faiss.rev_swig_ptr(found.distances, total).astype(np.int16)
    return query, row, distance


def _nothing() -> Pairs:
    return np.empty(0, np.int64), np.empty(0, np.int64), np.empty(0, np.int16)

"""Keys that near-identical sentences share: MinHash bands and pairs of rare words.

MinHash: A. Broder, On the resemblance and containment of documents, 1997; bands: J. Leskovec,
A. Rajaraman, J. Ullman, Mining of Massive Datasets, chapter 3. The hash functions are our own and
fixed, so that keys stay comparable from one release to the next: `SIGNATURE_VERSION` says when
they are not.
"""

from __future__ import annotations

import hashlib
from array import array
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from itertools import combinations
from typing import TYPE_CHECKING, Final, NamedTuple

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

    Keys = NDArray[np.int64]
    Sids = NDArray[np.int64]

SIGNATURE_VERSION: Final = 1
BANDS: Final = 32
ROWS: Final = 4
"""Hashes of a band. Two sentences with a Jaccard similarity J of their 4-grams share a band with
the probability 1 - (1 - J^4)^32; a ratio of 85 is a J of about .5, which is .87 by MinHash alone
and with the word pairs beside it .99."""
GRAM: Final = 4
RARE: Final = 6
_BLOCK: Final = 400
"""Sentences hashed together: their grams fit the processor's cache."""
_PARTS: Final = 4
COLUMNS: Final = BANDS + _PARTS
_COUNTED: Final = 1_000_000
_RANKED: Final = 50_000
"""Keys, words and sentences are handled so many (parts, at a time), which bounds the memory."""
_TOLD: Final = 10_000
"""Sentences between two reports of progress."""

Tick = Callable[[int], None]


class KeyColumn(NamedTuple):
    """Keys with the sentence of each: both of the same length."""

    keys: Keys
    sids: Sids


def _constants(count: int, purpose: str) -> list[int]:
    """Fixed odd 64-bit numbers."""
    out = []
    for i in range(count):
        digest = hashlib.blake2b(f"annotator {purpose} {i}".encode(), digest_size=8).digest()
        out.append(int.from_bytes(digest) | 1)
    return out


def _mixed(values: NDArray[np.uint64]) -> NDArray[np.uint64]:
    """The finaliser of SplitMix64 (G. Steele et al., 2014): every bit depends on every other."""
    import numpy as np

    values = (values ^ (values >> np.uint64(30))) * np.uint64(0xBF58476D1CE4E5B9)
    values = (values ^ (values >> np.uint64(27))) * np.uint64(0x94D049BB133111EB)
    return values ^ (values >> np.uint64(31))


def band_keys(normals: Sequence[str], tick: Tick | None = None) -> Keys:
    """The band keys of sentences: shape (sentences, BANDS).

    Args:
        normals: Normal forms; none is empty.
        tick: Told how many sentences are done.
    """
    import numpy as np

    out = np.empty((len(normals), BANDS), dtype=np.int64)

    def fill(start: int) -> int:
        block = normals[start : start + _BLOCK]
        out[start : start + len(block)] = _band_block(block)
        return len(block)

    # numpy lets go of the interpreter inside its loops, so threads help.
    with ThreadPoolExecutor(max_workers=2) as pool:
        for done in pool.map(fill, range(0, len(normals), _BLOCK)):
            if tick:
                tick(done)
    return out


def _band_block(normals: Sequence[str]) -> Keys:
    import numpy as np

    # Padded, so that short sentences have a gram and the ends count as much as the middle.
    padded = [f" {n} ".ljust(GRAM) for n in normals]
    lengths = np.fromiter(map(len, padded), dtype=np.int64, count=len(padded))
    codes = np.frombuffer("".join(padded).encode("utf-32-le"), dtype=np.uint32)
    grams = np.zeros(len(codes) - GRAM + 1, dtype=np.uint32)
    for i in range(GRAM):
        grams = grams * np.uint32(0x9E3779B1) + codes[i : len(codes) - GRAM + 1 + i]
    # MurmurHash3's 32-bit finaliser (A. Appleby): products below look at the high bits.
    grams = (grams ^ (grams >> np.uint32(16))) * np.uint32(0x85EBCA6B)
    grams = (grams ^ (grams >> np.uint32(13))) * np.uint32(0xC2B2AE35)
    grams ^= grams >> np.uint32(16)
    ends = np.cumsum(lengths)
    inside = np.ones(len(codes), dtype=bool)
    for i in range(1, GRAM):
        inside[ends - i] = False
    grams = grams[inside[: len(grams)]]
    counts = lengths - (GRAM - 1)
    starts = np.concatenate(([0], np.cumsum(counts)[:-1]))
    keys = np.zeros((len(padded), BANDS), dtype=np.uint64)
    products = np.empty_like(grams)
    factors = _constants(BANDS * ROWS, "permutation")
    for i, factor in enumerate(factors):
        np.multiply(grams ^ np.uint32(factor >> 32), np.uint32(factor & 0xFFFFFFFF), out=products)
        least = np.minimum.reduceat(products, starts).astype(np.uint64)
        band = i // ROWS
        keys[:, band] = keys[:, band] * np.uint64(0x9E3779B97F4A7C15) + least
    keys += np.arange(1, BANDS + 1, dtype=np.uint64) << np.uint64(56)
    return _mixed(keys).view(np.int64)


def rare_pair_keys(normals: Sequence[str], tick: Tick | None = None) -> Iterator[KeyColumn]:
    """A key for each two of the RARE rarest words of a sentence, which other sentences have too.

    In parts, so that a million sentences need little memory: equal keys are in the same part.
    """
    import numpy as np

    table, hashes = _rarest_words(normals, tick)
    for part in range(_PARTS):
        keys, owners = [], []
        for i, j in combinations(range(RARE), 2):
            both = np.flatnonzero(table[:, j] >= 0)
            a, b = hashes[table[both, i]], hashes[table[both, j]]
            joined = np.minimum(a, b) * np.uint64(0x9E3779B97F4A7C15) + np.maximum(a, b)
            mixed = _mixed(joined)
            here = np.flatnonzero(mixed % np.uint64(_PARTS) == part)
            keys.append(mixed[here].view(np.int64))
            owners.append(both[here])
        yield KeyColumn(np.concatenate(keys), np.concatenate(owners))


def _rarest_words(
    normals: Sequence[str], tick: Tick | None
) -> tuple[NDArray[np.int32], NDArray[np.uint64]]:
    """The RARE rarest words of each sentence, by index (-1: it has fewer), and the words' hashes.

    Words that only one sentence has are left out: they lead nowhere.
    """
    import numpy as np

    ids: dict[str, int] = {}
    held = array("I")
    ends = array("Q")
    for i, normal in enumerate(normals, start=1):
        held.extend([ids.setdefault(w, len(ids)) for w in dict.fromkeys(normal.split(" "))])
        ends.append(len(held))
        if tick and (i % _TOLD == 0 or i == len(normals)):
            tick(i % _TOLD or _TOLD)
    hashes = np.fromiter(
        (int.from_bytes(hashlib.blake2b(w.encode(), digest_size=8).digest()) for w in ids),
        dtype=np.uint64,
        count=len(ids),
    )
    words = np.frombuffer(held, dtype=np.uint32)
    frequency = np.zeros(len(ids), dtype=np.int64)
    for at in range(0, len(words), _COUNTED):
        frequency += np.bincount(words[at : at + _COUNTED], minlength=len(ids))
    order = np.lexsort((hashes, frequency))
    rank = np.empty(len(ids), dtype=np.uint64)
    rank[order] = np.arange(len(ids), dtype=np.uint64)
    table = np.full((len(normals), RARE), -1, dtype=np.int32)
    bounds = np.concatenate(([0], np.frombuffer(ends, dtype=np.uint64).astype(np.int64)))
    for first in range(0, len(normals), _RANKED):
        cuts = bounds[first : first + _RANKED + 1]
        some = words[cuts[0] : cuts[-1]]
        owner = np.repeat(np.arange(len(cuts) - 1, dtype=np.uint64), np.diff(cuts))
        shared = frequency[some] > 1
        ranked = np.sort(owner[shared] << np.uint64(32) | rank[some[shared]])
        owners = (ranked >> np.uint64(32)).astype(np.int64)
        place = np.arange(len(ranked)) - np.searchsorted(owners, np.arange(len(cuts) - 1))[owners]
        kept = place < RARE
        chosen = order[(ranked[kept] & np.uint64(0xFFFFFFFF)).astype(np.int64)]
        table[first + owners[kept], place[kept]] = chosen
    return table, hashes


def columns(normals: Sequence[str], tick: Tick | None = None) -> Iterator[KeyColumn]:
    """Every key of every sentence: one column for each band, then the pairs of rare words.

    Args:
        normals: Normal forms; a sentence is known by its index.
        tick: Told of the steps: two for each sentence.
    """
    import numpy as np

    bands = band_keys(normals, tick)
    everyone = np.arange(len(normals), dtype=np.int64)
    for band in range(BANDS):
        yield KeyColumn(np.ascontiguousarray(bands[:, band]), everyone)
    del bands
    yield from rare_pair_keys(normals, tick)

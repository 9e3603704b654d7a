"""From keys to pairs that may be near-identical, and from those to pairs that are.

What a pair is, is said twice: in SQL that SQLite and DuckDB run word for word, and in numpy,
which needs neither and is the quickest on one machine. Both give the same pairs.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import TYPE_CHECKING, Final, NamedTuple

from annotator.phrases.signatures import COLUMNS

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

    from annotator.phrases.signatures import KeyColumn, Tick

HOT: Final = 200
"""Sentences that may share a key and all be paired; of more, each is paired with the next few."""
WINDOW: Final = 10
CHUNK: Final = 500_000
"""Pairs that are compared at a time."""

PAIRS_SQL: Final = """
WITH sized AS (
  SELECT k, count(*) AS n FROM sig GROUP BY k HAVING count(*) > 1
), cold AS (
  SELECT s.k AS k, s.sid AS sid, s.chars AS chars
  FROM sig s JOIN sized z ON s.k = z.k WHERE z.n <= {hot}
), hot AS (
  SELECT s.k AS k, s.sid AS sid, s.chars AS chars,
         row_number() OVER (PARTITION BY s.k ORDER BY s.sid) AS place
  FROM sig s JOIN sized z ON s.k = z.k WHERE z.n > {hot}
), step AS (
  {steps}
), shifted AS (
  SELECT h.k AS k, h.sid AS sid, h.chars AS chars, h.place + t.d AS place
  FROM hot h CROSS JOIN step t
), pair AS (
  SELECT a.sid AS a, b.sid AS b, a.chars AS ca, b.chars AS cb
  FROM cold a JOIN cold b ON a.k = b.k AND a.sid < b.sid
  UNION ALL
  SELECT a.sid AS a, b.sid AS b, a.chars AS ca, b.chars AS cb
  FROM shifted a JOIN hot b ON b.k = a.k AND b.place = a.place
)
SELECT DISTINCT a, b FROM pair
WHERE 200 * ca >= {threshold} * (ca + cb) AND 200 * cb >= {threshold} * (ca + cb)
"""


def pairs_sql(threshold: float) -> str:
    """The query over `sig (k, sid, chars)`: distinct pairs a < b that could reach the ratio."""
    steps = " UNION ALL ".join(f"SELECT {d} AS d" for d in range(1, WINDOW + 1))
    return PAIRS_SQL.format(hot=HOT, steps=steps, threshold=f"{threshold:g}").strip()


class Pairs(NamedTuple):
    """Pairs a < b of sentences with their ratio (0 to 100), sorted: three columns."""

    a: NDArray[np.int64]
    b: NDArray[np.int64]
    score: NDArray[np.float64]


def column_pairs(
    column: KeyColumn, chars: NDArray[np.int64], threshold: float
) -> NDArray[np.uint64]:
    """The pairs that share a key of one column, each as a << 32 | b; sorted, distinct."""
    import numpy as np

    order = np.argsort(column.keys, kind="stable")
    keys, sids = column.keys[order], column.sids[order]
    new = np.flatnonzero(np.concatenate(([True], keys[1:] != keys[:-1])))
    sizes = np.diff(np.concatenate((new, [len(keys)])))
    lasts = np.repeat(new + sizes, sizes)
    wide = np.repeat(np.where(sizes > HOT, WINDOW, HOT), sizes)
    active = np.arange(len(keys))
    found = []
    for d in range(1, HOT):
        active = active[(active + d < lasts[active]) & (d <= wide[active])]
        if not len(active):
            break
        a, b = sids[active], sids[active + d]
        ca, cb = chars[a], chars[b]
        near = (200 * ca >= threshold * (ca + cb)) & (200 * cb >= threshold * (ca + cb))
        a, b = a[near].astype(np.uint64), b[near].astype(np.uint64)
        found.append(np.minimum(a, b) << np.uint64(32) | np.maximum(a, b))
    return np.unique(np.concatenate(found)) if found else np.empty(0, dtype=np.uint64)


def lengths(normals: Sequence[str]) -> NDArray[np.int64]:
    """Characters of each."""
    import numpy as np

    return np.fromiter(map(len, normals), dtype=np.int64, count=len(normals))


def near_pairs(
    normals: Sequence[str],
    columns: Iterable[KeyColumn],
    threshold: float,
    tick: Tick | None = None,
) -> Pairs:
    """The pairs that share a key of any column and have the ratio.

    Each column's pairs are compared at once, and some of them several times: on a million sentences
    that takes less time and memory than to bring 24 million candidates together first, of which
    one in two hundred stays.

    Args:
        normals: Normal forms; a sentence is known by its index.
        columns: Each of `COLUMNS`.
        threshold: Least ratio, 0 to 100.
        tick: Told of the steps: one for each sentence, when all is done.
    """
    import numpy as np

    chars = lengths(normals)
    found = []
    for i, column in enumerate(columns):
        found.append(verified(normals, column_pairs(column, chars, threshold), threshold))
        if tick:
            tick(len(normals) * (i + 1) // COLUMNS - len(normals) * i // COLUMNS)
    a, b, score = (np.concatenate(parts) for parts in zip(*found, strict=True))
    _, first = np.unique(a << 32 | b, return_index=True)
    return Pairs(a[first], b[first], score[first])


def coded(a: NDArray[np.int64], b: NDArray[np.int64]) -> NDArray[np.uint64]:
    """Pairs a < b from a database, as `candidate_pairs` has them."""
    import numpy as np

    return np.sort(a.astype(np.uint64) << np.uint64(32) | b.astype(np.uint64))


def verified(normals: Sequence[str], pairs: NDArray[np.uint64], threshold: float) -> Pairs:
    """Those of the pairs whose normal forms have the ratio."""
    import numpy as np

    firsts, seconds, found = [], [], []
    for i in range(0, len(pairs), CHUNK):
        part = pairs[i : i + CHUNK]
        first = (part >> np.uint64(32)).astype(np.int64)
        second = (part & np.uint64(0xFFFFFFFF)).astype(np.int64)
        a, b = ([normals[s] for s in sids.tolist()] for sids in (first, second))
        scores = ratios(a, b, threshold)
        kept = scores >= threshold
        firsts.append(first[kept])
        seconds.append(second[kept])
        found.append(scores[kept])
    if not found:
        nothing = np.empty(0, dtype=np.int64)
        return Pairs(nothing, nothing, np.empty(0, dtype=np.float64))
    return Pairs(np.concatenate(firsts), np.concatenate(seconds), np.concatenate(found))


def ratios(first: Sequence[str], second: Sequence[str], threshold: float) -> NDArray[np.float64]:
    """rapidfuzz's ratio of each two; 0 where it is below the threshold. On every core."""
    import numpy as np
    from rapidfuzz import fuzz, process

    return process.cpdist(
        first, second, scorer=fuzz.ratio, score_cutoff=threshold, workers=-1, dtype=np.float64
    )

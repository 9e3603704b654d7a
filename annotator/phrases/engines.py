"""Other places to find pairs in: SQLite and DuckDB; the SQL is the same word for word."""

from __future__ import annotations

import tempfile
from collections.abc import Callable, Iterable, Iterator, Sequence
from pathlib import Path
from typing import Final

from annotator.domain.extras import missing
from annotator.phrases.candidate_pairs import Pairs, coded, lengths, pairs_sql, verified
from annotator.phrases.cluster import PairSource
from annotator.phrases.signature_files import write_signatures
from annotator.phrases.signatures import Tick, columns

ENGINES: Final = ("numpy", "sqlite", "duckdb")

RunSql = Callable[[Iterable[tuple[int, int, int]], str], Iterable[tuple[int, int]]]
"""Load rows (k, sid, chars) into a table `sig`, run a query over it, return its pairs."""


def sqlite_engine(run: RunSql, tick: Tick | None = None) -> PairSource:
    """Pairs from SQLite (`annotator.store.clusters.run_pairs`): needs nothing, and is slow."""

    def pairs(normals: Sequence[str], threshold: float) -> Pairs:
        import numpy as np

        chars = lengths(normals)

        def rows() -> Iterator[tuple[int, int, int]]:
            for column in columns(normals, tick):
                held = (column.keys.tolist(), column.sids.tolist(), chars[column.sids].tolist())
                yield from zip(*held, strict=True)

        found = np.fromiter(
            (a << 32 | b for a, b in run(rows(), pairs_sql(threshold))), dtype=np.uint64
        )
        return verified(normals, np.sort(found), threshold)

    return pairs


def duckdb_engine(tick: Tick | None = None) -> PairSource:
    """Pairs from DuckDB, in this process, over Parquet: for more than fits in memory."""

    def pairs(normals: Sequence[str], threshold: float) -> Pairs:
        try:
            import duckdb
        except ImportError as error:
            raise missing("DuckDB is not installed", "scale") from error
        with tempfile.TemporaryDirectory() as folder:
            signatures, _ = write_signatures(Path(folder), normals, tick=tick)
            with duckdb.connect() as conn:
                quoted = str(signatures).replace("'", "''")
                conn.execute(f"CREATE VIEW sig AS SELECT * FROM read_parquet('{quoted}')")  # noqa: S608
                found = conn.execute(pairs_sql(threshold)).fetchnumpy()
        return verified(normals, coded(found["a"], found["b"]), threshold)

    return pairs

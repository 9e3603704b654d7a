"""Other places to find pairs in: SQLite, DuckDB, Spark; the SQL is the same word for word."""

from __future__ import annotations

import os
import sys
import tempfile
from collections.abc import Callable, Iterable, Iterator, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

from annotator.domain.extras import missing
from annotator.phrases.candidate_pairs import Pairs, coded, lengths, pairs_sql, ratios, verified
from annotator.phrases.cluster import PairSource
from annotator.phrases.signature_files import SIGNATURES, TEXTS, write_signatures
from annotator.phrases.signatures import Tick, columns

if TYPE_CHECKING:
    import pandas as pd

ENGINES: Final = ("numpy", "sqlite", "duckdb", "spark")

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


def spark_engine(tick: Tick | None = None, master: str = "local[*]") -> PairSource:
    """Pairs from Spark SQL, verified by rapidfuzz on its workers (mapInPandas).

    Needs Java. `master` is where Spark runs: this machine unless a cluster is named.
    """

    def pairs(normals: Sequence[str], threshold: float) -> Pairs:
        try:
            import pandas  # noqa: F401 - Spark needs it, and says so only in the middle of the work
            from pyspark.sql import SparkSession
        except ImportError as error:
            raise missing(f"Spark needs {error.name or 'pyspark'}", "scale") from error
        import numpy as np

        # Spark takes its workers' interpreter from here; "python3" of the path may be another one.
        os.environ.setdefault("PYSPARK_PYTHON", sys.executable)
        builder = SparkSession.builder.master(master).appName("annotator phrases")
        for name, value in (
            ("spark.ui.enabled", "false"),
            ("spark.ui.showConsoleProgress", "false"),
            ("spark.sql.shuffle.partitions", "8"),
            ("spark.sql.execution.arrow.pyspark.enabled", "true"),
        ):
            builder = builder.config(name, value)
        session = builder.getOrCreate()
        try:
            with tempfile.TemporaryDirectory() as name:
                folder = Path(name)
                write_signatures(folder, normals, tick=tick)
                session.read.parquet(str(folder / SIGNATURES)).createOrReplaceTempView("sig")
                session.read.parquet(str(folder / TEXTS)).createOrReplaceTempView("text")
                session.sql(pairs_sql(threshold)).createOrReplaceTempView("pair")
                joined = session.sql(
                    "SELECT p.a, p.b, x.normal AS first, y.normal AS second FROM pair p"
                    " JOIN text x ON x.sid = p.a JOIN text y ON y.sid = p.b"
                )
                schema = "a bigint, b bigint, score double"
                rows = joined.mapInPandas(_verifier(threshold), schema).orderBy("a", "b").toPandas()
        finally:
            session.stop()
        return Pairs(
            rows["a"].to_numpy(np.int64),
            rows["b"].to_numpy(np.int64),
            rows["score"].to_numpy(np.float64),
        )

    return pairs


def _verifier(threshold: float) -> Callable[[Iterable[pd.DataFrame]], Iterator[pd.DataFrame]]:
    """What each worker does with its part of the pairs."""

    def verify(parts: Iterable[pd.DataFrame]) -> Iterator[pd.DataFrame]:
        for part in parts:
            scores: Any = ratios(part["first"].tolist(), part["second"].tolist(), threshold)
            kept = part[["a", "b"]].assign(score=scores)
            yield kept[scores >= threshold]

    return verify

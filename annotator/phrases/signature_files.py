"""Signatures as two Parquet tables, for clustering on any number of machines.

`sig (k BIGINT, sid BIGINT, chars INT)` holds the keys, `text (sid BIGINT, normal STRING)` the
sentences. Files of several corpora can lie in one folder when their `sid` differ.
"""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import BinaryIO, Final

from annotator.domain.extras import missing
from annotator.phrases.candidate_pairs import lengths
from annotator.phrases.signatures import SIGNATURE_VERSION, Tick, columns

SIGNATURES: Final = "sig.parquet"
TEXTS: Final = "text.parquet"
_GROUP: Final = 1 << 20


def write_signatures(
    folder: Path,
    normals: Sequence[str],
    sids: Sequence[int] | None = None,
    tick: Tick | None = None,
) -> tuple[Path, Path]:
    """Write both tables into a folder, which is made when it is not there; their paths.

    See `write_tables`.
    """
    folder.mkdir(parents=True, exist_ok=True)
    target, texts = folder / SIGNATURES, folder / TEXTS
    with target.open("wb") as one, texts.open("wb") as other:
        write_tables(one, other, normals, sids, tick)
    return target, texts


def write_tables(
    target: BinaryIO,
    texts: BinaryIO,
    normals: Sequence[str],
    sids: Sequence[int] | None = None,
    tick: Tick | None = None,
) -> None:
    """Write both tables.

    Args:
        target: Takes the keys.
        texts: Takes the sentences.
        normals: Distinct normal forms.
        sids: The number of each; 0, 1, 2 ... without them.
        tick: Told of the steps: two for each sentence.

    Raises:
        MissingExtraError: pyarrow is not installed.
    """
    try:
        import pyarrow as pa
        from pyarrow import parquet as pq
    except ImportError as error:
        raise missing("Parquet needs pyarrow", "formats") from error
    import numpy as np

    numbers = np.arange(len(normals)) if sids is None else np.asarray(sids, dtype=np.int64)
    chars = lengths(normals).astype(np.int32)
    meta = {"signature_version": str(SIGNATURE_VERSION)}
    schema = pa.schema([("k", pa.int64()), ("sid", pa.int64()), ("chars", pa.int32())], meta)
    with pq.ParquetWriter(target, schema, compression="zstd") as writer:
        for column in columns(normals, tick):
            held = [pa.array(column.keys), pa.array(numbers[column.sids])]
            table = pa.Table.from_arrays([*held, pa.array(chars[column.sids])], schema=schema)
            writer.write_table(table, row_group_size=_GROUP)
    table = pa.table({"sid": pa.array(numbers), "normal": pa.array(normals, type=pa.string())})
    pq.write_table(table, texts, compression="zstd", row_group_size=_GROUP)

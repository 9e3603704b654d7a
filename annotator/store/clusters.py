"""Clusters of phrases in SQL: what they are made from, where they are kept, what they show."""

from __future__ import annotations

import json
import sqlite3
from collections.abc import Iterable, Iterator, Mapping
from typing import Final, NamedTuple

from annotator.store.sql import each


class ClusterRow(NamedTuple):
    """A cluster of near-identical phrases."""

    medoid: int
    """The phrase that the others are most like."""
    phrases: int
    places: int
    articles: int
    text: str
    """The normal form of the medoid."""

    def record(self) -> dict[str, object]:
        """The cluster as JSON values."""
        values = self._asdict()
        return {"middle": values.pop("medoid"), **values}


def phrases(conn: sqlite3.Connection) -> tuple[list[int], list[str]]:
    """Every distinct phrase of articles that are not left out: ids, and normal forms."""
    ids: list[int] = []
    normals: list[str] = []
    some_out = conn.execute("SELECT 1 FROM article WHERE excluded <> '' LIMIT 1").fetchone()
    sql = "SELECT id, normal FROM phrase"
    if some_out:
        sql += f" WHERE id IN (SELECT phrase FROM ({_PLACES}))"  # noqa: S608 - fixed words
    for id_, normal in conn.execute(f"{sql} ORDER BY id"):
        ids.append(id_)
        normals.append(normal)
    return ids, normals


def run_pairs(rows: Iterable[tuple[int, int, int]], sql: str) -> Iterator[tuple[int, int]]:
    """Load (k, sid, chars) into a table `sig` of a scratch database, and run the query over it."""
    # An empty name is a database of its own on the disk, which goes with the connection.
    conn = sqlite3.connect("", isolation_level=None)
    try:
        conn.execute("PRAGMA journal_mode = OFF")
        conn.execute("PRAGMA synchronous = OFF")
        conn.execute("CREATE TABLE sig (k INTEGER, sid INTEGER, chars INTEGER)")
        conn.execute("BEGIN")
        conn.executemany("INSERT INTO sig VALUES (?, ?, ?)", rows)
        conn.execute("CREATE INDEX sig_k ON sig (k, sid, chars)")
        conn.execute("COMMIT")
        yield from each(conn.execute(sql))
    finally:
        conn.close()


def put(
    conn: sqlite3.Connection,
    members: Iterable[tuple[int, int, float]],
    parameters: Mapping[str, object],
) -> None:
    """Keep clusters (phrase, medoid, score) in place of the earlier ones; with how they were made.

    The caller holds the transaction.
    """
    conn.execute("DELETE FROM phrase_cluster")
    conn.executemany(
        "INSERT INTO phrase_cluster (phrase, cluster, score) VALUES (?, ?, ?)", members
    )
    conn.execute(
        "INSERT INTO setting (name, value) VALUES ('phrase_clusters', ?)"
        " ON CONFLICT (name) DO UPDATE SET value = excluded.value",
        (json.dumps(dict(parameters), sort_keys=True),),
    )


def parameters(conn: sqlite3.Connection) -> dict[str, object] | None:
    """How the clusters were made; None when there are none yet."""
    row = conn.execute("SELECT value FROM setting WHERE name = 'phrase_clusters'").fetchone()
    return json.loads(row[0]) if row else None


_INCLUDED: Final = "article NOT IN (SELECT number FROM article WHERE excluded <> '')"
_PLACES: Final = (
    f"SELECT id AS phrase, article, sentence FROM phrase WHERE {_INCLUDED}"  # noqa: S608
    f" UNION ALL SELECT phrase, article, sentence FROM phrase_repeat WHERE {_INCLUDED}"
)
"""Where phrases stand, in articles that are not left out."""


def largest(conn: sqlite3.Connection, limit: int = -1) -> list[ClusterRow]:
    """The clusters with most places first; -1 for all."""
    rows = conn.execute(
        "SELECT c.cluster, count(DISTINCT c.phrase), count(*) AS places,"  # noqa: S608
        " count(DISTINCT o.article), (SELECT normal FROM phrase WHERE id = c.cluster)"
        f" FROM phrase_cluster c JOIN ({_PLACES}) o ON o.phrase = c.phrase"
        " GROUP BY c.cluster ORDER BY places DESC, c.cluster LIMIT ?",
        (limit,),
    )
    return list(map(ClusterRow._make, rows))


def repeated(conn: sqlite3.Connection) -> Iterator[tuple[int, int, int, int]]:
    """Sentences that stand in several articles, or have a near copy: group, article, place, size.

    The group is the medoid of the phrase's cluster, or the phrase; the size is in characters of the
    normal form. Articles are numbers, places indices of sentences.
    """
    yield from each(
        conn.execute(
            "SELECT coalesce(c.cluster, o.phrase), o.article, o.sentence,"  # noqa: S608
            " (SELECT length(normal) FROM phrase p WHERE p.id = o.phrase)"
            f" FROM ({_PLACES}) o LEFT JOIN phrase_cluster c ON c.phrase = o.phrase"
            " WHERE c.phrase IS NOT NULL OR o.phrase IN (SELECT phrase FROM phrase_repeat)"
        )
    )


def splits(conn: sqlite3.Connection) -> dict[str, str]:
    """uid -> split, of the articles that have one and are not left out."""
    rows = conn.execute(
        "SELECT uid, json_extract(meta, '$.split') FROM article WHERE excluded = ''"
        " AND json_extract(meta, '$.split') IS NOT NULL ORDER BY number"
    )
    return {uid: str(name) for uid, name in rows}

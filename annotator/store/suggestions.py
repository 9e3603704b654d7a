"""Suggestions in the database: written by a worker, read when an article opens."""

from __future__ import annotations

import json
import sqlite3
from collections.abc import Iterable

from annotator.domain.model import Fragment
from annotator.domain.suggestion import StoredSuggestion
from annotator.store.rows import to_json


def put(
    conn: sqlite3.Connection,
    article: str,
    engine: str,
    suggestions: Iterable[StoredSuggestion],
    at: str,
) -> int:
    """Replace what this engine proposed for an article; the caller holds the transaction.

    Returns:
        How many suggestions were stored.
    """
    conn.execute("DELETE FROM suggestion WHERE article = ? AND engine = ?", (article, engine))
    conn.execute(
        "INSERT INTO suggestion_run (article, engine, at) VALUES (?, ?, ?)"
        " ON CONFLICT (article, engine) DO UPDATE SET at = excluded.at",
        (article, engine, at),
    )
    rows = [
        (
            s.id,
            article,
            engine,
            i,
            s.confidence,
            s.parent,
            s.evidence,
            to_json([list(f) for f in s.fragments]),
            to_json(dict(s.attributes)),
        )
        for i, s in enumerate(suggestions)
    ]
    conn.executemany("INSERT INTO suggestion VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?)", rows)
    return len(rows)


def newest_engine(conn: sqlite3.Connection, article: str) -> str | None:
    """The engine that ran last over an article; None when none did."""
    row = conn.execute(
        "SELECT engine FROM suggestion_run WHERE article = ? ORDER BY at DESC, engine DESC LIMIT 1",
        (article,),
    ).fetchone()
    return row[0] if row else None


def get(conn: sqlite3.Connection, article: str) -> list[StoredSuggestion]:
    """What the engine that ran last proposes for an article, in reading order."""
    engine = newest_engine(conn, article)
    if engine is None:
        return []
    rows = conn.execute(
        "SELECT id, confidence, parent, evidence, fragments, attributes FROM suggestion"
        " WHERE article = ? AND engine = ? ORDER BY ord",
        (article, engine),
    )
    return [
        StoredSuggestion(
            id=id_,
            article=article,
            engine=engine,
            confidence=confidence,
            fragments=tuple(Fragment(*f) for f in json.loads(fragments)),
            attributes=json.loads(attributes),
            parent=parent,
            evidence=evidence,
        )
        for id_, confidence, parent, evidence, fragments, attributes in rows
    ]


def has_read(conn: sqlite3.Connection, article: str, engine: str) -> bool:
    """Whether this engine has read an article."""
    row = conn.execute(
        "SELECT 1 FROM suggestion_run WHERE article = ? AND engine = ?", (article, engine)
    ).fetchone()
    return row is not None


def waiting(conn: sqlite3.Connection, engine: str) -> list[str]:
    """The articles that this engine has not read yet, in the order added."""
    rows = conn.execute(
        "SELECT uid FROM article a WHERE NOT EXISTS (SELECT 1 FROM suggestion_run r"
        " WHERE r.article = a.uid AND r.engine = ?) AND a.excluded = '' ORDER BY number",
        (engine,),
    )
    return [r[0] for r in rows]


def speech_only(conn: sqlite3.Connection) -> bool:
    """Whether the project asked for reported speech alone."""
    row = conn.execute("SELECT value FROM setting WHERE name = 'suggest'").fetchone()
    return row is not None and row[0] == "speech"


def set_speech_only(conn: sqlite3.Connection, *, wanted: bool) -> None:
    """Remember what is to be proposed; the caller holds the transaction."""
    conn.execute(
        "INSERT INTO setting (name, value) VALUES ('suggest', ?)"
        " ON CONFLICT (name) DO UPDATE SET value = excluded.value",
        ("speech" if wanted else "all",),
    )

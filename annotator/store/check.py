"""The doctor's checks, and replay: is the file whole, and is its state what the journal says?"""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator
from dataclasses import dataclass

from annotator.domain.alike import plain_sha256
from annotator.domain.errors import AnnotatorError
from annotator.domain.model import Annotation, Layout
from annotator.domain.spans import check_span
from annotator.store import articles, journal, phrases
from annotator.store.rows import annotation_from_row
from annotator.store.sql import query

COPIED_TABLES = ("annotator", "scheme", "setting", "article", "paragraph", "sentence", "bookmark")


@dataclass(frozen=True, slots=True)
class Finding:
    """One check with what it found wrong; no problems means it passed."""

    check: str
    counted: int
    """How many things were looked at."""
    problems: tuple[str, ...] = ()


def state_of(conn: sqlite3.Connection) -> dict[str, Annotation]:
    """Every annotation as the state tables have it, by id."""
    rows = conn.execute(query("annotations"), {"annotator": None})
    return {a.id: a for a in map(annotation_from_row, rows)}


def _integrity(conn: sqlite3.Connection) -> Finding:
    rows = [r[0] for r in conn.execute("PRAGMA integrity_check")]
    return Finding("integrity", 1, tuple(r for r in rows if r != "ok"))


def _foreign_keys(conn: sqlite3.Connection) -> Finding:
    rows = conn.execute("PRAGMA foreign_key_check").fetchall()
    return Finding("foreign keys", 1, tuple(f"{t} row {r} -> {p}" for t, r, p, _ in rows))


def _articles(conn: sqlite3.Connection) -> Iterator[Finding]:
    """Texts unchanged, layout in order and inside its bounds, spans inside their texts."""
    texts_bad: list[str] = []
    layout_bad: list[str] = []
    spans_bad: list[str] = []
    count = spans = 0
    uids = [r[0] for r in conn.execute("SELECT uid FROM article ORDER BY number")]
    for uid in uids:
        count += 1
        try:
            article = articles.get(conn, uid)
        except AnnotatorError as error:
            layout_bad.append(f"article {uid}: {error.message}")
            continue
        if articles.fingerprint(article.text) != article.sha256:
            texts_bad.append(f"article {article.number} ({uid}): text and SHA-256 differ")
        elif _plain(conn, uid) != plain_sha256(article.text):
            texts_bad.append(f"article {article.number} ({uid}): not the SHA-256 of its plain form")
        layout_bad += (
            f"article {article.number}: {p}"
            for p in layout_problems(article.layout, len(article.text))
        )
        rows = conn.execute(
            "SELECT n.id, f.role, f.start, f.end FROM fragment f"
            " JOIN annotation n ON n.id = f.annotation WHERE n.article = ?",
            (uid,),
        )
        for id_, role, start, end in rows:
            spans += 1
            try:
                check_span(article.text, start, end, f"{id_} {role}")
            except AnnotatorError as error:
                spans_bad.append(error.message)
    yield Finding("texts unchanged", count, tuple(texts_bad))
    yield Finding("layout", count, tuple(layout_bad))
    yield Finding("offsets", spans, tuple(spans_bad))


def _plain(conn: sqlite3.Connection, uid: str) -> str:
    (plain,) = conn.execute("SELECT plain_sha256 FROM article WHERE uid = ?", (uid,)).fetchone()
    return str(plain)


def layout_problems(layout: Layout, size: int) -> Iterator[str]:
    """What is out of order in a layout of a text of `size` code points."""
    before = 0
    for i, p in enumerate(layout.paragraphs):
        if not before <= p.start < p.end <= size:
            yield f"paragraph {i} [{p.start}, {p.end}) is out of order"
        before = p.end
    before = 0
    for i, s in enumerate(layout.sentences):
        if not before <= s.start < s.end <= size:
            yield f"sentence {i} [{s.start}, {s.end}) is out of order"
        elif s.paragraph >= len(layout.paragraphs) or not (
            layout.paragraphs[s.paragraph].start <= s.start
            and s.end <= layout.paragraphs[s.paragraph].end
        ):
            yield f"sentence {i} crosses its paragraph"
        before = s.end
    before = 0
    for i, (start, end) in enumerate(zip(layout.token_starts, layout.token_ends, strict=True)):
        if not before <= start < end <= size:
            yield f"token {i} [{start}, {end}) is out of order"
            return
        before = end


def _journal(conn: sqlite3.Connection) -> Iterator[Finding]:
    """Fold the journal in memory and compare it with the state tables."""
    folded: dict[str, Annotation] = {}
    broken: list[str] = []
    events = 0
    for (id_,) in conn.execute("SELECT id FROM batch ORDER BY seq").fetchall():
        try:
            changes = journal.changes_of(conn, id_)
        except AnnotatorError as error:
            broken.append(f"action {id_}: {error.message}")
            continue
        for change in changes:
            events += 1
            subject = change.subject.id
            if folded.get(subject) != change.before:
                broken.append(f"action {id_}: {subject} does not start from the state before it")
            if change.after is None:
                folded.pop(subject, None)
            else:
                folded[subject] = change.after
    state = state_of(conn)
    problems = [f"{i}: the journal and the state differ" for i in _differing(folded, state)]
    yield Finding("journal in order", events, tuple(broken))
    yield Finding("journal equals state", len(state), tuple(problems))
    rows = conn.execute("SELECT id, state FROM batch").fetchall()
    expected = journal.expected_states(conn)
    wrong = tuple(
        f"action {id_}: marked {state}, should be {expected[id_]}"
        for id_, state in rows
        if expected[id_] != state
    )
    yield Finding("undo stack", len(rows), wrong)


def _differing(a: dict[str, Annotation], b: dict[str, Annotation]) -> list[str]:
    return sorted(i for i in a.keys() | b.keys() if a.get(i) != b.get(i))


def _phrases(conn: sqlite3.Connection) -> Finding:
    """Whether the phrase index holds exactly the sentences of the articles, and counts them."""
    count, problems = phrases.problems(conn)
    return Finding("phrase index", count, tuple(problems))


def findings(conn: sqlite3.Connection) -> Iterator[Finding]:
    """Run every check; each is yielded as it ends."""
    first = _integrity(conn)
    yield first
    if first.problems:
        return
    yield _foreign_keys(conn)
    yield from _articles(conn)
    yield from _journal(conn)
    yield _phrases(conn)


def replay(conn: sqlite3.Connection, into: sqlite3.Connection) -> list[str]:
    """Copy what the journal rests on, do every action again in an empty database, and compare.

    Returns:
        The ids of annotations that came out different: empty when the journal tells the truth.
    """
    into.execute("BEGIN IMMEDIATE")
    for table in COPIED_TABLES:
        into.execute(f"DELETE FROM {table}")  # noqa: S608 - fixed names
        rows = conn.execute(f"SELECT * FROM {table}")  # noqa: S608
        marks = ", ".join("?" * len(rows.description))
        into.executemany(f"INSERT INTO {table} VALUES ({marks})", rows)  # noqa: S608
    phrases.reindex(into)
    for batch in journal.stored_batches(conn):
        journal.record(into, batch, lambda uid: articles.get(into, uid).text)
    for id_, state in journal.expected_states(into).items():
        into.execute("UPDATE batch SET state = ? WHERE id = ?", (state, id_))
    into.execute("COMMIT")
    return _differing(state_of(conn), state_of(into))

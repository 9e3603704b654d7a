"""The doctor's checks: is the file whole, and is its state what the journal says?

Nothing is held but what is wrong: a project of any size is read article by article.
"""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator
from dataclasses import dataclass

from annotator.domain.alike import plain_sha256
from annotator.domain.errors import AnnotatorError
from annotator.domain.graphemes import cuts_conjunct
from annotator.domain.model import Layout
from annotator.domain.spans import check_span
from annotator.store import articles, audit, phrase_check, record_states, relations


@dataclass(frozen=True, slots=True)
class Finding:
    """One check with what it found wrong; no problems means it passed."""

    check: str
    counted: int
    """How many things were looked at."""
    problems: tuple[str, ...] = ()
    notes: tuple[str, ...] = ()
    """What is no damage, and yet to be known."""


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
    count = spans = conjuncts = 0
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
            else:
                conjuncts += any(cuts_conjunct(article.text, at) for at in (start, end))
    yield Finding("texts unchanged", count, tuple(texts_bad))
    yield Finding("layout", count, tuple(layout_bad))
    yield Finding("offsets", spans, tuple(spans_bad), (_parted(conjuncts),) if conjuncts else ())


def _parted(count: int) -> str:
    what = "span begins or ends" if count == 1 else "spans begin or end"
    return (
        f"{count} {what} within an Indic conjunct, which is one character since Unicode 15.1:"
        " as it was marked, and no damage"
    )


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
    """The journal whole, and the state what it leads to."""
    journal, count, differ = audit.compare(conn)
    broken = (*journal.broken, *record_states.problems(conn))
    (events,) = conn.execute("SELECT count(*) FROM event").fetchone()
    yield Finding("journal in order", events, broken)
    yield Finding("journal equals state", count, tuple(differ))
    batches, wrong = audit.wrong_states(conn)
    yield Finding("undo stack", batches, tuple(wrong))


def _phrases(conn: sqlite3.Connection) -> Finding:
    """Whether the phrase index holds exactly the sentences of the articles, and counts them."""
    count, problems = phrase_check.problems(conn)
    return Finding("phrase index", count, tuple(problems))


def _relations(conn: sqlite3.Connection) -> Finding:
    """Whether each relation is between two annotations of its annotator."""
    count, problems = relations.problems(conn)
    return Finding("relations", count, tuple(problems))


def findings(conn: sqlite3.Connection) -> Iterator[Finding]:
    """Run every check; each is yielded as it ends."""
    first = _integrity(conn)
    yield first
    if first.problems:
        return
    yield _foreign_keys(conn)
    yield from _articles(conn)
    yield from _journal(conn)
    yield _relations(conn)
    yield _phrases(conn)

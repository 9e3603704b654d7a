"""Small articles and annotations for the tests of the store."""

from __future__ import annotations

import hashlib
import sqlite3
from array import array
from contextlib import closing
from pathlib import Path

from annotator.domain.ids import new_id
from annotator.domain.model import (
    Annotation,
    ArticleDraft,
    Batch,
    Change,
    Fragment,
    Layout,
    Paragraph,
    Sentence,
)
from annotator.store import Store

TEXT = (
    "Bridge stays shut\n\n"
    "The harbour bridge will stay shut until May, the council said on Friday. "
    "“Nobody wanted this,” Ana Ruiz said.\n\n"
    "A spokesman for the 🏴‍☠️ club called it “a scandal”."
)
AT = "2026-01-02T03:04:05.678Z"


def layout_of(text: str) -> Layout:
    """Lines as paragraphs, each of one sentence, words as tokens."""
    paragraphs: list[Paragraph] = []
    sentences: list[Sentence] = []
    starts, ends = array("I"), array("I")
    at = 0
    for line in text.split("\n"):
        if line.strip():
            paragraphs.append(Paragraph(at, at + len(line)))
            sentences.append(Sentence(at, at + len(line), len(paragraphs) - 1))
            word = at
            for piece in line.split(" "):
                if piece:
                    starts.append(word)
                    ends.append(word + len(piece))
                word += len(piece) + 1
        at += len(line) + 1
    return Layout(paragraphs, sentences, starts, ends, "lines 1")


def connection(store: Store) -> sqlite3.Connection:
    """The store's own connection: to look at tables, and to spoil them."""
    return store._conn


def add(store: Store, text: str = TEXT, **fields: str) -> str:
    """Add an article; its uid."""
    return store.add_article(ArticleDraft(text, **fields), layout_of(text)).uid  # type: ignore[arg-type]


def place(text: str, words: str, role: str = "content", span: int = 0) -> Fragment:
    """The fragment over the first place of `words`."""
    start = text.index(words)
    return Fragment(role, start, start + len(words), span)


def claim(article: str, *fragments: Fragment, annotator: str = "anna") -> Annotation:
    """A claim on an article, on “Nobody wanted this,” of TEXT unless fragments are given."""
    return Annotation(
        id=new_id(),
        layer="claim",
        article=article,
        annotator=annotator,
        fragments=fragments or (place(TEXT, "“Nobody wanted this,”"),),
        created_at=AT,
        updated_at=AT,
    )


def batch(*changes: tuple[Annotation | None, Annotation | None], label: str = "test") -> Batch:
    """A user action of these (before, after) pairs."""
    made = tuple(Change(before, after) for before, after in changes)
    return Batch(new_id(), made[0].subject.annotator, AT, "edit", label, made)


def dump(path: Path) -> list[str]:
    """Everything in a database file: its schema, then every row (of FTS5, its own tables)."""
    with closing(sqlite3.connect(path)) as conn:
        schema = conn.execute("SELECT type, name, sql FROM sqlite_master ORDER BY rowid").fetchall()
        lines = [str(row) for row in schema]
        for kind, name, sql in schema:
            if kind == "table" and not sql.startswith("CREATE VIRTUAL"):
                lines += [f"{name}: {row}" for row in conn.execute(f"SELECT * FROM '{name}'")]
        return lines


def footprint(folder: Path) -> dict[str, str]:
    """Every file of a folder with the hash of its bytes."""
    return {
        str(p.relative_to(folder)): hashlib.sha256(p.read_bytes()).hexdigest()
        for p in sorted(folder.rglob("*"))
        if p.is_file()
    }


def problems(store: Store) -> list[str]:
    """What the doctor finds wrong."""
    return [p for finding in store.findings() for p in finding.problems]

"""Small corpora for the tests of phrases: articles with a sentence for each full stop."""

from __future__ import annotations

import re
from array import array
from collections.abc import Iterable
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
from annotator.store.phrases import PhraseIndex
from tests.store.support import connection

AT = "2026-02-03T04:05:06.789Z"
ARTICLES = Path(__file__).parent.parent.parent / "fixtures" / "articles"
_SENTENCE = re.compile(r"\S.*?(?:[.!?]+[\"'”’)]*(?=\s|$)|$)")


def layout_of(text: str) -> Layout:
    """Lines as paragraphs, cut into sentences after full stops, with words as tokens."""
    paragraphs: list[Paragraph] = []
    sentences: list[Sentence] = []
    starts, ends = array("I"), array("I")
    at = 0
    for line in text.split("\n"):
        if line.strip():
            paragraphs.append(Paragraph(at, at + len(line)))
            for m in _SENTENCE.finditer(line):
                start, end = at + m.start(), at + m.end()
                sentences.append(Sentence(start, end, len(paragraphs) - 1))
                for word in re.finditer(r"\S+", m[0]):
                    starts.append(start + word.start())
                    ends.append(start + word.end())
        at += len(line) + 1
    return Layout(paragraphs, sentences, starts, ends, "stops 1")


def add(store: Store, text: str, **fields: str) -> str:
    """Add an article; its uid."""
    return store.add_article(ArticleDraft(text, **fields), layout_of(text)).uid  # type: ignore[arg-type]


def corpus(*texts: str) -> Store:
    """A store in memory with an article for each text."""
    store = Store.create(":memory:")
    for text in texts:
        add(store, text)
    store.add_annotator("anna")
    store.add_annotator("ben")
    return store


def index(store: Store) -> PhraseIndex:
    return PhraseIndex(connection(store))


def claim(
    store: Store,
    uid: str,
    content: str,
    *,
    source: str = "",
    cue: str = "",
    annotator: str = "anna",
    save: bool = True,
    **attributes: str,
) -> Annotation:
    """A claim on the first place of these words, in the store."""
    text = store.text_of(uid)
    fragments = []
    for role, words in (("content", content), ("source", source), ("cue", cue)):
        if words:
            start = text.index(words)
            fragments.append(Fragment(role, start, start + len(words)))
    made = Annotation(
        id=new_id(),
        layer="claim",
        article=uid,
        annotator=annotator,
        fragments=tuple(fragments),
        attributes=attributes,
        created_at=AT,
        updated_at=AT,
    )
    if save:
        apply(store, [made])
    return made


def apply(store: Store, made: Iterable[Annotation]) -> None:
    """Write new annotations as one action."""
    changes = tuple(Change(None, a) for a in made)
    store.apply(Batch(new_id(), changes[0].subject.annotator, AT, "edit", "test", changes))


def fixtures(store: Store) -> dict[str, str]:
    """Add the three articles about the flood, from three outlets; their uids by file stem."""
    out = {}
    for stem, outlet, published in (
        ("03-flood-wire", "Northern Wire", "2031-01-17"),
        ("04-flood-ledger", "Carrow Daily Ledger", "2031-01-18"),
        ("05-flood-sentinel", "The Valley Sentinel", "2031-01-19"),
    ):
        text = (ARTICLES / f"{stem}.txt").read_text("utf-8")
        out[stem] = add(store, text, name=stem, outlet=outlet, published=published)
    return out

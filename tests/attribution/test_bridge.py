"""Domain records in and out."""

from __future__ import annotations

import itertools
from array import array

from annotator.attribution.bridge import (
    annotations_of,
    claim_key,
    document_of,
    suggest,
)
from annotator.domain.model import Annotation, Article, Fragment, Layout, Paragraph, Sentence

TEXT = "“We won,” she said. It was said that “I lost,” he said."


def article(text: str = TEXT, kind: str = "body") -> Article:
    layout = Layout(
        [Paragraph(0, len(text))],
        [Sentence(0, len(text), 0, "caption" if kind == "caption" else "body")],
        array("q"),
        array("q"),
        "test",
    )
    return Article(
        f"uid-{kind}", 1, "a", "", "", "The Post", "", "", "en", "", text, "", "", {}, layout
    )


def test_suggest_in_order_and_by_kind() -> None:
    found = dict(suggest([article(), article(kind="caption")]))
    assert list(found) == ["uid-body", "uid-caption"]
    assert found["uid-body"].claims
    assert not found["uid-caption"].claims


def test_several_processes_find_the_same() -> None:
    articles = [article(), article(kind="caption"), article()]
    assert list(suggest(articles, processes=2)) == list(suggest(articles))


def test_there_and_back() -> None:
    [(_, found)] = suggest([article("Ruiz said that Lund claimed that the bridge was closed.")])
    ids = (f"id{k}" for k in itertools.count())
    made = annotations_of(found, "uid", "ana", new_id=lambda: next(ids), scheme="s1", at="now")
    assert [a.provenance for a, _ in made] == ["suggested", "suggested"]
    assert [a.parent for a, _ in made] == [None, "id0"]
    document = document_of(article(), [a for a, _ in made])
    assert [(c.fragments, c.parent) for c in document.claims] == [
        (c.fragments, c.parent) for c in found.claims
    ]
    assert document.publisher == "The Post"


def test_only_attributions_are_learned_from() -> None:
    def note(layer: str, form: str) -> Annotation:
        return Annotation(
            "i",
            "claim" if layer == "claim" else "mark",
            "a",
            "ana",
            (Fragment("content", 0, 3),),
            {"form": form},
        )

    notes = [note("claim", "direct"), note("claim", "not_attribution"), note("mark", "direct")]
    assert len(document_of(article(), notes).claims) == 1


def test_key_follows_the_cue() -> None:
    def claim(*fragments: Fragment) -> Annotation:
        return Annotation("i", "claim", "a", "ana", fragments)

    cue = Fragment("cue", 5, 9)
    one = claim_key(claim(cue, Fragment("content", 10, 20)))
    assert one == claim_key(claim(cue, Fragment("content", 10, 19), Fragment("source", 0, 4)))
    assert one != claim_key(claim(Fragment("cue", 5, 8)))
    assert claim_key(claim(Fragment("content", 5, 9))) != claim_key(claim(cue))

"""Domain records in and out."""

from __future__ import annotations

from array import array

from annotator.attribution.documents import document_of
from annotator.domain.model import Annotation, Article, Fragment, Layout, Paragraph, Sentence
from annotator.domain.scheme import DEFAULT_SCHEME
from annotator.domain.scheme_file import parse_scheme

NEWS = parse_scheme(DEFAULT_SCHEME.read_text(encoding="utf-8"), {})
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


def test_annotations_become_a_document() -> None:
    outer = Annotation("i1", "claim", "a", "ana", (Fragment("content", 0, 30),), {"form": "mixed"})
    inner = Annotation("i2", "claim", "a", "ana", (Fragment("content", 9, 20),), {}, "i1")
    document = document_of(article(), [inner, outer], NEWS)
    assert [(c.fragments, c.parent) for c in document.claims] == [
        (inner.fragments, 1),
        (outer.fragments, None),
    ]
    assert document.claims[1].attributes == {"form": "mixed"}
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
    assert len(document_of(article(), notes, NEWS).claims) == 1

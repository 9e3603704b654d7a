"""Lineage: occurrences in time order, and what became of the attribution."""

from __future__ import annotations

import pytest

from annotator.phrases.lineage import definite, lineage, page, record
from annotator.phrases.lint import lint
from annotator.phrases.matches import search
from annotator.store.phrases import role_texts
from tests.phrases.support import claim, corpus, fixtures, index

GATE = "The lower gate of the Tarn dam was left open for at least six hours on Thursday night"


def test_officials_a_spokesman_a_fact() -> None:
    store = corpus()
    uids = fixtures(store)
    wire, ledger, sentinel = uids.values()
    claim(store, wire, GATE, source="officials", cue="said", source_type="unnamed_group")
    claim(
        store, ledger, GATE, source="a spokesman for the water board", source_type="unnamed_person"
    )
    claim(store, sentinel, GATE, source_type="reporter")
    found = search(index(store), GATE).found
    steps = lineage(reversed(found), store.annotations, store.text_of)
    assert [s.match.outlet for s in steps] == [
        "Northern Wire",
        "Carrow Daily Ledger",
        "The Valley Sentinel",
    ]
    assert [s.fate for s in steps] == ["first", "kept", "dropped"]
    assert steps[0].source == "officials"
    assert record(steps[2])["source_type"] == "reporter"
    shown = page(steps, 'a <b> & "c"')
    assert "a &lt;b&gt; &amp; &quot;c&quot;" in shown
    assert "http" not in shown
    assert "script" not in shown


def test_places_without_annotations_say_so() -> None:
    store = corpus()
    uids = fixtures(store)
    claim(store, uids["05-flood-sentinel"], GATE, source_type="named_person")
    steps = lineage(search(index(store), GATE).found, store.annotations, store.text_of)
    assert [s.fate for s in steps] == ["not annotated", "not annotated", "first"]


@pytest.mark.parametrize(
    ("source", "kind", "rank"),
    [
        ("", "", 0),
        ("officials", "", 2),
        ("", "implicit", 1),
        ("", "reporter", 0),
        ("", "document", 3),
        ("Ana Ruiz", "named_person", 3),
        ("sources", "our_own_label", 3),
    ],
)
def test_how_definite_a_source_is(source: str, kind: str, rank: int) -> None:
    assert definite(source, kind) == rank


def test_lint_lists_what_is_labelled_differently() -> None:
    store = corpus()
    wire, ledger, sentinel = fixtures(store).values()
    claim(store, wire, GATE, source="officials", source_type="unnamed_group", stance="against")
    second = claim(store, ledger, GATE, source_type="unnamed_person", stance="against")
    claim(store, sentinel, GATE, source_type="unnamed_group")
    claim(store, wire, "No deaths", source="officials", source_type="unnamed_person")
    claim(store, wire, GATE, stance="favor", annotator="ben")

    def rows(annotator: str | None) -> list[tuple[str, str, dict[str, int]]]:
        found = lint(
            role_texts(store.conn, "content", annotator),
            role_texts(store.conn, "source", annotator),
        )
        return [(r.kind, r.attribute, dict(r.values)) for r in found]

    assert rows("anna") == [
        ("claim", "source_type", {"unnamed_group": 2, "unnamed_person": 1}),
        ("source", "source_type", {"unnamed_group": 1, "unnamed_person": 1}),
    ]
    assert ("claim", "stance", {"against": 2, "favor": 1}) in rows(None)
    first = lint(role_texts(store.conn, "content", "anna"), ())[0]
    assert first.claims[0].claim == second.id  # the odd one out comes first
    claims = first.record()["claims"]
    assert isinstance(claims, list)
    assert claims[0]["value"] == "unnamed_person"

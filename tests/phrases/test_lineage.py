"""Lineage: occurrences in time order, and what became of the attribution."""

from __future__ import annotations

import re
from dataclasses import replace

import pytest

from annotator.phrases.lineage import lineage, page, record, specificity
from annotator.phrases.lint import LintRow, lint
from annotator.phrases.matches import search
from annotator.store.phrases import role_texts
from tests.phrases.support import apply, claim, corpus, fixtures, index
from tests.store.support import connection

GATE = "The lower gate of the Tarn dam was left open for at least six hours on Thursday night"


LABELS = ("source_type", "stance", "form")


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
    assert [s.attribution_change for s in steps] == ["first", "kept", "dropped"]
    assert steps[0].source == "officials"
    assert record(steps[2])["source_type"] == "reporter"
    shown = page(steps, 'a <b> & "c"')
    assert "a &lt;b&gt; &amp; &#34;c&#34;" in shown
    assert not re.search("https?:", shown)
    assert "script" not in shown


def test_places_without_annotations_say_so() -> None:
    store = corpus()
    uids = fixtures(store)
    claim(store, uids["05-flood-sentinel"], GATE, source_type="named_person")
    steps = lineage(search(index(store), GATE).found, store.annotations, store.text_of)
    assert [s.attribution_change for s in steps] == ["not annotated", "not annotated", "first"]


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
    assert specificity(source, kind) == rank


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
            role_texts(connection(store), "content", annotator),
            role_texts(connection(store), "source", annotator),
            attributes=LABELS,
        )
        return [(r.kind, r.attribute, dict(r.values)) for r in found]

    assert rows("anna") == [
        ("claim", "source_type", {"unnamed_group": 2, "unnamed_person": 1}),
        ("source", "source_type", {"unnamed_group": 1, "unnamed_person": 1}),
    ]
    assert ("claim", "stance", {"against": 2, "favor": 1}) in rows(None)
    first = lint(role_texts(connection(store), "content", "anna"), (), attributes=LABELS)[0]
    assert first.claims[0].claim == second.id  # the odd one out comes first
    claims = first.record()["claims"]
    assert isinstance(claims, list)
    assert claims[0]["value"] == "unnamed_person"


SAID = "that officials believe prices fell sharply in May and in June of the last year"
INNER = SAID.removeprefix("that officials believe ")


def test_lint_holds_no_claim_against_its_own_nested_child() -> None:
    text = f"The bank said {SAID}."
    store = corpus(text, f"Officials said: {INNER}.")
    first, second = store.uids()
    parent = claim(store, first, SAID, source_type="named_group", stance="neutral")
    child = replace(
        claim(store, first, INNER, save=False, source_type="unnamed_group", stance="against"),
        parent=parent.id,
    )
    apply(store, [child])

    def found(annotator: str | None) -> list[LintRow]:
        return lint(role_texts(connection(store), "content", annotator), (), 80, attributes=LABELS)

    assert found("anna") == []
    # Another annotator's nested claim is no other reading of the claim around it, but of the child.
    theirs = claim(store, first, SAID, annotator="ben", source_type="named_group")
    inner = claim(store, first, INNER, annotator="ben", save=False, stance="favor")
    apply(store, [replace(inner, parent=theirs.id)])
    (row,) = found(None)
    assert (row.attribute, dict(row.values)) == ("stance", {"against": 1, "favor": 1})
    # Elsewhere, the same words are compared with both.
    other = claim(store, second, INNER, stance="favor")
    (row,) = found("anna")
    assert row.attribute == "stance"
    assert other.id in {c.claim for c in row.claims}
    assert len(row.claims) == 3


def test_lint_still_lists_one_annotators_two_labels_on_the_same_words() -> None:
    store = corpus(f"The bank said {SAID}.")
    (uid,) = store.uids()
    claim(store, uid, SAID, stance="favor")
    claim(store, uid, SAID, stance="against")
    (row,) = lint(role_texts(connection(store), "content", "anna"), (), attributes=LABELS)
    assert dict(row.values) == {"favor": 1, "against": 1}

"""A label for many places: every row is counted once, stored as counted, undone to the byte."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

from hypothesis import given, settings
from hypothesis import strategies as st

from annotator.domain.ids import new_id
from annotator.domain.model import SPAN_ROLE, Annotation, Fragment
from annotator.phrases.place_labels import PlaceLabel
from annotator.project import Project
from annotator.project.concordance import concordance
from annotator.project.place_labelling import give, plan
from annotator.tui.concordance.labels import choices
from tests.phrases.support import apply, corpus

WORDS = ("tax", "cut", "regime", "said", "law")
sentences = st.lists(st.sampled_from(WORDS), min_size=3, max_size=12).map(
    lambda found: " ".join(found).capitalize() + "."
)
labels = st.sampled_from(
    [
        PlaceLabel("claim", "stance", "favor"),
        PlaceLabel("claim", "stance", "against", new=True),
        PlaceLabel("claim", new=True),
        PlaceLabel("mark", "type", "lexical"),
        PlaceLabel("mark", "type", "epistemic", new=True),
        PlaceLabel("mark", new=True),
    ]
)


@settings(max_examples=60, deadline=None)
@given(data=st.data())
def test_every_row_is_stored_or_counted_and_undone_to_the_byte(data: st.DataObject) -> None:
    texts = dict.fromkeys(data.draw(st.lists(sentences, min_size=1, max_size=3)))
    with corpus(*texts) as store:
        for uid in store.uids():
            text = store.text_of(uid)
            for _ in range(data.draw(st.integers(0, 4))):
                start = data.draw(st.integers(0, len(text) - 2))
                end = data.draw(st.integers(start + 1, len(text)))
                layer = data.draw(st.sampled_from(["claim", "mark"]))
                role = "content" if layer == "claim" else SPAN_ROLE
                stance = data.draw(st.sampled_from(["favor", "against", None]))
                claim = layer == "claim"
                name, value = ("stance", stance) if claim else ("type", stance and "lexical")
                made = Annotation(
                    new_id(), layer, uid, data.draw(st.sampled_from(["anna", "ben"])),  # type: ignore[arg-type]
                    (Fragment(role, start, end),), {name: value} if value else {},
                )  # fmt: skip
                apply(store, [made])
        project, scheme = Project(store, "anna"), store.scheme()
        query = data.draw(st.sampled_from(["tax", "tax OR regime", "claim:*", "ta* cut OR cut"]))
        lines = concordance(project, query, limit=0).lines
        rows = [x for x in lines if data.draw(st.booleans())]
        label = data.draw(labels)
        before = {a.id: a for a in store.annotations()}
        exported = _export(project)
        planned = plan(project, rows, label, "anna", scheme)
        counted = planned.made + planned.labelled + planned.replaced + len(planned.skipped)
        assert counted == len(rows)
        assert all(s.why for s in planned.skipped)
        assert len({s.number for s in planned.skipped}) == len(planned.skipped)
        assert _export(project) == exported  # a plan is only a plan
        give(project, planned, scheme)
        after = {a.id: a for a in store.annotations()}
        new = [a for id_, a in after.items() if id_ not in before]
        changed = [a for id_, a in after.items() if id_ in before and before[id_] != a]
        assert before.keys() <= after.keys()
        assert len(new) == planned.made
        assert len(changed) == planned.labelled + planned.replaced
        places = {(x.article, x.start, x.end) for x in rows}
        for a in new:
            assert (a.article, a.start, a.end) in places
            assert (a.annotator, a.layer, a.provenance) == ("anna", label.layer, "propagated")
            assert dict(a.attributes) == ({label.name: label.value} if label.name else {})
        for a in changed:
            old = before[a.id]
            assert a.annotator == "anna"
            assert a.attributes[label.name] == label.value
            same = replace(a, attributes=old.attributes, updated_at="", scheme="")
            assert same == replace(old, updated_at="", scheme="")
        if label.new:  # a second go makes nothing that the first one left out
            assert plan(project, rows, label, "anna", scheme).made == 0
        if planned.batch is not None:
            assert len(planned.batch.changes) == len(new) + len(changed)
            undone = project.undo("anna")
            assert undone is not None
            assert len(undone.changes) == len(planned.batch.changes)
        assert _export(project) == exported
        assert {a.id: a for a in store.annotations()} == before


def _export(project: Project) -> bytes:
    import tempfile

    with tempfile.TemporaryDirectory() as folder:
        target = Path(folder) / "all.jsonl"
        project.export("jsonl", str(target))
        return target.read_bytes()


def test_the_claim_that_was_asked_for_goes_before_another_that_is_there() -> None:
    with corpus("The regime cut the tax, he said.") as store:
        (uid,) = store.uids()

        def claim(start: int, end: int, **attributes: str) -> Annotation:
            made = Annotation(
                new_id(), "claim", uid, "anna", (Fragment("content", start, end),), attributes
            )
            apply(store, [made])
            return made

        outer, inner = claim(0, 22, source_type="media"), claim(4, 10)
        project, scheme = Project(store, "anna"), store.scheme()
        label = PlaceLabel("claim", "stance", "favor")
        lines = concordance(project, "regime").lines
        planned = plan(project, lines, label, "anna", scheme)
        assert planned.batch is not None
        assert [c.subject.id for c in planned.batch.changes] == [inner.id]
        lines = concordance(project, "regime source:media").lines
        planned = plan(project, lines, label, "anna", scheme)
        assert planned.batch is not None
        assert [c.subject.id for c in planned.batch.changes] == [outer.id]


def test_why_a_row_is_skipped() -> None:
    with corpus("Tax cut. Tax law.") as store:
        (uid,) = store.uids()
        mark = Annotation(
            new_id(), "mark", uid, "anna", (Fragment(SPAN_ROLE, 0, 3),), {"type": "lexical"}
        )
        apply(store, [mark])
        project, scheme = Project(store, "anna"), store.scheme()

        def why(query: str, label: PlaceLabel) -> list[str]:
            lines = concordance(project, query).lines
            return [s.why for s in plan(project, lines, label, "anna", scheme).skipped]

        assert why("tax", PlaceLabel("mark", "type", "lexical")) == [
            "has lexical already", "no mark of yours is there",
        ]  # fmt: skip
        assert why("tax", PlaceLabel("mark", new=True)) == ["a mark of yours is there already"]
        # What overlaps may be made together, as it may be made one after the other.
        assert why("tax law OR law", PlaceLabel("mark", new=True)) == []
        assert (
            why("tax OR cut OR mark:*", PlaceLabel("claim", "stance", "favor"))
            == ["no claim of yours is there"] * 3
        )


ENTITIES = """
name = "entities"
[[span]]
name = "entity"
[[span]]
name = "event"
[[attribute]]
name = "type"
layer = "entity"
values = ["PER", "ORG"]
[[attribute]]
name = "topics"
layer = "event"
kind = "several"
values = ["war", "trade"]
"""


def test_span_layers_are_found_and_labelled_by_their_names_and_never_mixed() -> None:
    with corpus("Tax cut. Tax law.") as store:
        store.set_scheme(ENTITIES)
        (uid,) = store.uids()
        event = Annotation(
            new_id(), "mark", uid, "anna", (Fragment("event", 0, 3),), {"topics": "war|trade"}
        )
        apply(store, [event])
        project, scheme = Project(store, "anna"), store.scheme()
        names = [name for name, _ in choices(scheme)]
        assert "the words become marks (entity), type: PER" in names
        assert not any("claim" in name for name in names)

        def found(query: str) -> list[str]:
            return [line.text for line in concordance(project, query).lines]

        assert found("label:topics=trade") == found("in:event") == found("mark:war") == ["Tax"]
        new = PlaceLabel("entity", "type", "PER", new=True)
        planned = plan(project, concordance(project, "tax").lines, new, "anna", scheme)
        assert planned.made == 2
        assert planned.batch is not None
        project.apply(planned.batch)
        assert found("label:type=PER") == found("in:entity") == ["Tax", "Tax"]
        assert found("in:event") == ["Tax"]
        lines = concordance(project, "tax").lines
        again = plan(project, lines, PlaceLabel("entity", "type", "ORG"), "anna", scheme)
        assert again.batch is not None
        assert {c.subject.layer_name for c in again.batch.changes} == {"entity"}

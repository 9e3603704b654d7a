"""Each span layer is compared for itself: another layer changes none of its numbers."""

from __future__ import annotations

from hypothesis import given, settings
from hypothesis import strategies as st

from annotator.agreement.bootstrap import Resampling
from annotator.domain.ids import new_id
from annotator.domain.model import Annotation, Fragment
from annotator.domain.scheme_file import parse_scheme
from annotator.report.build import ReportOptions, build
from annotator.report.corpus import Corpus, gather
from annotator.report.disagreement_list import differences
from annotator.report.questions import Questions
from annotator.session.adjudication_cases import cases_of
from tests.session.build import TEXT, article

SCHEME = parse_scheme(
    'name = "spans"\n'
    '[[span]]\nname = "entity"\n'
    '[[attribute]]\nname = "type"\nlayer = "entity"\nvalues = ["PER", "ORG"]\n'
    '[[span]]\nname = "event"\n'
    '[[attribute]]\nname = "type"\nlayer = "event"\nvalues = ["fire", "flood"]\n',
    {},
)
OPTIONS = ReportOptions(resampling=Resampling(10))
LABELS = {"entity": ["PER", "ORG"], "event": ["fire", "flood"]}


def mark(layer: str, who: str, start: int, size: int, label: str) -> Annotation:
    piece = Fragment(layer, start, min(start + size, len(TEXT)))
    labels = {"type": label} if label else {}
    return Annotation(new_id(), "mark", "uid", who, (piece,), labels)


marks = st.lists(
    st.sampled_from(sorted(LABELS)).flatmap(
        lambda layer: st.builds(
            mark,
            st.just(layer),
            st.sampled_from(["ann", "ben"]),
            st.integers(0, 40),
            st.integers(1, 9),
            st.sampled_from([*LABELS[layer], ""]),
        )
    ),
    min_size=1,
    max_size=8,
)


def corpus(found: list[Annotation]) -> Corpus:
    read = [
        Annotation(new_id(), "sentence", "uid", who, (Fragment("span", 0, 3),), reviewed=True)
        for who in ("ann", "ben")
    ]
    return gather([article()], [*found, *read], SCHEME)


@settings(max_examples=60)
@given(marks)
def test_a_layer_has_the_numbers_that_it_would_have_alone(found: list[Annotation]) -> None:
    for layer in LABELS:
        mine = [a for a in found if a.layer_name == layer]
        both, alone = (Questions(corpus(some)) for some in (found, mine))
        if not mine:
            assert not len(both.mark_spans(layer).document)
            continue
        rows = [
            [(d.start, d.end, d.kind, d.subject, d.sides) for d in differences(q, None).rows
             if set(d.ids) <= {a.id for a in mine}]
            for q in (both, alone)
        ]  # fmt: skip
        assert sorted(rows[0]) == sorted(rows[1])
        lines = [
            [
                (row.title, [(r.measure, r.value, r.n) for r in row.results])
                for row in build(corpus(some), OPTIONS).layers
                if row.title in (layer, f"{layer} type")
            ]
            for some in (found, mine)
        ]
        assert lines[0] == lines[1] != []


@given(marks)
def test_no_case_holds_marks_of_two_layers(found: list[Annotation]) -> None:
    cases = cases_of(found, ["ann", "ben"], scheme=SCHEME)
    for case in cases:
        assert len({a.layer_name for a in case.readings.values()}) == 1
    assert sum(len(case.readings) for case in cases) == len(found)

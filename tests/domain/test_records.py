"""Annotations as JSON: out and back without loss, and every wrong shape named."""

from __future__ import annotations

import json
from dataclasses import replace
from typing import cast

import pytest
from hypothesis import given
from hypothesis import strategies as st

from annotator.domain.errors import InputError
from annotator.domain.model import LAYERS, PROVENANCES, Annotation, Fragment
from annotator.domain.records import ENDS, FIELDS, annotation_from_record, annotation_record

names = st.text(min_size=1, max_size=8)
made = st.builds(
    Annotation,
    id=names,
    layer=st.sampled_from(LAYERS),
    article=names,
    annotator=names,
    fragments=st.lists(
        st.builds(
            Fragment,
            role=st.sampled_from(["content", "cue", "source", "span"]),
            start=st.integers(0, 10_000),
            end=st.integers(0, 10_000),
            span=st.integers(0, 5),
        ),
        max_size=5,
    ).map(tuple),
    attributes=st.dictionaries(names, st.text(max_size=8), max_size=4),
    parent=st.none() | names,
    provenance=st.sampled_from(PROVENANCES),
    scheme=st.text(max_size=12),
    reviewed=st.booleans(),
    flagged=st.booleans(),
    note=st.text(max_size=20),
    created_at=st.text(max_size=10),
    updated_at=st.text(max_size=10),
)
ends = st.tuples(names, names)
made = st.tuples(made, ends).map(
    lambda pair: (
        replace(pair[0], head=pair[1][0], tail=pair[1][1])
        if pair[0].layer == "relation"
        else pair[0]
    )
)
"""Relations, and they alone, have a head and a tail."""


@given(made)
def test_what_goes_out_comes_back(annotation: Annotation) -> None:
    line = json.dumps(annotation_record(annotation))
    assert annotation_from_record(json.loads(line)) == annotation


@given(made)
def test_a_record_has_every_field_in_one_order(annotation: Annotation) -> None:
    record = annotation_record(annotation)
    assert tuple(record) == FIELDS + (ENDS if annotation.layer == "relation" else ())
    assert list(record["attributes"]) == sorted(annotation.attributes)


def test_fragments_carry_their_words_when_asked() -> None:
    annotation = Annotation("i", "mark", "a", "x", (Fragment("span", 2, 4),))
    assert annotation_record(annotation, "ab😀d")["fragments"] == [
        {"role": "span", "start": 2, "end": 4, "span": 0, "text": "😀d"}
    ]


def test_what_may_be_left_out() -> None:
    least = {"id": "i", "layer": "claim", "article": "a", "annotator": "x"}
    assert annotation_from_record(least) == Annotation("i", "claim", "a", "x")


GOOD = annotation_record(
    Annotation("i", "claim", "a", "x", (Fragment("content", 0, 1),), {"stance": "favor"})
)


@pytest.mark.parametrize(
    ("change", "named"),
    [
        ({"id": 7}, "id"),
        ({"id": None}, "id"),
        ({"layer": "poem"}, "layer"),
        ({"layer": []}, "layer"),
        ({"provenance": "guessed"}, "provenance"),
        ({"fragments": {}}, "annotation"),
        ({"fragments": [3]}, "fragments[0]"),
        ({"fragments": [{"role": "cue", "start": 0}]}, "missing end"),
        ({"fragments": [{"role": "cue", "start": True, "end": 2}]}, "fragments[0].start"),
        ({"fragments": [{"role": "cue", "start": 1.0, "end": 2}]}, "fragments[0].start"),
        ({"fragments": [{"role": 1, "start": 1, "end": 2}]}, "fragments[0].role"),
        ({"attributes": []}, "attributes"),
        ({"attributes": {"stance": 1}}, "attributes.stance"),
        ({"parent": 1}, "parent"),
        ({"reviewed": 1}, "reviewed"),
        ({"flagged": "yes"}, "flagged"),
        ({"note": None}, "note"),
        ({"created_at": 5}, "created_at"),
        ({"surprise": 1}, "surprise"),
    ],
)
def test_a_wrong_shape_is_named(change: dict[str, object], named: str) -> None:
    with pytest.raises(InputError) as caught:
        annotation_from_record({**GOOD, **change})
    assert named in caught.value.message


@pytest.mark.parametrize("field", ["id", "layer", "article", "annotator"])
def test_a_missing_field_is_named(field: str) -> None:
    with pytest.raises(InputError, match=f"missing '{field}'"):
        annotation_from_record({k: v for k, v in GOOD.items() if k != field})


json_values = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False) | st.text(max_size=5),
    lambda inner: (
        st.lists(inner, max_size=3)
        | st.dictionaries(st.sampled_from(FIELDS) | st.text(max_size=5), inner, max_size=6)
    ),
    max_leaves=12,
)


@given(json_values)
def test_no_json_value_does_worse_than_an_input_error(value: object) -> None:
    try:
        found = annotation_from_record(value)
    except InputError:
        return
    assert found.id == cast("dict[str, object]", value)["id"]

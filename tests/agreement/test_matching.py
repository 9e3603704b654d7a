"""Exact one-to-one matching, alignment of many annotators, attributes, kinds of disagreement."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from itertools import permutations
from random import Random
from typing import TypeAlias

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from annotator.agreement.adapter import matched_units
from annotator.agreement.alpha import alpha
from annotator.agreement.claims import f1_whole
from annotator.agreement.result import LeftOut
from annotator.alignment.assignment import best_matching
from annotator.alignment.inputs import Claim, ComparedText
from annotator.alignment.matching import align
from annotator.domain.errors import InputError
from annotator.report.kinds import KINDS
from tests.agreement.two_annotators import Disagreement, decompose, match

LENGTH = 60


def best_by_trying(table: list[list[float]]) -> float:
    rows, columns = len(table), len(table[0])
    wide = table if rows <= columns else [list(c) for c in zip(*table, strict=True)]
    return max(
        sum(max(wide[i][j], 0) for i, j in enumerate(order))
        for order in permutations(range(len(wide[0])), len(wide))
    )


weights = st.one_of(st.just(0.0), st.sampled_from([1.0, 2.0, 2.5, 3.0]), st.floats(0.01, 9))
matrices = st.tuples(st.integers(1, 5), st.integers(1, 5)).flatmap(
    lambda size: st.lists(
        st.lists(weights, min_size=size[1], max_size=size[1]), min_size=size[0], max_size=size[0]
    )
)


@given(table=matrices)
def test_the_matching_is_the_best_there_is(table: list[list[float]]) -> None:
    cells = np.array(table)
    left, right = np.nonzero(cells > -1)  # every cell is an edge, also those of weight 0
    weight = cells[left, right]
    chosen = best_matching(left, right, weight)
    assert len(set(left[chosen].tolist())) == len(set(right[chosen].tolist())) == len(chosen)
    assert (weight[chosen] > 0).all()
    assert float(weight[chosen].sum()) == pytest.approx(best_by_trying(table))


def test_a_long_chain_is_rearranged_from_end_to_end() -> None:
    # Each left end prefers the next right end a little, and the last has only that one.
    size = 300
    left = np.concatenate([np.arange(size), np.arange(size), [size]])
    right = np.concatenate([np.arange(size), np.arange(1, size + 1), [size]])
    weight = np.concatenate([np.full(size, 1.0), np.full(size, 1.001), [1.0]])
    chosen = best_matching(left, right, weight)
    assert len(chosen) == size + 1
    assert float(weight[chosen].sum()) == pytest.approx(size + 1)


def claim(content: tuple[int, int], name: str = "", **more: object) -> Claim:
    roles = {"content": (content,)}
    roles |= {k: (v,) for k, v in more.items() if isinstance(v, tuple)}
    attributes = {k: v for k, v in more.items() if isinstance(v, str) and k != "parent"}
    parent = more.get("parent")
    return Claim(roles, attributes, name, parent if isinstance(parent, str) else None)


def document(name: str = "d", **claims: list[Claim]) -> ComparedText:
    return ComparedText(name, LENGTH, claims)


def test_claims_are_matched_for_the_greatest_overlap() -> None:
    first = [claim((0, 10), "a1"), claim((8, 20), "a2"), claim((40, 50), "a3")]
    second = [claim((9, 20), "b1"), claim((0, 9), "b2"), claim((30, 35), "b3")]
    found = match([document(a=first, b=second)], "a", "b")
    assert [(m.first.id, m.second.id) for m in found.matches] == [("a1", "b2"), ("a2", "b1")]
    assert found.matches[0].overlap == pytest.approx(2 * 9 / 19)
    assert [c.id for _, c in found.only_first] == ["a3"]
    assert [c.id for _, c in found.only_second] == ["b3"]


def test_source_and_cue_decide_between_claims_with_one_content() -> None:
    first = [claim((0, 10), "a1", source=(12, 15)), claim((0, 10), "a2", source=(20, 25))]
    second = [claim((0, 10), "b1", source=(20, 25)), claim((0, 10), "b2", source=(12, 14))]
    found = match([document(a=first, b=second)], "a", "b")
    assert {(m.first.id, m.second.id) for m in found.matches} == {("a1", "b2"), ("a2", "b1")}


def test_only_documents_that_both_read_are_matched() -> None:
    documents = [document("1", a=[claim((0, 5))], b=[]), document("2", a=[claim((0, 5))])]
    found = match(documents, "a", "b")
    assert [name for name, _ in found.only_first] == ["1"]


def test_marks_are_matched_by_their_own_role() -> None:
    def mark(start: int, end: int) -> Claim:
        return Claim({"span": ((start, end),)}, {"type": "lexical"})

    found = match(
        [document(a=[mark(0, 5)], b=[mark(3, 8)])], "a", "b", anchors=["span"], support=[]
    )
    assert len(found.matches) == 1


ranges = st.tuples(st.integers(0, 50), st.integers(1, 9)).map(lambda t: (t[0], t[0] + t[1]))
reading = st.lists(ranges, max_size=5).map(lambda found: [claim(r) for r in found])


@given(readings=st.lists(reading, min_size=2, max_size=4))
def test_groups_hold_every_claim_once_and_one_per_annotator(readings: list[list[Claim]]) -> None:
    names = "abcd"[: len(readings)]
    text = ComparedText("d", LENGTH, dict(zip(names, readings, strict=True)))
    groups = align([text]).groups
    for name, claims in zip(names, readings, strict=True):
        held = [g.claims[name] for g in groups if name in g.claims]
        assert sorted(c.start for c in held) == sorted(c.start for c in claims)
    assert [min(c.start for c in g.claims.values()) for g in groups] == sorted(
        min(c.start for c in g.claims.values()) for g in groups
    )
    for group in groups:
        assert group.readers == tuple(names)
        if len(group.claims) == 2:
            one, other = group.claims.values()
            assert one.start < other.end
            assert other.start < one.end


def test_identical_readings_of_many_annotators_form_full_groups() -> None:
    claims = [claim((0, 10)), claim((5, 15)), claim((20, 30))]  # the first two overlap
    names = [f"n{i}" for i in range(6)]
    text = ComparedText(
        "d", LENGTH, {name: claims[:: 1 if i % 2 else -1] for i, name in enumerate(names)}
    )
    groups = align([text]).groups
    assert [len(g.claims) for g in groups] == [6, 6, 6]
    assert all(len({c.start for c in g.claims.values()}) == 1 for g in groups)


def test_attributes_are_compared_between_matched_claims_only() -> None:
    texts = [
        document(
            "1",
            a=[claim((0, 10), stance="favor"), claim((20, 30), stance="against"), claim((40, 45))],
            b=[claim((0, 9), stance="favor"), claim((21, 30), stance="neutral")],
            c=[claim((1, 10)), claim((50, 55), stance="favor")],
        )
    ]
    alignment = align(texts)
    units = matched_units(alignment, "stance", ["favor", "against", "neutral"])
    assert units.codes.tolist() == [[0, 0, -1], [1, 2, -1]]
    assert alpha(units).left_out == (
        LeftOut("claims without counterpart", 2),
        LeftOut("matched claims without a value", 1),
    )
    assert [set(alignment.groups[g].claims) for g in alignment.matched] == [
        {"a", "b", "c"},
        {"a", "b"},
    ]
    with pytest.raises(InputError, match="'against' is not in the label set"):
        matched_units(alignment, "stance", ["favor", "neutral"])


def test_claims_as_wholes_need_every_role_to_overlap() -> None:
    ours = [
        claim((0, 10), source=(12, 15), cue=(16, 18)),
        claim((20, 30), source=(32, 35)),
        claim((40, 45)),
    ]
    theirs = [
        claim((0, 8), source=(13, 14), cue=(17, 19)),  # all overlap
        claim((20, 30), cue=(31, 32)),  # source here only, cue there only
        claim((42, 45)),  # neither has source or cue
    ]
    text = [document(a=ours, b=theirs)]
    assert f1_whole(text, roles=["content"], resampling=None).value == 1
    assert f1_whole(text, resampling=None).value == pytest.approx(4 / 6)
    assert (
        f1_whole([document(a=[], b=[])]).undefined == "nobody marked a claim in a shared document"
    )
    assert f1_whole([document(a=ours)]).undefined == "no document was read by two annotators"


def test_wholes_of_both_sides_count() -> None:
    text = [document(a=[claim((0, 20))], b=[claim((0, 5)), claim((10, 15)), claim((30, 40))])]
    assert f1_whole(text, resampling=None).value == pytest.approx((1 + 2) / (1 + 3))


ONE = [
    claim((0, 10), "1", source=(12, 15), source_type="named_person", stance="favor"),
    claim((20, 30), "2", source=(32, 35), stance="favor"),
    claim((40, 50), "3", parent="2", stance="neutral"),
    claim((52, 58), "4"),
]
OTHER = [
    claim((1, 10), "a", source=(12, 15), source_type="document", stance="favor"),
    claim((20, 30), "b", source=(36, 38), stance="against"),
    claim((40, 50), "c", stance="neutral"),
    claim((11, 12), "d"),
]


def test_disagreement_is_split_into_its_kinds() -> None:
    found = decompose([document(a=ONE, b=OTHER)], "a", "b")
    assert [(i.kind, i.subject, i.values) for i in found.items] == [
        ("boundary", "content", ("0-10", "1-10")),
        ("type", "source_type", ("named_person", "document")),
        ("missed", "claim", ("", "")),
        ("stance", "stance", ("favor", "against")),
        ("link", "source", ("32-35", "36-38")),
        ("link", "parent", ("20-35", "")),
        ("missed", "claim", ("", "")),
    ]
    assert found.counts == {"missed": 2, "boundary": 1, "type": 1, "stance": 1, "link": 2}
    assert sum(found.counts.values()) == len(found.items)
    assert found.identical == 0


def test_nesting_in_matched_parents_is_no_disagreement() -> None:
    ours = [claim((0, 30), "p"), claim((5, 10), "q", parent="p")]
    theirs = [claim((5, 10), "y", parent="x"), claim((0, 29), "x")]
    found = decompose([document(a=ours, b=theirs)], "a", "b")
    assert [i.kind for i in found.items] == ["boundary"]


def mirrored(item: Disagreement) -> Disagreement:
    return replace(item, first=item.second, second=item.first, values=item.values[::-1])


def test_the_other_way_round_the_same_things_differ() -> None:
    text = [document(a=ONE, b=OTHER)]
    there = decompose(text, "a", "b")
    back = decompose(text, "b", "a")
    assert [mirrored(i) for i in back.items] == list(there.items)


def test_order_of_claims_and_fragments_makes_no_disagreement() -> None:
    ours = [
        Claim({"content": ((0, 4), (8, 12)), "source": ((14, 16),)}, {"a": "1", "b": "2"}),
        Claim({"content": ((20, 25),)}),
    ]
    theirs = [
        Claim({"content": ((20, 22), (22, 25))}),
        Claim({"source": ((14, 16),), "content": ((8, 12), (0, 4))}, {"b": "2", "a": "1"}),
    ]
    found = decompose([document(a=ours, b=theirs)], "a", "b")
    assert found.items == ()
    assert found.identical == 2
    assert tuple(found.counts) == KINDS


def test_kinds_and_attributes_can_be_chosen() -> None:
    ours, theirs = [claim((0, 5), form="direct", tone="x")], [claim((0, 5), form="mixed", tone="y")]
    text = [document(a=ours, b=theirs)]
    found = decompose(text, "a", "b", kinds={"tone": "stance"}, attributes=["tone"])
    assert [(i.kind, i.subject) for i in found.items] == [("stance", "tone")]


# ----------------------------------------------------------------------------------------- stacked
Stacked: TypeAlias = list[tuple[tuple[int, int], dict[str, str], tuple[int, int] | None]]
LABELS = st.dictionaries(st.sampled_from(["stance", "type", "form"]), st.sampled_from("xyz"))
PLACES = st.sampled_from([(0, 10), (0, 10), (0, 8), (5, 10), (20, 30)])
STACKED = st.lists(
    st.tuples(PLACES, LABELS, st.one_of(st.none(), st.sampled_from([(12, 15), (12, 14)]))),
    max_size=5,
)


def stacked(mine: Stacked) -> list[Claim]:
    return [
        Claim({"content": (place,)} | ({"source": (source,)} if source else {}), labels)
        for place, labels, source in mine
    ]


def says(c: Claim) -> tuple[object, ...]:
    return (sorted(c.roles.items()), sorted(c.attributes.items()))


@given(st.lists(STACKED, min_size=2, max_size=3), st.randoms(use_true_random=False))
def test_the_order_of_storage_changes_nothing(found: list[Stacked], random: Random) -> None:
    names = "abc"[: len(found)]
    given_ = {name: stacked(mine) for name, mine in zip(names, found, strict=True)}
    shuffled = {name: random.sample(mine, len(mine)) for name, mine in given_.items()}

    def pairs(claims: dict[str, list[Claim]]) -> list[tuple[str, str]]:
        matching = match([ComparedText("d", LENGTH, claims)], "a", "b")
        return sorted((repr(says(m.first)), repr(says(m.second))) for m in matching.matches)

    def groups(claims: dict[str, list[Claim]]) -> list[list[tuple[str, str]]]:
        aligned = align([ComparedText("d", LENGTH, claims)])
        return sorted(
            sorted((n, repr(says(c))) for n, c in g.claims.items()) for g in aligned.groups
        )

    assert pairs(given_) == pairs(shuffled)
    assert groups(given_) == groups(shuffled)


@given(st.lists(LABELS, min_size=1, max_size=4), st.lists(LABELS, min_size=1, max_size=4))
def test_on_the_same_words_the_pairing_has_most_equal_labels(
    first: list[dict[str, str]], second: list[dict[str, str]]
) -> None:
    def alike(a: Mapping[str, str], b: Mapping[str, str]) -> float:
        names = a.keys() | b.keys()
        return len(a.items() & b.items()) / len(names) if names else 1.0

    few, many = sorted((first, second), key=len)
    best = max(
        sum(alike(a, b) for a, b in zip(few, order, strict=True))
        for order in permutations(many, len(few))
    )
    claims = {
        name: [Claim({"content": ((0, 10),)}, labels) for labels in mine]
        for name, mine in (("a", first), ("b", second))
    }
    matches = match([ComparedText("d", LENGTH, claims)], "a", "b").matches
    assert len(matches) == len(few)
    reached = sum(alike(m.first.attributes, m.second.attributes) for m in matches)
    assert reached == pytest.approx(best)
    together = [
        g.claims for g in align([ComparedText("d", LENGTH, claims)]).groups if len(g.claims) == 2
    ]
    reached = sum(alike(c["a"].attributes, c["b"].attributes) for c in together)
    assert len(together) == len(few)
    assert reached == pytest.approx(best)


def test_claims_stacked_on_the_same_words_agree_whatever_their_order() -> None:
    """Two annotators hold the same set of claims: stance was 0 % and alpha -.92."""
    stances = ("favor", "against", "neutral")
    claims = {
        "a": [Claim({"content": ((0, 10),)}, {"stance": s}) for s in stances],
        "b": [Claim({"content": ((0, 10),)}, {"stance": s}) for s in reversed(stances)],
    }
    units = matched_units(align([ComparedText("d", LENGTH, claims)]), "stance")
    assert alpha(units).value == 1.0


def test_the_strongest_pairs_of_three_annotators_join_first() -> None:
    """The weaker pair would take the middle claim away from the one that is nearly the same."""
    aligned = align(
        [
            document(
                a=[claim((0, 10), "a1"), claim((9, 30), "a2")],
                b=[claim((8, 30), "b1")],
                c=[claim((0, 12), "c1")],
            )
        ]
    )
    groups = sorted(sorted(c.id for c in g.claims.values()) for g in aligned.groups)
    assert groups == [["a1", "c1"], ["a2", "b1"]]

"""Claims as wholes, and attributions, against the definition on sets of characters."""

from __future__ import annotations

from itertools import combinations, permutations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from annotator.agreement.claims import agr_attribution, agr_over_claims, f1_whole
from annotator.agreement.span_table import SpanTable
from annotator.alignment.claim_table import ClaimTable
from annotator.alignment.inputs import Claim, ComparedText

LENGTH = 40
ROLES = ("content", "source", "cue")

ranges = st.tuples(st.integers(0, 30), st.integers(1, 9)).map(lambda r: (r[0], r[0] + r[1]))
some = st.lists(ranges, min_size=1, max_size=2)
roles = st.fixed_dictionaries({"content": some}, optional={"source": some, "cue": some})
claims = st.lists(
    roles.map(lambda r: Claim({name: tuple(found) for name, found in r.items()})), max_size=4
)
documents = st.lists(
    st.dictionaries(st.sampled_from("abc"), claims, min_size=1, max_size=3), min_size=1, max_size=2
).map(lambda all_: [ComparedText(str(i), LENGTH, found) for i, found in enumerate(all_)])


def characters(claim: Claim, role: str) -> set[int]:
    return {i for start, end in claim.role(role) for i in range(start, end)}


def meet(one: Claim, other: Claim, role: str) -> bool:
    return bool(characters(one, role) & characters(other, role))


def whole(one: Claim, other: Claim) -> bool:
    """All roles overlap; one that neither has is no difference."""
    return all(
        meet(one, other, role) or not (one.role(role) or other.role(role)) for role in ROLES
    ) and meet(one, other, "content")


def shares(found: list[ComparedText], same: object, pairs: list[tuple[str, str]]) -> float | None:
    """Of all claims of the first of each pair, how many have a counterpart in the second."""
    assert callable(same)
    hits = total = 0
    for document in found:
        for mine, theirs in pairs:
            if {mine, theirs} <= document.claims.keys():
                others = document.claims[theirs]
                total += len(document.claims[mine])
                hits += sum(any(same(c, d) for d in others) for c in document.claims[mine])
    return hits / total if total else None


@given(documents)
def test_claims_of_several_pieces_are_wholes_as_defined(found: list[ComparedText]) -> None:
    names = sorted({name for d in found for name in d.claims})
    everybody = list(permutations(names, 2))
    assert f1_whole(found, resampling=None).value == pytest.approx(shares(found, whole, everybody))
    for two in combinations(names, 2):
        value = f1_whole(found, annotators=two, resampling=None).value
        assert value == pytest.approx(shares(found, whole, [two, two[::-1]]))


@given(documents)
def test_an_attribution_is_found_by_any_of_its_roles(found: list[ComparedText]) -> None:
    def some(one: Claim, other: Claim) -> bool:
        return any(meet(one, other, role) for role in ROLES)

    names = sorted({name for d in found for name in d.claims})
    value = agr_attribution(found, resampling=None).value
    assert value == pytest.approx(shares(found, some, list(permutations(names, 2))))


@given(documents)
def test_a_claim_without_the_role_counts_as_not_found(found: list[ComparedText]) -> None:
    def by_source(one: Claim, other: Claim) -> bool:
        return meet(one, other, "source")

    names = sorted({name for d in found for name in d.claims})
    table = ClaimTable.from_documents(found)
    value = agr_over_claims(
        SpanTable.from_documents(found, ["source"], None), table, resampling=None
    ).value
    assert value == pytest.approx(shares(found, by_source, list(permutations(names, 2))))


def test_a_claim_of_two_pieces_meets_with_each_of_them() -> None:
    """Where everybody has one claim, nothing is searched: but each piece has to be looked at."""
    ours = Claim({"content": ((0, 5), (20, 25)), "cue": ((6, 8),)})
    for theirs in (
        Claim({"content": ((0, 3),), "cue": ((6, 8),)}),
        Claim({"content": ((22, 30),), "cue": ((6, 8),)}),
    ):
        found = [ComparedText("d", LENGTH, {"a": [ours], "b": [theirs]})]
        assert f1_whole(found, resampling=None).value == 1
        assert agr_attribution(found, resampling=None).value == 1
    between = Claim({"content": ((10, 15),), "cue": ((6, 8),)})
    found = [ComparedText("d", LENGTH, {"a": [ours], "b": [between]})]
    assert f1_whole(found, resampling=None).value == 0

"""`agr` attribution by attribution and over all claims, against their definitions."""

from __future__ import annotations

from itertools import permutations

from hypothesis import given
from hypothesis import strategies as st

from annotator.agreement.claims import agr_attribution, agr_over_claims
from annotator.agreement.span_table import SpanTable
from annotator.agreement.spans import agr_mean
from annotator.alignment.claim_table import ClaimTable
from annotator.alignment.inputs import Claim, ComparedText, Range

LENGTH = 20
piece = st.tuples(st.integers(0, LENGTH - 1), st.integers(1, 4)).map(
    lambda t: (t[0], min(t[0] + t[1], LENGTH))
)
roles = st.dictionaries(
    st.sampled_from(["content", "source", "cue"]),
    st.lists(piece, min_size=1, max_size=2).map(tuple),
    min_size=1,
)
readings = st.lists(st.lists(roles, max_size=4), min_size=2, max_size=3)


def table(*articles: list[list[dict[str, tuple[Range, ...]]]]) -> ClaimTable:
    return ClaimTable.from_documents(
        ComparedText(
            str(d), LENGTH, {f"c{i}": [Claim(r) for r in mine] for i, mine in enumerate(found)}
        )
        for d, found in enumerate(articles)
    )


def positions(claim: dict[str, tuple[Range, ...]], role: str) -> set[int]:
    return {p for start, end in claim.get(role, ()) for p in range(start, end)}


@given(st.lists(readings, min_size=1, max_size=2))
def test_an_attribution_is_found_where_any_role_meets_the_same_role(
    articles: list[list[list[dict[str, tuple[Range, ...]]]]],
) -> None:
    hits = size = 0
    for found in articles:
        for mine, theirs in permutations(found, 2):
            for a in mine:
                size += 1
                hits += any(positions(a, role) & positions(b, role) for b in theirs for role in a)
    result = agr_attribution(table(*articles), resampling=None)
    assert result.n == size
    assert result.value == (hits / size if size else None)


@given(readings)
def test_claims_without_a_source_count_as_not_found(
    found: list[list[dict[str, tuple[Range, ...]]]],
) -> None:
    claims = table(found)
    layer = SpanTable.from_documents(claims, ["source"], None)
    hits = size = with_it = 0
    for mine, theirs in permutations(found, 2):
        for a in mine:
            size += 1
            with_it += "source" in a
            hits += any(positions(a, "source") & positions(b, "source") for b in theirs)
    counted = agr_over_claims(layer, claims, resampling=None)
    assert counted.value == (hits / size if size else None)
    assert counted.n == size
    usual = agr_mean(layer, resampling=None)
    assert usual.value == (hits / with_it if with_it else None)

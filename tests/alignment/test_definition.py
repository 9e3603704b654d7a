"""The alignment against its definition, written down the slow way."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from itertools import combinations, permutations
from random import Random

import pytest

from annotator.alignment.inputs import Claim, ComparedText
from annotator.alignment.matching import align

Key = tuple[str, int]
"""Annotator, and the place of a claim among theirs."""


def dice(a: Claim, b: Claim, role: str) -> float:
    mine, theirs = ({i for start, end in c.role(role) for i in range(start, end)} for c in (a, b))
    return 2 * len(mine & theirs) / (len(mine) + len(theirs)) if mine and theirs else 0.0


Anchors = tuple[str, ...]


def overlap(a: Claim, b: Claim, anchors: Anchors) -> float:
    return sum(dice(a, b, role) for role in anchors) / len(anchors)


def weight(a: Claim, b: Claim, anchors: Anchors) -> float:
    main = overlap(a, b, anchors)
    support = {"source", "cue"} - set(anchors)
    return main and main + 0.1 * sum(dice(a, b, role) for role in support)


def best_pairs(
    first: Sequence[Claim], second: Sequence[Claim], anchors: Anchors
) -> tuple[list[tuple[int, int]], bool]:
    """The one-to-one pairs with the greatest total weight, and whether others weigh as much."""
    wide = max(len(first), len(second))
    found: list[tuple[float, list[tuple[int, int]]]] = []
    for order in permutations(range(wide)):
        pairs = [(i, j) for i, j in enumerate(order) if i < len(first) and j < len(second)]
        pairs = [(i, j) for i, j in pairs if weight(first[i], second[j], anchors) > 0]
        total = sum(weight(first[i], second[j], anchors) for i, j in pairs)
        if all(kept != pairs for _, kept in found):
            found.append((total, pairs))
    found.sort(key=lambda item: -item[0])
    return found[0][1], len(found) > 1 and found[0][0] - found[1][0] < 1e-9


def by_definition(
    claims: Mapping[str, Sequence[Claim]], anchors: Anchors
) -> set[frozenset[Key]] | None:
    """Pair by pair the best matching; the strongest pairs join first, one claim of each annotator.

    None where a tie leaves a choice.
    """
    pairs: list[tuple[float, Key, Key]] = []
    for a, b in combinations(sorted(claims), 2):
        chosen, tied = best_pairs(claims[a], claims[b], anchors)
        if tied:
            return None
        pairs += [(overlap(claims[a][i], claims[b][j], anchors), (a, i), (b, j)) for i, j in chosen]
    if len({round(score, 9) for score, _, _ in pairs}) < len(pairs):
        return None
    everybody = [(who, i) for who, mine in claims.items() for i in range(len(mine))]
    linked = {key: {key} for key in everybody}
    for _, one, other in pairs:
        union = linked[one] | linked[other]
        for key in union:
            linked[key] = union
    out: set[frozenset[Key]] = set()
    for whole in {frozenset(group) for group in linked.values()}:
        if len({who for who, _ in whole}) == len(whole):
            out.add(whole)
            continue
        parts = {key: frozenset([key]) for key in whole}
        for _, one, other in sorted((p for p in pairs if p[1] in whole), reverse=True):
            joined = parts[one] | parts[other]
            if len({who for who, _ in joined}) == len(joined):
                for key in joined:
                    parts[key] = joined
        out |= set(parts.values())
    return out


def random_claim(rng: Random) -> Claim:
    def piece(most: int) -> tuple[int, int]:
        start = rng.randrange(80)
        return start, start + rng.randint(3, most)

    roles = {"content": tuple(piece(40) for _ in range(rng.choice([1, 1, 1, 2])))}
    if rng.random() < 0.3:
        roles["source"] = (piece(10),)
    return Claim(roles)


@pytest.mark.parametrize("anchors", [("content",), ("content", "source")], ids=len)
@pytest.mark.parametrize("annotators", [2, 3, 4])
def test_groups_are_those_of_the_definition(annotators: int, anchors: Anchors) -> None:
    rng = Random(annotators)
    compared = contested = 0
    for _ in range(400):
        claims = {
            who: [random_claim(rng) for _ in range(rng.randint(1, 4))]
            for who in "abcd"[:annotators]
        }
        expected = by_definition(claims, anchors)
        if expected is None:
            continue
        compared += 1
        contested += any(len(group) < annotators for group in expected)
        key = {id(c): (who, i) for who, mine in claims.items() for i, c in enumerate(mine)}
        found = {
            frozenset(key[id(c)] for c in group.claims.values())
            for group in align(
                [ComparedText("d", 200, claims)],
                anchors=anchors,
                support=[role for role in ("source", "cue") if role not in anchors],
            ).groups
        }
        assert found == expected
    assert compared > 80
    assert contested > 40

"""Clusters of near-identical sentences, guarded against chaining by their medoid."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Iterable, Sequence
from typing import Final, NamedTuple

from annotator.phrases.candidate_pairs import Pairs, near_pairs
from annotator.phrases.find import DEFAULT_THRESHOLD
from annotator.phrases.signatures import Tick, columns

SLACK: Final = 5.0
"""How much less than the threshold a member may be like the medoid of its cluster."""

STEPS: Final = 3
"""For each sentence: its bands, its rare words, its pairs. (Databases tell of the first two.)"""

PairSource = Callable[[Sequence[str], float], Pairs]
"""What an engine is: normal forms and a threshold to the pairs that reach it."""


class Member(NamedTuple):
    """A sentence in a cluster: both by index; the medoid is a member of its own, with 100."""

    sid: int
    medoid: int
    score: float


def numpy_engine(tick: Tick | None = None) -> PairSource:
    """Pairs found in memory: the quickest on one machine; `tick` is told of all STEPS."""

    def run(normals: Sequence[str], threshold: float) -> Pairs:
        return near_pairs(normals, columns(normals, tick), threshold, tick)

    return run


def cluster(
    normals: Sequence[str], threshold: float = DEFAULT_THRESHOLD, engine: PairSource | None = None
) -> list[Member]:
    """Cluster distinct sentences.

    Two sentences with the ratio are neighbours; neighbours of neighbours are one cluster as long as
    each is like its medoid (the member with most neighbours) to threshold - SLACK. What is not,
    is clustered anew without it.

    Args:
        normals: Distinct normal forms.
        threshold: Least ratio of neighbours, 0 to 100.
        engine: Where the pairs come from; numpy by default.

    Returns:
        The members of all clusters of two or more, ordered by cluster, then by index.
    """
    pairs = (engine or numpy_engine())(normals, threshold)
    return clusters_of(normals, pairs, threshold)


def clusters_of(normals: Sequence[str], pairs: Pairs, threshold: float) -> list[Member]:
    """Clusters from pairs that are verified."""
    near: dict[int, dict[int, float]] = defaultdict(dict)
    for a, b, score in zip(pairs.a.tolist(), pairs.b.tolist(), pairs.score.tolist(), strict=True):
        near[a][b] = near[b][a] = score
    waiting = _components(near, sorted(near))
    out: list[Member] = []
    while waiting:
        members = waiting.pop()
        if len(members) < 2:
            continue
        inside = set(members)
        medoid = min(
            members,
            key=lambda m: (
                -sum(n in inside for n in near[m]),
                -sum(s for n, s in near[m].items() if n in inside),
                m,
            ),
        )
        kept, rest = _guarded(normals, members, medoid, near, threshold - SLACK)
        out += kept
        waiting += _components(near, rest)
    return sorted(out, key=lambda m: (m.medoid, m.sid))


def _guarded(
    normals: Sequence[str],
    members: Sequence[int],
    medoid: int,
    near: dict[int, dict[int, float]],
    least: float,
) -> tuple[list[Member], list[int]]:
    """The members that are like the medoid, and the others."""
    from rapidfuzz import fuzz

    kept: list[Member] = []
    rest: list[int] = []
    for m in members:
        score = 100.0 if m == medoid else near[m].get(medoid, 0.0)
        if not score:
            score = fuzz.ratio(normals[m], normals[medoid], score_cutoff=least)
        if score:
            kept.append(Member(m, medoid, score))
        else:
            rest.append(m)
    return kept, rest


def _components(near: dict[int, dict[int, float]], nodes: Iterable[int]) -> list[list[int]]:
    """The connected components among some nodes, each sorted."""
    left = set(nodes)
    out: list[list[int]] = []
    for start in sorted(left):
        if start not in left:
            continue
        left.discard(start)
        found = [start]
        for member in found:  # grows as it is read
            new = left.intersection(near[member])
            left -= new
            found += new
        out.append(sorted(found))
    return out

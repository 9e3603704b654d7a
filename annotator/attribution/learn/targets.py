"""Gold claims as labels of tokens."""

from __future__ import annotations

from bisect import bisect_left, bisect_right
from collections.abc import Sequence
from dataclasses import dataclass, field

import numpy as np

from annotator.attribution.learn.features import BEGIN, INSIDE, Encoded, Ints
from annotator.attribution.parse import Parse
from annotator.attribution.result import ROLES, Suggestion
from annotator.attribution.rules.syntax import Span


@dataclass(slots=True)
class Target:
    """Gold labels: BIO per token and role over all claims, and each claim's own spans."""

    tags: Ints
    claims: list[TargetClaim] = field(default_factory=list)


@dataclass(slots=True)
class TargetClaim:
    """A gold claim in tokens: its cue, and BIO tags for source and content, sparse."""

    cue: Span
    source: dict[int, int]
    content: dict[int, int]


def target_of(encoded: Encoded, claims: Sequence[Suggestion]) -> Target:
    """Labels of a gold article. Claims without a cue teach the tags but no linking."""
    parse = encoded.tree.parse
    tags = np.zeros((len(parse), len(ROLES)), dtype=np.int32)
    out = Target(tags)
    for claim in claims:
        own: list[dict[int, int]] = []
        cue: Span | None = None
        for role, name in enumerate(ROLES):
            marked: dict[int, int] = {}
            for lo, hi in claim.ranges(name):
                for first, last in pieces(encoded, *token_range(parse, lo, hi)):
                    for i in range(first, last):
                        marked[i] = BEGIN if i == first else INSIDE
                    if name == "cue" and cue is None:
                        cue = (first, last)
            for i, tag in marked.items():
                if tags[i, role] != INSIDE:
                    tags[i, role] = tag
            own.append(marked)
        if cue is not None:
            out.claims.append(TargetClaim(cue, own[0], own[2]))
    return out


def token_range(parse: Parse, start: int, end: int) -> Span:
    """The tokens that code points `[start, end)` touch."""
    return bisect_right(parse.ends, start), bisect_left(parse.starts, end)


def pieces(encoded: Encoded, lo: int, hi: int) -> list[Span]:
    """A token range cut at line breaks."""
    out: list[Span] = []
    while lo < hi:
        stop = min(hi, encoded.lines[encoded.line_at[lo]][1])
        out.append((lo, stop))
        lo = stop
    return out

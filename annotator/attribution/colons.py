"""Colon introductions without a verb: "Sanders: Clinton needs to ..." and "Q: ... A: ..."."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final

from annotator.attribution.candidates import Candidate
from annotator.attribution.syntax import Tree

_LONGEST: Final = 7
"""Most tokens that a speaker before a colon may have."""
_NAMES: Final = frozenset(("PROPN", "NOUN", "PRON"))


def colon_candidates(tree: Tree, found: Sequence[Candidate]) -> list[Candidate]:
    """Lines that begin with a short name and a colon; the rest of the line is the content."""
    parse = tree.parse
    taken = {c.token for c in found if c.pattern == "quote"}
    out: list[Candidate] = []
    starts = [i for i in range(len(parse)) if i == 0 or parse.line_of[i] != parse.line_of[i - 1]]
    for start, stop in zip(starts, [*starts[1:], len(parse)], strict=True):
        limit = min(start + _LONGEST + 1, stop)
        colon = next((k for k in range(start + 1, limit) if parse.words[k] == ":"), None)
        if colon is None or stop - colon < 4:
            continue
        before = range(start, colon)
        if any(k in taken or parse.pos[k] in ("VERB", "AUX", "PUNCT", "NUM") for k in before):
            continue
        if not any(parse.pos[k] in _NAMES for k in before):
            continue
        people = any(parse.entities[k] in ("PERSON", "ORG", "NORP") for k in before)
        single = colon - start == 1
        if not (people or single):
            continue
        candidate = Candidate(colon, ":", "colon", (colon, colon + 1), [(colon + 1, stop)])
        candidate.source = (start, colon)
        candidate.source_head = colon - 1
        candidate.score = 0.7 if people else 0.5
        out.append(candidate)
    return out

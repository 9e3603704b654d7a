"""A window around each cue, in which its source and its contents are read."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

import numpy as np
from spacy.strings import get_string_id

from annotator.attribution.learn.features import (
    BEGIN,
    INSIDE,
    Encoded,
    Floats,
    Hashes,
    Ints,
    spans_of,
)
from annotator.attribution.rules.candidates import Candidate
from annotator.attribution.rules.syntax import Span, Tree

PAIR_SYMBOLS: Final = (("distance", 100), ("relation", 300), ("pattern+relation", 2000))
PAIR_DENSE: Final = 10
REACH: Final = 160
"""Tokens on either side of a cue in which its source and content are looked for."""


@dataclass(slots=True)
class Windows:
    """Cues with the tokens around them, laid end to end; P rows in all.

    `token[p]` is the row's token, `cue[p]` the index of its cue. `near` are previous and next rows
    (P where there is none), `anchor` each cue's head token.
    """

    token: Ints
    cue: Ints
    ids: Hashes
    dense: Floats
    near: Ints
    anchor: Ints
    ranges: list[Span]


def windows(encoded: Encoded, cues: Sequence[Span]) -> Windows:
    """Lay out a window of the cue's line for each cue, with relations to it."""
    tokens: list[int] = []
    owners: list[int] = []
    spans: list[Span] = []
    anchors: list[int] = []
    symbol_rows: list[tuple[int, str, str]] = []
    dense_parts: list[Floats] = []
    in_cue = np.zeros(len(encoded) + 1, dtype=np.float32)
    for lo, hi in cues:
        in_cue[lo:hi] = 1
    for index, cue in enumerate(cues):
        lo, hi = window_of(encoded, cue)
        candidate = vote_for(encoded, cue)
        anchor = candidate.token if candidate is not None else _head_of(encoded.tree, cue)
        spans.append((len(tokens), len(tokens) + hi - lo))
        tokens.extend(range(lo, hi))
        owners.extend([index] * (hi - lo))
        anchors.append(anchor)
        pattern = candidate.pattern if candidate is not None else "-"
        symbol_rows.extend(
            (_bucket(i, cue), relation, pattern)
            for i, relation in zip(range(lo, hi), _relations(encoded, anchor, lo, hi), strict=True)
        )
        dense_parts.append(_pair_dense(encoded, candidate, cue, lo, hi, in_cue))
    total = len(tokens)
    ids = np.zeros((total, len(PAIR_SYMBOLS)), dtype=np.uint64)
    cache: dict[str, int] = {}
    for row, (bucket, relation, pattern) in enumerate(symbol_rows):
        values = (f"d{bucket}", f"r{relation}", f"p{pattern}|{relation}")
        for column, value in enumerate(values):
            known = cache.get(value)
            if known is None:
                known = cache[value] = get_string_id(value)
            ids[row, column] = known
    near = np.full((total, 2), total, dtype=np.int32)
    for lo, hi in spans:
        near[lo + 1 : hi, 0] = np.arange(lo, hi - 1)
        near[lo : hi - 1, 1] = np.arange(lo + 1, hi)
    return Windows(
        np.array(tokens, dtype=np.int32),
        np.array(owners, dtype=np.int32),
        ids,
        np.concatenate(dense_parts) if dense_parts else np.zeros((0, PAIR_DENSE), np.float32),
        near,
        np.array(anchors, dtype=np.int32),
        spans,
    )


def window_of(encoded: Encoded, cue: Span) -> Span:
    """The tokens of a cue's line within `REACH` of it."""
    first, last = encoded.lines[encoded.line_at[cue[0]]]
    return max(first, cue[0] - REACH), min(last, cue[1] + REACH)


def vote_for(encoded: Encoded, cue: Span) -> Candidate | None:
    """The likeliest rule candidate whose cue covers part of this one, its head preferred."""
    found = [encoded.vote[i] for i in range(*cue) if i in encoded.vote]
    if not found:
        return None
    return max(found, key=lambda c: (cue[0] <= c.token < cue[1], c.score))


def _head_of(tree: Tree, cue: Span) -> int:
    parse = tree.parse
    for i in range(*cue):
        if not cue[0] <= parse.heads[i] < cue[1] or parse.heads[i] == i:
            return i
    return cue[0]


def _bucket(i: int, cue: Span) -> int:
    if cue[0] <= i < cue[1]:
        return 0
    distance = i - cue[1] + 1 if i >= cue[1] else i - cue[0]
    size = abs(distance)
    step = size if size <= 8 else 8 + int(np.log2(size / 8) * 3)
    return step if distance > 0 else -step


def _relations(encoded: Encoded, anchor: int, lo: int, hi: int) -> list[str]:
    """How each token of a window hangs together with the cue's head in the tree."""
    parse = encoded.tree.parse
    sentence = parse.sentence_of[anchor]
    known: dict[int, str] = {anchor: "cue"}
    above = parse.heads[anchor]
    step = 0
    while above not in known and step < 6:
        known[above] = f"up{step}:{parse.deps[anchor] if step == 0 else ''}"
        step += 1
        above = parse.heads[above]
    out: list[str] = []
    for i in range(lo, hi):
        if parse.sentence_of[i] != sentence:
            side = "after" if i > anchor else "before"
            out.append(f"{side}{min(abs(parse.sentence_of[i] - sentence), 3)}")
            continue
        path: list[int] = []
        k = i
        while k not in known and parse.heads[k] != k and len(path) < 200:
            path.append(k)
            k = parse.heads[k]
        found = known.get(k, "apart")
        for node in reversed(path):
            if found == "cue":
                found = f"{parse.deps[node]}{'>' if node > anchor else '<'}"
            elif found.startswith("up"):
                found = f"{found[:3]}/{parse.deps[node]}"
            known[node] = found
        out.append(found)
    return out


def _pair_dense(
    encoded: Encoded,
    candidate: Candidate | None,
    cue: Span,
    lo: int,
    hi: int,
    in_cue: Floats,
) -> Floats:
    out = np.zeros((hi - lo, PAIR_DENSE), dtype=np.float32)
    out[:, 0] = out[:, 3] = 1
    if candidate is not None:
        for column, spans in ((0, spans_of(candidate)[0]), (3, candidate.content)):
            for first, last in spans:
                first, last = max(first, lo) - lo, min(last, hi) - lo
                if first < last:
                    out[first:last, column] = 0
                    out[first:last, column + BEGIN] = 0
                    out[first:last, column + INSIDE] = 1
                    out[first, column + BEGIN] = 1
                    out[first, column + INSIDE] = 0
        out[:, 6] = candidate.score
    out[cue[0] - lo : cue[1] - lo, 7] = 1
    out[:, 8] = in_cue[lo:hi]
    out[cue[0] - lo : cue[1] - lo, 8] = 0
    quote = encoded.tree.quote_of
    out[:, 9] = [quote[i] >= 0 for i in range(lo, hi)]
    return out

"""Articles as numbers: hashed symbols, the pipeline's vectors, the rules' votes, neighbours."""

from __future__ import annotations

from bisect import bisect_left, bisect_right
from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Final

import numpy as np
from numpy.typing import NDArray
from spacy.strings import get_string_id

from annotator.attribution.candidates import Candidate
from annotator.attribution.engine import Kinds, nesting, scored_candidates
from annotator.attribution.kinds import kind_of_tokens
from annotator.attribution.lexicon import Lexicon
from annotator.attribution.parse import Parse
from annotator.attribution.quotes import quotations
from annotator.attribution.result import ROLES, Suggestion
from annotator.attribution.syntax import Span, Tree

Ints = NDArray[np.int32]
Floats = NDArray[np.float32]
Hashes = NDArray[np.uint64]

SYMBOLS: Final = (
    ("word", 4000),
    ("lemma", 4000),
    ("prefix", 1000),
    ("suffix", 1500),
    ("shape", 500),
    ("tag", 200),
    ("dep+head", 4000),
    ("pattern", 500),
    ("lemma+pattern", 4000),
    ("children", 2000),
    ("entity+quote", 500),
)
"""The hashed columns with the number of rows in their tables."""
VECTOR: Final = 96
"""Width of the pipeline's token vectors; zeros when it has none."""
VOTES: Final = 9
"""B, I, O votes of the rules for cue, source and content."""
EXTRA: Final = 12
DENSE: Final = VECTOR + VOTES + EXTRA
NEIGHBOURS: Final = 5
"""Previous, next, head, subject and complement of each token."""
HEAD: Final = 2
"""The only neighbour that several tokens may share."""
PAIR_SYMBOLS: Final = (("distance", 100), ("relation", 300), ("pattern+relation", 2000))
PAIR_DENSE: Final = 10
REACH: Final = 160
"""Tokens on either side of a cue in which its source and content are looked for."""

_SUBJECTS: Final = ("nsubj", "nsubjpass", "csubj", "agent", "poss")
_COMPLEMENTS: Final = ("ccomp", "xcomp", "dobj", "pobj", "prep", "acl", "advcl", "attr", "acomp")
OUTSIDE, BEGIN, INSIDE = 0, 1, 2
CUE: Final = ROLES.index("cue")


@dataclass(slots=True)
class Encoded:
    """One article as the network reads it; N tokens.

    `near` holds token indices, N where there is no neighbour. `vote` is the best candidate whose
    cue covers the token.
    """

    tree: Tree
    ids: Hashes
    dense: Floats
    near: Ints
    body: list[bool]
    candidates: list[Candidate]
    vote: dict[int, Candidate]
    lines: list[Span]
    line_at: list[int]

    def __len__(self) -> int:
        return len(self.tree.parse)


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


def encode(parse: Parse, lexicon: Lexicon, sentence_kinds: Kinds | None = None) -> Encoded:
    """Turn a parse into the network's input. Linear in the number of tokens."""
    tree = Tree(parse, quotations(parse.text))
    body = kind_of_tokens(tree, sentence_kinds)
    found, _ = scored_candidates(tree, lexicon, body)
    n = len(parse)
    vote: dict[int, Candidate] = {}
    for candidate in found:
        for i in range(*candidate.cue):
            if i not in vote or vote[i].score < candidate.score:
                vote[i] = candidate
    lines = parse.lines()
    line_at = [0] * n
    for index, (lo, hi) in enumerate(lines):
        line_at[lo:hi] = [index] * (hi - lo)
    by_head = {c.token: c for c in found}
    return Encoded(
        tree,
        _symbols(tree, by_head),
        _dense(tree, found, body, lines, line_at),
        _near(tree, line_at),
        body,
        found,
        vote,
        lines,
        line_at,
    )


def _shape(word: str) -> str:
    out = "".join(
        "d" if c.isdigit() else "X" if c.isupper() else "x" if c.isalpha() else c for c in word[:8]
    )
    return out if len(out) < 5 else out[:3] + out[-1]


def _symbols(tree: Tree, by_head: dict[int, Candidate]) -> Hashes:
    parse = tree.parse
    out = np.zeros((len(parse), len(SYMBOLS)), dtype=np.uint64)
    for i in range(len(parse)):
        word, head = parse.words[i], parse.heads[i]
        candidate = by_head.get(i)
        pattern = candidate.pattern if candidate is not None else "-"
        children = sorted({parse.deps[k] for k in parse.children[i]} - {"punct", "det", "amod"})
        quote = tree.quote_of[i]
        place = "o"
        if quote >= 0:
            first, last = tree.quote_span[quote]
            place = "b" if i == first else "e" if i == last - 1 else "i"
        values = (
            word.lower(),
            parse.lemmas[i],
            word[:3],
            word[-3:].lower(),
            _shape(word),
            parse.tags[i],
            f"{parse.deps[i]}|{parse.lemmas[head] if head != i else '-'}",
            pattern,
            f"{parse.lemmas[i]}|{pattern}",
            " ".join(children),
            f"{parse.entities[i]}|{place}",
        )
        for column, value in enumerate(values):
            out[i, column] = get_string_id(f"{column}:{value}")
    return out


def _dense(
    tree: Tree,
    found: Sequence[Candidate],
    body: Sequence[bool],
    lines: Sequence[Span],
    line_at: Sequence[int],
) -> Floats:
    parse = tree.parse
    n = len(parse)
    out = np.zeros((n, DENSE), dtype=np.float32)
    if parse.tensor is not None and parse.tensor.shape == (n, VECTOR):
        out[:, :VECTOR] = parse.tensor
    votes = out[:, VECTOR : VECTOR + VOTES]
    extra = out[:, VECTOR + VOTES :]
    chosen = [c for c in found if c.score >= 0.45 and c.content]
    kept, parents = nesting(tree, chosen)
    for candidate, parent in zip(kept, parents, strict=True):
        if parent is not None:
            for i in range(*candidate.cue):
                extra[i, 0] = 1
            continue
        for role, spans in enumerate(spans_of(candidate)):
            for lo, hi in spans:
                votes[lo, 3 * role + BEGIN] = 1
                votes[lo + 1 : hi, 3 * role + INSIDE] = 1
    for role in range(3):
        block = votes[:, 3 * role : 3 * role + 3]
        block[:, BEGIN] *= block[:, INSIDE] == 0
        block[:, OUTSIDE] = (block[:, BEGIN] + block[:, INSIDE]) == 0
    for candidate in found:
        extra[candidate.token, 1] = candidate.score
        extra[candidate.token, 2] = _logit(candidate.score)
        lo, hi = candidate.cue
        extra[lo:hi, 3] = np.maximum(extra[lo:hi, 3], candidate.score)
        if candidate.source is not None:
            extra[candidate.token, 4] = 1
        if candidate.pattern == "quote":
            extra[candidate.token, 5] = 1
    for i in range(n):
        lo, hi = lines[line_at[i]]
        extra[i, 6] = body[i]
        extra[i, 7] = tree.quote_of[i] >= 0
        extra[i, 8] = line_at[i] == 0
        extra[i, 9] = min((i - lo) / 50, 2.0)
        extra[i, 10] = min((hi - i) / 50, 2.0)
        extra[i, 11] = i == parse.sentences[parse.sentence_of[i]][0]
    return out


def spans_of(candidate: Candidate) -> tuple[list[Span], list[Span], list[Span]]:
    """A candidate's token ranges in the order of `ROLES`."""
    source = [candidate.source] if candidate.source is not None else []
    return source, [candidate.cue], candidate.content


def _logit(p: float) -> float:
    p = min(max(p, 0.01), 0.99)
    return float(np.log(p / (1 - p)))


def _near(tree: Tree, line_at: Sequence[int]) -> Ints:
    parse = tree.parse
    n = len(parse)
    out = np.full((n, NEIGHBOURS), n, dtype=np.int32)
    for i in range(n):
        if i and line_at[i - 1] == line_at[i]:
            out[i, 0] = i - 1
        if i + 1 < n and line_at[i + 1] == line_at[i]:
            out[i, 1] = i + 1
        if parse.heads[i] != i:
            out[i, 2] = parse.heads[i]
        for k in parse.children[i]:
            if parse.deps[k] in _SUBJECTS and out[i, 3] == n:
                out[i, 3] = k
            elif parse.deps[k] in _COMPLEMENTS and out[i, 4] == n:
                out[i, 4] = k
    return out


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

"""Articles as numbers: hashed symbols, the pipeline's vectors, the rules' votes, neighbours."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

import numpy as np
from numpy.typing import NDArray
from spacy.strings import get_string_id

from annotator.attribution.engine import Kinds, nesting, scored_candidates
from annotator.attribution.learn.encoder import Pieces
from annotator.attribution.parse import Parse
from annotator.attribution.result import ROLES
from annotator.attribution.rules.candidates import Candidate
from annotator.attribution.rules.kinds import kind_of_tokens
from annotator.attribution.rules.lexicon import Lexicon
from annotator.attribution.rules.syntax import Span, Tree
from annotator.text.quotations import quotations

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

_SUBJECTS: Final = ("nsubj", "nsubjpass", "csubj", "agent", "poss")
_COMPLEMENTS: Final = ("ccomp", "xcomp", "dobj", "pobj", "prep", "acl", "advcl", "attr", "acomp")
OUTSIDE, BEGIN, INSIDE = 0, 1, 2
CUE: Final = ROLES.index("cue")


@dataclass(slots=True)
class Encoded:
    """One article as the network reads it; N tokens.

    `near` holds token indices, N where there is no neighbour. `vote` is the best candidate whose
    cue covers the token. `pieces` are what a pretrained encoder reads, once one has.
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
    pieces: list[Pieces] | None = None

    def __len__(self) -> int:
        return len(self.tree.parse)


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

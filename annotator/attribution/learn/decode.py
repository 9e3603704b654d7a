"""From scores to claims: best tag sequences, linking constraints, confidence."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

import numpy as np

from annotator.attribution.engine import nesting
from annotator.attribution.learn.features import (
    BEGIN,
    CUE,
    INSIDE,
    OUTSIDE,
    Encoded,
    Floats,
    spans_of,
)
from annotator.attribution.learn.windows import Windows, vote_for
from annotator.attribution.result import Suggestion
from annotator.attribution.rules.candidates import Candidate
from annotator.attribution.rules.extents import trimmed, with_marks
from annotator.attribution.rules.fragments import fragments_of
from annotator.attribution.rules.lexicon import Lexicon
from annotator.attribution.rules.speech import is_reported
from annotator.attribution.rules.syntax import Span
from annotator.attribution.rules.typing_rules import attributes_of

_NEVER: Final = -1e9
_MARGINS: Final = {"source": 1.0, "cue": 1.0, "content": 3.0}
"""In logits. The rules know how annotators are told to cut a span; the network, which learns from
how they did, only overrules them when it is sure. On articles held out of training any margin from
2 to 8 did equally well for contents and from 0.5 to 3 for cues; that for sources keeps a network
that has seen few articles from leaving sources out, and makes no difference after many."""


@dataclass(frozen=True, slots=True)
class DecodingSettings:
    """What is tuned on held-out articles: `cue_bias` is added to the scores of B and I of cues."""

    cue_bias: float = 0.0
    least: float = 0.0
    """Claims whose raw confidence lies below are dropped."""
    nested: bool = True
    """Whether claims lie in each other's contents, as the articles learned from had it."""


@dataclass(slots=True)
class Read:
    """A cue that was read: the candidate it makes, its raw confidence and that of each role."""

    candidate: Candidate
    confidence: float
    parts: dict[str, float]


def best_tags(scores: Floats) -> list[int]:
    """The likeliest O, B, I sequence in which I only follows B or I (Viterbi).

    Args:
        scores: (tokens, 3) logits in the order O, B, I.
    """
    n = len(scores)
    if n == 0:
        return []
    rows: list[list[float]] = scores.tolist()
    total = [rows[0][0], rows[0][1], _NEVER]
    back: list[tuple[int, int, int]] = []
    for k in range(1, n):
        o, b, i = total
        top = OUTSIDE if o >= b else BEGIN
        best = max(o, b)
        if i > best:
            top, best = INSIDE, i
        inner = BEGIN if b >= i else INSIDE
        row = rows[k]
        total = [best + row[0], best + row[1], max(b, i) + row[2]]
        back.append((top, top, inner))
    tag = max(range(3), key=lambda t: total[t])
    out = [tag]
    for step in reversed(back):
        tag = step[tag]
        out.append(tag)
    out.reverse()
    return out


def spans_in(tags: Sequence[int], offset: int = 0) -> list[Span]:
    """The (start, end) of each B I* run."""
    out: list[Span] = []
    start = -1
    for k, tag in enumerate(tags):
        if tag != INSIDE and start >= 0:
            out.append((start + offset, k + offset))
            start = -1
        if tag == BEGIN:
            start = k
    if start >= 0:
        out.append((start + offset, len(tags) + offset))
    return out


def cues_in(article: Encoded, scores: Floats, settings: DecodingSettings) -> list[Span]:
    """The cues of an article, line by line, outside bylines, captions and footers."""
    column = 3 * CUE
    block = scores[:, column : column + 3].copy()
    block[:, BEGIN] += settings.cue_bias
    block[:, INSIDE] += settings.cue_bias
    found: list[Span] = []
    for lo, hi in article.lines:
        for span in spans_in(best_tags(block[lo:hi]), lo):
            cue = _extent(article, span, scores[:, column : column + 3])
            # One cue of the rules may cover two of the network's.
            if article.body[cue[0]] and (not found or found[-1][1] <= cue[0]):
                found.append(cue)
    return found


def _extent(article: Encoded, cue: Span, scores: Floats) -> Span:
    """The rules' extent of a cue unless the network's own is likelier by far."""
    rule = vote_for(article, cue)
    if rule is None or rule.cue == cue:
        return cue
    lo, hi = min(cue[0], rule.cue[0]), max(cue[1], rule.cue[1])
    if article.line_at[lo] != article.line_at[hi - 1]:
        return cue
    part = scores[lo:hi]
    gain = _score(part, [cue], lo) - _score(part, [rule.cue], lo)
    return rule.cue if gain < _MARGINS["cue"] else cue


def _score(scores: Floats, spans: Sequence[Span], first: int) -> float:
    """The summed logits of these spans. What normalises each row is the same for any tags."""
    tags = np.zeros(len(scores), dtype=np.int64)
    for lo, hi in spans:
        tags[lo - first] = BEGIN
        tags[lo - first + 1 : hi - first] = INSIDE
    return float(scores[np.arange(len(scores)), tags].sum())


def read_claims(
    article: Encoded,
    cues: Sequence[Span],
    cue_shares: Floats,
    rows: Windows,
    shares: Floats,
    scores: Floats,
) -> list[Read]:
    """Turn each cue's window into a candidate: contents, one source, confidence.

    A claim has at least one content: when none is likelier than not, the best run that the rules
    or the scores offer is taken.
    """
    out: list[Read] = []
    for index, cue in enumerate(cues):
        lo, hi = rows.ranges[index]
        first = int(rows.token[lo])
        rule = vote_for(article, cue)
        votes = spans_of(rule) if rule is not None else ([], [], [])
        sources, content = (
            _role(scores[lo:hi, at : at + 3], _inside_window(spans, first, hi - lo), first, role)
            for role, at, spans in (("source", 0, votes[0]), ("content", 3, votes[2]))
        )
        if not content:
            content = _inside_window(votes[2], first, hi - lo) or _fallback(shares[lo:hi, 1], first)
        candidate = Candidate(
            rule.token if rule is not None else int(rows.anchor[index]),
            rule.lemma if rule is not None else article.tree.parse.lemmas[rows.anchor[index]],
            rule.pattern if rule is not None else "learned",
            cue,
            content,
        )
        candidate.addressee = rule.addressee if rule is not None else None
        if sources:
            source = max(sources, key=lambda s: _inside(shares[lo:hi, 0], s, first))
            candidate.source, candidate.source_head = source, _head(article, source)
        parts = {
            "cue": float(1 - cue_shares[cue[0] : cue[1], OUTSIDE].min()),
            "content": max((_inside(shares[lo:hi, 1], s, first) for s in content), default=0.0),
            "source": (
                _inside(shares[lo:hi, 0], candidate.source, first)
                if candidate.source is not None
                else float(shares[lo:hi, 0, OUTSIDE].min())
            ),
        }
        candidate.score = float(np.prod(list(parts.values())))
        out.append(Read(candidate, candidate.score, parts))
    return out


def _inside(shares: Floats, span: Span, first: int) -> float:
    """The largest probability over a span of not being outside."""
    return float(1 - shares[span[0] - first : span[1] - first, OUTSIDE].min())


def _role(scores: Floats, by_rule: list[Span], first: int, role: str) -> list[Span]:
    """The rules' spans of a role unless the network's own are likelier by far."""
    own = spans_in(best_tags(scores), first)
    gain = _score(scores, own, first) - _score(scores, by_rule, first)
    return by_rule if by_rule and gain < _MARGINS[role] else own


def _inside_window(spans: Sequence[Span], first: int, length: int) -> list[Span]:
    clipped = [(max(a, first), min(b, first + length)) for a, b in spans]
    return [span for span in clipped if span[0] < span[1]]


def _fallback(shares: Floats, first: int) -> list[Span]:
    inside = shares[:, OUTSIDE] < 0.7
    tags = [
        INSIDE if on and k and inside[k - 1] else BEGIN if on else OUTSIDE
        for k, on in enumerate(inside)
    ]
    return spans_in(tags, first)[:1]


def _head(article: Encoded, span: Span) -> int:
    heads = article.tree.parse.heads
    for i in range(*span):
        if not span[0] <= heads[i] < span[1] or heads[i] == i:
            return i
    return span[0]


def continued(article: Encoded, read: Sequence[Read]) -> None:
    """Carry contents on into the paragraphs that continue their last quotation."""
    tree = article.tree
    next_part = {
        q.continues: index
        for index, q in enumerate(tree.quotes)
        if q.continues is not None and index in tree.quote_span
    }
    for item in read:
        content = item.candidate.content
        if not content:
            continue
        part = tree.quote_of[content[-1][1] - 1]
        taken = {tree.quote_of[lo] for lo, _ in content}
        while part in next_part and part >= 0:
            part = next_part[part]
            if part in taken:
                break
            content.append(tree.quote_span[part])


def claims_of(
    article: Encoded, lexicon: Lexicon, read: Sequence[Read], settings: DecodingSettings
) -> list[tuple[Suggestion, Read]]:
    """Settle nesting and write the claims in code points, sorted by start.

    Where the articles learned from mark the outermost claims alone, a cue in another's content
    is a claim of its own: it is right as often as not, and then that content is too long.
    """
    tree = article.tree
    kept: list[Read] = []
    for item in read:
        pieces = []
        for span in item.candidate.content:
            lo, hi = trimmed(tree, *with_marks(tree, *span))
            if hi > lo and not lo <= item.candidate.cue[0] < hi:
                pieces.append((lo, hi))
            elif span[1] > span[0]:
                pieces.append(span)
        item.candidate.content = pieces
        if pieces and item.confidence >= settings.least:
            kept.append(item)
    by_candidate = {id(item.candidate): item for item in kept}
    chosen = [item.candidate for item in kept]
    parents: list[int | None] = [None] * len(kept)
    if settings.nested:
        chosen, parents = nesting(tree, chosen)
    out: list[tuple[Suggestion, Read]] = []
    for candidate, parent in zip(chosen, parents, strict=True):
        item = by_candidate[id(candidate)]
        fragments = fragments_of(tree, candidate)
        if not fragments:
            continue
        spoken = [(f.start, f.end) for f in fragments if f.role == "content"]
        claim = Suggestion(
            tuple(fragments),
            attributes_of(tree, lexicon, candidate, spoken),
            item.confidence,
            parent,
            "model",
            is_reported(candidate),
        )
        out.append((claim, item))
    return out

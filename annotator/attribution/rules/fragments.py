"""From a candidate's tokens to the fragments of a claim, in code points."""

from __future__ import annotations

from bisect import bisect_left, bisect_right
from collections.abc import Sequence

from annotator.attribution.result import Range
from annotator.attribution.rules.candidates import Candidate
from annotator.attribution.rules.lexicon import words
from annotator.attribution.rules.pairs import Pair, balanced
from annotator.attribution.rules.syntax import Span, Tree
from annotator.domain.model import Fragment


def fragments_of(tree: Tree, candidate: Candidate) -> list[Fragment]:
    """Content, cue, source and addressee of a candidate; empty when no content is left.

    No fragment begins or ends inside a pair of marks or brackets whose other half it lacks.
    """
    starts = tree.parse.starts
    cue = ranges(tree, candidate.cue) if candidate.cue[1] > candidate.cue[0] else None
    source = source_range(tree, candidate.source) if candidate.source is not None else None
    fixed = [r for r in (cue, source) if r is not None]
    content = [
        whole
        for piece in contents(tree, candidate.content)
        if (whole := _whole(tree, piece, fixed)) is not None
    ]
    if not content:
        return []
    out = [Fragment("content", lo, hi) for lo, hi in _joined(content)]
    if cue is not None:
        token = min(max(candidate.token, candidate.cue[0]), candidate.cue[1] - 1)
        out.append(Fragment("cue", *(_whole(tree, cue, content, starts[token]) or cue)))
    if source is not None and candidate.source_head is not None:
        others = [*content, *([cue] if cue else [])]
        whole = _whole(tree, source, others, starts[candidate.source_head])
        if whole is not None:
            out.append(Fragment("source", *whole))
    out.extend(_addressee(tree, candidate, content))
    return out


def _whole(
    tree: Tree, span: Range, avoid: Sequence[Range], keep: int | None = None
) -> Range | None:
    return balanced(tree.parse.text, span, _near(tree.pairs, span), avoid, keep)


def _near(pairs: Sequence[Pair], span: Range) -> list[Pair]:
    """The pairs that a span can touch: those that begin before its end on its line or near."""
    first = bisect_left(pairs, (span[0] - 5000,))
    last = bisect_right(pairs, (span[1],))
    return [p for p in pairs[first:last] if p.ends > span[0]]


def _joined(content: Sequence[Range]) -> list[Range]:
    """Pieces in order; those that grew into each other become one."""
    out: list[Range] = []
    for lo, hi in sorted(content):
        if out and lo < out[-1][1]:
            out[-1] = (out[-1][0], max(out[-1][1], hi))
        else:
            out.append((lo, hi))
    return out


def ranges(tree: Tree, span: Span) -> Range:
    """The code points of a token range."""
    return tree.parse.starts[span[0]], tree.parse.ends[span[1] - 1]


def source_range(tree: Tree, span: Span) -> Range:
    """A source's code points; the comma that closes an apposition belongs to it."""
    words = tree.parse.words
    lo, hi = span
    if hi < len(words) and words[hi] == "," and "," in words[lo:hi]:
        hi += 1
    return ranges(tree, (lo, hi))


def contents(tree: Tree, spans: Sequence[Span]) -> list[Range]:
    """A content's pieces in code points, sorted, joined where only white space parts them."""
    parse = tree.parse
    out: list[Span] = []
    for lo, hi in sorted(spans):
        if out and lo <= out[-1][1] and parse.line_of[lo] == parse.line_of[out[-1][1] - 1]:
            out[-1] = (out[-1][0], max(out[-1][1], hi))
        else:
            out.append((lo, hi))
    return [ranges(tree, span) for span in out]


def _addressee(tree: Tree, candidate: Candidate, content: Sequence[Range]) -> list[Fragment]:
    """The fragment of whom the words were told; an outlet carried them, so it is `via`."""
    if candidate.addressee is None:
        return []
    lo, hi = ranges(tree, candidate.addressee)
    if any(lo < end and start < hi for start, end in content):
        return []
    names = [w.lower() for w in tree.parse.words[candidate.addressee[0] : candidate.addressee[1]]]
    outlet = not words("media").isdisjoint(names)
    return [Fragment("via" if outlet else "addressee", lo, hi)]

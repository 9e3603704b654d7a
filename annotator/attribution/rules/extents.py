"""How far cues, sources and contents reach, as code points.

The conventions are PolNeAR's: a content includes its quotation marks and "that"; a cue is the verb
group with auxiliaries, negation and adverbs; a source includes title, apposition and identifying
clause; commas and full stops at the edges are out, unless the marks enclose them.
"""

from __future__ import annotations

from typing import Final

from annotator.attribution.result import Range
from annotator.attribution.rules.lexicon import words
from annotator.attribution.rules.syntax import Span, Tree

_EDGE: Final = frozenset((",", ";", ":", ".", "-", "--", "—", "–", "…", "...", "*"))
_GROUP: Final = frozenset(("aux", "auxpass", "neg", "advmod", "prt"))
_MANNER: Final = frozenset(("in", "at", "on", "during", "through", "via"))


def trimmed(tree: Tree, lo: int, hi: int) -> Span:
    """Drop punctuation at the edges of a token range, except what marks enclose."""
    words = tree.parse.words
    while lo < hi and words[lo] in _EDGE:
        lo += 1
    while hi > lo and words[hi - 1] in _EDGE and not _enclosed(tree, hi - 1):
        hi -= 1
    return lo, hi


def _enclosed(tree: Tree, i: int) -> bool:
    return tree.quote_of[i] >= 0


def with_marks(tree: Tree, lo: int, hi: int) -> Span:
    """Extend a token range to whole quotations where it begins or ends inside one."""
    quote_of = tree.quote_of
    if hi > lo and quote_of[hi - 1] >= 0:
        first, last = tree.quote_span[quote_of[hi - 1]]
        if lo <= first or last - hi <= 2:
            hi = max(hi, last)
    if hi > lo and quote_of[lo] >= 0:
        first, last = tree.quote_span[quote_of[lo]]
        if last <= hi:
            lo = min(lo, first)
    return lo, hi


def characters(tree: Tree, lo: int, hi: int) -> Range | None:
    """The code points of a token range, with the marks that stand at its edges."""
    if hi <= lo:
        return None
    parse = tree.parse
    return parse.starts[lo], parse.ends[hi - 1]


def verb_group(tree: Tree, i: int) -> Span:
    """The verb with the auxiliaries, negation and adverbs that stand directly before it."""
    parse = tree.parse
    members = set(tree.kids(i, *_GROUP))
    head = parse.heads[i]
    lo, hi = i, i + 1
    while lo > 0 and lo - 1 in members and parse.sentence_of[lo - 1] == parse.sentence_of[i]:
        lo -= 1
    while parse.lemmas[lo] in ("as", "so", "when", "even", "just") and lo < i:
        lo += 1
    if hi < len(parse) and hi in members and parse.deps[hi] == "prt":
        hi += 1
    if (
        parse.deps[i] in ("acomp", "attr", "oprd")
        and parse.pos[head] in ("AUX", "VERB")
        and head < i
    ):
        lo, _ = verb_group(tree, head)
    return lo, hi


def with_particle(tree: Tree, cue: Span, preposition: int) -> Span:
    """Extend a cue to the preposition that introduces its content, when nothing much is between."""
    lo, hi = cue
    return (lo, preposition + 1) if hi <= preposition <= hi + 1 else cue


def with_circumstance(tree: Tree, i: int, cue: Span) -> Span:
    """Extend a cue to what follows it at once: an adverb, a day, a venue, a colon.

    "said Monday", "said quietly", "said in a statement", "said on Friday", "said:".
    """
    parse = tree.parse
    lo, hi = cue
    line = parse.line_of[i]
    for _ in range(2):
        if hi >= len(parse) or parse.line_of[hi] != line:
            break
        if parse.words[hi] == ":":
            return lo, hi + 1
        if parse.heads[hi] != i or tree.quote_of[hi] != tree.quote_of[i]:
            break
        if (
            parse.pos[hi] == "ADV" and parse.deps[hi] == "advmod" and not parse.children[hi]
        ) or parse.lemmas[hi] in words("weekday"):
            hi += 1
        elif parse.lemmas[hi] in _MANNER:
            objects = tree.kids(hi, "pobj")
            known = objects and (
                parse.lemmas[objects[0]] in words("venue")
                or (parse.lemmas[hi] == "on" and parse.lemmas[objects[0]] in words("weekday"))
            )
            if not known or objects[0] - hi > 3:
                break
            hi = objects[0] + 1
        else:
            break
    return lo, hi


def noun_phrase(tree: Tree, i: int, *, before: int | None = None, after: int | None = None) -> Span:
    """A source: the whole phrase under its head, cut at the cue, without edge punctuation."""
    lo, hi = tree.subtree(i)
    if before is not None:
        hi = min(hi, before)
    if after is not None:
        lo = max(lo, after)
    parse = tree.parse
    # A quotation that was parsed into the phrase is no part of who said it.
    if tree.quote_of[i] < 0:
        for k in range(i + 1, hi):
            if tree.quote_of[k] >= 0 and parse.words[k - 1] in (",", ":"):
                hi = k
                break
    lo, hi = trimmed(tree, max(lo, 0), hi)
    while lo < hi - 1 and parse.words[lo] in ("“", '"', "”", "''", "‘", "’") and lo < i:
        lo += 1
    while lo < i and parse.deps[lo] in ("cc", "preconj") and parse.lemmas[lo] in ("but", "and"):
        lo += 1
    return lo, hi

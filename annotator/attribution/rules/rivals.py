"""Each their own words: a content ends where somebody else begins to speak.

The small pipelines hang the second report of a sentence on what the first one says: in "Holt said
rents would double and Berg added that nobody knew" Berg adds within Holt's words, in "..., while
Berg maintained ..." he maintains there. Where a joint stands before a speaker with a name and a
verb of speaking, the content of the one before ends at the joint. Where both readings are possible
("and that Berg added", "because Berg said") nothing is cut.
"""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Sequence
from typing import Final

from annotator.attribution.rules.candidates import Candidate
from annotator.attribution.rules.extents import trimmed
from annotator.attribution.rules.lexicon import Lexicon
from annotator.attribution.rules.syntax import Span, Tree

_SPEAKS: Final = 0.3
"""Verbs that report words at least so often begin a report of their own."""
_CONTRASTS: Final = frozenset(("while", "whereas", "though", "although", "but", "yet"))
_BREAKS: Final = frozenset((";", "—", "–", "--", "―", "("))
_PROMPTS: Final = frozenset(("prompting", "leading", "forcing", "with"))
_SOON: Final = frozenset(("after", "before"))
_FINITE: Final = frozenset(("VBD", "VBZ", "VBP", "MD"))
_TAGS: Final = frozenset(("quote", "inverted"))
_REPORTS: Final = frozenset(("that", "ccomp", "wh", "quote", "inverted"))


def each_their_own(tree: Tree, kept: Sequence[Candidate], lexicon: Lexicon) -> None:
    """Cut contents in place where another speaker's report begins, or where one has ended."""
    rivals = sorted((c for c in kept if _reports(tree, c, lexicon)), key=lambda c: c.token)
    tokens = [c.token for c in rivals]
    for outer in kept:
        if tree.quote_of[outer.token] >= 0:
            continue
        # Only those inside are looked at: the whole is linear in the text.
        inside = {
            k: rivals[k]
            for lo, hi in outer.content
            for k in range(bisect_left(tokens, lo), bisect_left(tokens, hi))
        }
        for rival in inside.values():
            if rival is not outer and rival.source_head != outer.source_head:
                outer.content = _without(tree, outer, rival)


def _reports(tree: Tree, c: Candidate, lexicon: Lexicon) -> bool:
    """Whether a cue is a verb of speaking outside quotations with a speaker who is named."""
    if c.source is None or c.source_head is None or tree.quote_of[c.token] >= 0:
        return False
    parse = tree.parse
    if parse.pos[c.source_head] not in ("NOUN", "PROPN") or parse.pos[c.token] != "VERB":
        return False
    return bool(c.content) and (c.pattern == "quote" or lexicon.speech(c.lemma) >= _SPEAKS)


def _without(tree: Tree, outer: Candidate, rival: Candidate) -> list[Span]:
    out: list[Span] = []
    for lo, hi in outer.content:
        if not lo <= rival.token < hi:
            out.append((lo, hi))
            continue
        if lo >= outer.cue[0]:
            end = _begins(tree, outer, rival, lo, first=not out)
            hi = hi if end is None else end
        elif hi <= outer.cue[0]:
            lo = _ended(tree, rival, lo, hi)
        lo, hi = trimmed(tree, lo, hi)
        if hi > lo:
            out.append((lo, hi))
    return out or outer.content


def _begins(tree: Tree, outer: Candidate, rival: Candidate, lo: int, *, first: bool) -> int | None:
    """The joint before a rival's report in what somebody says, or None where it is part of it."""
    parse = tree.parse
    start = min(_source(rival)[0], rival.cue[0])
    at = start - 1
    if at < lo or tree.quote_of[at] >= 0:
        return None
    word = parse.words[at].lower()
    if word in ("as", "though") and parse.words[at - 1].lower() == "even":
        at -= 1
    elif word in _SOON:
        # ", a day after Berg said"; "closed after Berg said" tells why, and stays.
        at = next((k for k in range(at - 1, max(at - 5, lo), -1) if parse.words[k] == ","), lo)
    elif word == "which" and parse.words[at - 1].lower() == "to":
        # ", to which Berg replied that"
        at -= 1
    elif word == ",":
        bare = outer.pattern in ("ccomp", "quote") and parse.pos[lo] != "SCONJ"
        if not bare or rival.pattern not in _REPORTS:
            return None
    elif word == "and":
        if rival.pattern not in _REPORTS:
            return None
    elif word not in _CONTRASTS | _BREAKS | _PROMPTS:
        return None
    if first and not any(parse.tags[k] in _FINITE or tree.quote_of[k] >= 0 for k in range(lo, at)):
        return None
    return max(at, lo)


def _ended(tree: Tree, rival: Candidate, lo: int, hi: int) -> int:
    """Where a rival's report before a content is over: `"No," said Berg; "yes," said Holt`."""
    parse = tree.parse
    done = max(_source(rival)[1], rival.cue[1])
    if rival.pattern not in _TAGS or any(stop > rival.cue[0] for _, stop in rival.content):
        return lo
    for k in range(done, min(done + 3, hi - 2)):
        joint = parse.words[k] == ";" or parse.words[k].lower() in _CONTRASTS | {"and"}
        if joint and tree.quote_of[k] < 0:
            return k + 1
    return lo


def _source(rival: Candidate) -> Span:
    return rival.source or rival.cue

"""Quotations that no verb reports: parts of one before, or given to whoever speaks nearest.

A wrong name is worse than none: where somebody else comes between, nobody is named.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

from annotator.attribution.rules.candidates import Candidate
from annotator.attribution.rules.extents import noun_phrase, trimmed, verb_group
from annotator.attribution.rules.lexicon import Lexicon, words
from annotator.attribution.rules.quoted import Quoted, own_clause
from annotator.attribution.rules.syntax import Span, Tree

_SPEAKS: Final = 0.3
"""Verbs that report words at least so often make their subject a speaker."""
_LED: Final = 40
"""Tokens before a colon that are looked through for who speaks after it."""
_ORIGIN: Final = frozenset(("from", "by", "of"))
_NOMINAL: Final = frozenset(("NOUN", "PROPN", "PRON"))
_ASIDES: Final = frozenset(("relcl", "acl", "advcl"))
"""Clauses that say more of somebody, or of when: `said Holt, who noted that ...`."""
_EMPTY: Final = frozenset(("it", "this", "that", "these", "those", "there", "here", "what"))
_PARTIES: Final = frozenset(("PERSON", "ORG", "NORP", "GPE"))
_HIS_OR_HERS: Final = frozenset(("he", "she", "they", "i", "we"))


@dataclass(slots=True)
class Unowned:
    """A quotation that no verb reports, with whoever seems to speak it, if anybody does."""

    quoted: Quoted
    source: Span | None = None
    source_head: int | None = None
    cue: Span | None = None
    """What introduces it: a colon, with the words before it."""
    completes: bool = False
    """It completes a clause that has a subject outside: `He is "..."`."""


def continued(
    tree: Tree,
    quoted: Sequence[Quoted],
    found: Sequence[Candidate],
    lexicon: Lexicon,
) -> list[Unowned]:
    """Join unreported quotations to the claim that they continue; return those without one."""
    by_index = {item.index: item for item in quoted}
    speaking = [
        c
        for c in found
        if c.source is not None
        and c.source_head is not None
        and tree.quote_of[c.token] < 0
        and tree.parse.deps[c.token] not in _ASIDES
        and (c.pattern in ("quote", "according") or lexicon.speech(c.lemma) >= _SPEAKS)
    ]
    left: list[Unowned] = []
    previous: Quoted | None = None
    for item in quoted:
        if item.owner is None and item.is_speech:
            parent = tree.quotes[item.index].continues
            if own_clause(tree, item.span) is not None:
                parent = None
            if parent is not None and parent in by_index and by_index[parent].owner is not None:
                item.owner = by_index[parent].owner
            elif previous is not None and _goes_on(tree, previous, item, speaking):
                item.owner = previous.owner
            if item.owner is not None:
                item.owner.content.append(item.span)
            else:
                left.append(_loose(tree, item, previous, speaking))
        if item.owner is not None:
            previous = item
    return left


def _goes_on(tree: Tree, previous: Quoted, item: Quoted, speaking: Sequence[Candidate]) -> bool:
    """Whether a quotation goes on with what the one before it on the line began."""
    owner = previous.owner
    if owner is None or previous.line != item.line or not item.opens_sentence:
        return False
    if _tagged(tree, item):
        return False
    if tree.parse.words[item.span[0] - 1] == ":":
        return False
    start = max(owner.token, previous.span[1])
    return not _others(tree, start, item.span[0], owner, speaking)


def _others(
    tree: Tree, start: int, stop: int, owner: Candidate, speaking: Sequence[Candidate]
) -> bool:
    """Whether somebody other than a claim's source speaks, or acts, between two places."""
    parse = tree.parse
    for c in speaking:
        if start < c.token < stop and c is not owner and not _same(tree, c, owner):
            return True
    end = tree.sentence(start)[1] if start < len(parse) else stop
    if start < len(parse) and start > owner.token and tree.sentence(start)[0] == start:
        # The quotation before ended its sentence: what follows is not the tag's.
        end = start
    for k in range(end, stop):
        if tree.quote_of[k] >= 0 or parse.deps[k] not in ("nsubj", "nsubjpass"):
            continue
        person = parse.entities[k] in _PARTIES or parse.pos[k] in ("NOUN", "PROPN")
        if person and not _named(tree, k, owner):
            return True
    return False


def _same(tree: Tree, one: Candidate, other: Candidate) -> bool:
    """Whether two claims have one source, as far as its words show."""
    if one.source_head is None or other.source_head is None:
        return False
    return _named(tree, one.source_head, other)


def _named(tree: Tree, head: int, owner: Candidate) -> bool:
    """Whether a noun or pronoun may mean a claim's source: the same name, or he or she."""
    parse = tree.parse
    if parse.words[head].lower() in _HIS_OR_HERS or owner.source is None:
        return True
    names = {parse.words[k] for k in range(*owner.source)}
    own = owner.source_head
    if own is not None and parse.words[own].lower() in _HIS_OR_HERS:
        return False
    return parse.words[head] in names


def _loose(
    tree: Tree, item: Quoted, previous: Quoted | None, speaking: Sequence[Candidate]
) -> Unowned:
    parse = tree.parse
    lo = item.span[0]
    if not item.opens_sentence:
        out = Unowned(item)
        head = _clause_subject(tree, item)
        out.completes = head is not None
        if head is not None and _can_speak(tree, head):
            phrase = noun_phrase(tree, head, before=lo)
            if phrase[0] <= head < phrase[1]:
                out.source, out.source_head = phrase, head
        return out
    if lo and parse.words[lo - 1] == ":":
        return _introduced(tree, item)
    if _tagged(tree, item):
        return Unowned(item)
    near = [c for c in speaking if c.token < lo and parse.line_of[c.token] == item.line]
    last = max(near, key=lambda c: c.token, default=None)
    if last is None:
        last = previous.owner if previous is not None else None
        if last is None or not _adjoins(tree, last, item):
            return Unowned(item)
    if last.source is None or _others(tree, last.token, lo, last, speaking):
        return Unowned(item)
    return Unowned(item, last.source, last.source_head)


def _tagged(tree: Tree, item: Quoted) -> bool:
    """Whether a clause goes on behind a quotation: `"No," came the reply from Berg`.

    Somebody says it there, with words that are no known tag; nobody else is named for it.
    """
    parse = tree.parse
    hi = item.span[1]
    while hi < len(parse) and parse.words[hi] == ",":
        hi += 1
    if item.ends not in (",", "!", "?") and hi == item.span[1]:
        return False
    if hi + 2 >= len(parse) or parse.line_of[hi] != item.line or not parse.words[hi][0].islower():
        return False
    return parse.pos[hi] in ("VERB", "AUX")


def _adjoins(tree: Tree, owner: Candidate, item: Quoted) -> bool:
    """Whether a quotation's paragraph follows the one that a claim stands in."""
    return tree.parse.line_of[owner.token] + 1 >= item.line


def _introduced(tree: Tree, item: Quoted) -> Unowned:
    """`a line from the operator: "..."`, `Berg hit back in a series of posts: "..."`.

    Whoever the words before the colon name as their origin, or their subject, speaks.
    """
    parse = tree.parse
    colon = item.span[0] - 1
    out = Unowned(item, cue=(colon, colon + 1))
    first = max(tree.sentence(colon)[0], colon - _LED)
    start = next((k + 1 for k in range(colon - 1, first - 1, -1) if tree.quote_of[k] >= 0), first)
    for k in range(start, colon - 1):
        if parse.lemmas[k] not in _ORIGIN or parse.pos[k] != "ADP" or tree.is_time(k):
            continue
        head = next((i for i in tree.kids(k, "pobj") if k < i < colon), None)
        if head is None or tree.right[head] < colon or not _speaks(tree, head):
            continue
        if parse.lemmas[k] != "of" or _can_speak(tree, head):
            out.source, out.source_head = noun_phrase(tree, head, before=colon, after=k + 1), head
            return out
    for k in range(start, colon):
        if parse.deps[k] not in ("nsubj", "poss") or not _speaks(tree, k):
            continue
        if parse.deps[k] == "nsubj" and parse.heads[k] < k:
            continue
        phrase = noun_phrase(tree, k, before=colon)
        if phrase[0] <= k < phrase[1]:
            out.source, out.source_head = phrase, k
            verb = parse.heads[k]
            if parse.deps[k] == "nsubj" and phrase[1] <= verb < colon:
                out.cue = trimmed(tree, verb_group(tree, verb)[0], colon)
                out.cue = (out.cue[0], colon + 1)
            return out
    return out


def _speaks(tree: Tree, i: int) -> bool:
    """Whether a noun is not one of the words that stand for what is said."""
    parse = tree.parse
    return parse.pos[i] in _NOMINAL and parse.lemmas[i] not in _EMPTY


def _can_speak(tree: Tree, i: int) -> bool:
    """Whether a noun is a person or a group: "the words of Ana Ruiz", not "of a summer"."""
    parse = tree.parse
    if parse.words[i].lower() in _HIS_OR_HERS or parse.words[i].lower() == "who":
        return True
    if parse.entities[i] in _PARTIES or parse.pos[i] == "PROPN":
        return True
    return parse.lemmas[i] in words("person") or parse.lemmas[i] in words("group")


def _clause_subject(tree: Tree, item: Quoted) -> int | None:
    """The subject of the verb outside the quotation that governs it, if it stands outside too."""
    parse = tree.parse
    lo, hi = item.span
    for verb in {parse.heads[i]: None for i in range(lo, hi)}:
        for k in (verb, *tree.kids(verb, "aux")):
            if lo <= k < hi or parse.sentence_of[k] != parse.sentence_of[lo]:
                continue
            subject = tree.subject(verb)
            if subject is not None and not lo <= subject < hi:
                return subject
    return None

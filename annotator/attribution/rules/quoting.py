"""Linking quotations to the verbs that report them, within and across paragraphs."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final

from annotator.attribution.rules.candidates import Candidate
from annotator.attribution.rules.extents import noun_phrase, verb_group, with_circumstance
from annotator.attribution.rules.lexicon import Lexicon
from annotator.attribution.rules.loose import Unowned, continued
from annotator.attribution.rules.quoted import Quoted, is_meanwhile, own_clause, quoted_spans
from annotator.attribution.rules.syntax import Span, Tree

_REACH: Final = 30
"""How many tokens a reporting verb may stand away from its quotation."""
_SENTENCE: Final = 200
"""Tokens after which the search for a sentence's beginning is given up."""
_CLAUSE_OPENERS: Final = frozenset(
    """while but whereas although though because since after before when where if unless until so
    and or yet nor""".split()  # noqa: SIM905
)
"""After a quotation these begin a clause of its own: `"too late," while the mayor said`."""
_TAGS: Final = frozenset(("inverted", "inserted", "last", "as", "none", "wh"))
"""Patterns of verbs without an object of their own, which a tag after a quotation has not."""
_GOVERNS: Final = 0.45
"""Candidates less likely than this to be cues do not hold a quotation against a verb after it."""
_WHEN: Final = frozenset(
    "seconds minutes hours days weeks months years decades times nights mornings evenings".split()  # noqa: SIM905
)
_NOMINAL: Final = frozenset(("NOUN", "PROPN", "PRON"))


def link(tree: Tree, found: Sequence[Candidate], lexicon: Lexicon) -> list[Unowned]:
    """Give quotations to candidates, changing their pattern, content, source and cue in place.

    Args:
        tree: The parse.
        found: Candidates in text order.
        lexicon: How likely lemmas report words, and are cues in the patterns they stand in.

    Returns:
        Speech quotations that nothing reports.
    """
    quoted = quoted_spans(tree)
    by_token = {c.token: c for c in found}
    holding = [
        c for c in found if c.content and lexicon.probability(c.lemma, c.pattern) >= _GOVERNS
    ]
    for item in quoted:
        owner = _owner(tree, item, by_token, lexicon, holding)
        if owner is not None:
            _take(tree, owner, item)
    return continued(tree, quoted, found, lexicon)


def _owner(
    tree: Tree,
    item: Quoted,
    by_token: dict[int, Candidate],
    lexicon: Lexicon,
    holding: Sequence[Candidate],
) -> Candidate | None:
    after = _after(tree, item, by_token, lexicon) if item.ends else None
    if after is not None and not _may_follow(tree, after, item, holding):
        after = None
    before = _before(tree, item, by_token, lexicon)
    if after is not None and before is not None:
        # `said: "..."` and `, "..."` after a verb outweigh a verb after a full stop.
        return after if item.ends == "," or not item.introduced else before
    return after or before


def _after(
    tree: Tree,
    item: Quoted,
    by_token: dict[int, Candidate],
    lexicon: Lexicon,
) -> Candidate | None:
    """`"...," [the] source verb` or `"...," verb source`."""
    parse = tree.parse
    hi = item.span[1]
    best: Candidate | None = None
    best_score = 0.3
    first = next((k for k in range(hi, len(parse)) if parse.words[k] != ","), hi)
    if first < len(parse) and parse.words[first] in _CLAUSE_OPENERS:
        return None
    for k in range(hi, min(hi + _REACH, len(parse))):
        if parse.line_of[k] != item.line or tree.quote_of[k] >= 0:
            break
        if parse.words[k] in (".", "!", "?", ":", ";"):
            break
        if k == hi and item.ends == "." and parse.words[k][0].isupper():
            # A new sentence begins after `."`; its verb reports something else.
            break
        candidate = by_token.get(k)
        if candidate is None or not _is_finite(tree, k) or tree.is_passive(k):
            continue
        if candidate.pattern in ("that", "ccomp", "wh") and k - hi > 3:
            continue
        score = lexicon.speech(candidate.lemma) - 0.01 * (k - hi)
        if score > best_score:
            best, best_score = candidate, score
    return best


def _may_follow(tree: Tree, owner: Candidate, item: Quoted, holding: Sequence[Candidate]) -> bool:
    """Whether a verb after a quotation can be its tag: the words are nobody else's.

    Quotations that open their sentence are free. One in the middle belongs to the clause it stands
    in: `The union called it "too little," the mayor said` is the mayor's only if syntax says so.
    """
    if item.opens_sentence:
        return True
    if owner.pattern.split(":")[0] not in (*_TAGS, "prep"):
        return False
    start, lo = _sentence_start(tree, item), item.span[0]
    return not any(
        start <= c.token < lo
        and c is not owner
        and any(first <= lo < last for first, last in c.content)
        and not any(first <= c.token < last for first, last in owner.content)
        for c in holding
    )


def _before(
    tree: Tree,
    item: Quoted,
    by_token: dict[int, Candidate],
    lexicon: Lexicon,
) -> Candidate | None:
    """`source verb[, recipient, venue]: "..."`."""
    parse = tree.parse
    lo = item.span[0]
    if not item.introduced:
        return None
    colon = parse.words[lo - 1] == ":"
    line = parse.line_of[lo - 1]
    best: Candidate | None = None
    best_score = 0.3
    own = own_clause(tree, item.span)
    for k in range(lo - 1, max(lo - _REACH, own.start - 1 if own else -1), -1):
        if parse.line_of[k] != line or tree.quote_of[k] >= 0:
            break
        if parse.words[k] in (".", "!", "?"):
            break
        candidate = by_token.get(k)
        if candidate is None or tree.is_passive(k):
            continue
        if parse.pos[k] not in ("VERB", "AUX"):
            if not (colon and k == lo - 2):
                continue
        elif candidate.pattern == "that" and not colon:
            break
        score = lexicon.speech(candidate.lemma) - 0.02 * (lo - 1 - k)
        if colon:
            score += 0.15
        if score > best_score:
            best, best_score = candidate, score
    if best is not None and not colon and _reaches_over(tree, best, item):
        return None
    return best


def _reaches_over(tree: Tree, candidate: Candidate, item: Quoted) -> bool:
    """Whether the quotation is only part of the clause that the verb governs."""
    parse = tree.parse
    lo, hi = item.span
    for first, last in candidate.content:
        if not (first < hi and lo < last):
            continue
        outside = [*range(first, min(lo, last)), *range(max(hi, first), last)]
        if any(parse.words[k][0].isalnum() for k in outside if tree.quote_of[k] < 0):
            return candidate.token < first
    return False


def _is_finite(tree: Tree, i: int) -> bool:
    parse = tree.parse
    if parse.tags[i] in ("VBD", "VBZ", "VBP", "VBN"):
        return True
    return parse.tags[i] == "VB" and bool(tree.kids(i, "aux"))


def _take(tree: Tree, owner: Candidate, item: Quoted) -> None:
    """Make a quotation (part of) a candidate's content."""
    parse = tree.parse
    lo, hi = item.span
    item.owner = owner
    start = lo
    if not item.opens_sentence and not item.introduced:
        # The quotation ends a sentence of the reporter's own words: `It is "a mess," he said.`
        start = _sentence_start(tree, item)
        if parse.line_of[start] != item.line or start > lo:
            start = lo
    if owner.pattern == "quote":
        owner.content.append((start, hi))
        return
    was = owner.pattern
    kept = [
        span
        for span in owner.content
        if was in ("that", "ccomp", "wh")
        and not (span[0] < hi and start < span[1])
        and not _covers_cue(owner, span)
        and not is_meanwhile(tree, span)
        and lo < owner.token < span[0]
    ]
    owner.pattern = "quote"
    owner.content = [(start, hi), *kept]
    owner.cue = verb_group(tree, owner.token) if parse.pos[owner.token] != "ADP" else owner.cue
    _speaker(tree, owner, item)
    own = own_clause(tree, item.span)
    if own and owner.token > own.start and (owner.source is None or owner.source[0] < own.start):
        owner.source = noun_phrase(tree, own.subject, before=owner.cue[0])
        owner.source_head = own.subject
    owner.cue = with_circumstance(tree, owner.token, owner.cue)


def _covers_cue(owner: Candidate, span: Span) -> bool:
    return span[0] <= owner.token < span[1]


def _sentence_start(tree: Tree, item: Quoted) -> int:
    lo = item.span[0]
    return max(tree.sentence(lo)[0], _after_break(tree, lo))


def _after_break(tree: Tree, i: int) -> int:
    """The first token after the last sentence end, outside quotations, before `i`."""
    parse = tree.parse
    k = i - 1
    while k >= max(0, i - _SENTENCE) and parse.line_of[k] == parse.line_of[i]:
        if tree.quote_of[k] < 0 and parse.words[k] in (".", "!", "?"):
            return k + 1
        k -= 1
    return k + 1


def _speaker(tree: Tree, owner: Candidate, item: Quoted) -> None:
    """Correct a source that the parser put inside the quotation, or missed."""
    parse = tree.parse
    lo, hi = item.span
    i = owner.token
    source = owner.source
    if source is not None and owner.source_head is not None:
        inside = source[0] < hi and lo < source[1]
        if not inside and tree.quote_of[owner.source_head] < 0:
            return
    owner.source = owner.source_head = None
    start, stop = owner.cue
    if i >= hi:
        between = [k for k in range(hi, start) if parse.words[k] != ","]
        while between and parse.pos[between[0]] in ("CCONJ", "PUNCT", "ADV", "SCONJ"):
            del between[0]
        if between and any(parse.pos[k] in _NOMINAL for k in between):
            owner.source = (between[0], start)
            owner.source_head = next(k for k in between if parse.pos[k] in _NOMINAL)
            return
    for k in range(stop, min(stop + 8, len(parse))):
        if parse.line_of[k] != item.line or parse.words[k] in (".", ",", ":"):
            break
        apart = parse.deps[k] in ("compound", "poss", "npadvmod")
        if parse.pos[k] in _NOMINAL and (not apart or (k == stop and _is_people(parse.words[k]))):
            if tree.left[k] <= stop or k - stop < 4:
                span = noun_phrase(tree, k, after=stop)
                if tree.quote_of[k] < 0 and span[0] <= k:
                    owner.source, owner.source_head = span, k
            return


def _is_people(word: str) -> bool:
    """Whether a plural after a word of speech may speak, though it was read as when: residents."""
    return word.islower() and word.endswith("s") and word not in _WHEN

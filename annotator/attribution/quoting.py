"""Linking quotations to the verbs that report them, within and across paragraphs."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from typing import Final

from annotator.attribution.candidates import Candidate
from annotator.attribution.extents import noun_phrase, verb_group, with_circumstance
from annotator.attribution.syntax import Span, Tree

_TERMINAL: Final = frozenset((".", "!", "?", "…", "...", ",", "-", "--", "—", "–", "―"))
_REACH: Final = 30
"""How many tokens a reporting verb may stand away from its quotation."""
_SENTENCE: Final = 200
"""Tokens after which the search for a sentence's beginning is given up."""
_NOMINAL: Final = frozenset(("NOUN", "PROPN", "PRON"))


@dataclass(slots=True)
class Quoted:
    """A stretch of quotation on one line: its tokens and how it stands in its sentence."""

    index: int
    """In the list of quotations."""
    span: Span
    line: int
    opens_sentence: bool
    introduced: bool
    """A colon or comma, or a verb, stands directly before."""
    terminal: bool
    """Its last words carry a comma or a final mark."""
    words: int
    owner: Candidate | None = None

    @property
    def is_speech(self) -> bool:
        """Long or punctuated enough to be what somebody said rather than a quoted term."""
        return self.words >= 4 or (self.terminal and (self.opens_sentence or self.introduced))


@dataclass(slots=True)
class Unowned:
    """A quotation that no verb reports, with the claim it continues, if any."""

    quoted: Quoted
    previous: Candidate | None = None
    subject: int | None = None
    """Head of the subject of the clause that the quotation completes: `He is "..."`."""
    pieces: list[Span] = field(default_factory=list)


def quoted_spans(tree: Tree) -> list[Quoted]:
    """The outermost quotations with double marks (or single ones where that is the style)."""
    parse = tree.parse
    out: list[Quoted] = []
    for index, (lo, hi) in sorted(tree.quote_span.items(), key=lambda item: item[1]):
        inner = [k for k in range(lo, hi) if parse.words[k][0].isalnum()]
        if not inner:
            continue
        before = lo - 1
        # `She added:` may end one paragraph and its quotation open the next.
        same_line = before >= 0 and (
            parse.line_of[before] == parse.line_of[lo] or parse.words[before] == ":"
        )
        last = next((k for k in range(hi - 1, lo, -1) if not _is_mark(parse.words[k])), lo)
        out.append(
            Quoted(
                index,
                (lo, hi),
                parse.line_of[lo],
                not same_line
                or parse.words[before] in (".", "!", "?", "…", ":")
                or tree.quote_of[before] >= 0,
                same_line and (parse.words[before] in (":", ",") or parse.pos[before] == "VERB"),
                parse.words[last] in _TERMINAL
                or parse.words[last][-1] in ".,!?…"
                or not tree.quotes[index].closed,
                len(inner),
            )
        )
    return out


def _is_mark(word: str) -> bool:
    return all(ch in "\"“”„‟'‘’‚‛`«»‹›" for ch in word)


def link(
    tree: Tree, found: Sequence[Candidate], likely: Callable[[Candidate], float]
) -> list[Unowned]:
    """Give quotations to candidates, changing their pattern, content, source and cue in place.

    Args:
        tree: The parse.
        found: Candidates in text order.
        likely: How likely a candidate's lemma reports a quotation, 0..1.

    Returns:
        Speech quotations that nothing reports.
    """
    quoted = quoted_spans(tree)
    by_token = {c.token: c for c in found}
    for item in quoted:
        owner = _owner(tree, item, by_token, likely)
        if owner is not None:
            _take(tree, owner, item)
    return _continue(tree, quoted)


def _owner(
    tree: Tree,
    item: Quoted,
    by_token: dict[int, Candidate],
    likely: Callable[[Candidate], float],
) -> Candidate | None:
    parse = tree.parse
    hi = item.span[1]
    after = _after(tree, item, by_token, likely) if item.terminal else None
    before = _before(tree, item, by_token, likely)
    last = parse.words[hi - 1] if not _is_mark(parse.words[hi - 1]) else parse.words[hi - 2]
    if after is not None and before is not None:
        # `said: "..."` and `, "..."` after a verb outweigh a verb after a full stop.
        return after if last[-1] == "," or not item.introduced else before
    return after or before


def _after(
    tree: Tree,
    item: Quoted,
    by_token: dict[int, Candidate],
    likely: Callable[[Candidate], float],
) -> Candidate | None:
    """`"...," [the] source verb` or `"...," verb source`."""
    parse = tree.parse
    hi = item.span[1]
    best: Candidate | None = None
    best_score = 0.3
    last = parse.words[hi - 1] if not _is_mark(parse.words[hi - 1]) else parse.words[hi - 2]
    for k in range(hi, min(hi + _REACH, len(parse))):
        if parse.line_of[k] != item.line or tree.quote_of[k] >= 0:
            break
        if parse.words[k] in (".", "!", "?", ":", ";"):
            break
        if k == hi and last[-1] == "." and parse.words[k][0].isupper():
            # A new sentence begins after `."`; its verb reports something else.
            break
        candidate = by_token.get(k)
        if candidate is None or not _is_finite(tree, k) or tree.is_passive(k):
            continue
        if candidate.pattern in ("that", "ccomp", "wh") and k - hi > 3:
            continue
        score = likely(candidate) - 0.01 * (k - hi)
        if score > best_score:
            best, best_score = candidate, score
    return best


def _before(
    tree: Tree,
    item: Quoted,
    by_token: dict[int, Candidate],
    likely: Callable[[Candidate], float],
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
    for k in range(lo - 1, max(lo - _REACH, -1), -1):
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
        score = likely(candidate) - 0.02 * (lo - 1 - k)
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
        start = max(tree.sentence(lo)[0], _after_break(tree, lo))
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
        and lo < owner.token < span[0]
    ]
    owner.pattern = "quote"
    owner.content = [(start, hi), *kept]
    owner.cue = verb_group(tree, owner.token) if parse.pos[owner.token] != "ADP" else owner.cue
    _speaker(tree, owner, item)
    owner.cue = with_circumstance(tree, owner.token, owner.cue)


def _covers_cue(owner: Candidate, span: Span) -> bool:
    return span[0] <= owner.token < span[1]


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
        if parse.pos[k] in _NOMINAL and parse.deps[k] not in ("compound", "poss", "npadvmod"):
            if tree.left[k] <= stop or k - stop < 4:
                span = noun_phrase(tree, k, after=stop)
                if tree.quote_of[k] < 0 and span[0] <= k:
                    owner.source, owner.source_head = span, k
            return


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


def _continue(tree: Tree, quoted: Sequence[Quoted]) -> list[Unowned]:
    """Join unreported quotations to the speaker before them; return those without one."""
    by_index = {item.index: item for item in quoted}
    left: list[Unowned] = []
    previous: Quoted | None = None
    for item in quoted:
        if item.owner is None and item.is_speech:
            parent = tree.quotes[item.index].continues
            if parent is not None and parent in by_index and by_index[parent].owner is not None:
                item.owner = by_index[parent].owner
            elif (
                item.opens_sentence
                and previous is not None
                and previous.line == item.line
                and previous.owner is not None
            ):
                item.owner = previous.owner
            if item.owner is not None:
                item.owner.content.append(item.span)
            elif item.opens_sentence:
                left.append(Unowned(item, previous.owner if previous is not None else None))
            else:
                left.append(Unowned(item, None, _clause_subject(tree, item)))
        if item.owner is not None:
            previous = item
    return left

"""Where the words about their speaker interrupt a quotation: `"...," he said, "..."`."""

from __future__ import annotations

from itertools import pairwise
from typing import Final, NamedTuple

from annotator.session.quoted_text import QuotedText, Range
from annotator.session.speech import APART, CUES, Spoken, spoken

_GAP: Final = 40
"""Words that an interruption may have."""
PLAIN: Final = 24
"""Words of an interruption that can be read as cue and source alone."""


class Broken(NamedTuple):
    """A quotation that the words about its speaker interrupt.

    The first piece, the gap and the second piece together are one unbroken range.
    """

    pieces: tuple[Range, Range]
    gap: Range
    spoken: Spoken | None
    """Cue and source in the gap; None when they are not plain."""


def broken_in(words: QuotedText, start: int, end: int) -> Broken | None:
    """The quotation in a range, from its first to its last character, with what interrupts it."""
    between = [_widened(words, g, start, end) for g in _between(words, start, end)]
    plain = [g for g in between if _interrupts(words, g)]
    plain = plain or [g for g in _aside(words, start, end) if _is_aside(words, g)]
    # Without a cue that is known: only what stands between two quotations is surely a gap.
    gaps = plain or (between if len(between) == 1 else [])
    gaps = [g for g in gaps if _parts(words, start, g, end)]
    return _as_broken(words, start, gaps[0], end) if gaps else None


def broken_at(words: QuotedText, token: int) -> Broken | None:
    """The broken quotation that a token lies in, or in whose sentence it does."""
    page = words.page
    if not page.sentences:
        return None
    here = page.token(token)[0]
    sentence = page.sentences[page.sentence_at(here)]
    paragraph = page.article.layout.paragraphs[sentence.paragraph]
    quotes = words.outermost(*paragraph)
    found: list[tuple[bool, Range, Range, Range]] = []
    for one, other in pairwise(quotes):
        gap = one[1], other[0]
        if gap[0] >= gap[1] or not _interrupts(words, gap):
            continue
        first = page.sentences[page.sentence_at(one[0])].start
        last = page.sentences[page.sentence_at(other[1] - 1)].end
        if first <= here < last:
            mine = sentence.start <= gap[0] < sentence.end
            found.append((not mine, one, gap, other))
    if found:
        _, one, gap, other = min(found)
        return _as_broken(words, _start_of(words, one), gap, _end_of(words, other))
    start, end = words.without_stop(sentence.start, sentence.end)
    gaps = [g for g in _aside(words, start, end) if _parts(words, start, g, end)]
    gaps = [g for g in gaps if _is_aside(words, g) and not _leads(words, start)]
    gaps.sort(key=lambda g: not g[0] <= here < g[1])
    return _as_broken(words, start, gaps[0], end) if gaps else None


def _leads(words: QuotedText, start: int) -> bool:
    """Whether a sentence begins with what only leads to its clause: "In a statement, he said"."""
    first = words.tokens(start, len(words.page.text))[:1]
    return any(words.word(k) in (*APART, "according", "for", "to") for k in first)


def _is_aside(words: QuotedText, gap: Range) -> bool:
    """Whether the words between two signs say who speaks and nothing else but when or where."""
    inside = [k for k in words.tokens(*gap) if not words.pause(k)]
    cues = _cues_in(words, gap)
    if not cues or len(inside) > PLAIN:
        return False
    said = spoken(words, cues[0], cues[0], range(inside[0], inside[-1] + 1))
    if said.source is None:
        return False
    first = min(said.source[0], said.cue[0])
    rest = [k for k in words.tokens(max(said.source[1], said.cue[1]), gap[1]) if k in inside]
    return first == words.page.starts[inside[0]] and (not rest or words.word(rest[0]) in APART)


def _interrupts(words: QuotedText, gap: Range) -> bool:
    """Whether the words between two quotations say who speaks, and that the words go on."""
    inside = words.tokens(*gap)
    said = [k for k in inside if not words.pause(k)]
    if not said or len(said) > _GAP or not _cues_in(words, gap):
        return False
    page = words.page
    if page.sentence_of_token(said[0]) != page.sentence_of_token(said[-1]):
        return False
    # "he said, calling it “late”": a word before the second one makes that part of another clause.
    return words.pause(inside[-1])


def _start_of(words: QuotedText, first: Range) -> int:
    """Where the content of a broken quotation begins: with words before the marks, if they lead
    into it ("The plan was “dead,” he said, “and buried”")."""
    page = words.page
    start = page.sentences[page.sentence_at(first[0])].start
    before = words.tokens(start, first[0])
    return start if before and not words.pause(before[-1]) else first[0]


def _end_of(words: QuotedText, last: Range) -> int:
    page = words.page
    end = page.sentences[page.sentence_at(last[1] - 1)].end
    after = words.tokens(last[1], end)
    goes_on = bool(after) and not words.pause(after[0])
    return words.without_stop(last[0], end)[1] if goes_on else last[1]


def _between(words: QuotedText, start: int, end: int) -> list[Range]:
    """What stands between neighbouring quotations of a range."""
    quotes = words.outermost(start, end)
    return [
        (one[1], other[0])
        for one, other in pairwise(quotes)
        if start < one[1] < other[0] < end and words.worded(one[1], other[0])
    ]


def _aside(words: QuotedText, start: int, end: int) -> list[Range]:
    """What may interrupt the words of a range: between commas or dashes, outside quotations.

    A gap takes in the signs and blanks around it, so that no piece begins or ends with one. At one
    side it may be a quotation that begins or ends: `“The plan,” he said, is dead`.
    """
    quotes = words.outermost(start, end)
    edges: list[Range] = []
    for k in words.tokens(start, end):
        a, b = words.page.token(k)
        inside = any(q[0] <= a and b <= q[1] for q in quotes)
        if not inside and words.page.text[a:b].strip("-—–―,") == "" and words.pause(k):
            edges.append((a, b))
    edges += [(at, at) for q in quotes for at in q if start < at < end]
    edges.sort()
    found: list[Range] = []
    for i, (a, b) in enumerate(edges):
        after = next(((c, d) for c, d in edges[i + 1 :] if words.worded(b, c)), None)
        if after is not None:
            found.append(_widened(words, (a, after[1]), start, end))
    return found


def _widened(words: QuotedText, gap: Range, start: int, end: int) -> Range:
    text = words.page.text
    lo, hi = gap
    while lo > start and text[lo - 1].isspace():
        lo -= 1
    while hi < end and text[hi].isspace():
        hi += 1
    return lo, hi


def _parts(words: QuotedText, start: int, gap: Range, end: int) -> bool:
    """Whether a gap leaves words on both sides of it."""
    return words.worded(start, gap[0]) and words.worded(gap[1], end)


def _cues_in(words: QuotedText, gap: Range) -> list[int]:
    """The tokens of a gap that can be cues."""
    return [k for k in words.tokens(*gap) if words.word(k) in CUES]


def _as_broken(words: QuotedText, start: int, gap: Range, end: int) -> Broken:
    gap = _widened(words, gap, start, end)
    inside = list(words.tokens(*gap))
    while inside and words.pause(inside[0]):
        del inside[0]
    cues = _cues_in(words, gap)
    said: Spoken | None = None
    if cues and len(inside) <= PLAIN:
        window = range(inside[0], inside[-1] + 1)
        said = spoken(words, cues[0], cues[0], window)._replace(addressee=None)
        said = _inside(words, said, window)
    return Broken(((start, gap[0]), (gap[1], end)), gap, said)


def _inside(words: QuotedText, said: Spoken, window: range) -> Spoken:
    """Without the comma that only closes the interruption: `said Ruiz, the mayor, “...”`."""
    source = said.source
    last = window.stop - 1
    if source and words.pause(last) and source[1] == words.page.ends[last]:
        inner = words.page.text[source[0] : words.page.starts[last]].rstrip()
        if "," not in inner:
            source = source[0], source[0] + len(inner)
    return said._replace(source=source)

"""A whole claim from its cue: what the sentence's own words say of who spoke, and what was said."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from typing import Final, NamedTuple

from annotator.session.quoted_text import QuotedText, Range
from annotator.session.speech import APART, CUES, LITTLE, Spoken, spoken

_ARTICLES: Final = frozenset({"the", "a", "an", "his", "her", "its", "their"})
_SETTING: Final = 16
"""Words that may say where and when, before the "that" of a content."""


class Reading(NamedTuple):
    """A proposed claim: what attributes, and the pieces of the content in reading order."""

    spoken: Spoken
    content: tuple[Range, ...]


def read_cue(words: QuotedText, first: int, last: int) -> Reading:
    """A whole claim around the tokens `first` to `last` of its cue."""
    page = words.page
    whole = _sentence(words, first)
    cue_start, cue_end = words.between(first, last)
    around = _around(words, cue_start, cue_end)
    quotes: list[Range] = []
    if around is not None and around != (cue_start, cue_end):
        # Reported within a quotation: nothing outside it belongs to this claim.
        inner = [k for k in whole if around[0] <= page.starts[k] and page.ends[k] <= around[1]]
        while inner and words.pause(inner[0]):
            del inner[0]
        while inner and words.pause(inner[-1]):
            del inner[-1]
        window = range(inner[0], inner[-1] + 1) if inner else range(first, last + 1)
    else:
        window = whole
        quotes = words.outermost(page.starts[whole[0]], page.ends[whole[-1]])
    clause = _clause(words, first, last, window, quotes)
    said = spoken(words, first, last, clause)
    return Reading(said, _content(words, said, window, quotes))


def _clause(
    words: QuotedText, first: int, last: int, window: range, quotes: Sequence[Range]
) -> range:
    """The part of a window between the quotations before and after the cue."""
    page = words.page
    lo, hi = window.start, window.stop
    for a, b in quotes:
        if b <= page.starts[first]:
            # A quoted word inside the clause parts nothing: `the “so-called” expert said`.
            inside = words.tokens(b, page.starts[first])
            closes = page.text[max(a, b - 2) : b].strip("\"“”'’»")[-1:] in tuple(",.!?…—–-")
            if closes or (inside and words.pause(inside[0])) or not inside:
                lo = max(lo, words.tokens(b, page.ends[window.stop - 1]).start)
        elif a >= page.ends[last]:
            before = words.tokens(page.ends[last], a)
            if not before or words.pause(before[-1]):
                hi = min(hi, words.tokens(a, b).start)
    while lo < first and words.pause(lo):
        lo += 1
    return range(lo, max(hi, last + 1))


def _content(
    words: QuotedText, said: Spoken, window: range, quotes: Sequence[Range]
) -> tuple[Range, ...]:
    page = words.page
    parts = [r for r in said if r is not None]
    low, high = min(r[0] for r in parts), max(r[1] for r in parts)
    left, right = page.starts[window.start], page.ends[window.stop - 1]
    before = [q for q in quotes if q[1] <= low]
    after = [q for q in quotes if q[0] >= high]
    direct: list[Range] = []
    if before and not words.worded(before[-1][1], low):
        direct.append(before[-1])
    if after and not words.worded(high, after[0][0]):
        direct.append(after[0])
    elif not words.worded(high, right) and (direct or page.text[high:right].strip() == ":"):
        # `"...," he said. "..."` goes on in the next sentence of the paragraph.
        direct += _continued(words, right)
    if direct:
        return tuple(direct)
    start, end = words.without_stop(left, right)
    high = _past_setting(words, high, end)
    follows = words.tokens(high, end)
    leads = words.tokens(start, low)
    closed = bool(follows) and words.pause(follows[0]) and words.word(follows[0]) != ":"
    opened = bool(leads) and words.pause(leads[-1])
    pieces = _piece(words, high, end)
    if page.text[said.cue[0] : said.cue[1]].lower().startswith("according") and not closed:
        return _piece(words, start, low) or pieces
    if opened and (closed or not pieces) and _piece(words, start, low):
        # "Those networks, he said, were ...": one content around the words that attribute it.
        return (*_piece(words, start, low), *pieces)
    return pieces or _piece(words, start, low)


def _past_setting(words: QuotedText, start: int, end: int) -> int:
    """Past where and when it was said, to the "that" of what was: "said in May that"."""
    following = words.tokens(start, end)
    if not following or words.word(following[0]) not in APART:
        return start
    for k in following[:_SETTING]:
        if words.word(k) == "that":
            return words.page.starts[k]
        if words.pause(k) and words.word(k) != "-":
            break
    return start


def _continued(words: QuotedText, right: int) -> list[Range]:
    page = words.page
    here = page.sentence_at(right - 1)
    if here + 1 >= len(page.sentences):
        return []
    following = page.sentences[here + 1]
    if following.paragraph != page.sentences[here].paragraph:
        return []
    found = words.outermost(following.start, following.end)
    return found[:1] if found and found[0][0] == following.start else []


def _piece(words: QuotedText, start: int, end: int) -> tuple[Range, ...]:
    """A range without the pauses at its ends; none when no word is left."""
    inside = list(words.tokens(start, end))
    text = words.page.text
    while inside and words.pause(inside[0]) and not _opens(text, words.page.starts[inside[0]]):
        del inside[0]
    while inside and words.pause(inside[-1]) and text[words.page.starts[inside[-1]]] in ",;:—–-":
        del inside[-1]
    found = (words.page.starts[inside[0]], words.page.ends[inside[-1]]) if inside else (0, 0)
    return (found,) if words.worded(*found) else ()


def _opens(text: str, at: int) -> bool:
    return text[at] in '"“”‘„«»([$€£'


def _sentence(words: QuotedText, token: int) -> range:
    """The tokens of the sentence that a token lies in."""
    s = words.page.sentences[words.page.sentence_of_token(token)]
    return words.tokens(s.start, s.end)


def _around(words: QuotedText, start: int, end: int) -> Range | None:
    """The smallest quotation that holds a range."""
    found = [q for q in words.quotations if q[0] <= start and end <= q[1]]
    return min(found, key=lambda q: q[1] - q[0], default=None)


def cues_of(
    words: QuotedText, token: int, known: Collection[str], either: Collection[str] = ()
) -> list[int]:
    """The tokens of a token's sentence that can be cues, first those outside quotations.

    Args:
        words: The text.
        token: Any token of the sentence.
        known: Forms of words that report speech, lower case, besides the commonest.
        either: Forms that are as often nouns: cues where "that" follows ("It states that").
    """
    whole = _sentence(words, token)
    # "the report states": behind an article it is a noun.
    inside = [k for k in whole if k == whole.start or words.word(k - 1) not in _ARTICLES]
    quoted = {k for k in inside if _around(words, *words.page.token(k)) is not None}
    # Rarer ones may be anything within a quotation: “going to be focusing”.
    found = [
        k for k in inside if words.word(k) in CUES or (k not in quoted and words.word(k) in known)
    ]
    governs = [k for k in inside if k + 1 < whole.stop and words.word(k + 1) == "that"]
    found += [k for k in governs if k not in {*found, *quoted} and words.word(k) in either]
    return sorted(found, key=lambda k: (k in quoted, words.word(k) not in CUES, k))


def could_be_cue(words: QuotedText, token: int) -> bool:
    """Whether a word that is not known to report speech may: no name, number or little word."""
    start, end = words.page.token(token)
    word = words.page.text[start:end]
    return word.isalpha() and word.islower() and word not in LITTLE

"""Who said what around a cue, by the words of the sentence alone.

No parse and nothing to load: a key asks for it. It reads English news as it is commonly printed
(`"...," said X, the mayor, "..."`; `X told reporters that ...`; `According to X, ...`), so what it
says is a proposal that a person sees before it is kept, or the plain case that one look confirms.
All ranges are half-open code points.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final, NamedTuple

from annotator.session.words import Range, Words
from annotator.text.lexicon import ADDRESSING, REPORTING


def _set(text: str) -> frozenset[str]:
    return frozenset(text.split())


CUES: Final = (
    REPORTING
    | ADDRESSING
    | _set(
        """according tells adds notes warns claims claimed alleged alleges suggested suggests
        admitted acknowledged confirmed denied testified reported reports maintained emphasized
        emphasised stressed recounted promised predicted pledged cautioned advised insists argues
        explains concludes believes believed thinks thought contended conceded disclosed asserted
        affirmed elaborated lamented praised hailed blasted boasted remarked"""
    )
)
"""Forms of verbs that attribute words, lower case: what makes the words in a gap a plain cue."""
_TELLING: Final = ADDRESSING | _set(
    "tells tell ask informed reminded assured warned advised notified briefed cautioned urges"
)
_HELPERS: Final = _set(
    """has have had having was were is are be been being not never n't n’t will would could should
    may might can did do does also later then repeatedly publicly recently previously since again
    once even reportedly allegedly further just only has_not"""
)
"""What stands between a subject and its verb and is read as a part of the cue."""
_PRONOUNS: Final = _set("he she they it i we you who which he/she")
_LEADS: Final = _set(
    """but and or so yet meanwhile later then still however also earlier yesterday today afterward
    afterwards that as while when because if although though whereas where after before since than
    separately instead moreover nonetheless nevertheless similarly likewise finally"""
)
"""Words before a subject that are no part of it."""
_CLAUSE: Final = _set("that because if although though whereas while when than whether but")
"""Words at which a clause begins, so that no subject reaches back over them."""
_SHOWING: Final = _set("show shows showed indicate indicates indicated")
APART: Final = _set(
    """on in at during after when as while before by via through last earlier this later outside
    following monday tuesday wednesday thursday friday saturday sunday"""
)
"""Words after a speaker ("said Roe on Monday") that begin something else."""
_RESUMES: Final = _set("the a an who whose then now his her its their of one former")
"""What an apposition begins with: "Roe, the mayor,"."""


_SETTING: Final = 16
"""Words that may say where and when, before the "that" of a content."""


class Spoken(NamedTuple):
    """The words that attribute: the cue, who speaks, whom it is said to; None: not found."""

    cue: Range
    source: Range | None
    addressee: Range | None


class Reading(NamedTuple):
    """A proposed claim: what attributes, and the pieces of the content in reading order."""

    spoken: Spoken
    content: tuple[Range, ...]


# ---------------------------------------------------------------------------- cue and source


def _cue(words: Words, first: int, last: int, window: range) -> tuple[int, int]:
    """The whole cue around a word: auxiliaries and adverbs before it, "to" after "according"."""
    if first == last:
        pair = [words.word(k) for k in range(max(first - 1, window.start), first + 1)]
        if pair == ["according", "to"]:
            first -= 1
        elif words.word(first) == "according" and last + 1 < window.stop:
            last += words.word(last + 1) == "to"
    while first > window.start and _helps(words, first - 1):
        first -= 1
    return first, last


def _helps(words: Words, token: int) -> bool:
    word = words.word(token)
    return word in _HELPERS or (word.endswith("ly") and len(word) > 4 and word not in ("family",))


def _before(words: Words, cue: int, window: range) -> Range | None:
    """The speaker whose name stands before the cue, with an apposition that a comma closes."""
    at = cue - 1
    if at < window.start:
        return None
    closing: int | None = None
    if words.word(at) == "," and at - 1 >= window.start:
        # "Ana Ruiz, the mayor, told": back over the apposition to the comma that opens it.
        opening = next(
            (k for k in range(at - 1, window.start - 1, -1) if words.word(k) == ","), None
        )
        if opening is None or opening <= window.start or at - opening > 16:
            return None
        closing, at = at, opening - 1
    if words.pause(at):
        return None
    if words.word(at) in _PRONOUNS and closing is None:
        return words.between(at, at)
    first = at
    while first > window.start and not words.pause(first - 1):
        if words.word(first - 1) in _CLAUSE or words.word(first - 1) in CUES | _SHOWING:
            break
        first -= 1
    while first < at and words.word(first) in _LEADS:
        first += 1
    if words.word(first) in _LEADS:
        return None
    return words.between(first, at if closing is None else closing)


def _after(words: Words, cue: int, window: range, *, leads: bool = False) -> Range | None:
    """The speaker whose name stands after the cue: "said Ana Ruiz, the mayor".

    With `leads` the content follows ("According to Ruiz, the plan is dead"): then only a second
    comma makes an apposition of what stands after the first.
    """
    first = cue + 1
    if first >= window.stop or words.pause(first) or words.word(first) in ("that", *APART):
        return None
    last = first
    while last + 1 < window.stop and not words.pause(last + 1):
        if words.word(last + 1) in APART:
            return words.between(first, last)
        last += 1
    after = last + 2
    if last + 1 < window.stop and words.word(last + 1) == "," and after < window.stop:
        text = words.word(after)
        if text in _RESUMES or text.isdigit():
            end = after
            while end + 1 < window.stop and not words.pause(end + 1):
                end += 1
            closed = end + 1 < window.stop and words.word(end + 1) == ","
            # The comma that closes an apposition belongs to it, unless it closes the sentence part.
            if closed or not leads:
                last = end + 1 if closed else end
    return words.between(first, last)


def _addressee(words: Words, cue: int, window: range) -> Range | None:
    """Whom it was told to, where the end of that is plain: "told reporters that"."""
    if words.word(cue) not in _TELLING:
        return None
    first = last = cue + 1
    while last < window.stop and last - first < 11:
        if words.word(last) == "that" or (words.pause(last) and words.word(last) != "-"):
            return words.between(first, last - 1) if last > first else None
        last += 1
    return None


def spoken(words: Words, first: int, last: int, window: range) -> Spoken:
    """Cue and speaker around the tokens `first` to `last` of a cue, inside a window of tokens."""
    first, last = _cue(words, first, last, window)
    cue = words.between(first, last)
    if words.word(first) == "according":
        leads = first == window.start
        return Spoken(cue, _after(words, last, window, leads=leads), None)
    before = _before(words, first, window)
    whom = _addressee(words, last, window)
    turned = first == window.start or words.pause(first - 1)
    after = _after(words, last, window) if turned and words.word(last) not in _TELLING else None
    if before is not None and after is not None:
        # "Ana Ruiz, the mayor, said the plan was dead": what follows a name and its apposition is
        # what was said; after a comma alone ("..., said Ruiz.") it is who said it.
        following = words.tokens(after[1], words.page.ends[window.stop - 1])
        short = len(words.tokens(*after)) <= 8 and not any(not words.pause(k) for k in following)
        if not short:
            after = None
    return Spoken(cue, after or before, whom)


# ---------------------------------------------------------------------------- cue first


def read_cue(words: Words, first: int, last: int) -> Reading:
    """A whole claim around the tokens `first` to `last` of its cue."""
    page = words.page
    whole = words.sentence_tokens(first)
    cue_start, cue_end = words.between(first, last)
    around = words.quotation_around(cue_start, cue_end)
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


def _clause(words: Words, first: int, last: int, window: range, quotes: Sequence[Range]) -> range:
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
    words: Words, said: Spoken, window: range, quotes: Sequence[Range]
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


def _past_setting(words: Words, start: int, end: int) -> int:
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


def _continued(words: Words, right: int) -> list[Range]:
    page = words.page
    here = page.sentence_at(right - 1)
    if here + 1 >= len(page.sentences):
        return []
    following = page.sentences[here + 1]
    if following.paragraph != page.sentences[here].paragraph:
        return []
    found = words.outermost(following.start, following.end)
    return found[:1] if found and found[0][0] == following.start else []


def _piece(words: Words, start: int, end: int) -> tuple[Range, ...]:
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

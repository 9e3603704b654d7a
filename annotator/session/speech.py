"""Who said what around a cue, by the words of the sentence alone.

No parse and nothing to load: a key asks for it. It reads English news as it is commonly printed
(`"...," said X, the mayor, "..."`; `X told reporters that ...`; `According to X, ...`), so what it
says is a proposal that a person sees before it is kept, or the plain case that one look confirms.
All ranges are half-open code points.
"""

from __future__ import annotations

from typing import Final, NamedTuple

from annotator.session.quoted_text import QuotedText, Range
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
_ASIDES: Final = _set(
    "however meanwhile though too therefore moreover nevertheless nonetheless instead"
)
"""Words that stand between two commas and say nothing of who is before them."""
_RESUMES: Final = _set("the a an who whose then now his her its their of one former")
"""What an apposition begins with: "Roe, the mayor,"."""


LITTLE: Final = (_HELPERS | _PRONOUNS | _LEADS | _CLAUSE | APART | _RESUMES) - {"however"} | _set(
    "and or of for to from with into onto over under about as at no any all each every some many"
    " these those our your my us me him them what how why there here both either neither if nor"
    " per up down off out"
)
"""Words that are no cue: who proposes a claim there means the sentence's own."""


class Spoken(NamedTuple):
    """The words that attribute: the cue, who speaks, whom it is said to; None: not found."""

    cue: Range
    source: Range | None
    addressee: Range | None


# ---------------------------------------------------------------------------- cue and source


def _cue(words: QuotedText, first: int, last: int, window: range) -> tuple[int, int]:
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


def _helps(words: QuotedText, token: int) -> bool:
    word = words.word(token)
    return word in _HELPERS or (word.endswith("ly") and len(word) > 4 and word not in ("family",))


def _before(words: QuotedText, cue: int, window: range) -> Range | None:
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
        aside = at - opening == 2 and words.word(opening + 1) in _ASIDES
        closing, at = None if aside else at, opening - 1
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


def _after(
    words: QuotedText, cue: int, window: range, *, according: bool = False, leads: bool = False
) -> Range | None:
    """The speaker whose name stands after the cue: "said Ana Ruiz, the mayor".

    With `leads` the content follows ("According to Ruiz, the plan is dead"): then only a second
    comma makes an apposition of what stands after the first.
    """
    first = cue + 1
    if first >= window.stop or words.pause(first) or words.word(first) in ("that", *APART):
        return None
    last = first
    # Behind "according to" stands no time, but who wrote it may: "a report by the agency (CDC)".
    apart = APART - {"by"} if according else APART
    while last + 1 < window.stop and not words.pause(last + 1):
        if words.word(last + 1) in apart:
            return words.between(first, last)
        last += 1
    if last + 3 < window.stop and [words.word(last + i) for i in (1, 3)] == ["(", ")"]:
        last += 3
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


def _addressee(words: QuotedText, cue: int, window: range) -> Range | None:
    """Whom it was told to, where the end of that is plain: "told reporters that"."""
    if words.word(cue) not in _TELLING:
        return None
    first = last = cue + 1
    while last < window.stop and last - first < 11:
        # "told reporters on Saturday that": when it was is no part of whom.
        ends = words.word(last) == "that" or words.word(last) in APART
        if ends or (words.pause(last) and words.word(last) != "-"):
            return words.between(first, last - 1) if last > first else None
        last += 1
    return None


def spoken(words: QuotedText, first: int, last: int, window: range) -> Spoken:
    """Cue and speaker around the tokens `first` to `last` of a cue, inside a window of tokens."""
    first, last = _cue(words, first, last, window)
    cue = words.between(first, last)
    if words.word(first) == "according":
        leads = first == window.start
        source = _after(words, last, window, according=True, leads=leads)
        return Spoken(cue, source, None)
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

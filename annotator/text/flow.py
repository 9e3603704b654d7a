"""A text as it is read: wrapped lines joined; datelines, labels and bullets set apart.

Rules and parser take one line as one paragraph. `flowing` makes that true without moving a
character: the result is as long as the text, and an offset means the same in both.
"""

from __future__ import annotations

import re
from typing import Final, NamedTuple

from annotator.text.paragraphs import paragraphs

_BREAK: Final = re.compile(r"[\r\n\v\f\x85\u2028\u2029]")
_BLANK: Final = r"[ \t\xa0\u2002-\u200a\u202f]"
_UPPER: Final = "A-ZÀ-ÖØ-Þ"
_BEGINS: Final = rf"(?=[\"“”„‟'‘«»`(\[]{{0,2}}[{_UPPER}0-9])"
"""What follows a dateline begins a sentence: "NASA — which built it — said" has none."""
_OPENING: Final = re.compile(
    rf"{_BLANK}*(?P<place>[{_UPPER}][^\"“”„«»!?;:]{{1,70}}?|\([{_UPPER}][\w .&’'/-]{{1,30}}\))"
    rf"(?:{_BLANK}*(?P<dash>[—–―]{{1,2}}|--){_BLANK}*|{_BLANK}+[-|]{_BLANK}+"
    rf"|(?<=\)){_BLANK}*(?P<colon>:){_BLANK}+){_BEGINS}"
)
_WORD: Final = re.compile(r"[^\s,/()]+")
_BRACKETS: Final = re.compile(r"\(([^()]*)\)")
_LINKS: Final = frozenset(("of", "de", "da", "do", "du", "la", "le", "and", "the", "am", "on"))
_LABEL: Final = re.compile(
    rf"{_BLANK}*[*_]{{0,2}}(?:"
    r"corrections?(?: \w+)?|clarifications?|retraction|errat(?:um|a)|"
    r"(?:editor|author|publisher|producer|writer|reader)(?:s?['’]?s?) note|"
    r"ed(?:itorial|\.)? note|footnote|postscript|addendum|amend(?:ed|ments?)|advisory|"
    r"apolog(?:y|ies)|"
    r"(?:an? )?(?:\w+ )?(?:note|word) (?:on|about|regarding)"
    r"(?: (?!from\b|by\b)[\w’'-]+){1,4}|"
    r"about (?:this|the|our) \w+|how we \w+(?: [\w’'-]+){0,3}|methodology|sourcing|"
    r"(?:a )?note(?: to (?:our )?(?:readers|editors))?|(?:dear |our )?(?:readers|viewers|listeners|"
    r"subscribers|members)|(?:breaking|latest|live|trending|developing|exclusive|just in)"
    r"(?: \w+){0,2}|update[ds]?(?: \d+)?|watch(?: \w+)?|listen(?: \w+)?|see also|"
    r"(?:read|related|more|top|most read)(?: \w+){0,2}|photos?|pictures?|images?|videos?|gallery|"
    r"audio|graphics?|maps?|charts?|opinion|editorial|commentary|analysis|review|explainer|"
    r"fact ?box|fact[ -]?check|fact file|timeline|background|context|summary|in brief|"
    r"at a glance|key (?:points|facts|takeaways)|what we know(?: so far)?|bottom line|"
    r"for the record|(?:\w+ )?warning|spoiler(?: alert)?|(?:full )?disclosures?|disclaimers?|"
    r"advertisement|sponsored|promoted|source|credits?|caption|(?:figure|table)(?: \d+)?|"
    r"topics?|tags?|filed under|contacts?|tips?|e-?mail|phone|tel|fax|web(?:site)?|twitter|"
    r"facebook|address|don['’]t miss|also read|you may also like|recommended|in this article|"
    r"quiz|p\.?s\.?|n\.?b\.?|fyi"
    rf")[*_]{{0,2}}{_BLANK}?:[*_]{{0,2}}(?={_BLANK}|\Z)",
    re.IGNORECASE,
)
_ITEM: Final = re.compile(
    rf"{_BLANK}*(?:\((?:[a-z]|[ivx]{{1,4}}|\d{{1,2}})\)"
    rf"|\[(?:update|correct|clarif|editor|note|photo|watch|listen)[^\[\]]{{0,40}}\])(?={_BLANK})",
    re.IGNORECASE,
)
"""What numbers a paragraph, or says when it was put in: "(a)", "[Update, 3 p.m.]"."""
_BULLET: Final = re.compile(rf"{_BLANK}*([•‣◦▪▫●○■□·»›►▶➤→✓]){_BLANK}+(?=\S)")
_CLOSED_BY: Final = {"»": "«", "›": "‹"}


class Flow(NamedTuple):
    """A text with one paragraph a line, and the ranges of its datelines and labels."""

    text: str
    aside: list[tuple[int, int]]


def flowing(text: str) -> Flow:
    """Join wrapped lines and set datelines, labels and bullets apart. Linear in `len(text)`.

    Line breaks inside a wrapped paragraph become blanks, and so does a bullet. The dash or blank
    after a dateline ("LONDON (AP) — ") or an editorial label ("Correction: ") becomes a line
    break: they are no part of the sentence that they stand before, nor of anybody's words.
    """
    out = list(text)
    aside: list[tuple[int, int]] = []
    for paragraph in paragraphs(text):
        start, end = paragraph.start, paragraph.end
        for found in _BREAK.finditer(text, start, end):
            out[found.start()] = " "
        line = "".join(out[start:end])
        bullet = _bullet(line)
        if bullet >= 0:
            out[start + bullet] = " "
        stop, cut = _label(line) or _dateline(line) or (0, 0)
        if stop:
            aside.append((start, start + stop))
            out[start + cut] = "\n"
    return Flow("".join(out), aside)


def is_label(words: str) -> bool:
    """Whether words before a colon are an editorial label, which is nobody who says anything."""
    return _LABEL.fullmatch(f"{words}:") is not None


def _label(line: str) -> tuple[int, int] | None:
    found = _LABEL.match(line) or _ITEM.match(line)
    return (found.end(), found.end()) if found and line[found.end() :].strip() else None


def _dateline(line: str) -> tuple[int, int] | None:
    """Where a dateline ends, with its dash, and the place of a character to break the line at."""
    found = _OPENING.match(line)
    if not found or not _is_place(found["place"], line[found.end() :]):
        return None
    end = found.end()
    return end, end - 1


def _is_place(place: str, rest: str) -> bool:
    """Whether the words before a dash name a place, a date or an agency, and nothing else."""
    bare = _BRACKETS.sub(" ", place)
    names = [w for w in _WORD.findall(bare) if w not in _LINKS]
    if any(not (w[0].isupper() or w[0].isdigit()) for w in names) or len(names) > 8:
        return False
    if len(bare) < len(place):
        # "(AP)": an agency; "(D-Ohio)" after a name stands before a verb, not before a dash.
        return True
    first = names[0].rstrip(".") if names else ""
    if len(first) > 2 and first.isupper():
        return True
    # "Sacramento, Calif. —", "Oslo, 3 May —", "London — The": a name alone. The dash of an
    # apposition ("Berg — Ida's brother — said") has a second one.
    longest = 6 if "," in bare else 3
    return len(names) <= longest and not re.search(r"\s(?:[—–―]|--?)\s", rest[:120])


def _bullet(line: str) -> int:
    found = _BULLET.match(line)
    if not found:
        return -1
    other = _CLOSED_BY.get(found[1])
    # »So«, as German sets it, is a quotation.
    return -1 if other and other in line else found.start(1)

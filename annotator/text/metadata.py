"""Title, byline, outlet and date, where the text itself shows them."""

from __future__ import annotations

import re
from dataclasses import dataclass, replace
from datetime import date
from itertools import pairwise
from typing import Final

from annotator.domain.model import ArticleDraft, Sentence
from annotator.text import patterns
from annotator.text.characters import one_line
from annotator.text.kinds import looks_like_names, sentence_kinds
from annotator.text.paragraphs import paragraphs
from annotator.text.sentences import sentence_starts

_HEAD: Final = 8_000
"""How much of a text is looked at (characters)."""
_LINES: Final = 12
_LONG: Final = 300
"""A longer paragraph is running text; where its sentences lie does not matter here."""

_MONTH_NAMES: Final = (
    *("jan", "feb", "mar/mär", "apr", "may/mai", "jun", "jul", "aug", "sep", "oct/okt", "nov"),
    "dec/dez",
)
_MONTHS: Final = {
    name: number for number, names in enumerate(_MONTH_NAMES, start=1) for name in names.split("/")
}
_PARTS: Final = re.compile(r"(\d{4})-(\d\d)-(\d\d)|([^\W\d_]{3})[^\W\d_]*\.?|(\d{4})|(\d{1,2})")
_LATER: Final = re.compile(r"(?:updated|modified)[^|•·]*?$", re.IGNORECASE)
_ASIDE: Final = re.compile(r"\([^)]*\)|\[[^\]]*\]|@\w+")
_JOB: Final = re.compile(
    r"(?:(?:senior|staff|special|chief|guest|contributing|political|national|foreign|white\s+house|"
    r"congressional|investigative|business|health|science|deputy|managing|executive|associate)\s+)*"
    r"(?:writers?|reporters?|correspondents?|editors?|columnists?|contributors?|producers?|"
    r"bureau\s+chief|analysts?|fellow|professor|opinion|author|intern|staff|ph\.?d\.?|m\.?d\.?|jr\.?|"
    r"sr\.?|ii|iii)\.?",
    re.IGNORECASE,
)
_AND: Final = re.compile(r"(?:^|\s)(?:and|und|&)\s", re.IGNORECASE)
_WHEN: Final = re.compile(
    r"\s+(?:on|at|in)?\s*(?:(?:Mon|Tue(?:s)?|Wed(?:nes)?|Thu(?:rs)?|Fri|Sat(?:ur)?|Sun)(?:day)?\b"
    r"|\d|$)",
    re.IGNORECASE,
)
_FOR: Final = re.compile(
    r"\s+(?i:via|for|of|at|special\s+to|writing\s+for)\s+(?=[A-Z])|\s*[|•·]\s*"
)


@dataclass(frozen=True, slots=True)
class Metadata:
    """What was found; an empty string is what was not. `published` is an ISO date."""

    title: str = ""
    byline: str = ""
    outlet: str = ""
    published: str = ""


def find_metadata(text: str) -> Metadata:
    """Return the title, byline, outlet and date that the first lines of a text show."""
    head = text[:_HEAD]
    found = paragraphs(head)[:_LINES]
    sentences: list[Sentence] = []
    for index, (start, end) in enumerate(found):
        starts = [start]
        if end - start <= _LONG:
            starts += sentence_starts(head, start, end)
        bounds = pairwise([*starts, end])
        sentences += [Sentence(a, b, index) for a, b in bounds]
    kinds = sentence_kinds(head, found, sentences)
    metadata = Metadata()
    lines = (head[p.start : p.end] for p in found)
    first = next((i for i, ln in enumerate(lines) if not patterns.WHEN_LINE.fullmatch(ln)), 0)
    for sentence, kind in zip(sentences, kinds, strict=True):
        line = head[found[sentence.paragraph].start : found[sentence.paragraph].end]
        if kind == "heading" and sentence.paragraph == first:
            metadata = replace(metadata, title=one_line(line))
        elif kind == "byline":
            metadata = _read_byline(line, metadata)
    return metadata


def completed(draft: ArticleDraft) -> ArticleDraft:
    """Return the draft with its empty fields filled from what its text shows."""
    found = find_metadata(draft.text)
    return replace(
        draft,
        title=draft.title or found.title,
        byline=draft.byline or found.byline,
        outlet=draft.outlet or found.outlet,
        published=draft.published or found.published,
    )


def iso_date(value: str) -> str:
    """Return the first date with its year in a string as YYYY-MM-DD, or an empty string.

    Dates in figures alone are read only when they are ISO dates: 11/9 and 9/11 are one another.
    """
    for match in patterns.DATE.finditer(value[:400]):
        year = month = day = 0
        for y, m, d, name, long, short in _PARTS.findall(match[0]):
            if y:
                year, month, day = int(y), int(m), int(d)
                break
            if name:
                month = _MONTHS.get(name.casefold(), month)
            elif long:
                year = int(long)
            elif short:
                day = int(short)
        try:
            return date(year, month, day).isoformat()
        except ValueError:
            continue  # "June 31, 2020" is no date; perhaps the next one is
    return ""


def _read_byline(line: str, found: Metadata) -> Metadata:
    published = found.published or iso_date(_LATER.sub("", line)) or iso_date(line)
    byline, outlet = found.byline, found.outlet
    match = patterns.BYLINE.match(line)
    if match and not byline and looks_like_names(match["who"]):
        byline, where = _people_and_outlet(match["who"])
        outlet = outlet or where
    return Metadata(found.title, byline, outlet, published)


def _people_and_outlet(line: str) -> tuple[str, str]:
    """Take "Ann Lee and Bo Chan, Staff Writers, The Times" apart."""
    line = _ASIDE.sub("", line)
    line = _WHEN.split(patterns.DATE.split(line, maxsplit=1)[0], maxsplit=1)[0]
    names, *rest = _FOR.split(line, maxsplit=1)
    parts = [part.strip(" .,:;|-") for part in names.split(",")]
    parts = [part for part in parts if part and not _JOB.fullmatch(part)]
    last = max((i for i, part in enumerate(parts) if _AND.search(part)), default=0)
    people, others = parts[: last + 1], [*parts[last + 1 :], *rest]
    return one_line(", ".join(people)), one_line(others[-1].strip(" .,:;|-") if others else "")

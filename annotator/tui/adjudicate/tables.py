"""What the adjudication screen shows: the words of a case, its readings side by side."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from itertools import pairwise
from typing import Final

from rich.cells import cell_len, set_cell_size

from annotator.domain.model import RELATION_TYPE, SPAN_ROLE, Annotation, Article, span_role
from annotator.domain.same import canonical_roles
from annotator.domain.scheme import Attribute, Scheme, Value
from annotator.domain.spans import canonical
from annotator.domain.wording import shown_name, shown_value
from annotator.session.adjudication import Accepted
from annotator.session.adjudication_cases import Case, Variant
from annotator.session.adjudication_ends import end_words
from annotator.session.adjudication_merging import MergeOutcome
from annotator.session.majority import WHY, Left, Verdict
from annotator.text.safe import safe_line
from annotator.tui.keymap import Keymap
from annotator.tui.widgets.fitting import wrapped
from annotator.tui.widgets.lines import Line, StyledText

LABEL: Final = 16
"""Cells of the first column."""
LEAST: Final = 22
"""Cells that a reading's column has at least."""
NOTHING: Final = "–"
ENDS: Final = (("head", "from"), ("tail", "to"))
"""The ends of a relation, and what people call them."""


@dataclass(frozen=True, slots=True)
class TableRow:
    """A role or an attribute of a case, or an `end` of a relation; `parent` is the claim that it is
    nested in, `note` what annotators wrote, which nobody decides."""

    kind: str
    name: str
    title: str
    attribute: Attribute | None = None
    scheme: Scheme | None = None
    """Of an end: it says which words stand for it."""


def rows_of(case: Case, scheme: Scheme) -> tuple[TableRow, ...]:
    """What some reading (or the decision) of a case has, in the order of the scheme."""
    found: list[Annotation] = list(case.readings.values())
    if case.decision and case.decision.claim:
        found.append(case.decision.claim)
    roles = {f.role for a in found for f in a.fragments}
    names = {name for a in found for name in a.attributes}
    marked = span_role(case.layer_name) if case.layer == "mark" else SPAN_ROLE
    known = [r.name for r in scheme.roles] if case.layer == "claim" else [marked]
    listed = [role for role in known if role in roles] + sorted(roles - set(known))
    attributes = scheme.of_layer(case.layer_name)
    by_name = {a.name: a for a in attributes}
    order = [a.name for a in attributes if a.name in names]
    out = [
        TableRow("role", name, "words" if name in (SPAN_ROLE, marked) else shown_name(name))
        for name in listed
    ]
    if case.layer == "relation":
        out = [TableRow("end", end, said, scheme=scheme) for end, said in ENDS]
        out.insert(1, TableRow("attribute", RELATION_TYPE, "type", _types(scheme)))
        names.discard(RELATION_TYPE)
        order = [name for name in order if name != RELATION_TYPE]
    for name in (*order, *sorted(names - set(order))):
        known_as = by_name.get(name)
        title = shown_name(known_as.title if known_as else name)
        out.append(TableRow("attribute", name, title, known_as))
    if case.links:
        out.append(TableRow("parent", "parent", "nested in"))
    if any(r.note or r.flagged for r in case.readings.values()):
        out.append(TableRow("note", "note", "note"))
    return tuple(out)


def _types(scheme: Scheme) -> Attribute:
    """The types of relations as values, so that they are shown as other names are."""
    values = tuple(Value(r.name, r.key, r.guideline) for r in scheme.relations)
    return Attribute(RELATION_TYPE, "relation", "type", "", True, "one", values)


def noted(annotation: Annotation) -> str:
    """What an annotator wrote, and whether they flagged it for discussion, in one line."""
    flag = "flagged" if annotation.flagged else ""
    return ": ".join(p for p in (flag, safe_line(" ".join(annotation.note.split()))) if p)


def value_of(
    row: TableRow, reading: Annotation | None, case: Case, variant: Variant, text: str
) -> str:
    """What a reading says in a row."""
    if reading is None:
        return NOTHING
    if row.kind == "role":
        ranges = dict(canonical_roles(reading.fragments)).get(row.name, ())
        return " … ".join(" ".join(text[s:e].split()) for s, e in ranges) or NOTHING
    if row.kind == "end" and row.scheme is not None:
        id_ = reading.head if row.name == "head" else reading.tail
        return end_words(case, id_, row.scheme, text) or NOTHING
    if row.kind == "attribute":
        value = reading.attributes.get(row.name)
        return NOTHING if value is None else shown_value(row.attribute, value)
    if row.kind == "note":
        notes = (noted(case.readings[name]) for name in variant.annotators)
        return " / ".join(dict.fromkeys(n for n in notes if n)) or NOTHING
    at = case.links.get(variant.annotators[0]) if variant.annotators else None
    return NOTHING if at is None else f"case {at + 1}"


def differs(row: TableRow, case: Case, text: str) -> bool:
    """Whether two who have a reading differ in a row; notes are nobody's decision."""
    if row.kind == "note":
        return False
    if row.kind == "end":
        # Which words somebody marked there was decided about the end.
        return len({way[row.name == "tail"] for way in case.ways.values()}) > 1
    said = set()
    for v in case.variants:
        if v.reading is not None:
            ranges = (
                dict(canonical_roles(v.reading.fragments)).get(row.name, ())
                if row.kind == "role"
                else ()
            )
            # What is shown alike ("a_b" of the scheme, "a b" of a file) need not be the same.
            value = v.reading.attributes.get(row.name) if row.kind == "attribute" else None
            said.add((value_of(row, v.reading, case, v, text), ranges, value))
    return len(said) > 1


def shortened(words: str, cells: int) -> str:
    """Words cut in the middle, so that both ends can be compared."""
    if cell_len(words) <= cells:
        return words
    keep = max(1, (cells - 3) // 2)
    head = set_cell_size(words, keep).rstrip()
    tail = words
    while cell_len(tail) > keep:
        tail = tail[max(1, (len(tail) - keep) // 2) :] if len(tail) > 2 * keep else tail[1:]
    return f"{head} … {tail.lstrip()}"


class ShownNames:
    """Whom the screen names; anonymous, everybody is a number that differs by article."""

    def __init__(self, article: str, annotators: Iterable[str], *, anonymous: bool) -> None:
        def place(name: str) -> str:
            return hashlib.sha256(f"{article} {name}".encode()).hexdigest()

        self.anonymous = anonymous
        self._numbers = {n: i for i, n in enumerate(sorted(annotators, key=place), start=1)}

    def of(self, annotators: Sequence[str]) -> str:
        """The names of some annotators, or their numbers."""
        if not self.anonymous:
            return ", ".join(annotators)
        return "reader " + ", ".join(str(n) for n in sorted(self._numbers[a] for a in annotators))


def columns_that_fit(case: Case, width: int) -> int:
    """How many readings stand side by side, the decision's column not counted."""
    decided = 1 if case.decision else 0
    return max(1, min(len(case.variants), (width - LABEL) // LEAST - decided))


def table_lines(
    case: Case,
    rows: Sequence[TableRow],
    here: int,
    first: int,
    names: ShownNames,
    text: str,
    width: int,
) -> list[Line]:
    """The readings side by side, the row under the cursor marked; then that row in full."""
    fitting = columns_that_fit(case, width)
    shown = list(enumerate(case.variants))[first : first + fitting]
    decision = case.decision
    columns = len(shown) + (1 if decision else 0)
    wide = (width - LABEL) // max(1, columns)
    head = [StyledText(" " * LABEL)]
    for i, variant in shown:
        who = names.of(variant.annotators)
        key = f"{i + 1} " if i < 9 else "  "
        head += [StyledText(key, "key"), StyledText(_padded(who, wide - len(key)), "strong")]
    if decision:
        state = "decided" if case.state == "decided" else "to decide again"
        head.append(StyledText(_padded(f"{state}: {decision.how}", wide), "good"))
    lines: list[Line] = [head]
    for r, row in enumerate(rows):
        apart = differs(row, case, text)
        mark = ("▶" if r == here else " ") + ("≠" if apart else " ")
        title = _padded(_padded(f"{mark}{row.title}", LABEL - 1), LABEL)
        line = [StyledText(title, "warn" if apart else "dim")]
        style = "plain" if apart else "dim"
        for _, variant in shown:
            words = value_of(row, variant.reading, case, variant, text)
            if variant.reading is None:
                words = "nothing here" if r == 0 else ""
            line.append(StyledText(_padded(shortened(words, wide - 2), wide), style))
        if decision:
            words = _decided(row, case, text) if decision.claim else ("nothing" if r == 0 else "")
            line.append(StyledText(_padded(shortened(words, wide - 2), wide), "good"))
        lines.append(line)
    more = len(case.variants) - len(shown)
    if more:
        others = "1 more reading" if more == 1 else f"{more} more readings"
        lines.append([StyledText(f"  {others} to the side", "dim")])
    return lines


def detail_lines(case: Case, row: TableRow, names: ShownNames, text: str, width: int) -> list[Line]:
    """What everybody says in one row, in full words."""
    lines: list[Line] = [[StyledText(row.title, "title")]]
    if row.kind == "note":
        return [*lines, *_note_lines(case.readings.values(), names, width), *_reason_lines(case)]
    for i, variant in enumerate(case.variants, start=1):
        words = value_of(row, variant.reading, case, variant, text)
        if variant.reading is None:
            words = "nothing here"
        for j, piece in enumerate(wrapped(words, max(10, width - 24), 4)):
            who = f"{i if i <= 9 else ' '} {names.of(variant.annotators)}" if j == 0 else ""
            lines.append([StyledText(_padded(f"  {who}", 22), "strong"), StyledText(piece)])
    return [*lines, *_reason_lines(case)]


def _reason_lines(case: Case) -> list[Line]:
    reason = case.decision.reason if case.decision else ""
    return [[], [StyledText("reason  ", "dim"), StyledText(reason)]] if reason else []


def _note_lines(annotations: Iterable[Annotation], names: ShownNames, width: int) -> list[Line]:
    """What each annotator wrote, in full words."""
    lines: list[Line] = []
    for a in annotations:
        for j, piece in enumerate(wrapped(noted(a), max(10, width - 24), 6) if noted(a) else ()):
            who = names.of((a.annotator,)) if j == 0 else ""
            lines.append([StyledText(_padded(f"  {who}", 22), "strong"), StyledText(piece)])
    return lines


def beside_lines(
    notes: Sequence[Annotation], names: ShownNames, text: str, width: int
) -> list[Line]:
    """Notes on sentences, the article or claims near a case, which are no part of it."""
    lines: list[Line] = []
    for a in notes:
        words = " ".join(text[a.start : a.end].split())
        where = f"{a.layer_name} {shortened(words, max(10, width // 3))}".rstrip()
        lines.append([StyledText(f"note beside, on the {where}", "title")])
        lines += _note_lines([a], names, width)
    return [[], *lines] if lines else []


def merge_said(merge: MergeOutcome, keymap: Keymap) -> str:
    """What became of a merge, in a line."""
    who = f"{merge.have} of {merge.readers} readers"
    if not merge.done:
        nothing = keymap.shown("adjudicate.none")
        has = "has" if merge.have == 1 else "have"
        return f"not merged: {who} {has} it; 1-9 takes a reading, {nothing} says nothing here"
    said = ["merged" if merge.have == merge.readers else f"merged ({who} have this)"]
    if merge.ties:
        said.append(f"no majority on {', '.join(merge.ties)}")
    if merge.thin:
        said.append(f"few have {', '.join(merge.thin)}")
    return "; ".join(said)


def agreement_said(found: Verdict, scheme: Scheme) -> StyledText:
    """What enough annotators agree on in an open case, or why that decides nothing, in a phrase."""
    if isinstance(found, Left):
        titles = {a.name: a.title for a in scheme.attributes}
        names = ", ".join(titles.get(name, name) for name in found.about.split(", "))
        # Who has not come so far is not said: the screen may hide names.
        about = f": {names}" if names and found.why != "unread" else ""
        return StyledText(f"  {WHY[found.why]}{about}", "dim")
    said = {
        "identical": "everybody reads it alike",
        "take": "most read it alike",
        "merge": "most agree on each part",
        "none": "most have nothing here",
    }
    return StyledText(f"  {said[found.how]}", "good")


def accepted_said(found: Accepted) -> str:
    """What became of the cases of an article, in a line: how many were decided, and how."""
    how = (("identical", "alike"), ("take", "as most"), ("merge", "mixed"), ("none", "nothing"))
    counts = ", ".join(f"{found.decided[h]} {said}" for h, said in how if found.decided[h])
    decided = found.decided.total()
    return (f"{decided} decided ({counts})" if decided else "nothing to decide by majority") + (
        f", {len(found.left)} left" if found.left else ""
    )


def _decided(row: TableRow, case: Case, text: str) -> str:
    claim = case.decision.claim if case.decision else None
    if claim is None:
        return NOTHING
    if row.kind == "note":
        return noted(claim) or NOTHING
    if row.kind == "parent":
        return "as read" if claim.parent else NOTHING
    return value_of(row, claim, case, Variant((), claim), text)


def _padded(words: str, cells: int) -> str:
    return set_cell_size(words, max(0, cells))


def context_lines(
    article: Article, case: Case, scheme: Scheme, width: int, most: int
) -> list[Line]:
    """The sentences of a case with the ones around it; what is marked stands out.

    Words that all mark as content (or span) are strong, those of some only are a warning.
    """
    start, end = case.range
    sentences = article.layout.sentences
    touched = [i for i, s in enumerate(sentences) if s.start < end and start < s.end]
    low = sentences[max(0, touched[0] - 1)].start if touched else max(0, start - 200)
    high = sentences[min(len(sentences) - 1, touched[-1] + 1)].end if touched else end + 200
    all_marked, some_marked = _marked(case, scheme)
    lines: list[Line] = []
    for a, b in _rows(article.text, low, min(high, len(article.text)), width - 2):
        cuts = {a, b}
        for s, e in (*all_marked, *some_marked):
            cuts.update(x for x in (s, e) if a < x < b)
        edges = sorted(cuts)
        line = [StyledText(" ")]
        for s, e in pairwise(edges):
            style = "plain"
            if any(x <= s < y for x, y in some_marked):
                style = "warn"
            if any(x <= s < y for x, y in all_marked):
                style = "strong"
            line.append(StyledText(" ".join(article.text[s:e].split("\n")), style))
        lines.append(line)
    if len(lines) > most:
        first = next(
            (i for i, line in enumerate(lines) if any(p.style != "plain" for p in line)), 0
        )
        first = max(0, min(first - 1, len(lines) - most))
        lines = lines[first : first + most]
    return lines


def _marked(
    case: Case, scheme: Scheme
) -> tuple[tuple[tuple[int, int], ...], tuple[tuple[int, int], ...]]:
    anchors = []
    for reading in case.readings.values():
        marked = [reading]
        if case.layer == "relation":
            ids = (reading.head, reading.tail)
            marked = [e.annotation for id_, e in case.ends.items() if id_ in ids and e.is_here]
        about = canonical((f.start, f.end) for a in marked for f in scheme.anchor(a))
        anchors.append(set(_positions(about)))
    if not anchors:
        return (), ()
    everybody = set.intersection(*anchors) if len(case.readings) == len(case.readers) else set()
    return _ranges(everybody), _ranges(set.union(*anchors))


def _positions(ranges: Iterable[tuple[int, int]]) -> Iterable[int]:
    return (i for start, end in ranges for i in range(start, end))


def _ranges(positions: set[int]) -> tuple[tuple[int, int], ...]:
    return canonical((i, i + 1) for i in positions)


def _rows(text: str, low: int, high: int, width: int) -> list[tuple[int, int]]:
    """Break a range of the text into lines at blanks and line ends, by cells."""
    out: list[tuple[int, int]] = []
    start = low
    while start < high:
        end = last = start
        used = 0
        while end < high and text[end] != "\n":
            used += cell_len(text[end])
            if used > width:
                break
            end += 1
            if end < high and text[end].isspace():
                last = end
        if end < high and text[end] != "\n" and last > start:
            end = last
        if end == start and text[start] != "\n":
            end = start + 1
        if end > start:
            out.append((start, end))
        start = end
        while start < high and text[start].isspace():
            start += 1
    return out

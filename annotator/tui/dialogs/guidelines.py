"""The guidelines of every role and label, opened at the one that is at work; typing finds."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Final, NamedTuple

from annotator.domain.model import RELATION_TYPE, Annotation
from annotator.domain.scheme import MARK, Scheme
from annotator.domain.wording import shown_name
from annotator.text.safe import safe_line
from annotator.tui.dialogs.reading import Block, ReadingBox
from annotator.tui.widgets.fitting import wrapped
from annotator.tui.widgets.lines import Line, StyledText

LONGEST: Final = 40
"""Lines of one guideline at most."""


class Guideline(NamedTuple):
    """What a role, an attribute or a value means. `layer` is empty for a role."""

    key: str
    name: str
    text: str
    layer: str | None = None
    attribute: str = ""
    value: str = ""

    def fits(self, words: Sequence[str]) -> bool:
        """Whether it is found by some folded words: its key by itself, else words in it."""
        if list(words) == [self.key.casefold()]:
            return True
        return all(w in f"{self.name} {self.text}".casefold() for w in words)


def guidelines(scheme: Scheme) -> list[Guideline]:
    """Those of everything that a scheme names: roles, span layers, labels, relations."""
    found = [Guideline(r.key, f"role {r.name}", r.guideline, value=r.name) for r in scheme.roles]
    found += [
        Guideline("", f"layer {shown_name(s.title)}", s.guideline, s.name)
        for s in scheme.span_layers
        if s.name != MARK or s.guideline
    ]
    for a in scheme.attributes:
        found.append(Guideline("", f"{a.layer}: {a.title}", a.guideline, a.layer, a.name))
        found += [
            Guideline(
                v.key, f"{a.title}: {shown_name(v.name)}", v.guideline, a.layer, a.name, v.name
            )
            for v in a.values
        ]
    for r in scheme.relations:
        name = f"relation: {shown_name(r.title)}"
        found.append(Guideline(r.key, name, r.guideline, "relation", RELATION_TYPE, r.name))
    return found


def at_work(entries: Sequence[Guideline], scheme: Scheme, subject: Annotation | None) -> int:
    """The number of the guideline to open at: of what is due, else of the first label given.

    Without a claim or mark, and where it has no label, that of its layer; 0 when there is none.
    """
    if subject is None:
        return 0
    attributes = [a.name for a in scheme.of_layer(subject.layer_name)]
    due = [name for name in scheme.missing(subject) if name in attributes]
    given = [(n, subject.attributes[n]) for n in attributes if n in subject.attributes]
    wanted = [*((name, "") for name in due), *given, *((name, "") for name in attributes)]
    places = {(e.layer, e.attribute, e.value): i for i, e in enumerate(entries)}
    return places.get((subject.layer_name, *wanted[0]), 0) if wanted else 0


class Guidelines(ReadingBox):
    """Reads the scheme aloud, so to speak: what each label means, in the scheme's own words.

    Args:
        scheme: The labels in force.
        subject: The claim or mark at work or under the cursor: its labels have a star.
    """

    COLUMNS = 100
    LEAST = 100
    """One column: these are sentences."""

    def __init__(self, scheme: Scheme, subject: Annotation | None) -> None:
        self._scheme = scheme
        self._entries = guidelines(scheme)
        self._subject = subject
        super().__init__(f"Guidelines: {safe_line(scheme.title)}", self._place(scheme))

    def _place(self, scheme: Scheme) -> int:
        return at_work(self._entries, scheme, self._subject)

    def blocks(self, words: Sequence[str], width: int) -> Iterator[Block]:
        """A block for each guideline that fits."""
        for entry in self._entries:
            if not entry.fits(words):
                continue
            heading = bool(entry.layer) and not entry.value
            star = "*" if self._given(entry) else " "
            lines: list[Line] = [
                [
                    StyledText(f"{entry.key or ' '}{star}", "key"),
                    StyledText(safe_line(entry.name), "title" if heading else "strong"),
                ]
            ]
            text = safe_line(" ".join(entry.text.split()))
            if text:
                for row in wrapped(text, max(10, width - 4), LONGEST):
                    lines.append([StyledText(f"    {row}")])
            yield lines

    def _given(self, entry: Guideline) -> bool:
        subject = self._subject
        return (
            subject is not None
            and bool(entry.value)
            and entry.layer == subject.layer_name
            and entry.value in self._values(subject, entry.attribute)
        )

    def _values(self, subject: Annotation, name: str) -> list[str]:
        given = subject.attributes.get(name, "")
        attribute = self._scheme.attribute(subject.layer_name, name)
        return attribute.split(given) if attribute else [given]

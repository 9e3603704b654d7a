"""A session on a short text, whose writes are kept in a list."""

from __future__ import annotations

import re
from array import array
from collections.abc import Iterable
from itertools import count

from annotator.domain.model import Annotation, Article, Batch, Layout, Paragraph, Sentence
from annotator.domain.scheme import DEFAULT_SCHEME, Scheme
from annotator.domain.scheme_file import parse_scheme
from annotator.session import Session
from annotator.session.actions import reserved_keys

SCHEME = parse_scheme(DEFAULT_SCHEME.read_text(encoding="utf-8"), reserved_keys())

TEXT = (
    "Minister denies cuts\n"
    "\n"
    "“We never wrote that,” a spokesperson said. Farmers protested on Monday.\n"
    "\n"
    "Those networks, he said, were positioning themselves. Ana Ruiz, the mayor, told reporters:"
    " “It is late.\n"
    "\n"
    "“Very late.” Nobody answered."
)


def layout(text: str) -> Layout:
    """Paragraphs by line, sentences by full stop, tokens by word and sign."""
    paragraphs: list[Paragraph] = []
    sentences: list[Sentence] = []
    starts, ends = array("I"), array("I")
    for line in re.finditer(r"[^\n]+", text):
        paragraphs.append(Paragraph(*line.span()))
        for s in re.finditer(r"\S.*?(?:[.!?]”?(?=\s)|$)", line[0]):
            a, b = line.start() + s.start(), line.start() + s.end()
            kind = "heading" if not sentences else "body"
            sentences.append(Sentence(a, b, len(paragraphs) - 1, kind))  # type: ignore[arg-type]
            for t in re.finditer(r"\w+|[^\w\s]", s[0]):
                starts.append(a + t.start())
                ends.append(a + t.end())
    return Layout(paragraphs, sentences, starts, ends, "test")


def article(text: str = TEXT) -> Article:
    """A stored article of that text."""
    return Article("uid", 1, "name", "", "", "", "", "", "", "", text, "", "", {}, layout(text))


def quotations(text: str) -> list[tuple[int, int]]:
    """Quotations in curly marks; one that does not close runs on through the next."""
    return [m.span() for m in re.finditer(r"“(?:[^”]|\n\n)*”", text)]


class Bench:
    """A session, the batches it wrote, and short ways to say where."""

    def __init__(
        self,
        text: str = TEXT,
        annotations: Iterable[Annotation] = (),
        scheme: Scheme = SCHEME,
    ) -> None:
        self.text = text
        self.written: list[Batch] = []
        ticks = count()
        self.session = Session(
            article(text),
            annotations,
            "ann",
            scheme,
            self.written.append,
            lambda: f"2026-01-01T00:00:{next(ticks):06.3f}Z",
            lambda: quotations(text),
        )

    def at(self, words: str) -> None:
        """Put the cursor on the first of some words."""
        self.session.go(self.text.index(words))

    def role(self, name: str, *, new: bool = False) -> None:
        """Press a role's key."""
        found = SCHEME.role(name)
        assert found is not None
        self.session.give_role(found, new=new)

    def label(self, name: str, value: str) -> None:
        """Press a label's key."""
        found = SCHEME.attribute("claim", name)
        assert found is not None
        self.session.label(found, value)

    def words(self, role: str, annotation: Annotation | None = None) -> list[str]:
        """The words of a role of the active (or another) annotation."""
        found = annotation or self.session.active
        assert found is not None
        return [self.text[f.start : f.end] for f in found.role(role)]

    def selected(self) -> str:
        """The selected words."""
        assert self.session.selection is not None
        return self.text[self.session.selection.start : self.session.selection.end]

"""Articles as a web page with their annotations in the text, for reading and for print.

A text is cut where any span begins or ends; each stretch says which claims it belongs to and as
what. Nothing is told by colour alone: roles have their own underline, claims their number. The page
needs no script and no other file.
"""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Iterable, Iterator
from itertools import pairwise
from typing import Final, NamedTuple

from annotator.domain.exchange import Dataset, Document
from annotator.domain.losses import Losses
from annotator.domain.model import Annotation, Article, Fragment
from annotator.formats.support import unsupported as unheld
from annotator.formats.support.base import Format, Option, Options
from annotator.formats.support.output import Output
from annotator.pages import stream


class _Piece(NamedTuple):
    """A fragment with the number of its annotation and the class it is shown as."""

    fragment: Fragment
    number: int
    shown: str


_SHOWN: Final = frozenset({"content", "source", "cue", "addressee", "via"})


def _pieces(annotations: Iterable[Annotation]) -> Iterator[_Piece]:
    for number, a in enumerate(annotations, start=1):
        for f in a.fragments:
            shown = f.role if f.role in _SHOWN else "other"
            yield _Piece(f, number, "mark" if a.layer == "mark" else shown)


def segments(start: int, end: int, pieces: list[_Piece]) -> Iterator[tuple[int, int, list[_Piece]]]:
    """The stretches of `[start, end)` between the ends of pieces, with the pieces over each."""
    inside = [p for p in pieces if p.fragment.start < end and start < p.fragment.end]
    cuts = {start, end}
    for p in inside:
        cuts |= {max(start, p.fragment.start), min(end, p.fragment.end)}
    ordered = sorted(cuts)
    for low, high in pairwise(ordered):
        yield low, high, [p for p in inside if p.fragment.start <= low < p.fragment.end]


class _Stretch(NamedTuple):
    """Words that are over one set of pieces: their roles as classes, and what they are part of."""

    words: str
    roles: str
    title: str
    begun: str
    """Numbers of the annotations that begin here."""


class _Paragraph(NamedTuple):
    kind: str
    stretches: list[_Stretch]


class _Listed(NamedTuple):
    heading: str
    facts: list[tuple[str, str]]


class _Shown(NamedTuple):
    """An article as the page shows it."""

    uid: str
    title: str
    """Empty where the text begins with it."""
    known: str
    paragraphs: list[_Paragraph]
    listed: list[_Listed]


def _stretch(text: str, low: int, high: int, over: list[_Piece]) -> _Stretch:
    title = ", ".join(dict.fromkeys(f"{p.number} {p.fragment.role}" for p in over))
    begun = dict.fromkeys(str(p.number) for p in over if p.fragment.start == low)
    roles = dict.fromkeys(p.shown for p in over)
    return _Stretch(text[low:high], " ".join(roles), title, " ".join(begun))


def _paragraphs(article: Article, pieces: list[_Piece]) -> Iterator[_Paragraph]:
    """The whole text, paragraph by paragraph, with what lies between them."""

    def paragraph(start: int, end: int, kind: str = "") -> _Paragraph:
        found = segments(start, end, pieces)
        return _Paragraph(kind, [_stretch(article.text, *stretch) for stretch in found])

    layout = article.layout
    firsts = [s.start for s in layout.sentences]
    kinds = [s.kind for s in layout.sentences]
    at = 0
    for p in layout.paragraphs:
        # What lies between paragraphs shows when it is more than line breaks.
        if article.text[at : p.start].strip():
            yield paragraph(at, p.start)
        i = bisect_right(firsts, p.start) - 1
        yield paragraph(p.start, p.end, kinds[i] if i >= 0 else "body")
        at = p.end
    if article.text[at:].strip():
        yield paragraph(at, len(article.text))


def _listed(article: Article, annotations: list[Annotation]) -> Iterator[_Listed]:
    numbers = {a.id: number for number, a in enumerate(annotations, start=1)}
    for number, a in enumerate(annotations, start=1):
        facts: list[tuple[str, str]] = []
        if a.parent in numbers:
            facts.append(("nested in", str(numbers[a.parent])))
        roles: dict[str, list[str]] = {}
        for f in a.fragments:
            roles.setdefault(f.role, []).append(article.text[f.start : f.end])
        facts += ((role, " … ".join(found)) for role, found in roles.items())
        facts += sorted(a.attributes.items())
        if a.note:
            facts.append(("note", a.note))
        flag = ", flagged" if a.flagged else ""
        yield _Listed(f"{number}. {a.layer}, {a.annotator}{flag}", facts)


def _count(shown: list[Annotation], losses: Losses, *, listed: bool) -> None:
    """Count what the page does not say: without the list, all but pieces, roles and claims."""
    ids = {a.id for a in shown}
    for a in shown:
        if not (listed or a.fragments):
            unheld.left_out(a, losses, unheld.WITHOUT_SPAN)
            continue
        held = ("attributes", "grouping", "note", "flag") if listed else ("grouping",)
        parent = ("parent",) if listed and a.parent in ids else ()
        unheld.count(a, (*held, *parent), losses)


def _shown(document: Document, losses: Losses, *, listed: bool) -> _Shown:
    article = document.stored
    shown = [a for a in document.annotations if a.layer in ("claim", "mark")]
    for a in document.annotations:
        if a.layer not in ("claim", "mark"):
            unheld.left_out(a, losses)
    _count(shown, losses, listed=listed)
    title = article.title or article.name or article.uid
    begins = article.text.lstrip().partition("\n")[0].strip() == title
    known = (article.byline, article.outlet, article.published, article.url)
    return _Shown(
        article.uid,
        "" if begins else title,
        " · ".join(k for k in known if k),
        list(_paragraphs(article, list(_pieces(shown)))),
        list(_listed(article, shown)) if listed else [],
    )


def write(
    documents: Iterable[Document],
    dataset: Dataset,
    out: Output,
    options: Options,
    losses: Losses,
) -> None:
    """Write one page with all articles, one after the other."""
    del dataset
    listed = options.flag("list")
    articles = (_shown(document, losses, listed=listed) for document in documents)
    with out.open() as file:
        for piece in stream("articles", title="Annotated articles", articles=articles):
            file.write(piece.encode())


FORMAT: Final = Format(
    name="html",
    title="web page for reading and print",
    suffix=".html",
    holds="texts with claims and marks in place",
    loses="write only; sentence and article annotations; with -o list=no all labels, notes, flags,"
    " parents",
    unit="none",
    write=write,
    options=(Option("list", "yes", "a list of the claims after each article", ("yes", "no")),),
)

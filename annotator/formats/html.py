"""Articles as a web page with their annotations in the text, for reading and for print.

A text is cut where any span begins or ends; each stretch says which claims it belongs to and as
what. Nothing is told by colour alone: roles have their own underline, claims their number. The page
needs no script and no other file.
"""

from __future__ import annotations

import html
import re
from bisect import bisect_right
from collections.abc import Iterable, Iterator
from itertools import pairwise
from typing import Final, NamedTuple

from annotator.domain.exchange import Document, Project
from annotator.domain.losses import Losses
from annotator.domain.model import Annotation, Article, Fragment
from annotator.formats.support import unsupported as unheld
from annotator.formats.support.base import Format, Option, Options
from annotator.formats.support.output import Output

_CONTROL: Final = re.compile("[\x00-\x08\x0b-\x1f\x7f]")
_STYLE: Final = """
body { max-width: 42rem; margin: 2rem auto; padding: 0 1rem; font: 1.05rem/1.7 Georgia, serif }
article { break-after: page; margin-bottom: 4rem }
header p, .claims { font: .85rem/1.5 system-ui, sans-serif }
.text p { white-space: pre-wrap }
.content { background: #fdf3c7; border-bottom: 2px solid #a07800 }
.source { background: #dcebff; border-bottom: 2px dashed #1d5bb8 }
.cue { background: #e2f5e2; border-bottom: 2px dotted #27752b }
.addressee, .via, .other { border-bottom: 2px double #666 }
.mark { background: #fbdedb; border-bottom: 2px groove #b3261e }
.heading { font-weight: bold } .caption, .credit, .byline, .footer { font-size: .9em }
sup { font: .65em system-ui, sans-serif }
dt { font-weight: bold; margin-top: .6em } dd { margin: 0 0 0 1.5em }
@media (prefers-color-scheme: dark) {
  body { background: #16181c; color: #e8e6e1 }
  .content { background: #453a10 } .source { background: #16304f } .cue { background: #1b3b1d }
  .mark { background: #4d1f1c }
}
@media print { body { margin: 0; max-width: none } }
"""


class _Piece(NamedTuple):
    """A fragment with the number of its annotation and the class it is shown as."""

    fragment: Fragment
    number: int
    shown: str


_SHOWN: Final = frozenset({"content", "source", "cue", "addressee", "via"})


def _escaped(text: str) -> str:
    """Text for HTML; control characters become the pictures of them."""
    visible = _CONTROL.sub(
        lambda m: chr(0x2400 + ord(m.group())) if m.group() != "\x7f" else "␡", text
    )
    return html.escape(visible)


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


def _stretch(text: str, low: int, high: int, over: list[_Piece]) -> str:
    words = _escaped(text[low:high])
    if not over:
        return words
    classes = " ".join(dict.fromkeys(p.shown for p in over))
    title = ", ".join(dict.fromkeys(f"{p.number} {p.fragment.role}" for p in over))
    begun = [str(p.number) for p in over if p.fragment.start == low]
    label = f"<sup>{' '.join(dict.fromkeys(begun))}</sup>" if begun else ""
    return f'<span class="{classes}" title="{html.escape(title)}">{label}{words}</span>'


def _range(text: str, start: int, end: int, pieces: list[_Piece]) -> str:
    return "".join(_stretch(text, *stretch) for stretch in segments(start, end, pieces))


def _paragraphs(article: Article, pieces: list[_Piece]) -> Iterator[str]:
    """The whole text, paragraph by paragraph, with what lies between them."""
    layout = article.layout
    firsts = [s.start for s in layout.sentences]
    kinds = [s.kind for s in layout.sentences]
    at = 0
    for p in layout.paragraphs:
        # What lies between paragraphs shows when it is more than line breaks.
        if article.text[at : p.start].strip():
            yield f"<p>{_range(article.text, at, p.start, pieces)}</p>"
        i = bisect_right(firsts, p.start) - 1
        kind = kinds[i] if i >= 0 else "body"
        yield f'<p class="{kind}">{_range(article.text, p.start, p.end, pieces)}</p>'
        at = p.end
    if article.text[at:].strip():
        yield f"<p>{_range(article.text, at, len(article.text), pieces)}</p>"


def _listed(article: Article, annotations: list[Annotation]) -> Iterator[str]:
    numbers = {a.id: number for number, a in enumerate(annotations, start=1)}
    for number, a in enumerate(annotations, start=1):
        flag = ", flagged" if a.flagged else ""
        yield f"<dt>{number}. {html.escape(a.layer)}, {_escaped(a.annotator)}{flag}</dt>"
        if a.parent in numbers:
            yield f"<dd>nested in: {numbers[a.parent]}</dd>"
        roles: dict[str, list[str]] = {}
        for f in a.fragments:
            roles.setdefault(f.role, []).append(article.text[f.start : f.end])
        for role, found in roles.items():
            yield f"<dd>{html.escape(role)}: {_escaped(' … '.join(found))}</dd>"
        for name, value in sorted(a.attributes.items()):
            yield f"<dd>{_escaped(name)}: {_escaped(value)}</dd>"
        if a.note:
            yield f"<dd>note: {_escaped(a.note)}</dd>"


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


def _article(document: Document, options: Options, losses: Losses) -> Iterator[str]:
    article = document.stored
    shown = [a for a in document.annotations if a.layer in ("claim", "mark")]
    for a in document.annotations:
        if a.layer not in ("claim", "mark"):
            unheld.left_out(a, losses)
    _count(shown, losses, listed=options.flag("list"))
    yield f'<article id="{article.uid}"><header>'
    title = article.title or article.name or article.uid
    # A text that begins with its title shows it there.
    if article.text.lstrip().partition("\n")[0].strip() != title:
        yield f"<h1>{_escaped(title)}</h1>"
    known = (article.byline, article.outlet, article.published, article.url)
    yield f"<p>{_escaped(' · '.join(k for k in known if k))}</p></header>"
    yield '<div class="text">'
    yield from _paragraphs(article, list(_pieces(shown)))
    yield "</div>"
    if options.flag("list") and shown:
        yield '<dl class="claims">'
        yield from _listed(article, shown)
        yield "</dl>"
    yield "</article>"


def write(
    documents: Iterable[Document], project: Project, out: Output, options: Options, losses: Losses
) -> None:
    """Write one page with all articles."""
    del project
    with out.open() as stream:
        head = (
            '<!DOCTYPE html>\n<html><head><meta charset="utf-8">'
            '<meta name="viewport" content="width=device-width">'
            f"<title>Annotated articles</title><style>{_STYLE}</style></head><body>\n"
        )
        stream.write(head.encode())
        for document in documents:
            for line in _article(document, options, losses):
                stream.write(f"{line}\n".encode())
        stream.write(b"</body></html>\n")


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

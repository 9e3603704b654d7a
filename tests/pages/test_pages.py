"""The three HTML pages: nothing from outside reaches them raw, and they can be read."""

from __future__ import annotations

import re
import tracemalloc
from collections.abc import Callable, Iterator
from dataclasses import replace
from html.parser import HTMLParser
from itertools import product
from pathlib import Path

import pytest
from hypothesis import HealthCheck, example, given, settings
from hypothesis import strategies as st

from annotator import pages
from annotator.domain.exchange import Document
from annotator.domain.losses import Losses
from annotator.domain.model import Annotation, Fragment
from annotator.formats import html as articles
from annotator.phrases import lineage
from annotator.phrases.matches import Match
from annotator.report import build
from annotator.report.render import html as report
from annotator.text.safe import safe_lines
from tests.formats.support import article_of, find, written
from tests.formats.support import claim as claim_in
from tests.report.conftest import QUICK
from tests.report.test_report import small
from tests.session.build import TEXT, article

FOLDER = Path(pages.__file__).parent
STYLE = (FOLDER / "style.css").read_text(encoding="utf-8")


def report_page(outside: str) -> str:
    """A report in which the text, a name, a label, a note and both titles are from outside."""
    pieces = (Fragment("content", 22, 40),)
    corpus = small(
        Annotation("1", "claim", "uid", outside, pieces, {"stance": outside}, note=outside),
        Annotation("2", "claim", "uid", "b", pieces, {"stance": "favor", outside: outside}),
    )
    text = TEXT[:25] + outside.replace("\n", " ")[:10] + TEXT[25 + len(outside[:10]) :]
    hostile = replace(article(text), title=outside, outlet=outside, name=outside)
    corpus = replace(corpus, articles=(hostile,))
    corpus.__dict__.pop("by_uid", None)
    return report.page(build(corpus, QUICK), corpus, outside)


def article_page(outside: str) -> str:
    """An export whose article, claims and marks are from outside through and through."""
    # A text is stored as UTF-8; titles and notes of a file read badly may hold half a character.
    text = f"Ana said it was{outside}late.".encode("utf-8", "ignore").decode()
    shown = article_of(text, title=outside, byline=outside, outlet=outside, url=outside)
    shown = replace(shown, published=outside)
    content = find(text, "it was", "content")
    more = {"note": outside, "annotator": outside, "attributes": {outside: outside}}
    first = claim_in(shown, content, Fragment(outside, 4, 8), **more)
    second = claim_in(shown, content, layer="mark", parent=first.id, flagged=True, **more)
    page = articles._shown(Document(shown, (first, second)), Losses(), listed=True)
    return pages.render("articles", title=outside, articles=[page])


def lineage_page(outside: str) -> str:
    """A lineage whose every text is from outside."""
    match = Match(outside, 1, outside, outside, 0, 0, 1, outside, 91.5, "near")
    step = lineage.Step(
        match, outside, outside, outside, outside, outside, outside, "kept", outside
    )
    other = step._replace(match=match._replace(text=f"It {outside} was"))
    return lineage.page([step, other], outside)


PAGES: dict[str, Callable[[str], str]] = {
    "report": report_page,
    "articles": article_page,
    "lineage": lineage_page,
}
BITS = (
    *(
        "<b>",
        "</p>",
        "</style>",
        "<script>alert(1)</script>",
        "<!--",
        "]]>",
        "&amp;",
        "&",
        '"',
        "'",
    ),
    *('" onload="x', "{{ 7 * 7 }}", "{% raw %}", "{# no #}", "{{ title }}", "}}", "%}", "$", "\\"),
    *("\x1b[31m", "\x00", "\x7f", "\x85", "\x9b", "\r", "\n", "\t", "\u2028", "\u202e", "\u2066"),
    *("\u200b", "\ufeff", "\u00ad", "\U000e0041", "\ud800", "\ufffe", "word", " ", "שלום", "é"),
)
outsides = st.lists(st.sampled_from(BITS) | st.text(max_size=3), min_size=1, max_size=8)


class Seen(HTMLParser):
    """The tags, attributes and words of a page; void elements aside, every tag must be closed."""

    VOID = ("meta", "br")

    def __init__(self, page: str) -> None:
        super().__init__()
        self.open: list[str] = []
        self.marks: list[tuple[str, ...]] = []
        self.values: list[str] = []
        self.words: list[str] = []
        self.feed(page)
        self.close()
        assert self.open == []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.marks.append((tag, *(name for name, _ in attrs)))
        self.values += [value or "" for _, value in attrs]
        if tag not in self.VOID:
            self.open.append(tag)

    def handle_endtag(self, tag: str) -> None:
        assert self.open.pop() == tag

    def handle_data(self, data: str) -> None:
        if self.open and self.open[-1] != "style":
            self.words.append(data)


def harmless(page: str) -> None:
    """Nothing in the page's source is a control or hidden character."""
    assert page == safe_lines(page)


@pytest.mark.parametrize("name", PAGES)
@settings(max_examples=40, deadline=None, suppress_health_check=list(HealthCheck))
@given(outside=outsides.map("".join))
@example(outside="".join(BITS))
def test_nothing_from_outside_reaches_a_page_raw(name: str, outside: str) -> None:
    page = PAGES[name](outside)
    harmless(page)
    seen = Seen(page)
    plain = Seen(PAGES[name]("word"))
    # No element and no attribute that the same page with a harmless word could not have.
    assert {m[0] for m in seen.marks} <= {m[0] for m in plain.marks} | {"h1", "ul", "li", "ins"}
    assert {n for m in seen.marks for n in m[1:]} <= {n for m in plain.marks for n in m[1:]}
    # It stands in the title as it is, but for what is made visible: no template was run on it.
    title = page[page.index("<title>") + 7 : page.index("</title>")]
    assert Seen(f"<p>{title}</p>").words == [safe_lines(outside)] or not outside


def test_template_syntax_is_only_text() -> None:
    for name, page in PAGES.items():
        shown = "".join(Seen(page("{{ 7 * 7 }}{% if x %}")).words)
        assert "{{ 7 * 7 }}{% if x %}" in shown, name


def test_no_template_passes_by_the_escaper() -> None:
    for path in sorted(FOLDER.glob("*.j2")):
        source = path.read_text(encoding="utf-8")
        assert not re.search(r"\|\s*(safe|xmlattr|tojson|urlize)\b|autoescape|<script", source), (
            path
        )
        # Attributes are quoted, so that what stands in them stays there.
        assert not re.search(r"=\{\{", source), path


@pytest.mark.parametrize("name", PAGES)
def test_one_frame_one_style_and_nothing_from_elsewhere(name: str) -> None:
    page = PAGES[name]("word")
    assert STYLE.strip() in page
    assert page.count("<style>") == 1
    assert "default-src 'none'" in page
    assert f'<body class="{name}">' in page
    found = Seen(page)
    tags = {m[0] for m in found.marks}
    assert tags.isdisjoint({"script", "link", "img", "iframe", "object"})
    assert not re.search(r"https?:|//[a-z]|url\(|@import", page)


def test_a_value_that_is_missing_is_an_error() -> None:
    from jinja2 import UndefinedError

    with pytest.raises(UndefinedError):
        pages.render("lineage", title="x")


# ------------------------------------------------------------------------------------ the export


def many(count: int, losses: list[int]) -> Iterator[Document]:
    text = "\n\n".join(f"Ana said it was late, number {i}." for i in range(20))
    for number in range(count):
        shown = article_of(f"{number} {text}", number)
        losses.append(number)
        yield Document(shown, (claim_in(shown, Fragment("content", 0, 9)),))


def test_articles_are_made_one_at_a_time() -> None:
    begun: list[int] = []
    shown = (articles._shown(d, Losses(), listed=True) for d in many(50, begun))
    read: list[int] = []
    for piece in pages.stream("articles", title="x", articles=shown):
        if piece.startswith("<article") or "<article" in piece:
            read.append(len(begun))
    assert read[0] <= 2
    assert read[-1] >= 49


def test_an_export_does_not_hold_its_page(tmp_path: Path) -> None:
    def peak(count: int) -> int:
        shown = (articles._shown(d, Losses(), listed=True) for d in many(count, []))
        tracemalloc.start()
        size = 0
        for piece in pages.stream("articles", title="x", articles=shown):
            size += len(piece)
        _, most = tracemalloc.get_traced_memory()
        tracemalloc.stop()
        assert size > 1_000 * count
        return most

    peak(2)  # templates are compiled once
    assert peak(300) < 2 * peak(30)


def test_the_same_articles_make_the_same_page(tmp_path: Path) -> None:
    found = list(many(3, []))
    written("html", found, tmp_path / "a.html")
    written("html", found, tmp_path / "b.html")
    assert (tmp_path / "a.html").read_bytes() == (tmp_path / "b.html").read_bytes()


# --------------------------------------------------------------------------------------- colours


def colours() -> dict[str, dict[str, str]]:
    """Scheme -> custom property -> value, as the style sheet has them."""
    light, dark = re.findall(r":root \{(.*?)\}", STYLE, re.DOTALL)
    found = dict(re.findall(r"--([\w-]+): ([^;]+);", light))
    return {"light": found, "dark": found | dict(re.findall(r"--([\w-]+): ([^;]+);", dark))}


def rgb(value: str) -> tuple[float, ...]:
    if value.startswith("#"):
        return tuple(int(value[i : i + 2], 16) for i in (1, 3, 5))
    return tuple(float(part) for part in value.split(","))


def luminance(colour: tuple[float, ...]) -> float:
    """Relative luminance of WCAG 2.2."""
    parts = [c / 255 for c in colour]
    r, g, b = [c / 12.92 if c <= 0.04045 else ((c + 0.055) / 1.055) ** 2.4 for c in parts]
    return 0.2126 * r + 0.7152 * g + 0.0722 * b


def contrast(one: tuple[float, ...], other: tuple[float, ...]) -> float:
    high, low = sorted((luminance(one), luminance(other)), reverse=True)
    return (high + 0.05) / (low + 0.05)


def test_contrast_is_measured_as_wcag_does() -> None:
    assert contrast((0, 0, 0), (255, 255, 255)) == pytest.approx(21)
    assert contrast(rgb("#777777"), rgb("#ffffff")) == pytest.approx(4.48, abs=0.01)


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_every_text_can_be_read_on_what_it_stands_on(scheme: str) -> None:
    found = colours()[scheme]
    paper = rgb(found["paper"])
    heat = rgb(found["heat"])
    # The strongest background of a number: half of the colour on the paper.
    strongest = tuple(0.5 * h + 0.5 * p for h, p in zip(heat, paper, strict=True))
    grounds = [rgb(found[n]) for n in ("paper", "head", "content", "source", "cue", "mark")]
    for ground in (*grounds, strongest):
        assert contrast(rgb(found["ink"]), ground) >= 4.5
    for words, ground in product(("soft", "accent"), (paper, rgb(found["head"]))):
        assert contrast(rgb(found[words]), ground) >= 4.5, words
    drawn = ("missed", "boundary", "type", "stance", "link", "limit", "accent")
    lines = ("content-line", "source-line", "cue-line", "mark-line")
    for shape in (*drawn, *lines):
        assert contrast(rgb(found[shape]), paper) >= 3, shape

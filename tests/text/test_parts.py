"""Tables, captions and times of web pages: left out alike whatever the page's size, and said."""

from __future__ import annotations

from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from annotator.text.readers.html import read_html
from annotator.text.readers.parts import without_parts

HEAD = "The bridge over the Ellery was shut on Monday after an inspector found three cracks."
LAST = "The poll was taken in March, according to Delta Figures, which asked 1,004 people."
TABLE = (
    "<table><caption>Poll</caption><tr><th>Party</th><th>Share</th></tr>{}</table>",
    "<tr><td>Union</td><td>5{}%</td></tr>",
)
FIGURE = "<figure><img src='a.jpg'><figcaption>The bridge {} by night.</figcaption></figure>"


def page(tables: list[int], figures: int, filler: int, tag: str = "article") -> str:
    """A page with tables of so many rows, so many pictures, and so many paragraphs more."""
    middle = "".join(TABLE[0].format("".join(map(TABLE[1].format, range(n)))) for n in tables)
    middle += "".join(map(FIGURE.format, range(figures)))
    more = "".join(
        f"<p>Paragraph {i} says that nobody had told the council of the cracks in the beam.</p>"
        for i in range(filler)
    )
    return (
        "<!doctype html><html><head><title>Bridge shut</title></head><body><nav><a>Home</a></nav>"
        f"<{tag}><h1>Bridge shut</h1><p>{HEAD}</p><ul><li>Fees rise in May, the office said.</li>"
        f"<li>Trains stop at nine, it said.</li></ul>{middle}<p>{LAST}</p>{more}</{tag}>"
        "<footer><table><tr><td>Imprint</td><td>Help</td></tr><tr><td>A</td><td>B</td></tr></table>"
        "</footer></body></html>"
    )


def counted(n: int, noun: str) -> list[str]:
    return [f"{n} {noun}" if n == 1 else f"{n} {noun}s"] if n else []


@pytest.mark.parametrize("extractor", [True, False])
@given(
    tables=st.lists(st.integers(1, 60), max_size=3),
    figures=st.integers(0, 3),
    filler=st.integers(0, 25),
    tag=st.sampled_from(["article", "main", "div"]),
)
@settings(max_examples=40, deadline=None)
def test_what_is_left_out_is_counted(
    extractor: bool, tables: list[int], figures: int, filler: int, tag: str
) -> None:
    """The same text at every size; every table and caption is out of it, and in the note."""
    with pytest.MonkeyPatch.context() as patch:
        if not extractor:
            patch.setitem(__import__("sys").modules, "trafilatura", None)
        text, _, notes = read_html(page(tables, figures, filler, tag))
        plain, _, _ = read_html(page([], 0, filler, tag))
    if tag != "div":  # without a region, trafilatura may drop headings and lists of a short page
        assert text == plain
        assert text.split("\n\n")[:4] == [
            "Bridge shut", HEAD, "Fees rise in May, the office said.",
            "Trains stop at nine, it said.",
        ]  # fmt: skip
    assert HEAD in text
    assert LAST in text
    assert "%" not in text
    assert "by night" not in text
    told = ", ".join(counted(len(tables), "table") + counted(figures, "caption"))
    assert [n for n in notes if n.startswith("left out")] == ([f"left out: {told}"] if told else [])


LIVE = "".join(
    f"<div class='block'><time datetime='2031-03-04T1{i}:42:00Z'>1{i}:42</time><h2>Entry {i}</h2>"
    f"<p>The minister told the chamber on <time>Monday</time> that line {i} opens.</p></div>"
    for i in range(3)
)


@pytest.mark.parametrize("filler", [0, 30])
def test_the_times_of_a_live_page(filler: int) -> None:
    source = page([], 1, filler).replace(f"<p>{LAST}</p>", f"{LIVE}<p>{LAST}</p>")
    text, _, notes = read_html(source)
    assert notes == ("left out: 1 caption, 3 times",)
    assert ":42" not in text
    assert "chamber on Monday that line 0" in text


def test_a_table_that_lays_out_the_page_stays() -> None:
    paragraphs = "".join(f"<p>{HEAD} {LAST} Number {i}.</p>" for i in range(6))
    source = f"<html><body><table><tr><td>{paragraphs}</td></tr></table></body></html>"
    text, _, notes = read_html(source)
    assert text.count("Number") == 6
    assert notes == ()


def test_a_page_that_is_a_table_is_kept() -> None:
    rows = "<tr><td>Union</td><td>54%</td></tr>" * 3
    text, _, _ = read_html(f"<html><body><table>{rows}</table></body></html>")
    assert "54%" in text


@pytest.mark.parametrize(
    "part", ["<table>", "<figcaption>", "<td>", "<article>", "</table>", "<!--"]
)
def test_tags_that_never_end(part: str) -> None:
    assert without_parts(part * 50_000).source == part * 50_000


@pytest.mark.parametrize("name", ["f35_list_table", "f35_live"])
def test_the_pages_that_were_tried(name: str) -> None:
    source = (Path(__file__).parent / "pages" / f"{name}.html").read_text(encoding="utf-8")
    small, _, notes = read_html(source)
    more = "".join(f"<p>{HEAD} {i}</p>" for i in range(30))
    large, _, again = read_html(source.replace("</article>", f"{more}</article>"))
    assert large.startswith(small)
    assert notes == again
    assert notes == {
        "f35_list_table": ("left out: 1 table",),
        "f35_live": ("left out: 3 times",),
    }[name]  # fmt: skip

"""Jump labels on the screen: over the text, no cell moved, also over wide and joined characters."""

from __future__ import annotations

from hypothesis import assume, given, settings
from hypothesis import strategies as st
from rich.cells import cell_len
from rich.style import Style

from annotator.session.jump import labelled
from annotator.session.navigation import Navigator
from annotator.tui.article.cells import clusters
from annotator.tui.article.gutter import WIDTH, Cell
from annotator.tui.article.layout import WrappedLine
from annotator.tui.article.paint import CURSOR, LABEL, LABEL_INSIDE, STYLED, StyleRun
from annotator.tui.article.strips import LinePaint, StyleBook, build_strip, visible_end
from tests.session.build import SCHEME
from tests.tui.article.build import make_article
from tests.tui.article.strategies import PIECES

BOOK = StyleBook(Style(color="white", bgcolor="black"), lambda name: Style())
CELLS = tuple(Cell(" ", "", "") for _ in range(WIDTH))


def drawn(text: str, labels: tuple[tuple[int, str], ...], bits: int = 0) -> str:
    """A line of that text as it is drawn, gutter left out."""
    line = WrappedLine(0, len(text))
    paint = LinePaint(line, (StyleRun(0, bits),), CELLS, (), labels)
    strip = build_strip(text, paint, WIDTH, BOOK)
    assert strip.cell_length == max(WIDTH, sum(cell_len(s.text) for s in strip))
    return "".join(s.text for s in strip)[WIDTH:]


@settings(max_examples=300)
@given(st.lists(st.sampled_from([*PIECES, " ", "a ", "of "]), max_size=25).map("".join), st.data())
def test_labels_move_no_cell(text: str, data: st.DataObject) -> None:
    text = text.replace("\n", " ").replace("\r", " ")
    nav = Navigator(make_article(text), (), SCHEME, lambda: ())
    jump = labelled(nav, "words")
    labels = jump.shown
    end = visible_end(text, WrappedLine(0, len(text)))
    labels = [(at, letters) for at, letters in labels if at < end]
    # The program's tokens begin at a grapheme (tests/text); those of this test may not.
    assume({at for at, _ in labels} <= {c.start for c in clusters(text, 0, end)})
    plain, over = drawn(text, ()), drawn(text, tuple(labels))
    wide = cell_len(plain)
    # A label at the line's end may reach one cell further; nothing else changes the width.
    assert wide <= cell_len(over) <= wide + 1
    parts, place = [], 0
    for c in clusters(text, 0, end):
        parts.append((c, place))
        place += c.width
    column = {c.start: at for c, at in parts}
    spans = [(column[at], column[at] + len(letters)) for at, letters in labels]
    for (_, stop), (start, _) in zip(sorted(spans), sorted(spans)[1:], strict=False):
        assert stop <= start  # none covers another
    expected, left, letters_at = "", 0, dict(labels)
    for c, _ in parts:
        if c.start in letters_at:
            expected += letters_at[c.start]
            left = len(letters_at[c.start])
        elif left <= 0:
            expected += c.drawn
            continue
        left -= c.width
        expected += " " * max(-left, 0)  # what is half covered
    assert over.startswith(expected)


def test_a_wide_character_is_covered_by_two_letters_and_half_covered_is_blank() -> None:
    assert drawn("東京 and 新", ((0, "fj"), (7, "k"))) == "fj京 and k "
    assert drawn("a 東", ((0, "fj"),)) == "fj東"
    assert drawn("a", ((0, "fj"),)) == "fj"
    assert drawn("e\u0301t", ((0, "f"),)) == "ft"


def test_over_a_background_a_label_has_a_style_of_its_own() -> None:
    styles = {"label": Style(bold=True), "label-inside": Style(underline=True)}
    book = StyleBook(Style(color="white", bgcolor="black"), lambda n: styles.get(n, Style()))
    line = WrappedLine(0, 9)
    for bits, wanted in ((0, Style(bold=True)), (CURSOR, Style(underline=True))):
        paint = LinePaint(line, (StyleRun(0, bits),), CELLS, (), ((4, "fj"),))
        strip = build_strip("one three", paint, 40, book)
        (label,) = [s for s in strip if s.text == "fj"]
        assert label.style is not None
        assert (label.style.bold, label.style.underline) == (wanted.bold, wanted.underline)
    assert STYLED[LABEL.bit_length() - 1] == "label"
    assert STYLED[LABEL_INSIDE.bit_length() - 1] == "label-inside"

"""Turn the description of a line into a strip: text, gutter and styles, cell by cell."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from typing import Final, NamedTuple

from rich.style import Style
from textual.strip import Strip

from annotator.tui.article.cells import BLANKS, Cluster, clusters, is_narrow
from annotator.tui.article.gutter import NOTHING, WIDTH, Cell
from annotator.tui.article.layout import WrappedLine
from annotator.tui.article.paint import BACKED, LABEL, LABEL_INSIDE, STYLED, StyleRun
from annotator.tui.widgets.joiner import Joiner
from annotator.tui.widgets.legible import READABLE, legible

ComponentStyle = Callable[[str], Style]
"""Gives what a component class (without its prefix) adds to the styles below it."""

_BLANK: Final = " "


class LinePaint(NamedTuple):
    """Everything that decides how a row looks; two equal ones are drawn the same."""

    line: WrappedLine
    runs: tuple[StyleRun, ...]
    cells: tuple[Cell, ...]
    brackets: tuple[tuple[int, str], ...] = ()
    labels: tuple[tuple[int, str], ...] = ()


class _Piece(NamedTuple):
    """Code points `[start, stop)` drawn together, in so many cells."""

    start: int
    stop: int
    drawn: str
    bits: int
    width: int


class StyleBook:
    """Styles by set of bits and by gutter class, each combined once.

    Args:
        base: Style of plain text, with both colours.
        component: Looks up what a component class adds.
    """

    def __init__(self, base: Style, component: ComponentStyle) -> None:
        self.base = base
        self._component = component
        self._by_bits: dict[int, Style] = {0: base}
        self._by_name: dict[str, Style] = {NOTHING: base}

    def text(self, bits: int) -> Style:
        """The style of text under all classes in `bits`, the lowest bit painted first."""
        style = self._by_bits.get(bits)
        if style is None:
            style = self.base
            for number, name in enumerate(STYLED):
                if bits & 1 << number:
                    style += self._component(name)
            style = legible(style, self.base, READABLE)
            self._by_bits[bits] = style
        return style

    def gutter(self, name: str) -> Style:
        """The style of a gutter cell."""
        style = self._by_name.get(name)
        if style is None:
            style = legible(self.base + self._component(name), self.base, READABLE)
            self._by_name[name] = style
        return style


def visible_end(text: str, line: WrappedLine) -> int:
    """Where the line's trailing white space begins: it hangs over the edge and is not drawn."""
    return line.start + len(text[line.start : line.end].rstrip(BLANKS))


def line_clusters(text: str, line: WrappedLine, simplify: bool) -> list[Cluster]:
    """What is drawn of a line, trailing white space left out."""
    return clusters(text, line.start, visible_end(text, line), simplify)


def _text_pieces(text: str, paint: LinePaint, simplify: bool) -> tuple[list[tuple[str, int]], int]:
    """The drawn text as `(characters, bits)` and its cells; a cluster is never divided.

    A cluster takes the bits of the first run that touches it and of any that starts inside it.
    """
    line, runs, _, signs, labels = paint
    end = visible_end(text, line)
    if not signs and not labels and is_narrow(text, line.start, end):
        bounds = [*(run.start for run in runs[1:]), line.end]
        pieces = [
            (text[run.start : min(stop, end)], run.bits)
            for run, stop in zip(runs, bounds, strict=True)
            if run.start < end
        ]
        return pieces, end - line.start
    bracket = dict(signs)
    drawn_pieces: list[_Piece] = []
    number = 0
    for start, stop, drawn, wide in clusters(text, line.start, end, simplify):
        while number + 1 < len(runs) and runs[number + 1].start <= start:
            number += 1
        bits = runs[number].bits
        following = number + 1
        while following < len(runs) and runs[following].start < stop:
            bits |= runs[following].bits
            following += 1
        if stop - start == 1 and start in bracket:
            drawn = bracket[start]
        drawn_pieces.append(_Piece(start, stop, drawn, bits, wide))
    if end in bracket:
        drawn_pieces.append(_Piece(end, end + 1, bracket[end], 0, 1))
    if labels:
        drawn_pieces = list(_overlaid(drawn_pieces, labels))
    return [(p.drawn, p.bits) for p in drawn_pieces], sum(p.width for p in drawn_pieces)


def _overlaid(pieces: Sequence[_Piece], labels: Sequence[tuple[int, str]]) -> Iterator[_Piece]:
    """The line with labels in place of what they cover; what they half cover becomes a blank.

    No cell moves: only a label at the line's end may reach into the blanks behind it.
    """
    covered = 0
    """Cells of the last label that still lie over the pieces to come."""
    number = 0
    for at, piece in enumerate(pieces):
        while number < len(labels) and labels[number][0] < piece.start:
            number += 1
        if number < len(labels) and labels[number][0] < piece.stop and covered <= 0:
            letters = labels[number][1]
            beside = pieces[at + 1].stop if at + 1 < len(pieces) else piece.stop
            if number + 1 < len(labels) and labels[number + 1][0] < beside:
                letters = letters[: piece.width]  # never over the next label
            bits = LABEL_INSIDE if piece.bits & BACKED else LABEL
            yield _Piece(piece.start, piece.stop, letters, bits, len(letters))
            covered = len(letters) - piece.width
        elif covered > 0:
            covered -= piece.width
        else:
            yield piece
            continue
        if covered < 0:
            yield _Piece(piece.start, piece.stop, _BLANK * -covered, piece.bits, -covered)
            covered = 0


def build_strip(
    text: str, paint: LinePaint, width: int, book: StyleBook, simplify: bool = False
) -> Strip:
    """Draw one line of text.

    Args:
        text: The article's text.
        paint: What to draw, from `runs`, `gutter` and `brackets`.
        width: Cells of the whole row, gutter included.
        book: The styles.
        simplify: Draw emoji sequences as their base.
    """
    cells: Sequence[Cell] = paint.cells
    joiner = Joiner()
    opening = dict(paint.brackets).get(paint.line.start - 1)
    for cell in cells[:-1]:
        joiner.add(cell.sign, book.gutter(cell.style))
    last = cells[-1]
    if opening is not None and last.sign == _BLANK:
        joiner.add(opening, book.base)
    else:
        joiner.add(last.sign, book.gutter(last.style))
    pieces, used = _text_pieces(text, paint, simplify)
    for piece, bits in pieces:
        joiner.add(piece, book.text(bits))
    if (left := width - WIDTH - used) > 0:
        joiner.add(_BLANK * left, book.base)
    return Strip(joiner.segments(), max(width, WIDTH + used))

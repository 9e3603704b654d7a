"""The article view: a scrolling widget that draws one article line by line.

What is painted comes from outside as a `ViewState`; the view only decides which lines differ and
draws those. It never changes a state itself: the mouse is reported as messages.
"""

from __future__ import annotations

import re
from array import array
from bisect import bisect_left, bisect_right
from collections.abc import Sequence
from typing import ClassVar, Final, Literal, TypeAlias

from rich.style import Style
from textual import events
from textual.cache import LRUCache
from textual.geometry import Region
from textual.message import Message
from textual.strip import Strip
from textual.timer import Timer

from annotator.domain.model import Article
from annotator.tui.article import gutter, paint, pointing
from annotator.tui.article.index import Extent, SpanIndex
from annotator.tui.article.layout import WrappedLine
from annotator.tui.article.rows import RowView
from annotator.tui.article.state import PaintedSpan, ViewState
from annotator.tui.article.strips import LinePaint, StyleBook, build_strip
from annotator.tui.article.style import ARTICLE_CSS

_PREFIX: Final = "article--"
_STRIPS: Final = 512
_DRAG_PAUSE: Final = 0.05
_RTL_SAMPLE: Final = 50_000
_LETTER: Final = r"[^\W\d_]"
_RTL_LETTER: Final = (
    "[\u05d0-\u05f2\u0620-\u064a\u066e-\u06d3\u06fa-\u07ff\u0800-\u08ff\ufb1d-\ufdff\ufe70-\ufefc]"
)
_KIND_BIT: Final = {
    "heading": paint.HEADING,
    "byline": paint.QUIET,
    "caption": paint.QUIET,
    "credit": paint.QUIET,
    "footer": paint.QUIET,
}


class ArticleView(RowView, can_focus=True, inherit_bindings=False):
    """One article with its spans, its sentence marks and a cursor.

    Args:
        emoji: "simplify" draws only the base of an emoji sequence, for terminals that do not join
            them; offsets are the same either way.
    """

    INDENT = gutter.WIDTH

    PARTS: ClassVar[frozenset[str]] = frozenset(
        _PREFIX + name for name in (*paint.STYLED, *gutter.STYLED)
    )

    DEFAULT_CSS = ARTICLE_CSS

    Pointed: TypeAlias = pointing.Pointed
    Dragged: TypeAlias = pointing.Dragged
    WordPicked: TypeAlias = pointing.WordPicked
    GutterPicked: TypeAlias = pointing.GutterPicked

    def __init__(
        self,
        *,
        emoji: Literal["full", "simplify"] = "full",
        name: str | None = None,
        id: str | None = None,  # noqa: A002 - Textual's name for it
        classes: str | None = None,
        disabled: bool = False,
    ) -> None:
        super().__init__(
            simplify=emoji == "simplify", name=name, id=id, classes=classes, disabled=disabled
        )
        self._state = ViewState()
        self._index = SpanIndex()
        self._kinds = paint.KindRanges(())
        self._sentence_starts: array[int] = array("i")
        self._book: StyleBook | None = None
        self._strips: LRUCache[tuple[LinePaint, int], Strip] = LRUCache(_STRIPS)
        self._described: dict[int, LinePaint | None] = {}
        self._said_of: dict[WrappedLine, tuple[object, tuple[object, ...], LinePaint]] = {}
        """Line -> what decided how it looks, and how it looks."""
        self._painted: dict[int, LinePaint | None] = {}
        self._pressed: tuple[int, int] | None = None
        self._dragged: tuple[int, int] | None = None
        self._drag_at = (0, 0)
        self._drag_timer: Timer | None = None
        self._click_ends_drag = False

    # What is shown

    def set_article(self, article: Article) -> None:
        """Show another article from its top, with nothing painted over it."""
        layout = article.layout
        self._state = ViewState()
        self._index = SpanIndex([p.end for p in layout.paragraphs])
        self._kinds = paint.KindRanges(
            [(s.start, s.end, _KIND_BIT[s.kind]) for s in layout.sentences if s.kind in _KIND_BIT]
        )
        self._sentence_starts = array("i", (s.start for s in layout.sentences))
        self._strips.clear()
        self._said_of.clear()
        self._painted.clear()
        self._end_drag()
        self.set_text(article.text, layout.paragraphs)

    def show(self, state: ViewState) -> None:
        """Paint another state; only the lines that look different are drawn.

        It does not scroll: call `reveal` after it where the cursor must be seen.
        """
        self._index.update(state.spans)
        self._state = state
        self._described.clear()
        if self.fit() is None:
            return
        width = self.scrollable_size.width
        top = self.scroll_offset.y
        regions = [
            Region(0, y, width, 1)
            for y in range(self.scrollable_size.height)
            if y not in self._painted or self._describe(top + y) != self._painted[y]
        ]
        if regions:
            self.refresh(*regions)

    @property
    def rtl_share(self) -> float:
        """Share of right-to-left letters among the first letters of the text, 0 to 1.

        Terminals disagree on who reorders such text, so above a fifth the app should say that the
        mouse may miss; the keyboard stays exact.
        """
        sample = self._text[:_RTL_SAMPLE]
        if sample.isascii():
            return 0.0
        letters = len(re.findall(_LETTER, sample))
        return len(re.findall(_RTL_LETTER, sample)) / letters if letters else 0.0

    @property
    def focus_offset(self) -> int:
        """The start of the cursor's token."""
        return self._state.cursor[0]

    def rows_moved(self) -> None:
        """Forget which line is described in which row."""
        self._described.clear()

    # Drawing

    def _describe(self, row: int) -> LinePaint | None:
        """Everything that decides how a row looks; None for a blank row."""
        if row in self._described:
            return self._described[row]
        line = None if self._map is None else self._map.line(row)
        described = self._describe_blank(row) if line is None else self._describe_line(line)
        self._described[row] = described
        return described

    def _describe_line(self, line: WrappedLine) -> LinePaint:
        """Describe a line, or find what was said of it when nothing about it has changed."""
        state = self._state
        spans, reaching = self._index.spans(*line), self._index.extents(*line)
        first = bisect_left(self._sentence_starts, line.start)
        after = bisect_left(self._sentence_starts, line.end)

        def here(part: tuple[int, int] | None) -> tuple[int, int] | None:
            return part if part and part[0] <= line.end and line.start <= part[1] else None

        key = (
            *map(here, (state.cursor, state.sentence, state.selection, state.current_hit)),
            tuple(state.marks.get(i) for i in range(first, after)),
            state.brackets,
            self._labels(line),
            self._index.lanes_given,
        )
        held = (spans, reaching, state.hits)
        known = self._said_of.get(line)
        if known and known[0] == key and all(a is b for a, b in zip(known[1], held, strict=True)):
            return known[2]
        if len(self._said_of) >= _STRIPS:
            self._said_of.clear()
        found = self._described_anew(line, spans, reaching, range(first, after))
        self._said_of[line] = key, held, found
        return found

    def _described_anew(
        self,
        line: WrappedLine,
        spans: Sequence[PaintedSpan],
        reaching: Sequence[Extent],
        sentences: range,
    ) -> LinePaint:
        state = self._state
        extents = [(e, self._index.lane(e) if e.claim else -1) for e in reaching]
        return LinePaint(
            line,
            paint.runs(line, state, spans, self._kinds),
            gutter.gutter(line, sentences, state.marks, state.sentence, extents, spans),
            paint.brackets(self._text, line, spans) if state.brackets else (),
            self._labels(line),
        )

    def _labels(self, line: WrappedLine) -> tuple[tuple[int, str], ...]:
        """The jump labels on a line."""
        labels = self._state.labels
        first, after = bisect_left(labels, (line.start,)), bisect_left(labels, (line.end,))
        return tuple(labels[first:after])

    def _describe_blank(self, row: int) -> LinePaint | None:
        """A row between two paragraphs: only the lanes of claims that go on below it."""
        below = None if self._map is None else self._map.line(row + 1)
        if below is None:
            return None
        at = below.start
        lanes = [
            (extent, self._index.lane(extent))
            for extent in self._index.extents(at, at + 1)
            if extent.claim and extent.start < at
        ]
        if not lanes:
            return None
        line = WrappedLine(at, at)
        cells = gutter.gutter(line, (), {}, (0, 0), lanes, ())
        return LinePaint(line, (paint.StyleRun(at, 0),), cells)

    def _component(self, name: str) -> Style:
        return self.part_style(_PREFIX + name)

    def render_line(self, y: int) -> Strip:
        """Draw one row of the view."""
        width = self.scrollable_size.width
        described = self._describe(self.scroll_offset.y + y)
        self._painted[y] = described
        if self._book is None:
            self._book = StyleBook(self.rich_style, self._component)
        if described is None:
            return Strip.blank(width, self._book.base)
        key = described, width
        strip = self._strips.get(key)
        if strip is None:
            strip = build_strip(self._text, described, width, self._book, self._simplify)
            self._strips[key] = strip
        return strip

    def notify_style_update(self) -> None:
        """Forget every strip: another theme draws them all differently."""
        super().notify_style_update()
        self._book = None
        self._strips.clear()

    # The mouse

    def _line_at(self, y: int) -> WrappedLine | None:
        rows = self.fit()
        return None if rows is None else rows.line(self.scroll_offset.y + y)

    def offset_at(self, x: int, y: int) -> int | None:
        """Return the code point drawn at a cell of the view, counted from its top left corner.

        Right of a line it is the line's last character; None in the gutter, on a blank row and
        below the text.
        """
        line = self._line_at(y)
        if line is None or x < gutter.WIDTH or not 0 <= y < self.scrollable_size.height:
            return None
        found = pointing.cluster_at(self._text, line, x - gutter.WIDTH, self._simplify)
        return None if found is None else found[0]

    def _cluster_near(self, x: int, y: int) -> tuple[int, int] | None:
        """The cluster at a cell or, outside the text, the nearest one above it in reading order."""
        y = min(max(y, 0), self.scrollable_size.height - 1)
        while y >= 0:
            line = self._line_at(y)
            if line is not None:
                cell = x - gutter.WIDTH
                return pointing.cluster_at(self._text, line, cell, self._simplify)
            x, y = self.size.width, y - 1
        return None

    def _cell(self, event: events.MouseEvent) -> tuple[int, int]:
        inset = self.styles.gutter
        return event.x - inset.left, event.y - inset.top

    def on_mouse_down(self, event: events.MouseDown) -> None:
        """Press: a drag may start here."""
        x, y = self._cell(event)
        self._click_ends_drag = False
        if event.button != 1 or self.offset_at(x, y) is None:
            return
        self._pressed = self._cluster_near(x, y)
        self.capture_mouse()

    def on_mouse_move(self, event: events.MouseMove) -> None:
        """Drag: report it, and scroll while the pointer is above or below the view."""
        if self._pressed is None:
            return
        self._drag_at = self._cell(event)
        outside = not 0 <= self._drag_at[1] < self.scrollable_size.height
        if outside and self._drag_timer is None:
            self._drag_timer = self.set_interval(_DRAG_PAUSE, self._drag_scroll)
        elif not outside and self._drag_timer is not None:
            self._drag_timer.stop()
            self._drag_timer = None
        self._drag()

    def _drag(self) -> None:
        head = self._cluster_near(*self._drag_at)
        if self._pressed is None or head is None or head == self._dragged:
            return
        if self._dragged is None and head == self._pressed:
            return
        self._dragged = head
        self.post_message(pointing.dragged(self._pressed, head, done=False))

    def _drag_scroll(self) -> None:
        """Scroll by more, the farther the pointer is from the view."""
        y = self._drag_at[1]
        beyond = y if y < 0 else y - self.scrollable_size.height + 1
        self.scroll_to(
            y=self.scroll_offset.y + (beyond + (1 if beyond > 0 else -1)) // 2, animate=False
        )
        self._drag()

    def on_mouse_up(self, event: events.MouseUp) -> None:
        """Release: the drag is done, if it was one."""
        if self._pressed is not None and self._dragged is not None:
            self._click_ends_drag = True
            self.post_message(pointing.dragged(self._pressed, self._dragged, done=True))
        self._end_drag()

    def on_mouse_release(self, event: events.MouseRelease) -> None:
        """The mouse was taken away: forget the drag."""
        self._end_drag(release=False)

    def _end_drag(self, release: bool = True) -> None:
        self._pressed = self._dragged = None
        if self._drag_timer is not None:
            self._drag_timer.stop()
            self._drag_timer = None
        if release and self.is_attached:
            self.release_mouse()

    def on_click(self, event: events.Click) -> None:
        """Click: a place in the text, a word, or something in the gutter."""
        if self._click_ends_drag or event.button != 1:
            self._click_ends_drag = False
            return
        x, y = self._cell(event)
        message: Message | None = None
        if 0 <= x < gutter.WIDTH:
            message = self._gutter_message(x, y)
        elif (offset := self.offset_at(x, y)) is not None:
            if event.chain == 1:
                message = pointing.Pointed(offset, event.shift)
            elif event.chain == 2:
                message = pointing.WordPicked(offset)
        if message is not None:
            self.post_message(message)

    def _gutter_message(self, x: int, y: int) -> Message | None:
        described = self._describe(self.scroll_offset.y + y)
        if described is None or not self._sentence_starts:
            return None
        line = described.line
        first = bisect_left(self._sentence_starts, line.start)
        if first == len(self._sentence_starts) or self._sentence_starts[first] >= line.end:
            first = max(bisect_right(self._sentence_starts, line.start) - 1, 0)
        return pointing.GutterPicked(first, described.cells[x].owner)

"""From cells to code points: the hit test, and what the article view says about the mouse."""

from __future__ import annotations

from dataclasses import dataclass

from textual.message import Message

from annotator.tui.article.cells import is_narrow
from annotator.tui.article.layout import WrappedLine
from annotator.tui.article.strips import line_clusters, visible_end

# Textual's own selection counts code points where rich draws graphemes (8.2.8), so everything
# right of a joined emoji is off by several characters; hence our own.


def cluster_at(
    text: str, line: WrappedLine, cell: int, simplify: bool = False
) -> tuple[int, int] | None:
    """Return the code points drawn together at a cell of the line, counted from 0.

    Cells left of the text belong to its first cluster, cells right of it to its last. None when
    the line shows nothing.
    """
    end = visible_end(text, line)
    if end == line.start:
        return None
    if is_narrow(text, line.start, end):
        at = line.start + min(max(cell, 0), end - line.start - 1)
        return at, at + 1
    found = line.start, end
    filled = 0
    for start, stop, _, wide in line_clusters(text, line, simplify):
        found = start, stop
        filled += wide
        if cell < filled:
            break
    return found


@dataclass
class Pointed(Message, namespace="article_view"):
    """The mouse was clicked on the text: the code point there, and whether Shift was held."""

    offset: int
    shift: bool


@dataclass
class Dragged(Message, namespace="article_view"):
    """The mouse was dragged over text; `done` when the button came up.

    `anchor` and `head` are code points at grapheme boundaries, in either order; the graphemes
    under both ends lie between them.
    """

    anchor: int
    head: int
    done: bool

    def can_replace(self, message: Message) -> bool:
        # Asked of the earlier message: only the newest place of one drag matters.
        return isinstance(message, Dragged) and not self.done and message.anchor == self.anchor


@dataclass
class WordPicked(Message, namespace="article_view"):
    """A word was double-clicked: a code point in it."""

    offset: int


@dataclass
class GutterPicked(Message, namespace="article_view"):
    """The gutter was clicked.

    `sentence` is the index of the first sentence that starts on the line, or of the one that goes
    on there; `line_owner` is the annotation whose key or lane was hit, if any.
    """

    sentence: int
    line_owner: str | None


def dragged(anchor: tuple[int, int], head: tuple[int, int], done: bool) -> Dragged:
    """Report a drag between two clusters so that both lie between its ends."""
    if head[0] >= anchor[0]:
        return Dragged(anchor[0], head[1], done)
    return Dragged(anchor[1], head[0], done)

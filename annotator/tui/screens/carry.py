"""The carry screen: every place where a claim's words stand again; choose, preview, apply once."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING, Final

from textual import events, on
from textual.app import ComposeResult
from textual.screen import Screen

from annotator.domain.model import Annotation
from annotator.phrases.difference import difference, marked
from annotator.phrases.matches import Match
from annotator.tui.panel import wrapped
from annotator.tui.widgets.lines import Line, Lines, Piece

if TYPE_CHECKING:
    from annotator.tui.app import AnnotatorApp

ROWS_EACH: Final = 3
"""Lines that a place takes: where, words, difference."""
SCOPES: Final = ("all labels", "source type only")


class CarryScreen(Screen[tuple[list[Match], bool] | None]):
    """Returns the chosen places and whether to carry the source type only; None to leave."""

    app: AnnotatorApp
    CSS_PATH = "carry.tcss"

    def __init__(
        self,
        claim: Annotation,
        words: str,
        found: Sequence[Match],
        shown: str,
        labels_at: Callable[[Match], str],
    ) -> None:
        super().__init__()
        self._claim = claim
        self._words = words
        self._found = list(found)
        self._shown = shown
        self._labels_at = labels_at
        self._chosen = {i for i, m in enumerate(self._found) if m.kind != "contained"}
        self._cursor = 0
        self._scope = 0

    def compose(self) -> ComposeResult:
        """Head with the claim, the places, the keys."""
        yield Lines(id="head")
        yield Lines(id="rows")
        yield Lines(id="foot")

    def on_mount(self) -> None:
        """Draw once the size is known."""
        self.call_after_refresh(self._paint)

    def on_resize(self) -> None:
        """Cut the lines at the new width."""
        self.call_after_refresh(self._paint)

    def _paint(self) -> None:
        width = self.size.width
        labels = self._claim.attributes
        carried = (
            {k: v for k, v in labels.items() if k == "source_type"} if self._scope else dict(labels)
        )
        self.query_one("#head", Lines).show(
            [
                [
                    Piece(f" {self._shown} places ", "title"),
                    Piece(f"{len(self._chosen)} chosen  "),
                    Piece("carries ", "dim"),
                    Piece(" · ".join(carried.values()) or "no labels", "strong"),
                    Piece(f"  ({SCOPES[self._scope]})", "dim"),
                ],
                *([Piece(" "), Piece(row)] for row in wrapped(self._words, width - 2, 2)),
            ]
        )
        rows = self.query_one("#rows", Lines)
        visible = max(1, rows.size.height // ROWS_EACH)
        first = max(0, min(self._cursor - visible // 2, len(self._found) - visible))
        lines: list[Line] = []
        for i, match in enumerate(self._found[first : first + visible], start=first):
            lines += self._place(i, match, width)
        rows.show(lines or [[Piece(" These words stand nowhere else.", "dim")]])
        self.query_one("#foot", Lines).show(
            [
                [
                    Piece(" Space", "key"),
                    Piece(" choose  "),
                    Piece("a", "key"),
                    Piece(" all  "),
                    Piece("n", "key"),
                    Piece(" none  "),
                    Piece("l", "key"),
                    Piece(" which labels  "),
                    Piece("Enter", "key"),
                    Piece(" carry to the chosen, one undo  "),
                    Piece("Esc", "key"),
                    Piece(" leave"),
                ]
            ]
        )

    def _place(self, i: int, match: Match, width: int) -> list[Line]:
        action = f"row:{i}"
        box = "[x]" if i in self._chosen else "[ ]"
        where = "  ".join(p for p in (match.outlet, match.published[:10]) if p)
        own = self._labels_at(match)
        spans = f"{match.start}–{match.end}"
        head = [
            Piece("▶" if i == self._cursor else " ", "key", action),
            Piece(f"{box} ", "strong", action),
            Piece(f"{match.score:3.0f} {match.kind:<9} ", "plain", action),
            Piece(f"art {match.number} ", "plain", action),
            Piece(f"{where}  {spans}", "dim", action),
            Piece(f"  yours: {own}" if own else "", "warn", action),
        ]
        flat = " ".join(match.text.split())
        changed = marked(difference(self._words, flat)) if match.score < 100 else flat
        rows = wrapped(changed, max(10, width - 6), ROWS_EACH - 1)
        body: list[Line] = [[Piece("     "), Piece(r, "plain", action)] for r in rows]
        body += [[]] * (ROWS_EACH - 1 - len(body))
        return [head, *body]

    @on(Lines.Clicked)
    def _clicked(self, event: Lines.Clicked) -> None:
        event.stop()
        if event.action.startswith("row:"):
            self._cursor = int(event.action.removeprefix("row:"))
            self._toggle()
            self._paint()

    def _toggle(self) -> None:
        self._chosen ^= {self._cursor}

    def on_key(self, event: events.Key) -> None:
        """Choose and apply."""
        event.stop()
        event.prevent_default()
        last = len(self._found) - 1
        match event.key:
            case "escape":
                self.dismiss(None)
                return
            case "enter":
                chosen = [self._found[i] for i in sorted(self._chosen)]
                self.dismiss((chosen, bool(self._scope)) if chosen else None)
                return
            case "j" | "down":
                self._cursor = min(self._cursor + 1, last)
            case "k" | "up":
                self._cursor = max(self._cursor - 1, 0)
            case "pagedown":
                self._cursor = min(self._cursor + 10, last)
            case "pageup":
                self._cursor = max(self._cursor - 10, 0)
            case "space" if self._found:
                self._toggle()
                self._cursor = min(self._cursor + 1, last)
            case "a":
                self._chosen = set(range(len(self._found)))
            case "n":
                self._chosen = set()
            case "l":
                self._scope = (self._scope + 1) % len(SCOPES)
        self._paint()

"""The form as a box: the labels of the claim or mark at work, of the sentence, of a decision."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Final

from rich.cells import cell_len, set_cell_size
from textual import events, on

from annotator.domain.wording import TYPED, shown_name
from annotator.session.form import DIGITS, Form, FormOption, Told
from annotator.session.form_rows import FLAG, FormRow
from annotator.tui.dialogs.overlay import Overlay
from annotator.tui.keymap import Keymap, key_character
from annotator.tui.terminal.pasting import one_line
from annotator.tui.widgets import fitting
from annotator.tui.widgets.editing import editing_line
from annotator.tui.widgets.lines import Line, Lines, RowClick, StyledText

FRAME: Final = 2
"""Rows, and columns, of the border; two columns more are its padding."""
GUIDELINE: Final = 2
AROUND: Final = FRAME + GUIDELINE + 2
"""Rows that are no attribute: border, title, guideline, what was done and the keys."""
TEXT: Final = 5
"""Rows of the screen that it leaves to the text, where it can."""
LEAST_ROWS: Final = 14
NAMES: Final = 20
"""Cells of an attribute's name at most."""


class FormBox(Overlay):
    """Shows a form and hands it the keys.

    Args:
        form: What is filled in.
        keymap: The keys.
        words: What the labels are of, in the text's words.
        unmake: Takes back the last action, or does it again (by the action's id).
        beside: The row of the screen that the box leaves free where it can.
    """

    COLUMNS = 100

    def __init__(
        self,
        form: Form,
        keymap: Keymap,
        words: str,
        unmake: Callable[[str], Told],
        beside: Callable[[], int | None] = lambda: None,
    ) -> None:
        super().__init__()
        self.form = form
        self._keymap = keymap
        self._words = words
        self._unmake = unmake
        self._beside = beside
        self._targets: list[tuple[int, str | None]] = []
        """What a click on each numbered piece is about: a row, and a value of it."""

    # ------------------------------------------------------------------------------ place

    def extent(self, width: int, height: int) -> tuple[int, int]:
        """As many rows as every attribute with every value takes, where there are so many."""
        columns = min(self.COLUMNS, width)
        inner = columns - FRAME - 2
        wanted = AROUND + sum(len(self._row(i, inner)) for i in self._all())
        return columns, min(height, wanted, max(LEAST_ROWS, height - TEXT))

    def top(self, width: int, height: int, rows: int) -> int:
        """Below the row that is at work, or above it; else at the foot."""
        at = self._beside()
        # The line of keys is covered whole, or not at all.
        low = height - 1 if width > self.COLUMNS and rows < height else height
        if at is not None and at + 1 + rows > low and rows <= at:
            return at - rows
        return low - rows

    def _all(self) -> range:
        return range(len(self.form.rows))

    # ------------------------------------------------------------------------------ drawing

    def paint(self) -> None:
        """Every attribute, the one at work with its keys; its guideline; what was done."""
        width, height = max(20, self.size.width), self.size.height
        self._targets = []
        room = max(1, height - GUIDELINE - 2)
        rows = [self._row(i, width) for i in self._all()]
        if sum(map(len, rows)) > room:
            here = self.form.here
            rows = [row if i == here else self._short(i, width) for i, row in enumerate(rows)]
        lines = [line for row in rows for line in row]
        first = self._first(rows, room)
        shown = lines[first : first + room]
        hidden = len(lines) - len(shown)
        guideline = fitting.wrapped(self._guideline(), width, GUIDELINE)
        self.show(
            [
                self._title(width, hidden),
                *shown,
                *[[]] * (room - len(shown)),
                *([StyledText(row, "dim")] for row in guideline),
                *[[]] * (GUIDELINE - len(guideline)),
                self._foot(width),
            ]
        )

    def _first(self, rows: list[list[Line]], room: int) -> int:
        """The first line in view: the row at work is, whole if it can be."""
        start = sum(len(row) for row in rows[: self.form.here])
        end = start + len(rows[self.form.here])
        return max(0, min(start, end - room))

    def _title(self, width: int, hidden: int) -> Line:
        found = [StyledText(f"Labels of the {self.form.title()}", "title")]
        if self.form.typed:
            found.append(StyledText(f"   find: {self.form.typed}▏", "strong"))
        more = f"   {hidden} more lines" if hidden else ""
        left = width - sum(cell_len(p.text) for p in found) - cell_len(more) - 2
        words = fitting.cut(" ".join(self._words.split()), max(0, left))
        return [*found, StyledText(f"  {words}", "dim"), StyledText(more, "warn")]

    def _name_width(self) -> int:
        return min(NAMES, max(cell_len(self._title_of(row)) for row in self.form.rows))

    def _title_of(self, row: FormRow) -> str:
        alone = len(self.form.subjects) == 1
        return row.attribute.title if alone else f"{row.attribute.layer} {row.attribute.title}"

    def _click(self, row: int, value: str | None) -> RowClick:
        self._targets.append((row, value))
        return RowClick(len(self._targets) - 1)

    def _head(self, number: int) -> list[StyledText]:
        """The cursor, what is due, the name."""
        row, form = self.form.rows[number], self.form
        here = number == form.here
        click = self._click(number, None)
        name = set_cell_size(fitting.cut(self._title_of(row), NAMES), self._name_width())
        return [
            StyledText("▶" if here else " ", "key", click),
            StyledText("? " if form.is_due(row) else "  ", "warn", click),
            StyledText(f"{name} ", "strong" if here else "plain", click),
        ]

    def _row(self, number: int, width: int) -> list[Line]:
        """An attribute with all its values, in as many lines as they take."""
        row, form = self.form.rows[number], self.form
        head = self._head(number)
        indent = 4 + self._name_width()
        room = max(10, width - indent)
        if row.attribute.text:
            return [[*head, *self._text(number, room)]]
        lines: list[Line] = []
        line, used = head, 0
        for i, option in enumerate(self._options(number)):
            pieces = self._value(number, option, i)
            size = sum(cell_len(p.text) for p in pieces)
            if used and used + size > room:
                lines.append(line)
                line, used = [StyledText(" " * indent)], 0
            line = [*line, *pieces]
            used += size
        if form.typed and number == form.here and not self._options(number):
            line = [*line, StyledText("nothing fits", "warn")]
        return [*lines, line]

    def _options(self, number: int) -> list[FormOption]:
        """The values of a row; where letters look for one, those that fit."""
        row, form = self.form.rows[number], self.form
        if number == form.here:
            return form.options(row)
        return [FormOption("", value) for value in form.values(row)]

    def _value(self, number: int, option: FormOption, place: int) -> list[StyledText]:
        """A value: its key where keys choose it, a star when it is given."""
        row, form = self.form.rows[number], self.form
        here = number == form.here
        given = option.value.name in form.chosen(row)
        offered = here and not form.typed and form.offer(row) == option.value.name
        pointed = here and form.place == place
        style = "cursor" if pointed else "strong" if given else "plain" if here else "dim"
        click = self._click(number, option.value.name)
        name = "for discussion" if row.attribute.name == FLAG else shown_name(option.value.name)
        return [
            StyledText(option.key if here and option.key else " ", "key", click),
            StyledText("*" if given else "?" if offered else " ", "strong", click),
            StyledText(name, style, click),
            StyledText("  ", "plain", click),
        ]

    def _text(self, number: int, room: int) -> list[StyledText]:
        """A free text: the line that is being written, or what is given."""
        row, form = self.form.rows[number], self.form
        here = number == form.here
        if here and form.line is not None:
            return editing_line(form.line, room)
        click = self._click(number, None)
        given = form.given(row)
        if given is not None:
            words = fitting.cut(given, room - 2)
            return [StyledText(" *", "strong", click), StyledText(words, "strong", click)]
        what = "it" if row.attribute.kind == "text" else TYPED[row.attribute.kind]
        said = f"  Enter, or a letter, writes {what}"
        return [StyledText(said if here else "", "dim", click)]

    def _short(self, number: int, width: int) -> list[Line]:
        """An attribute in one line: what is given, else its values as far as they fit."""
        row, form = self.form.rows[number], self.form
        given = form.given(row)
        if given is None or row.attribute.text:
            first, *more = self._row(number, width)
            return [[*first, StyledText("…", "dim")] if more else first]
        chosen = [o for o in self._options(number) if o.value.name in form.chosen(row)]
        pieces = [piece for option in chosen for piece in self._value(number, option, -1)]
        return [[*self._head(number), *(pieces or [StyledText(f" *{given}", "strong")])]]

    def _guideline(self) -> str:
        """What the value under the cursor means, else the one that is given, else the attribute."""
        form, row = self.form, self.form.row
        options = form.options(row)
        name = next(iter(form.chosen(row)), None)
        if form.place is not None and form.place < len(options):
            name = options[form.place].value.name
        value = row.attribute.value(name) if name else None
        text = value.guideline if value and value.guideline else row.attribute.guideline
        named = f"{shown_name(value.name)}: " if value and value.guideline else ""
        kept = f"Kept, but asked only where {row.attribute.only_if}. " if form.is_idle(row) else ""
        return " ".join(f"{kept}{named}{text}".split())

    def _foot(self, width: int) -> Line:
        said = fitting.cut(self.form.said, width - 1)
        said += "  " if said else ""
        keys = fitting.keys(self._keys(), width - cell_len(said))
        return [StyledText(said, "strong"), *keys]

    def _keys(self) -> Iterator[tuple[str, str]]:
        shown, form = self._keymap.shown, self.form
        if form.line is not None:
            yield from ((shown("form.take"), "keep"), (shown("form.back"), "as it was"))
            return
        if form.typed:
            yield from (
                (shown("form.take"), "take"),
                ("1-0", "choose"),
                (shown("form.back"), "all"),
            )
            return
        if form.place is None and (offered := form.offer(form.row)) is not None:
            yield shown("form.take"), f"take {shown_name(offered)}"
        keys = [o.key for o in form.options(form.row) if o.key]
        if keys:
            counted = len(keys) > 1 and "".join(keys) in DIGITS
            yield f"{keys[0]}-{keys[-1]}" if counted else " ".join(keys[:10]), "choose"
        yield f"{shown('form.next')}/{shown('form.prev')}", "next/before"
        yield shown("form.back"), "close"
        yield "letters", "find"
        yield shown("form.take_away"), "take away"
        yield shown("form.undo"), "undo"

    # ------------------------------------------------------------------------------ keys

    def handle_key_event(self, event: events.Key) -> None:
        """Hand the key to the form; what it saves is saved before this returns."""
        action = self._keymap.action(event.key, "form")
        if action in ("form.undo", "form.redo"):
            self.form.said = self._unmake(action).text
            self.form.refresh()
        else:
            self.form.press(event.key, self._character(event), action)
        self._settle()

    def _character(self, event: events.Key) -> str:
        """What a key types; where values are chosen, the digit or label's key at its place.

        A letter that is in a value's name looks for it, on keyboards of every script.
        """
        form, typed = self.form, event.character or ""
        if form.line is not None or form.row.attribute.text or form.means(typed):
            return typed
        names = "".join(shown_name(v.name).casefold() for v in form.values(form.row))
        if typed.isalpha() and typed.casefold() in names:
            return typed
        if digit := self._keymap.digit(event.key):
            return digit
        at_place = key_character(self._keymap.positioned(event.key))
        return at_place if form.means(at_place) and not form.typed else typed

    def paste(self, text: str, *, typed: bool) -> None:
        """Put in all of the text, as one line; a line break at the end of typed text is Enter."""
        self.form.insert(one_line(text))
        if typed and text.endswith(("\r", "\n")):
            self.form.press("enter", "", "form.take")
        self._settle()

    @on(Lines.Clicked)
    def _clicked(self, event: Lines.Clicked) -> None:
        event.stop()
        if isinstance(event.click, RowClick) and event.click.row < len(self._targets):
            row, value = self._targets[event.click.row]
            if value is None:
                self.form.go(row)
            else:
                self.form.choose(row, value)
            self._settle()

    def leave(self) -> None:
        """A click beside the box: a text that is being written is kept, or the box stays."""
        if self.form.keep() or self.form.over:
            self.close()
        else:
            self.paint()

    def _settle(self) -> None:
        if self.form.over:
            self.close()
        else:
            self.paint()

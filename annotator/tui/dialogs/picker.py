"""The attribute picker: digits choose, letters filter, Enter takes."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Final

from textual import events, on

from annotator.domain.model import Annotation
from annotator.domain.scheme import Attribute, Scheme, Value
from annotator.tui.dialogs.overlay import Overlay, OverlayScreen
from annotator.tui.widgets.fitting import wrapped
from annotator.tui.widgets.lines import Line, Lines, RowClick, StyledText

OPTIONS: Final = 10
NONE: Final = ""
"""The last row of an opened attribute that has a value: take it away."""
Choice = tuple[Annotation, Attribute, str | None]
_Option = tuple[Annotation, Attribute, str | None]
"""An attribute to open (value None) or a value to set."""


def extras(subject: Annotation) -> tuple[Attribute, ...]:
    """What every sentence and article has besides the scheme's attributes: a note and a flag.

    Claims and marks have keys of their own for these two.
    """
    if subject.layer in ("claim", "mark"):
        return ()
    note = Attribute("note", subject.layer, "note", "Free words.", False, True, ())
    yes = (Value("yes", "", ""),)
    flag = Attribute("flagged", subject.layer, "flag", "To be discussed.", False, False, yes)
    return note, flag


def given_value(subject: Annotation, attribute: Attribute) -> str | None:
    """The value that an annotation has of an attribute of the scheme, or of its note or flag."""
    if attribute.name == "note":
        return subject.note or None
    if attribute.name == "flagged":
        return "yes" if subject.flagged else None
    return subject.attributes.get(attribute.name)


class Picker(Overlay):
    """Chooses an attribute, then its value; typing letters searches all values at once.

    `then` is called with what was chosen, within the key press (see `TextEntry`).
    """

    ROWS = 18

    def __init__(
        self, scheme: Scheme, subjects: Sequence[Annotation], then: Callable[[Choice], None]
    ) -> None:
        super().__init__()
        self._then = then
        self._scheme = scheme
        self._subjects = list(subjects)
        self._opened: tuple[Annotation, Attribute] | None = None
        self._filter = ""
        self._cursor = 0

    # ------------------------------------------------------------------------------ options

    def _attributes(self, subject: Annotation) -> tuple[Attribute, ...]:
        return (*self._scheme.of_layer(subject.layer), *extras(subject))

    def options(self) -> list[_Option]:
        """What can be chosen now, in order."""
        if self._opened is not None:
            subject, attribute = self._opened
            found: list[_Option] = [(subject, attribute, v.name) for v in attribute.values]
            if given_value(subject, attribute) is not None:
                found.append((subject, attribute, NONE))
        elif not self._filter:
            return [(s, a, None) for s in self._subjects for a in self._attributes(s)]
        else:
            found = [
                (s, a, v.name)
                for s in self._subjects
                for a in self._attributes(s)
                for v in a.values
            ]
        words = self._filter.casefold().split()
        return [
            o
            for o in found
            if all(w in f"{o[1].title} {o[1].name} {o[2]}".casefold() for w in words)
        ]

    def _title(self) -> str:
        if self._opened:
            return f"{self._opened[0].layer}: {self._opened[1].title}"
        return "Labels of the " + " and the ".join(s.layer for s in self._subjects)

    def paint(self) -> None:
        """A title, the options, the guideline of the one under the cursor."""
        width = max(20, self.size.width)
        options = self.options()
        self._cursor = max(0, min(self._cursor, len(options) - 1))
        first = max(0, self._cursor - OPTIONS + 1)
        title = self._title()
        lines: list[Line] = [
            [
                StyledText(title, "title"),
                StyledText(f"   {self._filter}▏" if self._filter else "", "strong"),
            ],
            [],
        ]
        for i, (subject, attribute, value) in enumerate(
            options[first : first + OPTIONS], start=first
        ):
            lines.append(self._row(i - first, i == self._cursor, subject, attribute, value))
        lines += [[]] * (OPTIONS + 2 - len(lines))
        lines.append([])
        guideline = self._guideline(options[self._cursor]) if options else "nothing fits"
        lines += [[StyledText(row, "dim")] for row in wrapped(guideline, width, 2)]
        lines += [[]] * (OPTIONS + 5 - len(lines))
        lines.append(
            [
                StyledText("1-0", "key"),
                StyledText(" choose  "),
                StyledText("letters", "key"),
                StyledText(" filter  "),
                StyledText("Enter", "key"),
                StyledText(" take  "),
                StyledText("Esc", "key"),
                StyledText(" back"),
            ]
        )
        self.show(lines)

    def _row(
        self, row: int, here: bool, subject: Annotation, attribute: Attribute, value: str | None
    ) -> list[StyledText]:
        click = RowClick(row)
        key = str((row + 1) % 10)
        given = given_value(subject, attribute)
        style = "strong" if here else "plain"
        if value is None:
            alone = len(self._subjects) == 1
            name = attribute.title if alone else f"{subject.layer} {attribute.title}"
            name, after = f"{name:<20}", given or ""
        elif value == NONE:
            name, after = "none: take it away", ""
        else:
            name = value if self._opened else f"{attribute.title}: {value}"
            after = " * given" if given == value else ""
        return [
            StyledText("▶ " if here else "  ", "key", click),
            StyledText(f"{key} ", "key", click),
            StyledText(name, style, click),
            StyledText(after, "dim", click),
        ]

    @on(Lines.Clicked)
    def _clicked(self, event: Lines.Clicked) -> None:
        event.stop()
        if isinstance(event.click, RowClick):
            self._take(max(0, self._cursor - OPTIONS + 1) + event.click.row)

    @staticmethod
    def _guideline(option: _Option) -> str:
        _, attribute, name = option
        value = attribute.value(name) if name else None
        return " ".join(
            (value.guideline if value and value.guideline else attribute.guideline).split()
        )

    # ------------------------------------------------------------------------------ keys

    def handle_key_event(self, event: events.Key) -> None:
        """Digits choose, letters filter, arrows move; nothing else is heard."""
        key, character = event.key, event.character or ""
        options = self.options()
        if key == "escape":
            if self._opened and len(self._subjects) > 0:
                self._opened, self._filter, self._cursor = None, "", 0
            elif self._filter:
                self._filter = ""
            else:
                self.close()
                return
        elif key in ("down", "tab"):
            self._cursor += 1
        elif key in ("up", "shift+tab"):
            self._cursor -= 1
        elif key == "enter":
            self._take(self._cursor)
            return
        elif key == "backspace":
            self._filter = self._filter[:-1]
        elif character.isdigit():
            first = max(0, self._cursor - OPTIONS + 1)
            row = (int(character) - 1) % 10
            if first + row < len(options):
                self._take(first + row)
                return
        elif character and character.isprintable():
            self._filter += character
            self._cursor = 0
        self.paint()

    def _take(self, index: int) -> None:
        options = self.options()
        if not 0 <= index < len(options):
            return
        subject, attribute, value = options[index]
        if value is not None:
            self._choose((subject, attribute, None if value == NONE else value))
        elif attribute.text:
            self._enter_text(subject, attribute)
        else:
            self._opened, self._filter, self._cursor = (subject, attribute), "", 0
            self.paint()

    def _enter_text(self, subject: Annotation, attribute: Attribute) -> None:
        from annotator.tui.dialogs.entry import TextEntry

        def entered(text: str) -> None:
            self._choose((subject, attribute, text.strip() or None))

        given = given_value(subject, attribute) or ""
        if isinstance(self.screen, OverlayScreen):
            self.screen.open_overlay(TextEntry(attribute.title, given, entered))

    def _choose(self, choice: Choice) -> None:
        self.close()
        self._then(choice)


class Remover(Picker):
    """Chooses which of the labels that are given to take away."""

    def options(self) -> list[_Option]:
        """The labels that are given, in the order of the scheme; then those it does not know."""
        words = self._filter.casefold().split()
        return [
            o for o in self._given() if all(w in f"{o[1].title} {o[2]}".casefold() for w in words)
        ]

    def _given(self) -> list[_Option]:
        (subject,) = self._subjects
        known = self._scheme.of_layer(subject.layer)
        names = {a.name for a in known}
        strange = [
            Attribute(name, subject.layer, name, "Not in the scheme in force.", False, True, ())
            for name in subject.attributes
            if name not in names
        ]
        values = subject.attributes
        return [(subject, a, values[a.name]) for a in (*known, *strange) if a.name in values]

    def _title(self) -> str:
        return f"Take which label of the {self._subjects[0].layer} away?"

    def _take(self, index: int) -> None:
        options = self.options()
        if 0 <= index < len(options):
            subject, attribute, _ = options[index]
            self._choose((subject, attribute, None))

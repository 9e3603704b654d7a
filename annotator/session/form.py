"""The form of an annotation: every attribute with every value, each chosen by a key.

What is chosen is saved at once, as one action, by who opens the form; what it shows is always
read anew, so it is what is stored. A text row holds a line until Enter or Tab keeps it.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from typing import Final, Literal, NamedTuple

from annotator.domain.model import Annotation
from annotator.domain.scheme import Attribute, Scheme, Value
from annotator.domain.wording import shown_name
from annotator.session.form_rows import FormRow, due_in, given_value, rows_of
from annotator.session.line_editor import LineEditor

DIGITS: Final = "1234567890"
_LEAVING: Final = ("form.next", "form.prev", "form.take", "form.back")
"""Actions that end the writing of a free text."""
Start = Literal["due", "given"]
"""Where a form begins: at what is required and lacking, or at the first label that is given."""


class Told(NamedTuple):
    """What came of an action: whether it was done, and what the screen says of it."""

    done: bool
    text: str


Give = Callable[[Annotation, Attribute, str | None], Told]
"""Sets an attribute, or (None) takes it away."""


Offered = Callable[[Annotation, Attribute], str | None]
"""What the text itself says of an attribute, for Enter to take; None for nothing."""


class FormOption(NamedTuple):
    """A value that can be chosen, and the key that chooses it ("" for none)."""

    key: str
    value: Value


class Form:
    """Walks through the attributes of annotations; digits, keys of labels and letters choose.

    Args:
        scheme: The labels in force.
        in_force: The same as they are by now, where they may change while the form is open.
        read: The annotations as they are now; none when they are gone, and the form is over then.
        give: Sets an attribute (see `Give`).
        offered: The value that is offered of an attribute that nobody gave (see `Offered`).
        notes: Whether notes and flags have rows.
        start: Where it begins (see `Start`).

    Attributes:
        rows: The rows, in the order in which Tab goes through them. One that is asked only where
            another has some value comes and goes with that; the order of the others stays.
        typed: The letters that look for a value.
        place: The value under the cursor, a place among the options; None before an arrow.
        line: The free text that is being written, if any.
        said: What the last key did.
        over: Whether it is to be closed.
    """

    def __init__(
        self,
        scheme: Scheme,
        read: Callable[[], Sequence[Annotation]],
        give: Give,
        *,
        offered: Offered = lambda _, __: None,
        notes: bool = True,
        start: Start = "due",
        in_force: Callable[[], Scheme] | None = None,
    ) -> None:
        self._read = read
        self._offered = offered
        self._give = give
        self._scheme = scheme
        self._in_force = in_force
        self._notes = notes
        self.subjects = list(read())
        self._first = due_in(scheme, self.subjects)
        self.rows = rows_of(scheme, self.subjects, self._first, notes=notes)
        self._here = 0
        wanted = start == "given"
        for i, row in enumerate(self.rows):
            if (self.given(row) is not None) == wanted:
                self._here = i
                break
        self.typed = ""
        self.place: int | None = None
        self.line: LineEditor | None = None
        self.said = ""
        self.over = not self.rows

    # ------------------------------------------------------------------------------ looking

    def given(self, row: FormRow) -> str | None:
        """The value that a row has now."""
        return given_value(self.subjects[row.subject], row.attribute)

    def chosen(self, row: FormRow) -> list[str]:
        """The values that a row has now: several, where its label is of that kind."""
        given = self.given(row)
        return [] if given is None else row.attribute.split(given)

    def is_due(self, row: FormRow) -> bool:
        """Whether a row is required as things are, and has no value."""
        return row.attribute.name in self._scheme.missing(self.subjects[row.subject])

    def is_idle(self, row: FormRow) -> bool:
        """Whether a row is not asked as things are: what it has is kept and shown."""
        return not self._scheme.applies(row.attribute, self.subjects[row.subject])

    def title(self) -> str:
        """What the annotations are, in words."""
        return " and the ".join(self._scheme.layer_title(s.layer_name) for s in self.subjects)

    def offer(self, row: FormRow) -> str | None:
        """The value of a row that Enter takes: what the text says, where nobody gave any."""
        if self.given(row) is not None or not row.known:
            return None
        return self._offered(self.subjects[row.subject], row.attribute)

    @property
    def here(self) -> int:
        """The row that keys are about.

        What is typed looks through the values of the row where the cursor is, then those of the
        rows after it, round the end; taken back, it leads back.
        """
        if self.typed:
            for step in range(len(self.rows)):
                i = (self._here + step) % len(self.rows)
                if self.fitting(self.rows[i]):
                    return i
        return self._here

    @property
    def row(self) -> FormRow:
        """The row that keys are about."""
        return self.rows[self.here]

    def values(self, row: FormRow) -> list[Value]:
        """The values that a row can have: those offered, and an archived one that it has."""
        attribute, given = row.attribute, self.given(row)
        has = attribute.split(given) if given is not None else []
        return [v for v in attribute.values if v in attribute.offered or v.name in has]

    def fitting(self, row: FormRow) -> list[Value]:
        """The values of a row that what was typed fits, the best first.

        A name that begins with it fits best; then one whose words begin with its words.
        """
        words = shown_name(self.typed).casefold().split()
        phrase = " ".join(words)
        found: list[tuple[int, Value]] = []
        for value in self.values(row):
            name = shown_name(value.name).casefold()
            if all(w in name for w in words):
                begun = all(f" {w}" in f" {name}" for w in words)
                found.append((0 if name.startswith(phrase) else 1 if begun else 2, value))
        found.sort(key=lambda f: f[0])
        return [value for _, value in found]

    def options(self, row: FormRow) -> list[FormOption]:
        """The values of a row and their keys: those of the scheme, else the digits that are free.

        While letters look for a value, those that fit, and the digits are theirs.
        """
        if self.typed:
            values = self.fitting(row)
            keys = [*DIGITS, *[""] * len(values)]
            return [FormOption(key, value) for key, value in zip(keys, values, strict=False)]
        values = self.values(row)
        own = {v.key for v in values}
        free = iter([d for d in DIGITS if d not in own])
        return [FormOption(v.key or next(free, ""), v) for v in values]

    # ------------------------------------------------------------------------------ keys

    def press(self, key: str, character: str, action: str | None) -> None:
        """Do what a key means: its name, what it types, and which action of the form it has."""
        if action == "form.take_away" and self.typed and character.isprintable():
            action = None  # a value's name is being typed: “named_person”
        if self.line is not None and action not in _LEAVING:
            self.line.key(key, character)
        elif action is not None and (self.typed or not self.means(character)):
            self._act(action)
        else:
            self._type(key, character)

    def _act(self, action: str) -> None:
        self.said = ""
        match action:
            case "form.next":
                self._step(1)
            case "form.prev":
                self._step(-1)
            case "form.right":
                self._point(1)
            case "form.left":
                self._point(-1)
            case "form.take":
                self._take()
            case "form.take_away":
                self._take_away()
            case "form.back":
                self._back()

    def _type(self, key: str, character: str) -> None:
        self.said = ""
        if key == "backspace":
            self.typed = self.typed[:-1]
            self.place = 0 if self.typed else None
        elif not (character and character.isprintable()):
            return
        elif self._is_text():
            self._write().key(key, character)
        elif character in DIGITS or self.means(character):
            self._choose_by(character)
        elif self.typed or character != " ":
            self.typed += character
            self.place = 0

    def means(self, character: str) -> bool:
        """Whether a character chooses a value of the row."""
        return bool(character) and any(o.key == character for o in self.options(self.row))

    def insert(self, text: str) -> None:
        """Put pasted text (one line) into the free text, or look for it."""
        if self.line is not None:
            self.line.insert(text)
        elif self._is_text():
            self._write().insert(text)
        else:
            self.typed += text
            self.place = 0 if self.typed else None

    def choose(self, row: int, value: str) -> None:
        """Choose a value of any row: what a click does."""
        if self.keep():
            self._set(row, value)

    def go(self, row: int) -> None:
        """Go to a row; to that of a free text, to write it."""
        if not self.keep():
            return
        self._here, self.typed, self.place = row, "", None
        if self._is_text():
            self._write()

    def refresh(self) -> None:
        """Read the annotations again; the form is over when they are gone."""
        found = list(self._read())
        if len(found) != len(self.subjects):
            self.over = True
            return
        here = self.rows[self._here]
        self.subjects = found
        if self._in_force is not None:
            self._scheme = self._in_force()
        self.rows = rows_of(self._scheme, found, self._first, notes=self._notes)
        self.over = not self.rows
        self._here = min(self._place(here, self._here), max(0, len(self.rows) - 1))

    def _place(self, row: FormRow, otherwise: int) -> int:
        """Where a row is by now."""
        places = (i for i, r in enumerate(self.rows) if r.of == row.of)
        return next(places, otherwise)

    # ------------------------------------------------------------------------------ doing

    def _is_text(self) -> bool:
        return self.row.attribute.text and self.row.known and not self.typed

    def _step(self, step: int) -> None:
        if not self.keep():
            return
        here = self.here
        self._here, self.typed, self.place = (here + step) % len(self.rows), "", None

    def _point(self, step: int) -> None:
        options = self.options(self.row)
        if not options:
            return
        if self.place is None:
            given = self.chosen(self.row) or [self.offer(self.row) or ""]
            found = [i for i, o in enumerate(options) if o.value.name in given]
            self.place = found[0] if found else (0 if step > 0 else -1)
        else:
            self.place += step
        self.place %= len(options)

    def _choose_by(self, key: str) -> None:
        """Choose the value with a key; a digit that is no key counts the values."""
        row = self.here
        options = self.options(self.rows[row])
        option = next((o for o in options if o.key == key), None)
        if option is None and key in DIGITS:
            option = next(iter(options[DIGITS.index(key) :]), None)
        if option is not None:
            self._set(row, option.value.name)
            return
        self.said = f"{self.rows[row].attribute.title}: no value has the key {key}"

    def _take(self) -> None:
        """Enter: keep the text; take the value under the cursor, or the one that is offered; begin
        to write; or close.
        """
        if self.line is not None:
            self._step(1)
        elif self.typed or self.place is not None:
            options = self.options(self.row)
            if options:
                self._set(self.here, options[self.place or 0].value.name)
            else:
                self.said = f"nothing fits “{self.typed}”"
        elif (offered := self.offer(self.row)) is not None:
            self._set(self.here, offered)
        elif self._is_text():
            self._write()
        else:
            self.over = True

    def _take_away(self) -> None:
        if self.given(self.row) is None:
            self.said = f"{self.row.attribute.title}: there is none to take away"
        else:
            self._save(self.here, None)

    def _back(self) -> None:
        """Esc: leave the text as it was, or what was typed, or the form."""
        if self.line is not None:
            self.line = None
        elif self.typed or self.place is not None:
            self.typed, self.place = "", None
        else:
            self.over = True

    def _write(self) -> LineEditor:
        self.line = LineEditor(self.given(self.row) or "")
        return self.line

    def keep(self) -> bool:
        """Keep the text that is being written, if any.

        False when it could not be saved, or is no number or date where it must be one: nothing that
        was typed is lost, it is still being written.
        """
        if self.line is None:
            return True
        row, line, self.line = self.row, self.line, None
        text = line.text.strip()
        fault = self.row.attribute.fault_of(text) if text else ""
        if fault:
            self.line, self.said = line, f"{fault}: not stored"
            return False
        if text == (self.given(self.row) or "") or self._save(self.here, text or None):
            return True
        if self.over or not self._is_text() or self.row.of != row.of:
            # The scheme has changed meanwhile: what was typed belongs to no other label.
            self.said = f"{self.said}; not stored: {row.attribute.title}: {text}".lstrip("; ")
        else:
            self.line = line
        return False

    def _set(self, row: int, value: str) -> None:
        """Give a row a value and go on to the next row; of several, one more or one less."""
        attribute = self.rows[row].attribute
        if attribute.kind != "several":
            if self._save(row, value):
                self._here = min(self._here + 1, len(self.rows) - 1)
            return
        given = self.chosen(self.rows[row])
        left = [v for v in given if v != value] if value in given else [*given, value]
        place = self.place if not self.typed else None
        self._save(row, attribute.join(left) if left else None)
        self.place = place

    def _save(self, row: int, value: str | None) -> bool:
        subject, attribute, _ = self.rows[row]
        before = {r.of: self.is_idle(r) for r in self.rows}
        told = self._give(self.subjects[subject], attribute, value)
        self._here, self.typed, self.place = row, "", None
        self.refresh()
        self.said = told.text + "".join(self._came_of(before))
        return told.done

    def _came_of(self, before: Mapping[tuple[int, str], bool]) -> Iterator[str]:
        """What a value has made of other rows: asked now, or not any more (it was idle before)."""
        for row in self.rows:
            was = before.get(row.of, True)
            idle = self.is_idle(row)
            if was and not idle:
                yield f"; {row.attribute.title} is asked now"
            elif idle and not was:
                yield f"; {row.attribute.title} is kept, though not asked any more"

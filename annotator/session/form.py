"""The form of an annotation: every attribute with every value, each chosen by a key.

What is chosen is saved at once, as one action, by who opens the form; what it shows is always
read anew, so it is what is stored. A text row holds a line until Enter or Tab keeps it.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Final, Literal, NamedTuple

from annotator.domain.model import Annotation
from annotator.domain.scheme import Attribute, Scheme, Value
from annotator.domain.wording import shown_name
from annotator.session.line_editor import LineEditor

DIGITS: Final = "1234567890"
NOTE: Final = "note"
FLAG: Final = "flagged"
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


class FormRow(NamedTuple):
    """An attribute of one of the annotations. One that the scheme does not know only goes away."""

    subject: int
    attribute: Attribute
    known: bool = True


class FormOption(NamedTuple):
    """A value that can be chosen, and the key that chooses it ("" for none)."""

    key: str
    value: Value


def given_value(subject: Annotation, attribute: Attribute) -> str | None:
    """The value that an annotation has of an attribute of the scheme, or of its note or flag."""
    if attribute.name == NOTE:
        return subject.note or None
    if attribute.name == FLAG:
        return "yes" if subject.flagged else None
    return subject.attributes.get(attribute.name)


def rows_of(scheme: Scheme, subjects: Sequence[Annotation], *, notes: bool) -> list[FormRow]:
    """The rows of a form: what is required and lacking first, the rest as in the scheme.

    Args:
        scheme: The labels in force.
        subjects: The annotations that the form is of.
        notes: Also their notes and flags.
    """
    due: list[FormRow] = []
    others: list[FormRow] = []
    for i, subject in enumerate(subjects):
        missing = scheme.missing(subject)
        known = scheme.of_layer(subject.layer_name)
        for attribute in known:
            if attribute.archived and attribute.name not in subject.attributes:
                continue
            (due if attribute.name in missing else others).append(FormRow(i, attribute))
        names = {a.name for a in known}
        for name in subject.attributes:
            if name not in names:
                strange = Attribute(
                    name, subject.layer_name, name, "Not in the scheme in force.", False, "text", ()
                )
                others.append(FormRow(i, strange, known=False))
        if notes:
            note = Attribute(NOTE, subject.layer, "note", "Free words.", False, "text", ())
            yes = (Value("yes", "", ""),)
            flag = Attribute(FLAG, subject.layer, "flag", "To be discussed.", False, "one", yes)
            others += [FormRow(i, note), FormRow(i, flag)]
    return due + others


class Form:
    """Walks through the attributes of annotations; digits, keys of labels and letters choose.

    Args:
        scheme: The labels in force.
        read: The annotations as they are now; none when they are gone, and the form is over then.
        give: Sets an attribute (see `Give`).
        offered: The value that is offered of an attribute that nobody gave (see `Offered`).
        notes: Whether notes and flags have rows.
        start: Where it begins (see `Start`).

    Attributes:
        rows: The rows, in the order in which Tab goes through them; it never changes.
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
    ) -> None:
        self._read = read
        self._offered = offered
        self._give = give
        self.subjects = list(read())
        self.rows = rows_of(scheme, self.subjects, notes=notes)
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
        if len(found) == len(self.subjects):
            self.subjects = found
        else:
            self.over = True

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
            given = self.given(self.row)
            names = [o.value.name for o in options]
            given = given or self.offer(self.row)
            self.place = names.index(given) if given in names else (0 if step > 0 else -1)
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
        """Keep the free text that is being written, if any.

        False when it could not be saved: nothing that was typed is lost, it is still being written.
        """
        if self.line is None:
            return True
        line, self.line = self.line, None
        text = line.text.strip()
        if text == (self.given(self.row) or "") or self._save(self.here, text or None):
            return True
        self.line = line
        return False

    def _set(self, row: int, value: str) -> None:
        """Give a row a value and go on to the next row."""
        if self._save(row, value):
            self._here = min(row + 1, len(self.rows) - 1)

    def _save(self, row: int, value: str | None) -> bool:
        subject, attribute, _ = self.rows[row]
        told = self._give(self.subjects[subject], attribute, value)
        self.said = told.text
        self._here, self.typed, self.place = row, "", None
        self.refresh()
        return told.done

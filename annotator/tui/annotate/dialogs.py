"""What the annotation screen asks in a dialog: labels, notes, words to search, help."""

from __future__ import annotations

from typing import TYPE_CHECKING

from annotator.domain.model import Annotation
from annotator.domain.scheme import Attribute

if TYPE_CHECKING:
    from annotator.tui.annotate.screen import AnnotateScreen


class Dialogs:
    """Opens the modal screens (imported when first needed) and brings their answers back."""

    def __init__(self, screen: AnnotateScreen) -> None:
        self._screen = screen
        self._refused: dict[tuple[str, str, int, int], str] = {}
        """Notes that could not be saved, by layer, article and range: the next try begins there."""

    def pick_for_claim(self) -> None:
        """Labels of the claim or mark at work, or of the one under the cursor."""
        session = self._screen.session
        if session.active is None and not session.open_claim():
            self._screen.flash_later("no claim here: label one first")
        elif session.active:
            session.must_see(session.active)
            self._pick([session.active])

    def take_away(self) -> None:
        """Take a label away from the claim or mark at work, or the one under the cursor."""
        from annotator.tui.dialogs.picker import Remover

        screen, session = self._screen, self._screen.session
        if session.active is None and not session.open_claim():
            screen.flash_later("no claim here: there is no label to take away")
            return
        subject = session.active
        if subject is None:
            return
        session.must_see(subject)
        if not subject.attributes:
            screen.flash_later(f"this {subject.layer} has no label to take away")
            return
        screen.open_overlay(Remover(session.scheme, [subject], self._picked))

    def pick_for_sentence(self) -> None:
        """Labels of the sentence and of the article."""
        session = self._screen.session
        if session.page.sentences:
            self._pick([session.sentence_subject(), session.article_subject()])

    def _pick(self, subjects: list[Annotation]) -> None:
        from annotator.tui.dialogs.picker import Picker

        self._screen.open_overlay(Picker(self._screen.session.scheme, subjects, self._picked))

    def _picked(self, choice: tuple[Annotation, Attribute, str | None]) -> None:
        subject, attribute, value = choice
        screen, session = self._screen, self._screen.session
        if attribute.name == "note":
            screen.carry_out(lambda: session.set_note(subject, value or ""))
        elif attribute.name == "flagged":
            screen.carry_out(lambda: session.set_flag(subject, value is not None))
        else:
            screen.carry_out(lambda: session.set_attribute(*choice))

    def write_note(self) -> None:
        """A note on the claim at work, the one under the cursor, or the sentence."""
        from annotator.tui.dialogs.entry import EntryScreen

        screen = self._screen
        subject = screen.session.subject()
        screen.session.must_see(subject)

        place = subject.layer, subject.article, subject.start, subject.end

        def entered(note: str) -> None:
            if not screen.carry_out(lambda: screen.session.set_note(subject, note.strip())):
                self._refused[place] = note

        given = self._refused.pop(place, subject.note)
        screen.app.push_screen(EntryScreen(f"Note on this {subject.layer}", given, entered))

    def search(self) -> None:
        """Words to find in the article."""
        from annotator.tui.dialogs.entry import EntryScreen

        screen = self._screen

        def entered(words: str) -> None:
            if not screen.session.search(words):
                screen.flash_later(f"“{words}” is not in this article")
            screen.paint()

        screen.app.push_screen(EntryScreen("Search in the article", "", entered))

    def open_guidelines(self) -> None:
        """What each label means."""
        from annotator.tui.dialogs.guidelines import GuidelinesScreen

        self._screen.app.push_screen(GuidelinesScreen(self._screen.session.scheme))

    def open_keys(self) -> None:
        """Every key."""
        from annotator.tui.dialogs.keysheet import KeySheetScreen

        app = self._screen.app
        app.push_screen(KeySheetScreen(app.keymap.actions, self._screen.session.scheme))

"""What the annotation screen asks in a box: notes, words to search, an action; and its help."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterator
from functools import partial
from typing import TYPE_CHECKING, Final

from annotator.session.commands import Do
from annotator.text.safe import safe_line
from annotator.tui.annotate.labelling import marking_commands
from annotator.tui.annotate.window import AnnotateWindow
from annotator.tui.keymap import shown_key

if TYPE_CHECKING:
    from annotator.project.article_records import PutRight
    from annotator.tui.dialogs.palette import Entry

LEAVE_OUT: Final = "Why is this article left out?"


class Dialogs:
    """Opens the boxes (imported when first needed) and brings their answers back."""

    def __init__(self, window: AnnotateWindow) -> None:
        self._window = window
        self._used: Counter[str] = Counter()
        """How often each entry of the palette was taken."""
        self._sought = ""
        """The words that were looked for last."""
        self._refused: dict[tuple[str, str, int, int], str] = {}
        """Notes that could not be saved, by layer, article and range: the next try begins there."""

    def write_note(self) -> None:
        """A note on the claim at work, the one under the cursor, or the sentence."""
        from annotator.tui.dialogs.entry import TextEntry

        window = self._window
        subject = window.session.subject()
        window.session.must_see(subject)

        place = subject.layer, subject.article, subject.start, subject.end

        def entered(note: str) -> None:
            if not window.carry_out(lambda: window.session.set_note(subject, note.strip())):
                self._refused[place] = note

        given = self._refused.pop(place, subject.note)
        window.open_overlay(
            TextEntry(f"Note on this {window.session.name_of(subject)}", given, entered)
        )

    def search(self) -> None:
        """Words to find in the article, found while they are typed."""
        from annotator.tui.annotate.search_line import SearchLine

        def kept(words: str) -> None:
            self._sought = words

        self._window.open_overlay(SearchLine(self._window, self._sought, kept))

    def open_palette(self) -> None:
        """Everything that can be done, by its name."""
        from annotator.tui.dialogs.palette import Entry, Palette

        window, app = self._window, self._window.app
        actions = [
            Entry(a.title, " ".join(map(shown_key, a.keys)), partial(window.do, Do(a.id)))
            for a in window.host.keymap.actions
            if a.context == "article"
        ]
        actions += [
            Entry(name, key, partial(window.do, command))
            for name, key, command in marking_commands(window.session.scheme)
        ]
        actions += [
            Entry(f"theme: {name}", "", partial(setattr, app, "theme", name))
            for name in sorted(app.available_themes)
        ]
        actions.append(self._leaving_out(Entry))
        actions.append(Entry("screenshot: save a picture (SVG)", "", app.action_screenshot))

        def articles() -> Iterator[Entry]:
            for uid, title in window.host.project.titles():
                yield Entry(f"article: {safe_line(title)}", "", partial(window.open_article, uid))

        window.open_overlay(Palette(actions, articles, self._used))

    def _leaving_out(self, entry: type[Entry]) -> Entry:
        """What the palette offers about the article: to leave it out, or to take it in again."""
        window, uid = self._window, self._window.session.article.uid
        project = window.host.project
        if project.article_state(uid)["excluded"]:
            return entry(
                "take this article in again",
                "",
                partial(self._written, lambda: project.include([uid])),
            )

        def ask() -> None:
            from annotator.tui.dialogs.entry import TextEntry

            def entered(reason: str) -> None:
                self._written(lambda: project.exclude([uid], reason))

            window.open_overlay(TextEntry(LEAVE_OUT, "", entered))

        return entry("leave this article out, with a reason", "", ask)

    def _written(self, act: Callable[[], PutRight]) -> None:
        """Do something to the articles as a whole, and say what undoes it."""
        window = self._window

        def done() -> None:
            act()
            window.host.renew_order()
            undo = window.host.keymap.shown("claim.undo")
            window.flash_later(f"done: {undo} undoes it")

        window.carry_out(done)

    def open_guidelines(self) -> None:
        """What each label means, beginning with the one at work."""
        from annotator.tui.dialogs.guidelines import Guidelines

        session = self._window.session
        here = session.at_cursor()
        subject = session.active or (here[0] if here else None)
        self._window.open_overlay(Guidelines(session.scheme, subject))

    def open_keys(self) -> None:
        """Every key, those of the present situation first."""
        from annotator.tui.dialogs.keysheet import KeySheet

        window = self._window
        actions = window.host.keymap.actions
        window.open_overlay(KeySheet(actions, window.session.scheme, self._situation()))

    def _situation(self) -> list[str]:
        """The groups of keys that are heard now, the innermost first."""
        window, session = self._window, self._window.session
        heard = [c for c in window.contexts() if c != "article"]
        actions = window.host.keymap.actions
        found = [a.group for context in heard for a in actions if a.context == context]
        if session.active is None and window.suggestions.offered() is not None:
            found.append("Suggestions")
        if session.active is not None or session.selection is not None:
            found += ["Roles", "Labels", "Edit", "Label"]
        else:
            found += ["Move", "Select"]
        return list(dict.fromkeys(found))

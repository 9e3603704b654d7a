"""The form on the annotation screen: of a claim or mark, and of the sentence with the article."""

from __future__ import annotations

from collections.abc import Callable, Sequence

from annotator.domain.model import Annotation
from annotator.domain.scheme import Attribute
from annotator.domain.terms import form_label, value_said
from annotator.session.form import Form, Start, Told
from annotator.tui.annotate.controller import AnnotateController
from annotator.tui.annotate.panel import what_is_made
from annotator.tui.annotate.window import AnnotateWindow


class Forms:
    """Opens forms (imported when first needed); what is chosen in one is saved within the key."""

    def __init__(self, window: AnnotateWindow, controller: AnnotateController) -> None:
        self._window = window
        self._controller = controller

    def of_claim(self) -> None:
        """Every label of the claim or mark at work, or of the one under the cursor."""
        if self._go_to_work("label one first"):
            self._open_active("due")

    def of_new_mark(self) -> None:
        """The labels of a mark that was just made, unless a sticky one is all that it needs."""
        session = self._window.session
        mark, scheme = session.active, session.scheme
        if mark is None or not scheme.of_layer(mark.layer_name):
            return
        if not mark.attributes or scheme.missing(mark):
            self._open_active("due")

    def to_take_away(self) -> None:
        """The form at the first label that is given."""
        if not self._go_to_work("there is no label to take away"):
            return
        active = self._window.session.active
        if active is not None and not active.attributes:
            name = self._window.session.name_of(active)
            self._window.flash_later(f"this {name} has no label to take away")
        else:
            self._open_active("given")

    def of_sentence(self) -> None:
        """The labels of the sentence and of the article, their notes and flags."""
        session = self._window.session
        if not session.page.sentences:
            return
        place = session.article.uid, session.sentence

        def read() -> list[Annotation]:
            s = self._window.session
            here = (s.article.uid, s.sentence) == place
            return [s.sentence_subject(), s.article_subject()] if here else []

        sentence = session.page.sentences[session.sentence]
        self._open(read, session.article.text[sentence.start : sentence.end], "due")

    def of_relation(self, relation: Annotation, said: str) -> None:
        """The labels of a relation, its note and flag."""

        def read() -> list[Annotation]:
            now = self._window.session.index.by_id.get(relation.id)
            return [now] if now else []

        self._open(read, said, "due")

    # ------------------------------------------------------------------------------ opening

    def _go_to_work(self, otherwise: str) -> bool:
        session = self._window.session
        if session.active is None and not session.open_claim():
            self._window.flash_later(f"no {what_is_made(session.scheme)} here: {otherwise}")
            return False
        if session.active is not None:
            session.must_see(session.active)
        return True

    def _open_active(self, start: Start) -> None:
        session = self._window.session
        active = session.active
        if active is None:
            return

        def read() -> list[Annotation]:
            now = self._window.session.index.by_id.get(active.id)
            return [now] if now else []

        self._open(read, session.words(active), start)

    def _open(self, read: Callable[[], Sequence[Annotation]], words: str, start: Start) -> None:
        from annotator.tui.dialogs.form import FormBox

        window = self._window
        form = Form(
            window.session.scheme, read, self._give, offered=self._offered, start=start,
            in_force=lambda: window.session.scheme,
        )  # fmt: skip
        window.open_overlay(FormBox(form, window.host.keymap, words, self._unmake, self._row))

    def _offered(self, subject: Annotation, attribute: Attribute) -> str | None:
        """How the words of a claim are reported, as their quotation marks say."""
        from annotator.text.reported import form_of

        session = self._window.session
        content = session.scheme.content
        if subject.layer != "claim" or content is None or attribute != form_label(session.scheme):
            return None
        pieces = [(f.start, f.end) for f in subject.role(content.name)]
        quoted = self._controller.quotations_of(session.article)
        found = form_of(session.article.text, pieces, quoted) if pieces else None
        return value_said(attribute, found) if found else None

    def _give(self, subject: Annotation, attribute: Attribute, value: str | None) -> Told:
        return self._told(lambda: self._window.session.fill(subject, attribute, value))

    def _unmake(self, action: str) -> Told:
        undo = action == "form.undo"
        return self._told(self._controller.undo if undo else self._controller.redo)

    def _told(self, act: Callable[[], object]) -> Told:
        window = self._window
        done = window.carry_out(act)
        return Told(done, f"{window.told}, saved {window.saved}" if done else window.told)

    def _row(self) -> int | None:
        """The row of the screen that the cursor is in."""
        view = self._window.view
        row = view.row_in_view(self._window.session.offset)
        return None if row is None else view.region.y + row

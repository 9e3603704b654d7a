"""The adjudication screen: one case at a time, its readings side by side, decided by one key."""

from __future__ import annotations

from collections.abc import Callable, Collection
from typing import TYPE_CHECKING

from rich.cells import cell_len
from textual import events, work
from textual.app import ComposeResult

from annotator.domain.errors import AnnotatorError, ConflictError, SchemeChangedError
from annotator.domain.model import Annotation
from annotator.domain.scheme import Attribute
from annotator.domain.wording import shown_name
from annotator.session.adjudication_cases import Case
from annotator.session.adjudication_ends import words_of
from annotator.session.form import Form, Told
from annotator.text.safe import safe_line
from annotator.tui.adjudicate.desk import AdjudicationDesk
from annotator.tui.adjudicate.tables import (
    agreement_said,
    beside_lines,
    context_lines,
    detail_lines,
    table_lines,
)
from annotator.tui.adjudicate.waiting import waiting_said
from annotator.tui.dialogs.overlay import OverlayScreen
from annotator.tui.widgets import fitting
from annotator.tui.widgets.lines import Line, Lines, StyledText

if TYPE_CHECKING:
    from annotator.tui.host import AdjudicationHost


class AdjudicateScreen(OverlayScreen):
    """Decides about the cases of one article after the other."""

    CSS_PATH = "adjudicate.tcss"
    VERTICAL_BREAKPOINTS = [(0, "-low"), (30, "-high")]  # noqa: RUF012

    def __init__(
        self,
        host: AdjudicationHost,
        uid: str,
        readings: Collection[str] = (),
        *,
        anonymous: bool = False,
        leave: Callable[[], object] | None = None,
    ) -> None:
        """Open an article (uid) at the case of some readings (ids), or at its first open one.

        Args:
            leave: Called when Esc has gone back to the screen below; ends the program without.
        """
        super().__init__()
        self.host = host
        self._asked = uid, readings
        self._leave = leave
        self._last = ""
        """The action of the last key: some mean more when they are pressed again."""
        self.desk = AdjudicationDesk(host, anonymous=anonymous)
        desk = self.desk
        self.handlers: dict[str, Callable[[str], object]] = {
            "adjudicate.next": lambda _: desk.to_open(1),
            "adjudicate.prev": lambda _: desk.to_open(-1),
            "adjudicate.case_next": lambda _: desk.step(1),
            "adjudicate.case_prev": lambda _: desk.step(-1),
            "adjudicate.take": lambda key: desk.take(int(key)),
            "adjudicate.merge": lambda _: desk.merge(),
            "adjudicate.none": lambda _: desk.nothing(),
            "adjudicate.identical": lambda _: desk.accept_identical(),
            "adjudicate.majority": lambda _: self._majority(),
            "adjudicate.down": lambda _: desk.move_row(1),
            "adjudicate.up": lambda _: desk.move_row(-1),
            "adjudicate.mix": lambda _: desk.mix(),
            "adjudicate.labels": lambda _: self._labels(),
            "adjudicate.end_left": lambda _: desk.move_boundary("end", -1),
            "adjudicate.end_right": lambda _: desk.move_boundary("end", 1),
            "adjudicate.start_left": lambda _: desk.move_boundary("start", -1),
            "adjudicate.start_right": lambda _: desk.move_boundary("start", 1),
            "adjudicate.reason": lambda _: self._reason(),
            "adjudicate.columns": lambda _: desk.move_columns(1, self.size.width),
            "adjudicate.columns_back": lambda _: desk.move_columns(-1, self.size.width),
            "adjudicate.names": lambda _: desk.toggle_names(),
            "adjudicate.undo": lambda _: desk.undo(),
            "adjudicate.redo": lambda _: desk.redo(),
            "adjudicate.keys": lambda _: self._keys(),
            "adjudicate.quit": lambda _: self.app.exit(),
            "adjudicate.back": lambda _: self._back(),
        }

    def compose(self) -> ComposeResult:
        """A head line, the words, the readings, the keys."""
        yield Lines(id="head")
        yield Lines(id="words")
        yield Lines(id="readings")
        yield Lines(id="foot")

    def on_mount(self) -> None:
        """Read the article and stand on the case asked for."""
        self.desk.open(*self._asked)
        self.call_after_refresh(self.paint)

    def on_resize(self) -> None:
        """Columns and lines follow the width."""
        self.call_after_refresh(self.paint)

    def read_again(self) -> None:
        """Read the article again: somebody else changed it, or it lies elsewhere now."""
        self.desk.read_again()
        self.paint()

    # ------------------------------------------------------------------------------ painting

    def paint(self) -> None:
        """Draw everything; lines that did not change cost nothing."""
        if not self.is_mounted:
            return
        desk, width = self.desk, self.size.width
        case, progress = desk.case, desk.board.progress
        number, total = self.host.position_of(desk.uid)
        place = f"case {desk.here + 1}/{progress.cases}" if case else "no case"
        head = [
            StyledText(f"  {place}", "strong"),
            StyledText(f"  open {progress.open}  decided {progress.decided}"),
        ]
        if progress.reopened:
            head.append(StyledText(f"  changed since {progress.reopened}", "warn"))
        head.append(StyledText(f"  as {self.host.annotator}", "dim"))
        # The title takes what the numbers leave.
        name, at = " adjudicate ", f" {number}/{total} "
        room = width - cell_len(name + at + "".join(piece.text for piece in head))
        title = fitting.cut(safe_line(desk.article.title or desk.article.name), room)
        head = [StyledText(name, "title"), StyledText(at + title), *head]
        self.query_one("#head", Lines).show([head])
        words, readings = self.query_one("#words", Lines), self.query_one("#readings", Lines)
        if case is None:
            words.show([[], [StyledText("  Nobody annotated this article.", "dim")]])
            notes = desk.board.notes(0)
            readings.show(beside_lines(notes, desk.names, desk.article.text, width))
        else:
            words.show(
                context_lines(desk.article, case, self.host.scheme, width, words.size.height)
            )
            readings.show(self._readings(case, width))
        self.query_one("#foot", Lines).show([self._foot()])

    def _readings(self, case: Case, width: int) -> list[Line]:
        desk, rows = self.desk, self.desk.rows
        desk.row = max(0, min(desk.row, len(rows) - 1))
        text = desk.article.text
        state = {
            "open": StyledText("open", "warn"),
            "decided": StyledText("decided", "good"),
            "reopened": StyledText(
                "to decide again"
                if case.lost_end
                else "decided, but a reading changed since: decide again",
                "warn",
            ),
        }[case.state]
        what = shown_name(self.host.scheme.layer_title(case.layer_name))
        head = [StyledText(f" {what[:1].upper()}{what[1:]}: ", "title"), state]
        if waits := waiting_said(case, self.host.scheme, text):
            head.append(StyledText(f"  {waits}", "warn"))
        elif case.state == "open":
            head.append(agreement_said(desk.board.verdict(case), self.host.scheme))
        if desk.reason:
            head.append(StyledText(f"  reason: {safe_line(desk.reason)}"))
        lines: list[Line] = [head]
        lines += table_lines(case, rows, desk.row, desk.column, desk.names, text, width)
        beside = beside_lines(desk.board.notes(desk.here), desk.names, text, width)
        if rows:
            detail = detail_lines(case, rows[desk.row], desk.names, text, width)
            room = self.query_one("#readings", Lines).size.height - len(lines) - 1
            # Where not all of it fits the words go before their heading: the row is marked above.
            lines += [[], *detail] if len(detail) <= room else detail[1:]
        return [*lines, *beside]

    def _foot(self) -> list[StyledText]:
        if self.desk.said:
            return [StyledText(f" {self.desk.said}", "strong")]
        shown = self.host.keymap.shown
        pairs = (
            ("1-9", "take"),
            (shown("adjudicate.merge"), "merge"),
            (shown("adjudicate.none"), "nothing"),
            (shown("adjudicate.majority"), "majority"),
            (shown("adjudicate.mix"), "mix"),
            (shown("adjudicate.next"), "next"),
            (shown("adjudicate.keys"), "keys"),
            (shown("adjudicate.back"), "back"),
            (shown("adjudicate.undo"), "undo"),
            (shown("adjudicate.labels"), "label"),
            (shown("adjudicate.reason"), "reason"),
            (shown("adjudicate.identical"), "identical"),
        )
        return list(fitting.keys(pairs, self.size.width))

    # ------------------------------------------------------------------------------ keys

    def handle_key_here(self, event: events.Key) -> bool:
        """Look the key up and do what it means."""
        if not self.is_mounted:
            return False
        action = self.host.keymap.action(event.key, "adjudicate")
        if action is None:
            return False
        key = self.host.keymap.digit(event.key) or event.key
        self._carry_out(lambda: self.handlers[action](key))
        self._last = action
        return True

    def _carry_out(self, act: Callable[[], object]) -> bool:
        """Do something to the board, and paint; False, and it is said, when it was refused."""
        self.desk.said = ""
        done = False
        try:
            act()
            done = True
        except AnnotatorError as error:
            if isinstance(error, ConflictError | SchemeChangedError):
                self.desk.read_again()
            self.host.show_error(error)
        self.paint()
        return done

    # ------------------------------------------------------------------------------ by majority

    def _majority(self) -> None:
        """Accept what most agree on in the article; at once again: in all articles."""
        desk, key = self.desk, self.host.keymap.shown("adjudicate.majority")
        others = len(self.host.shared) > 1
        if self._last == "adjudicate.majority" and others:
            desk.said = "deciding in all articles …"
            self._everywhere()
            return
        desk.accept_majority()
        if others:
            desk.said += f"; {key} again: all"

    @work(thread=True, exclusive=True, group="majority", exit_on_error=False)
    def _everywhere(self) -> None:
        """Decide in all articles as one action, in a thread: there may be thousands."""
        try:
            with self.host.project.writer() as project:
                told = project.adjudicate(self.host.annotator).decide()
        except AnnotatorError as error:
            self.app.call_from_thread(self._refused, error)
            return
        self.app.call_from_thread(self._carry_out, lambda: self.desk.decided_everywhere(told))

    def _refused(self, error: AnnotatorError) -> None:
        self.desk.said = ""
        self.host.show_error(error)
        self.paint()

    # ------------------------------------------------------------------------------ other screens

    def _keys(self) -> None:
        from annotator.tui.dialogs.keysheet import KeySheet

        keymap, scheme = self.host.keymap, self.host.scheme
        self.open_overlay(KeySheet(keymap.actions, scheme, ["Adjudication"]))

    def _back(self) -> None:
        if self._leave:
            self.dismiss()
            self._leave()
        else:
            self.app.exit()

    # ------------------------------------------------------------------------------ asking

    def _labels(self) -> None:
        from annotator.tui.dialogs.form import FormBox

        desk = self.desk
        if desk.case is None:
            return
        place = desk.uid, desk.here

        def read() -> list[Annotation]:
            here = (desk.uid, desk.here) == place
            return [desk.board.draft(desk.case)] if here and desk.case else []

        def give(draft: Annotation, label: Attribute, value: str | None) -> Told:
            case = desk.case
            done = case is not None and self._carry_out(
                lambda: desk.set_label(case, draft, label, value)
            )
            return Told(done, desk.said)

        def unmake(action: str) -> Told:
            done = self._carry_out(desk.undo if action == "form.undo" else desk.redo)
            return Told(done, desk.said)

        words = words_of(desk.case, self.host.scheme, desk.article.text) or " … ".join(
            desk.article.text[f.start : f.end]
            for f in sorted(desk.board.draft(desk.case).fragments)
        )
        form = Form(self.host.scheme, read, give, notes=False, in_force=lambda: self.host.scheme)
        self.open_overlay(FormBox(form, self.host.keymap, words, unmake))

    def _reason(self) -> None:
        from annotator.tui.dialogs.entry import TextEntry

        case = self.desk.case
        if case is None:
            return

        def entered(text: str) -> None:
            self._carry_out(lambda: self.desk.explain(case, text.strip()))

        known = case.decision.reason if case.decision else self.desk.reason
        title = "Reason" if case.decision else "Reason of the decision to come"
        self.open_overlay(TextEntry(title, known, entered))

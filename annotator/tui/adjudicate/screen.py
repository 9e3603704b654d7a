"""The adjudication screen: one case at a time, its readings side by side, decided by one key."""

from __future__ import annotations

from collections.abc import Callable, Collection
from typing import TYPE_CHECKING

from rich.cells import cell_len
from textual import events
from textual.app import ComposeResult

from annotator.domain.errors import AnnotatorError, ConflictError, SchemeChangedError
from annotator.domain.model import Annotation
from annotator.session.adjudication import Adjudication, with_role_of
from annotator.session.adjudication_cases import Case, decisions
from annotator.session.edits import with_boundary
from annotator.session.text_index import Page
from annotator.text.safe import safe_line
from annotator.tui.adjudicate.tables import (
    Names,
    Row,
    beside_lines,
    columns_that_fit,
    context_lines,
    detail_lines,
    merge_said,
    rows_of,
    table_lines,
)
from annotator.tui.dialogs.overlay import OverlayHost, OverlayScreen
from annotator.tui.widgets import fitting
from annotator.tui.widgets.lines import Line, Lines, Piece

if TYPE_CHECKING:
    from annotator.tui.agree.app import AgreementApp


class AdjudicateScreen(OverlayScreen):
    """Decides about the cases of one article after the other."""

    app: AgreementApp
    CSS_PATH = "adjudicate.tcss"
    VERTICAL_BREAKPOINTS = [(0, "-low"), (30, "-high")]  # noqa: RUF012

    def __init__(
        self,
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
        self._uid = uid
        self._asked = readings
        self._anonymous = anonymous
        self._leave = leave
        self._here = 0
        self._row = 0
        self._column = 0
        self._said = ""
        self.handlers: dict[str, Callable[[str], None]] = {
            "adjudicate.next": lambda _: self._to_open(1),
            "adjudicate.prev": lambda _: self._to_open(-1),
            "adjudicate.case_next": lambda _: self._step(1),
            "adjudicate.case_prev": lambda _: self._step(-1),
            "adjudicate.take": self._take,
            "adjudicate.merge": lambda _: self._merge(),
            "adjudicate.none": lambda _: self._decide(
                lambda c: self.board.none(c), "nothing here: decided"
            ),
            "adjudicate.identical": lambda _: self._identical(),
            "adjudicate.down": lambda _: self._move_row(1),
            "adjudicate.up": lambda _: self._move_row(-1),
            "adjudicate.mix": lambda _: self._mix(),
            "adjudicate.labels": lambda _: self._labels(),
            "adjudicate.end_left": lambda _: self._boundary(last=True, step=-1),
            "adjudicate.end_right": lambda _: self._boundary(last=True, step=1),
            "adjudicate.start_left": lambda _: self._boundary(last=False, step=-1),
            "adjudicate.start_right": lambda _: self._boundary(last=False, step=1),
            "adjudicate.reason": lambda _: self._reason(),
            "adjudicate.columns": lambda _: self._columns(1),
            "adjudicate.columns_back": lambda _: self._columns(-1),
            "adjudicate.names": lambda _: self._toggle_names(),
            "adjudicate.undo": lambda _: self._undo(undo=True),
            "adjudicate.redo": lambda _: self._undo(undo=False),
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
        yield OverlayHost()

    def on_mount(self) -> None:
        """Read the article and stand on the case asked for."""
        self._open(self._uid)
        self._stand_on(self._asked)
        self.call_after_refresh(self.paint)

    def on_resize(self) -> None:
        """Columns and lines follow the width."""
        self.call_after_refresh(self.paint)

    # ------------------------------------------------------------------------------ the article

    def _open(self, uid: str) -> None:
        self._uid = uid
        self.article = self.app.store.article(uid)
        self.board: Adjudication = self.app.board(uid)
        self.names = Names(uid, self.board.readers, anonymous=self._anonymous)
        self._to(self.board.next_open(-1) or 0)

    def _stand_on(self, readings: Collection[str]) -> None:
        """Go to the case of some readings (ids)."""
        found = self.board.place_of(readings)
        if found is not None:
            self._to(found)
        elif readings:
            self._said = "those readings are not there any more: this is the first open case"

    @property
    def case(self) -> Case | None:
        """The case on the screen; None in an article without readings."""
        return self.board.cases[self._here] if self._here < len(self.board.cases) else None

    @property
    def rows(self) -> tuple[Row, ...]:
        """The rows of the case."""
        return rows_of(self.case, self.app.scheme) if self.case else ()

    # ------------------------------------------------------------------------------ painting

    def paint(self) -> None:
        """Draw everything; lines that did not change cost nothing."""
        if not self.is_mounted:
            return
        width = self.size.width
        case, progress = self.case, self.board.progress
        number, total = self.app.position_of(self._uid)
        place = f"case {self._here + 1}/{progress.cases}" if case else "no case"
        head = [
            Piece(f"  {place}", "strong"),
            Piece(f"  open {progress.open}  decided {progress.decided}"),
        ]
        if progress.reopened:
            head.append(Piece(f"  changed since {progress.reopened}", "warn"))
        head.append(Piece(f"  as {self.app.annotator}", "dim"))
        # The title takes what the numbers leave.
        name, at = " adjudicate ", f" {number}/{total} "
        room = width - cell_len(name + at + "".join(piece.text for piece in head))
        title = fitting.cut(safe_line(self.article.title or self.article.name), room)
        head = [Piece(name, "title"), Piece(at + title), *head]
        self.query_one("#head", Lines).show([head])
        words, readings = self.query_one("#words", Lines), self.query_one("#readings", Lines)
        if case is None:
            words.show([[], [Piece("  Nobody annotated this article.", "dim")]])
            notes = self.board.notes(0)
            readings.show(beside_lines(notes, self.names, self.article.text, width))
        else:
            words.show(context_lines(self.article, case, width, words.size.height))
            readings.show(self._readings(case, width))
        self.query_one("#foot", Lines).show([self._foot()])

    def _readings(self, case: Case, width: int) -> list[Line]:
        rows = self.rows
        self._row = max(0, min(self._row, len(rows) - 1))
        text = self.article.text
        state = {
            "open": Piece("open", "warn"),
            "decided": Piece("decided", "good"),
            "reopened": Piece("decided, but a reading changed since: decide again", "warn"),
        }[case.state]
        what = {"claim": "Claim", "mark": "Mark", "sentence": "Sentence", "article": "Article"}
        same = Piece("  everybody reads it alike" if case.identical else "", "good")
        lines: list[Line] = [
            [Piece(f" {what.get(case.layer, case.layer)}: ", "title"), state, same]
        ]
        lines += table_lines(case, rows, self._row, self._column, self.names, text, width)
        beside = beside_lines(self.board.notes(self._here), self.names, text, width)
        if rows:
            lines += [[], *detail_lines(case, rows[self._row], self.names, text, width)]
        return [*lines, *beside]

    def _foot(self) -> list[Piece]:
        if self._said:
            return [Piece(f" {self._said}", "strong")]
        shown = self.app.keymap.shown
        pairs = (
            ("1-9", "take"),
            (shown("adjudicate.merge"), "merge"),
            (shown("adjudicate.none"), "nothing"),
            (shown("adjudicate.mix"), "mix"),
            (shown("adjudicate.labels"), "label"),
            (shown("adjudicate.next"), "next"),
            (shown("adjudicate.keys"), "keys"),
            (shown("adjudicate.back"), "back"),
            (shown("adjudicate.undo"), "undo"),
            (shown("adjudicate.reason"), "reason"),
            (shown("adjudicate.identical"), "identical"),
        )
        return list(fitting.keys(pairs, self.size.width))

    # ------------------------------------------------------------------------------ keys

    def hear_here(self, event: events.Key) -> bool:
        """Look the key up and do what it means."""
        if not self.is_mounted:
            return False
        action = self.app.keymap.action(event.key, "adjudicate")
        if action is None:
            return False
        self._carry_out(lambda: self.handlers[action](event.key))
        return True

    def _carry_out(self, act: Callable[[], object]) -> None:
        """Do something to the board, and paint; what is refused is said, and was not done."""
        self._said = ""
        try:
            act()
        except AnnotatorError as error:
            if isinstance(error, ConflictError | SchemeChangedError):
                self._read_again()
            self.app.complain(error)
        self.paint()

    def _keys(self) -> None:
        from annotator.tui.dialogs.keysheet import KeySheetScreen

        self.app.push_screen(KeySheetScreen(self.app.keymap.actions, self.app.scheme))

    def _back(self) -> None:
        if self._leave:
            self.dismiss()
            self._leave()
        else:
            self.app.exit()

    # ------------------------------------------------------------------------------ moving

    def _to(self, place: int) -> None:
        self._here, self._row, self._column = place, 0, 0

    def _step(self, step: int) -> None:
        if 0 <= self._here + step < len(self.board.cases):
            self._to(self._here + step)
        else:
            self._other_article(1 if step > 0 else -1, opened=False)

    def _to_open(self, step: int) -> None:
        found = self.board.next_open(self._here, 1 if step > 0 else -1)
        if found is not None:
            self._to(found)
        else:
            self._other_article(1 if step > 0 else -1, opened=True)

    def _other_article(self, step: int, *, opened: bool) -> None:
        """The next shared article, in turn; with `opened` one that has an open case."""
        uids = self.app.shared
        at = uids.index(self._uid) if self._uid in uids else -1
        for i in range(1, len(uids)):
            uid = uids[(at + step * i) % len(uids)]
            if not opened or self.app.board(uid).progress.open:
                self._open(uid)
                self._said = f"article {self.app.position_of(uid)[0]}"
                return
        self._said = "everything is decided" if opened else "there is no other shared article"

    def _move_row(self, step: int) -> None:
        self._row = max(0, min(self._row + step, len(self.rows) - 1))

    def _columns(self, step: int) -> None:
        if self.case is not None:
            last = len(self.case.variants) - columns_that_fit(self.case, self.size.width)
            self._column = max(0, min(self._column + step, last))

    def _toggle_names(self) -> None:
        self._anonymous = not self._anonymous
        self.names = Names(self._uid, self.board.readers, anonymous=self._anonymous)

    # ------------------------------------------------------------------------------ deciding

    def _decide(self, act: Callable[[Case], object], said: str = "") -> None:
        """Decide about the case, then show it in its new state."""
        if self.case is None:
            return
        act(self.case)
        self._said = said or "decided"

    def _take(self, key: str) -> None:
        self._decide(lambda case: self.board.take(case, int(key) - 1), f"reading {key} taken")

    def _merge(self) -> None:
        if self.case is None:
            return
        self._said = merge_said(self.board.merge(self.case), self.app.keymap)

    def _identical(self) -> None:
        count = self.board.accept_identical()
        self._said = f"{count} identical cases accepted" if count else "no open identical case"

    def _mix(self) -> None:
        """The decision takes the row under the cursor from the next reading that differs."""
        case, rows = self.case, self.rows
        if case is None or not rows:
            return
        row, draft = rows[self._row], self.board.draft(case)
        if row.kind not in ("role", "attribute"):
            self._said = {
                "parent": "where it is nested comes with the reading",
                "note": "notes are not decided; a reason is yours to write",
            }[row.kind]
            return
        choices: list[Annotation] = []
        for variant in case.variants:
            if variant.reading is None:
                continue
            made = (
                with_role_of(draft, row.name, variant.reading)
                if row.kind == "role"
                else draft.with_attribute(row.name, variant.reading.attributes.get(row.name))
            )
            if made.fragments and made not in choices:
                choices.append(made)
        if len(choices) > 1 or (choices and choices[0] != draft):
            at = choices.index(draft) if draft in choices else -1
            self.board.own(case, choices[(at + 1) % len(choices)])
            self._said = f"own decision: {row.title}"
        else:
            self._said = f"all readings have the same {row.title}"

    def _boundary(self, *, last: bool, step: int) -> None:
        """Move an end of the first or last piece of the role under the cursor by a word."""
        case, rows = self.case, self.rows
        if case is None or not rows or rows[self._row].kind != "role":
            self._said = "go to the row of a role first"
            return
        draft = self.board.draft(case)
        pieces = sorted(draft.role(rows[self._row].name), key=lambda f: f.start)
        if not pieces:
            self._said = "the decision has no such role"
            return
        page, piece = Page(self.article), pieces[-1 if last else 0]
        if last:
            token = page.token_before(piece.end) + step
            at = page.token(max(0, min(token, page.token_count - 1)))[1]
            start, end = piece.start, at
        else:
            token = page.token_at(piece.start) + step
            start, end = page.token(max(0, min(token, page.token_count - 1)))[0], piece.end
        if start < end:
            self.board.own(case, with_boundary(draft, piece, start, end))
            self._said = "own decision: boundary"

    def _labels(self) -> None:
        from annotator.tui.dialogs.picker import Choice, Picker

        case = self.case
        if case is None:
            return

        def own(choice: Choice) -> None:
            annotation, attribute, value = choice
            self.board.own(case, annotation.with_attribute(attribute.name, value))
            self._said = f"own decision: {attribute.title}"

        def chosen(choice: Choice) -> None:
            self._carry_out(lambda: own(choice))

        self.open_overlay(Picker(self.app.scheme, [self.board.draft(case)], chosen))

    def _reason(self) -> None:
        from annotator.tui.dialogs.entry import EntryScreen

        case = self.case
        if case is None or case.decision is None:
            self._said = "decide first, then give the reason"
            return

        def explain(reason: str) -> None:
            self.board.explain(case, reason)
            self._said = "reason kept" if reason else "no reason given"

        def entered(text: str) -> None:
            self._carry_out(lambda: explain(text.strip()))

        self.app.push_screen(EntryScreen("Reason", case.decision.reason, entered))

    def _undo(self, *, undo: bool) -> None:
        store, name = self.app.store, self.app.annotator
        batch = store.undo(name) if undo else store.redo(name)
        if batch is None:
            self._said = "nothing to undo" if undo else "nothing to redo"
            return
        subjects = [change.subject for change in batch.changes]
        self._open(subjects[0].article)
        self._stand_on([id_ for d in decisions(subjects)[:1] for id_ in d.based_on])
        self._said = f"{'undone' if undo else 'redone'}: {batch.label}"

    def _read_again(self) -> None:
        here = self._here
        self._open(self._uid)
        self._here = min(here, max(0, len(self.board.cases) - 1))

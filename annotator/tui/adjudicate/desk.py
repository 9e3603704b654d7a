"""Adjudicating article after article: which case is decided on, and what each key does to it."""

from __future__ import annotations

from collections.abc import Callable, Collection
from typing import TYPE_CHECKING, Literal

from annotator.domain.model import Annotation, Batch
from annotator.domain.scheme import Attribute
from annotator.domain.wording import shown_label
from annotator.session.adjudication import Accepted, Adjudication, with_role_of
from annotator.session.adjudication_cases import Case, Decision, decisions
from annotator.session.adjudication_relations import with_ends_of
from annotator.session.edits import with_boundary
from annotator.session.majority import EVERYBODY, MOST, Rule
from annotator.session.navigation import Step
from annotator.session.saving import pluralise
from annotator.session.text_index import TextIndex
from annotator.tui.adjudicate.tables import (
    ShownNames,
    TableRow,
    accepted_said,
    columns_that_fit,
    differs,
    merge_said,
    rows_of,
)

if TYPE_CHECKING:
    from annotator.project.adjudicating import Decided
    from annotator.tui.host import AdjudicationHost


def own_readings_said(name: str, articles: int) -> str:
    """That the readings of who is about to decide will count as readings no more."""
    many = pluralise(articles, "article")
    return f"{name} has read {many}, not compared now: who decides is no reader"


class AdjudicationDesk:
    """The cases of one article, the cursor on them, and what was said last."""

    def __init__(self, host: AdjudicationHost, *, anonymous: bool) -> None:
        self._host = host
        self.anonymous = anonymous
        self.here = 0
        """Place of the case on the screen."""
        self.row = 0
        """Row of the readings under the cursor."""
        self.column = 0
        """The first of the readings that are shown."""
        self.said = ""
        self.reason = ""
        """Goes with the decision to come about this case."""

    def open(self, uid: str, readings: Collection[str] = ()) -> None:
        """Read an article; stand on the case of some readings (ids), or on the first open one."""
        self.uid = uid
        self.article = self._host.project.article(uid)
        self.board: Adjudication = self._host.board(uid)
        self.names = ShownNames(uid, self.board.readers, anonymous=self.anonymous)
        found = self.board.place_of(readings)
        self._to(found if found is not None else (self.board.next_open(-1) or 0))
        if readings and found is None:
            self.said = "those readings are not there any more: this is the first open case"
        elif own := self._host.own_readings:
            self.said = own_readings_said(self._host.annotator, own)

    def read_again(self) -> None:
        """Read the article as it is in the database now."""
        here = self.here
        self.open(self.uid)
        self._to(min(here, max(0, len(self.board.cases) - 1)))

    @property
    def case(self) -> Case | None:
        """The case on the screen; None in an article without readings."""
        return self.board.cases[self.here] if self.here < len(self.board.cases) else None

    @property
    def rows(self) -> tuple[TableRow, ...]:
        """The rows of the case."""
        return rows_of(self.case, self._host.scheme) if self.case else ()

    # ------------------------------------------------------------------------------ moving

    def _to(self, place: int) -> None:
        """To a case, the cursor on the first row in which its readings differ."""
        self.here, self.column, self.reason = place, 0, ""
        case, text = self.case, self.article.text
        apart = (i for i, row in enumerate(self.rows) if case and differs(row, case, text))
        self.row = next(apart, 0)

    def step(self, step: Step) -> None:
        """To the next or previous case, decided or not; from the last one to another article."""
        if 0 <= self.here + step < len(self.board.cases):
            self._to(self.here + step)
        else:
            self._other_article(step, opened=False)

    def to_open(self, step: Step) -> None:
        """To the next or previous case that needs a decision, in another article if need be."""
        found = self.board.next_open(self.here, step)
        if found is not None:
            self._to(found)
        else:
            self._other_article(step, opened=True)

    def _other_article(self, step: Step, *, opened: bool) -> None:
        """The next shared article, in turn; with `opened` one that has an open case."""
        uids = self._host.shared
        at = uids.index(self.uid) if self.uid in uids else -1
        for i in range(1, len(uids)):
            uid = uids[(at + step * i) % len(uids)]
            if not opened or self._host.board(uid).progress.open:
                self.open(uid)
                self.said = f"article {self._host.position_of(uid)[0]}"
                return
        self.said = "everything is decided" if opened else "there is no other shared article"

    def move_row(self, step: Step) -> None:
        """To the next or previous row of the readings."""
        self.row = max(0, min(self.row + step, len(self.rows) - 1))

    def move_columns(self, step: Step, width: int) -> None:
        """Show readings further on, or before, on a screen of so many cells."""
        if self.case is not None:
            last = len(self.case.variants) - columns_that_fit(self.case, width)
            self.column = max(0, min(self.column + step, last))

    def toggle_names(self) -> None:
        """Hide or show who said what."""
        self.anonymous = not self.anonymous
        self.names = ShownNames(self.uid, self.board.readers, anonymous=self.anonymous)

    # ------------------------------------------------------------------------------ deciding

    def _decide(self, act: Callable[[Case], object], said: str) -> None:
        """Decide about the case, if there is one, say so, and go on to the next open one."""
        if self.case is not None:
            act(self.case)
            self._onward(f"case {self.here + 1}: {said}")

    def _onward(self, said: str) -> None:
        self.said = ""
        self.to_open(1)
        self.said = f"{said}; {self.said}" if self.said else said

    def take(self, number: int) -> None:
        """Decide for a reading, by its number on the screen."""
        self._decide(
            lambda case: self.board.take(case, number - 1, self.reason), f"reading {number} taken"
        )

    def nothing(self) -> None:
        """Decide that there is nothing to annotate here."""
        self._decide(lambda case: self.board.none(case, self.reason), "decided, nothing here")

    def merge(self) -> None:
        """Merge the readings, if most readers have one; stay where it was not clear what to do."""
        if self.case is None:
            return
        found = self.board.merge(self.case, self.reason)
        said = merge_said(found, self._host.keymap)
        if found.done and not (found.ties or found.thin):
            self._onward(f"case {self.here + 1}: {said}")
        else:
            self.said = said

    def accept_identical(self) -> None:
        """Accept every open case of the article that everybody reads alike."""
        count = self._accept(EVERYBODY).decided.total()
        self.said = f"{count} identical cases accepted" if count else "no open identical case"

    def accept_majority(self) -> None:
        """Decide every open case of the article in which most annotators agree."""
        self.said = accepted_said(self._accept(MOST))

    def decided_everywhere(self, told: Decided) -> None:
        """Show what is in the database now, and say what a majority decided in all articles."""
        self.read_again()
        if self.case is not None and self.case.state == "decided":
            self.to_open(1)
        articles = "1 article" if told.touched == 1 else f"{told.touched:,} articles"
        undo = self._host.keymap.shown("adjudicate.undo")
        self.said = f"{told.decided:,} decided in {articles}, {len(told.left):,} left open"
        if told.decided:
            self.said += f"; {undo} takes it back"

    def _accept(self, rule: Rule) -> Accepted:
        """Decide many cases; where that decided the one on the screen, go on to the next open."""
        found = self.board.accept(rule)
        after = self.board.next_open(self.here)
        if after is not None and self.case is not None and self.case.state == "decided":
            self._to(after)
        return found

    def mix(self) -> None:
        """The decision takes the row under the cursor from the next reading that differs."""
        case, rows = self.case, self.rows
        if case is None or not rows:
            return
        row, draft = rows[self.row], self.board.draft(case)
        if row.kind not in ("role", "attribute", "end"):
            self.said = {
                "parent": "where it is nested comes with the reading",
                "note": "notes are not decided; a reason is yours to write",
            }[row.kind]
            return
        choices: list[Annotation] = []
        for variant in case.variants:
            if variant.reading is None:
                continue
            if row.kind == "role":
                made = with_role_of(draft, row.name, variant.reading)
            elif row.kind == "end":
                made = with_ends_of(draft, variant.reading, case.ends)
            else:
                made = draft.with_attribute(row.name, variant.reading.attributes.get(row.name))
            if (made.fragments or case.layer == "relation") and made not in choices:
                choices.append(made)
        if len(choices) > 1 or (choices and choices[0] != draft):
            at = choices.index(draft) if draft in choices else -1
            self.board.own(case, choices[(at + 1) % len(choices)], self.reason)
            self.said = f"own decision: {'direction' if row.kind == 'end' else row.title}"
        else:
            self.said = f"all readings have the same {row.title}"

    def set_label(self, case: Case, draft: Annotation, label: Attribute, value: str | None) -> None:
        """An own decision: the draft with a value of a label, or without the label."""
        self.board.own(case, draft.with_attribute(label.name, value), self.reason)
        said = shown_label(label, value) if value else f"{label.title}: none"
        self.said = f"own decision: {said}"

    def explain(self, case: Case, reason: str) -> None:
        """Write the reason of a decision: of one that was taken, or of the one to come."""
        if case.decision is None:
            self.reason = reason
            self.said = "the reason goes with the decision" if reason else "no reason given"
            return
        self.board.explain(case, reason)
        self.said = "reason kept" if reason else "no reason given"

    def move_boundary(self, side: Literal["start", "end"], step: Step) -> None:
        """Move an end of the first or last piece of the role under the cursor by a word."""
        case, rows = self.case, self.rows
        if case is None or not rows or rows[self.row].kind != "role":
            self.said = "go to the row of a role first"
            return
        draft = self.board.draft(case)
        pieces = sorted(draft.role(rows[self.row].name), key=lambda f: f.start)
        if not pieces:
            self.said = "the decision has no such role"
            return
        page, piece = TextIndex(self.article), pieces[-1 if side == "end" else 0]
        if side == "end":
            token = page.token_before(piece.end) + step
            at = page.token(max(0, min(token, page.token_count - 1)))[1]
            start, end = piece.start, at
        else:
            token = page.token_at(piece.start) + step
            start, end = page.token(max(0, min(token, page.token_count - 1)))[0], piece.end
        if start < end:
            self.board.own(case, with_boundary(draft, piece, start, end), self.reason)
            self.said = "own decision: boundary"

    # ------------------------------------------------------------------------------ undo

    def undo(self) -> None:
        """Take the last decision back, in whichever article it was, and go there."""
        self._show(self._host.project.undo(), "undo", "undone")

    def redo(self) -> None:
        """Decide again what was taken back last, and go there."""
        self._show(self._host.project.redo(), "redo", "redone")

    def _show(self, batch: Batch | None, verb: str, done: str) -> None:
        if batch is None:
            self.said = f"nothing to {verb}"
            return
        subjects = [change.subject for change in batch.changes]
        # What came last is undone first: of many cases, the first in reading is gone to.
        decided = sorted(decisions(subjects), key=self._place_of)[:1]
        about = [id_ for d in decided for id_ in d.based_on]
        article = decided[0].verdict.article if decided else subjects[0].article if subjects else ""
        self.open(article or self._host.order.uids(0, 1)[0], about)
        self.said = f"{done}: {batch.label}"

    def _place_of(self, decision: Decision) -> tuple[int, int]:
        verdict = decision.verdict
        return self._host.position_of(verdict.article)[0], verdict.start

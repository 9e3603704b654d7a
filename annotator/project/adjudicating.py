"""Adjudicating a project: the cases of its articles, and decisions that need no discussion."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterable
from fractions import Fraction
from typing import TYPE_CHECKING, NamedTuple

from annotator.domain.ids import new_id
from annotator.domain.model import Batch, Change
from annotator.domain.readers import GOLD
from annotator.domain.times import now
from annotator.project.readers import Readers, readers_in, readers_of
from annotator.session.adjudication import Adjudication

if TYPE_CHECKING:
    from annotator.project.data import ProjectData
    from annotator.session.adjudication_cases import CaseProgress


class ArticleProgress(NamedTuple):
    """How far an article is decided."""

    number: int
    uid: str
    cases: CaseProgress


class Decided(NamedTuple):
    """What was decided without discussion, and what was left open."""

    shared: int
    """Articles that two annotators have read."""
    touched: int
    """Articles in which something was decided."""
    cases: Counter[str]
    """"identical" and "merged" cases; left open: "no majority", "tie", and "changed" ones."""

    @property
    def decided(self) -> int:
        """Cases that were decided."""
        return self.cases["identical"] + self.cases["merged"]


class Adjudicator:
    """Adjudicates a project as `judge`, whose annotations the decisions become."""

    def __init__(self, project: ProjectData, judge: str = GOLD) -> None:
        self.judge = judge
        self._project = project
        self._readers: Readers | None = None
        self._last = 0

    @property
    def readers(self) -> Readers:
        """Who has read what, as the database is now: others may have read on meanwhile."""
        known, last = self._readers, self._project.last_event()
        if known is not None:
            # What the judge does makes nobody a reader; all else is looked up anew.
            changed = self._project.changed_since(self._last) if last != self._last else ()
            if all(who == self.judge for _, who in changed):
                return known
        self._last = last
        self._readers = known = readers_of(self._project, self.judge)
        return known

    @property
    def shared(self) -> list[str]:
        """The articles that two annotators have read, in the order of the database."""
        return self.readers.shared

    def board(self, uid: str, write: Callable[[Batch], None] | None = None) -> Adjudication:
        """The cases of an article as they are in the database now.

        Args:
            uid: The article.
            write: Takes each decision. Without, it is written to the project, and refused when
                another scheme has come into force since.

        Raises:
            NotFoundError: when there is no such article.
        """
        project, scheme = self._project, self._project.scheme()
        found = project.annotations(uid)
        people = readers_in(found, self.readers.judges)
        return Adjudication(
            uid,
            [a for a in found if a.annotator in people],
            people,
            [a for a in found if a.annotator == self.judge],
            self.judge,
            scheme,
            write or (lambda batch: project.apply(batch, scheme.version)),
            now,
        )

    def first_open(self) -> str | None:
        """The first shared article with an open case, or the first one; None without any."""
        shared = self.shared
        opened = (uid for uid in shared if self.board(uid).progress.open)
        return next(opened, next(iter(shared), None))

    def progress(self) -> list[ArticleProgress]:
        """How far each article is decided that two annotators have read."""
        number_of = self._project.number_of
        return [ArticleProgress(number_of(u), u, self.board(u).progress) for u in self.shared]

    def decide(
        self,
        articles: Iterable[str | int] | None = None,
        *,
        share: Fraction | None = None,
        identical: bool = False,
    ) -> Decided:
        """Decide what needs no discussion, as one action that one undo takes back.

        What everybody reads alike is accepted, and what a majority of the readers has is merged
        where the labels are not tied; all else stays open, and is counted.

        Args:
            articles: As `Project.resolve` takes them; all without. Those that fewer than two have
                read are passed over.
            share: Of the readers, who make a majority; None for more than half of them.
            identical: Only what everybody reads alike.

        Raises:
            SchemeChangedError: when another scheme has come into force meanwhile.
        """
        project, readers = self._project, self.readers
        version = project.scheme().version
        cases: Counter[str] = Counter()
        changes: list[Change] = []
        touched = 0
        wanted = project.uids() if articles is None else project._resolved_each(articles)
        shared = [uid for uid in wanted if len(readers.of(uid)) > 1]
        for uid in shared:
            written: list[Batch] = []
            board = self.board(uid, written.append)
            if identical:
                cases["identical"] += board.accept_identical()
            else:
                cases += board.accept_majority(share)
            changes += [change for batch in written for change in batch.changes]
            touched += bool(written)
        found = Decided(len(shared), touched, cases)
        if changes:
            project.add_annotator(self.judge)
            n = f"{found.decided} case{'' if found.decided == 1 else 's'}"
            label = f"{n} decided {'alike' if identical else 'by majority'}"
            batch = Batch(new_id(), self.judge, now(), "adjudicate", label, tuple(changes))
            project.apply(batch, version)
        return found

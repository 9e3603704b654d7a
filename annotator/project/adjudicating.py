"""Adjudicating a project: the cases of its articles, and decisions that need no discussion."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from fractions import Fraction
from typing import TYPE_CHECKING, NamedTuple

from annotator.domain.errors import InputError
from annotator.domain.ids import new_id
from annotator.domain.model import Batch, Change
from annotator.domain.readers import GOLD
from annotator.domain.times import now
from annotator.project.readers import Readers, readers_in, readers_of
from annotator.project.relations_across import Made, annotations_for
from annotator.session.adjudication import Accepted, Adjudication
from annotator.session.adjudication_ends import words_of
from annotator.session.majority import EVERYBODY, Rule, Why
from annotator.session.saving import Write

if TYPE_CHECKING:
    from annotator.project.data import ProjectData
    from annotator.session.adjudication_cases import Case, CaseProgress


class ArticleProgress(NamedTuple):
    """How far an article is decided."""

    number: int
    uid: str
    cases: CaseProgress


class LeftOpen(NamedTuple):
    """A case that was left to a person."""

    number: int
    """Of the article."""
    uid: str
    case: int
    """From 1, as the screen counts them."""
    start: int
    end: int
    """Code points that its readings touch."""
    words: str
    why: Why
    about: str
    """The roles or labels that are disputed, or who has not read the place."""


class Decided(NamedTuple):
    """What was decided without discussion, and what was left open."""

    shared: int
    """Articles that two annotators have read."""
    touched: int
    """Articles in which something was decided."""
    cases: Counter[str]
    """How ("identical", "take", "merge", "none") -> cases decided now."""
    before: int
    """Cases that were decided before, and were not touched."""
    left: tuple[LeftOpen, ...]
    enough: dict[int, int]
    """Readers of an article -> how many of them are enough."""
    relations: Mapping[int, int] = {}
    """Number of an article -> relations of readers that are no case there: they go to an article
    that fewer than two have read of those who have read this one."""

    @property
    def decided(self) -> int:
        """Cases that were decided now."""
        return self.cases.total()


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
    def own_readings(self) -> int:
        """Articles that the judge has read like others do, before deciding anything.

        From the first decision on these readings are compared with nobody's.
        """
        return sum(self.judge in who for who in readers_of(self._project).by_article.values())

    @property
    def shared(self) -> list[str]:
        """The articles that two annotators have read, in the order of the database."""
        return self.readers.shared

    def board(self, uid: str, write: Write | None = None) -> Adjudication:
        """The cases of an article as they are in the database now.

        Args:
            uid: The article.
            write: Takes each decision. Without, it is written to the project, and refused when
                another scheme has come into force since.

        Raises:
            NotFoundError: when there is no such article.
        """
        return self._board(uid, write, Made())

    def _board(self, uid: str, write: Write | None, made: Made) -> Adjudication:
        """The cases of an article; `made` is what is gold besides, by article and id."""
        project, scheme = self._project, self._project.scheme()
        found, elsewhere = annotations_for(project, self.readers, self.judge, uid, made)
        people = readers_in((a for a in found if a.layer != "relation"), self.readers.judges)
        return Adjudication(
            uid,
            [a for a in found if a.annotator in people],
            people,
            [a for a in found if a.annotator == self.judge],
            self.judge,
            scheme,
            write or (lambda batch: project.apply(batch, scheme.version)),
            now,
            lambda: project.article(uid).layout.sentences,
            elsewhere,
        )

    def _left(self, uid: str, were: Sequence[Case], found: Accepted) -> list[LeftOpen]:
        """The cases that stay open, with the words that they are about."""
        if not found.left:
            return []
        number, text = self._project.number_of(uid), self._project.text_of(uid)
        scheme, out = self._project.scheme(), list[LeftOpen]()
        for place, (why, about) in found.left:
            case = were[place]
            start, end = case.range
            words = words_of(case, scheme, text) or " ".join(text[start:end].split())
            out.append(LeftOpen(number, uid, place + 1, start, end, words, why, about))
        return out

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
        whole: bool = False,
        identical: bool = False,
        dry_run: bool = False,
    ) -> Decided:
        """Decide what needs no discussion, as one action that one undo takes back.

        What enough of those who have read an article agree on becomes gold: that there is
        something, or nothing; and by the same share of those who have it, which words (character by
        character in each role), labels and nesting. All else stays open, and is listed with why;
        what was decided before is not touched.

        Args:
            articles: As `Project.resolve` takes them; all without. Those that fewer than two have
                read are passed over.
            share: Of the readers, who are enough: more than one half; None for any such share.
            whole: Count only readings that are alike as a whole, word for word.
            identical: Only what everybody reads alike; `share` and `whole` say nothing then.
            dry_run: Write nothing.

        Raises:
            InputError: when `share` is not above one half and at most 1.
            SchemeChangedError: when another scheme has come into force meanwhile.
        """
        if share is not None and not Fraction(1, 2) < share <= 1:
            raise InputError(f"{share} is not a majority", "more than 1/2 is, and at most 1")
        rule = EVERYBODY if identical else Rule(share, whole)
        project, readers = self._project, self.readers
        version = project.scheme().version
        cases: Counter[str] = Counter()
        changes: list[Change] = []
        left: list[LeftOpen] = []
        apart: dict[int, int] = {}
        touched: set[str] = set()
        made = Made()
        before = 0
        wanted = project.uids() if articles is None else project._resolved_each(articles)
        shared = [uid for uid in wanted if len(readers.of(uid)) > 1]

        def accept(uid: str) -> tuple[Adjudication, Accepted, list[LeftOpen]]:
            written: list[Batch] = []
            board = self._board(uid, written.append, made)
            were = board.cases
            found = board.accept(rule)
            cases.update(found.decided)
            for change in (change for batch in written for change in batch.changes):
                changes.append(change)
                made.add(change.subject)
                touched.add(uid)
            return board, found, self._left(uid, were, found)

        waiting: list[str] = []
        for uid in shared:
            board, found, open_here = accept(uid)
            before += found.before
            if relations := len(board.apart):
                apart[project.number_of(uid)] = relations
            if board.waits_elsewhere:
                waiting.append(uid)
            else:
                left += open_here
        for uid in waiting:
            # The ends in other articles are decided by now, where they are.
            left += accept(uid)[2]
        left.sort(key=lambda c: (c.number, c.case))
        sizes = sorted({len(readers.of(uid)) for uid in shared})
        enough = {n: next(k for k in range(n + 1) if rule.enough(k, n)) for n in sizes}
        told = Decided(len(shared), len(touched), cases, before, tuple(left), enough, apart)
        if changes and not dry_run:
            project.add_annotator(self.judge)
            plural = "" if told.decided == 1 else "s"
            how = "alike" if identical else "by majority"
            label = f"{told.decided} case{plural} decided {how}"
            batch = Batch(new_id(), self.judge, now(), "adjudicate", label, tuple(changes))
            project.apply(batch, version)
        return told

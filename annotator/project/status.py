"""How far one annotator is with a project, how fast, and how far they agree with others."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, datetime
from typing import TYPE_CHECKING, Final, NamedTuple

from annotator.domain.second_pass import first_pass
from annotator.project.readers import readers_in
from annotator.session.pace import Pace, TimedAction, of_day, pace_of

if TYPE_CHECKING:
    from annotator.project.data import ProjectData
    from annotator.store.readings import Finished

ENOUGH: Final = 2
"""Articles that others have finished too, before anything is said of agreement."""


class Status(NamedTuple):
    """One annotator's progress over all articles, and their pace."""

    annotator: str
    articles: int
    done: int
    """With every sentence reviewed and nothing incomplete."""
    incomplete: int
    """Claims and marks that lack something the scheme requires."""
    flagged: int
    claims: int
    today: Pace
    pace: Pace
    """Of all days."""

    @property
    def open(self) -> int:
        """Articles that are not done."""
        return self.articles - self.done


class QuestionSoFar(NamedTuple):
    """How far people agree on one question."""

    title: str
    measure: str
    value: float | None
    undefined: str
    """Why there is no value; empty when there is one."""
    n: int
    unit: str


class AgreementSoFar(NamedTuple):
    """How far an annotator agrees with everybody who has read the same articles."""

    articles: int
    """Shared ones, that everybody who has read them has finished, this annotator among them."""
    others: tuple[str, ...]
    questions: tuple[QuestionSoFar, ...]
    """Claims as wholes, and each label of claims that the scheme requires; empty when there are
    fewer than `ENOUGH` articles."""


def status(project: ProjectData, annotator: str | None = None, day: date | None = None) -> Status:
    """How far an annotator (None: the project's own) is; reads all that they did.

    Args:
        project: Of articles.
        annotator: Whose progress.
        day: What is called today; None for the day it is here.

    Raises:
        DatabaseError: when the database cannot be read.
    """
    who = project.who(annotator)
    found = project.progress(who)
    actions = [
        TimedAction(datetime.fromisoformat(str(row["at"])), int(str(row["claims"])))
        for row in project.actions(who)
    ]
    today = of_day(actions, day or datetime.now().astimezone().date())
    return Status(
        who,
        len(project.order()),
        found.done,
        found.incomplete,
        found.flagged,
        found.claims,
        pace_of(today),
        pace_of(actions),
    )


def shared_with(project: ProjectData, annotator: str) -> list[str]:
    """The uids of the articles that an annotator and somebody else have annotated, in their order.

    Which of these are readings to compare, `agreement_so_far` finds out: decisions are none.
    """
    others = [n for n in project.annotators() if n != annotator and first_pass(n) is None]
    return project.shared_with(annotator, others)


def agreement_so_far(project: ProjectData, annotator: str, shared: Sequence[str]) -> AgreementSoFar:
    """How far an annotator agrees with others in the articles that all their readers have finished.

    What is half read would pass for disagreement. This reads and aligns all of `shared`: nothing
    for a key press.

    Args:
        project: In a file.
        annotator: Who is told.
        shared: As `shared_with` gives them.

    Raises:
        DatabaseError: when the database cannot be read.
    """
    from annotator.store.readings import Finished

    states = Finished(project._store, None)
    finished = [uid for uid in shared if _is_compared(project, annotator, uid, states)]
    if len(finished) < ENOUGH:
        return AgreementSoFar(len(finished), (), ())
    # Imported here, as numpy is.
    from annotator.agreement.alpha import alpha
    from annotator.project.agreement import read_corpus
    from annotator.report.questions import Questions

    corpus = read_corpus(project, finished)
    asked = Questions(corpus, ("claims",))
    found = [("claims", asked.whole)] if len(asked.table) else []
    for question in asked.all:
        if question.required and question.of == "claim":
            found.append((question.title, alpha(question.units, resampling=None)))
    rows = tuple(
        QuestionSoFar(title, r.measure, r.value, r.undefined, r.n, r.unit) for title, r in found
    )
    others = tuple(name for name in corpus.annotators if name != annotator)
    return AgreementSoFar(len(corpus.articles), others, rows)


def _is_compared(project: ProjectData, annotator: str, uid: str, states: Finished) -> bool:
    """Whether an annotator and another have read an article, and all its readers to the end."""
    article, found = project.article(uid), project.annotations(uid)
    people = frozenset(readers_in(found, states.judges))
    done = states.of(article.number, article.name, article.layout.sentences, found)
    return annotator in people and len(people) > 1 and people <= done

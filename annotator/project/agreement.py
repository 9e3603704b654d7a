"""Comparing the annotators of a project: what is read for the report, and what is read again.

The report itself is made by `annotator.report`, from what is read here.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, NamedTuple

from annotator.domain.errors import AnnotatorError, InputError
from annotator.project.base import refuse_text

if TYPE_CHECKING:
    from annotator.project.data import ProjectData
    from annotator.report import Corpus, Report
    from annotator.report.questions import LayerName, Questions

Progress = Callable[[str, int, int], object]
"""Told what is being done ("reading", "comparing"), how much of it is done, and of how much."""


def articles_named(project: ProjectData, value: str) -> list[str]:
    """The uids of "1-4,7,name": numbers, ranges of numbers, names and uids, each article once.

    Raises:
        AnnotatorError: for a range that is none, or an article that is not there.
    """
    numbers = project.numbers()
    out: list[str] = []
    for part in filter(None, map(str.strip, value.split(","))):
        found = re.fullmatch(r"(\d{1,18})-(\d{1,18})", part)
        if found is None:
            out.append(project.resolve(part))
            continue
        low, high = int(found[1]), int(found[2])
        inside = [uid for number, uid in numbers.items() if low <= number <= high]
        if not inside:
            raise AnnotatorError(f"there are no articles {part}", "`annotator list` numbers them")
        out += inside
    return list(dict.fromkeys(out))


def read_corpus(
    project: ProjectData,
    articles: Sequence[str] | None = None,
    annotators: Sequence[str] = (),
    *,
    finished: bool = False,
    judge: str = "",
    progress: Progress | None = None,
) -> Corpus:
    """Read articles and everybody's annotations of them, and sort out what is compared.

    Args:
        project: What is read; in a file, for it is read by several connections at once.
        articles: Uids; all without.
        annotators: Whom to compare; all who annotated without.
        finished: Leave out articles for an annotator who reviewed some sentences, but not all.
        judge: Who adjudicates from here on, and so is not compared.
        progress: Told of the articles.

    Raises:
        NotFoundError: when a named annotator has no annotation at all.
        DatabaseError: when the database cannot be read.
    """
    # Imported here, as numpy is: the screen is painted before.
    from annotator.project.readers import readers_of
    from annotator.report import gather

    total, done = len(project.uids() if articles is None else articles), 0

    def advance(steps: int) -> None:
        nonlocal done
        done += steps
        if progress is not None:
            progress("reading", done, total)

    # Who has adjudicated shows in what is read, unless it is only a part.
    judges = frozenset({judge}) if articles is None else readers_of(project, judge).judges
    listed, found = project.read_columns(articles, advance)
    return gather(
        listed, found, project.scheme(), annotators=annotators, finished=finished, judges=judges,
        unread=total - len(listed), excluded=len(project.excluded()),
        copies=[(group, number, i) for group, number, i, _ in project.repeated_sentences()],
        alike=project.alike_groups(), scheme_use=project.scheme_use(),
    )  # fmt: skip


# ---------------------------------------------------------------------------------- the report


class Agreement(NamedTuple):
    """A report with what it is about, which its tables are drawn from."""

    report: Report
    corpus: Corpus

    def record(self, listed: int | None = 1000) -> dict[str, object]:
        """The report as values of JSON, as `annotator agree --json` has them.

        Args:
            listed: How many disagreements are listed; None for all.
        """
        from annotator.report.render.json import report_record

        return dict(report_record(self.report, self.corpus, listed))

    def page(self) -> str:
        """The report as one self-contained HTML page."""
        from annotator.report.render.html import page

        return page(self.report, self.corpus)


def agree(
    project: ProjectData,
    annotators: Sequence[str] = (),
    articles: Sequence[str] | None = None,
    *,
    layers: Sequence[LayerName] | None = None,
    finished: bool = False,
    rounds: Sequence[Sequence[str]] = (),
    resamples: int = 1000,
    seed: int = 0,
    gamma: bool = False,
    progress: Progress | None = None,
) -> Agreement:
    """Say how far the annotators agree, on what, and where they do not.

    Args:
        project: What is compared.
        annotators: Whom to compare; everybody without.
        articles: Uids; all without.
        layers: What to compare; all without.
        finished: Leave out articles with sentences that an annotator has not reviewed yet.
        rounds: The uids of each round, two or more, to be compared with each other.
        resamples: Of articles, for the intervals.
        seed: Of the resampling.
        gamma: Compute gamma however many spans there are.
        progress: Told of the articles read, then of the parts made.

    Raises:
        NotFoundError: when a named annotator has no annotation at all.
        AnnotatorError: for a single round.
    """
    from annotator.agreement.bootstrap import Resampling
    from annotator.report import PARTS, ReportOptions, build
    from annotator.report.questions import LAYERS

    refuse_text(annotators, "annotators")
    refuse_text(layers, "layers")
    for name in layers or ():
        if name not in LAYERS:
            raise InputError(f"no layer {name!r}", f"there are: {', '.join(LAYERS)}")
    corpus = read_corpus(project, articles, annotators, finished=finished, progress=progress)
    if len(rounds) == 1:
        raise AnnotatorError("one round has nothing to compare with", "give --round twice or more")
    made = 0

    def advance(parts: int) -> None:
        nonlocal made
        made += parts
        if progress is not None:
            progress("comparing", made, len(PARTS))

    options = ReportOptions(
        LAYERS if layers is None else tuple(layers),
        Resampling(resamples, seed=seed),
        gamma,
        tuple(map(tuple, rounds)),
    )
    return Agreement(build(corpus, options, advance), corpus)


# ---------------------------------------------------------------------------------- read again


@dataclass(frozen=True, eq=False)
class Comparison:
    """What is compared, and the last event of the journal when it was read."""

    questions: Questions
    last: int


def read_comparison(project: ProjectData, judge: str) -> Comparison:
    """Read everything that is compared while `judge` adjudicates.

    Raises:
        DatabaseError: when the database cannot be read.
    """
    from annotator.report.questions import Questions

    # Asked first: what is written from here on is read again next time.
    last = project.last_event()
    return Comparison(Questions(read_corpus(project, judge=judge)), last)


def read_decisions(project: ProjectData, before: Comparison, judge: str) -> Comparison | None:
    """Read what `judge` has decided since, and keep all else: claims are not matched again.

    Returns:
        None when anything that is compared has changed: then everything is to be read.

    Raises:
        DatabaseError: when the database cannot be read.
    """
    corpus = before.questions.corpus
    last = project.last_event()
    changed = project.changed_since(before.last)
    if judge in corpus.people or any(who != judge for _, who in changed):
        return None
    touched = {uid for uid, _ in changed}
    gold = [a for a in corpus.gold if a.annotator != judge or a.article not in touched]
    for uid in touched & corpus.by_uid.keys():
        gold += project.annotations(uid, judge)
    return Comparison(before.questions.with_gold(sorted(gold, key=lambda a: a.id)), last)

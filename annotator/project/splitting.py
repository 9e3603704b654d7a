"""Train, dev and test sets of a project that share no text: what is divided, and what it ties.

Articles are tied by shared 8-grams, by near-identical sentences (once they were clustered) and by
being revisions of each other; `annotator.phrases.split` says how that makes a split.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Final, NamedTuple

from annotator.domain.errors import AnnotatorError, InputError
from annotator.phrases import split as splits
from annotator.phrases.split import Leak, Split, Text

if TYPE_CHECKING:
    from annotator.domain.left_out import Unfinished
    from annotator.project.data import ProjectData


SHARES: Final[Mapping[str, float]] = {"train": 0.8, "dev": 0.1, "test": 0.1}


class Chosen(NamedTuple):
    """The articles to divide, and which were left out."""

    uids: frozenset[str]
    left_out: Unfinished


class Division(NamedTuple):
    """A split, and what was divided."""

    split: Split
    articles: int
    """How many were divided."""
    left_out: Unfinished | None
    """What was left out as not finished; None where every article was divided."""
    nobody_finished: bool
    """Every article was divided because none is finished, though finished ones were asked for."""


class Check(NamedTuple):
    """The split that is in the project, and the pairs that share text across it."""

    of: Mapping[str, str]
    leaks: list[Leak]


def split_articles(
    project: ProjectData,
    shares: Mapping[str, float],
    *,
    by: frozenset[str] | None = None,
    unfinished: bool = False,
    seed: int = 1,
    write: bool = True,
) -> Division:
    """Put articles into splits so that no two of different splits share text.

    Args:
        project: Whose articles; the split is written into their metadata.
        shares: Split -> share of the articles; 1 together.
        by: The annotators whose finished articles are divided; None for anybody's.
        unfinished: Divide every article, also those that nobody has finished.
        seed: Which of the possible splits.
        write: Write it; only say what it would be otherwise.

    Raises:
        InputError: when none of those named has finished any article, or the shares do not make 1.
    """
    chosen = None if unfinished else finished_articles(project, by)
    texts = [t for t in texts_of(project) if chosen is None or t.uid in chosen.uids]
    found = splits.split(texts, ties(project, texts), shares, seed)
    if write:
        from annotator.project.article_records import put_splits

        put_splits(project, found.of)
    left_out = chosen.left_out if chosen else None
    return Division(found, len(texts), left_out, chosen is None and not unfinished)


def check_split(project: ProjectData) -> Check:
    """Which articles share text across the split that is there."""
    of = project.splits()
    return Check(of, splits.crossing(ties(project, texts_of(project)), of))


def refuse_leaks(project: ProjectData) -> None:
    """Raise AnnotatorError when articles of different splits share text."""
    leaks = check_split(project).leaks
    if leaks:
        first = leaks[0]
        numbers = [project.number_of(uid) for uid in (first.first, first.second)]
        raise AnnotatorError(
            f"the splits leak: {len(leaks):,} pairs of articles share text across them, such as"
            f" articles {numbers[0]} and {numbers[1]} ({first.reason})",
            "`annotator split` makes splits that do not; --allow-leaks writes these all the same",
        )


def finished_articles(project: ProjectData, by: frozenset[str] | None = None) -> Chosen | None:
    """What an export for training would take; None for all, while nobody has finished any.

    Args:
        project: With the annotations.
        by: The annotators whose readings count; None for anybody's.

    Raises:
        InputError: when none of those named has finished any.
    """
    from annotator.store import transfer
    from annotator.store.readings import Finished

    store = project._store
    done = Finished(store, by)
    uids = frozenset(transfer.exported(store, transfer.ExportSelection(finished=done)))
    if uids:
        return Chosen(uids, done.left_out)
    if not by:
        return None
    raise InputError(
        f"no article is finished by {done.left_out.who}, so there is nothing to divide",
        "--unfinished divides every article",
    )


def texts_of(project: ProjectData) -> list[Text]:
    """Every article as splitting needs it."""
    revised = {a.uid: a.revision_of for a in project.summaries()}
    return [Text(uid, text, revised[uid]) for uid, _, _, _, text in project.texts()]


def ties(project: ProjectData, texts: Sequence[Text]) -> list[Leak]:
    """Everything that ties articles together: 8-grams, clusters of sentences, revisions."""
    uids = {project.number_of(t.uid): t.uid for t in texts}
    sentences = splits.shared_sentences(
        (
            (group, uids[number], size)
            for group, number, _, size in project.repeated_sentences()
            if number in uids
        ),
        {t.uid: len(t.text) for t in texts},
    )
    return [*splits.shared_runs(texts), *sentences, *splits.revisions(texts)]

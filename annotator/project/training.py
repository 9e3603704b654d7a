"""A folder to train on: the parts that its articles go into, how far people agreed, and the files.

The parts are made of what is exported: no two articles of different parts share text, and among
the splits that are possible the one is taken in which the labels are spread most evenly.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, Final, NamedTuple

from annotator.domain.errors import AnnotatorError, InputError
from annotator.phrases import split as splits
from annotator.phrases.split import Leak
from annotator.project.splitting import texts_of, ties
from annotator.session.saving import pluralise

if TYPE_CHECKING:
    from annotator.formats.training.card import AgreementRow
    from annotator.formats.training.exporting import TrainingReport
    from annotator.formats.training.survey import Survey
    from annotator.project.data import ProjectData
    from annotator.store.transfer import ExportSelection

TRAIN, VALIDATION, TEST = "train", "validation", "test"
NAMES: Final[Mapping[str, str]] = {
    TRAIN: TRAIN,
    "training": TRAIN,
    TEST: TEST,
    **dict.fromkeys((VALIDATION, "dev", "development", "valid", "val"), VALIDATION),
}
"""What a split of the project may be called -> the part."""
SHARE: Final = 0.1
"""Of the articles, for validation and for test; at least one article each."""
TRIES: Final = 30
"""Splits that are looked at for the most even one."""
RESAMPLES: Final = 1000


class PartsPlan(NamedTuple):
    """Which part each article is in, and how that came about."""

    of: Mapping[str, str]
    told: tuple[str, ...]


def export_train(
    project: ProjectData,
    folder: str | Path,
    consumer: str,
    options: Mapping[str, str] | None = None,
    selection: ExportSelection | None = None,
    *,
    finished: bool = True,
    allow_leaks: bool = False,
    strict: bool = False,
    force: bool = False,
    command: str = "",
    progress: Callable[[int, int], None] | None = None,
) -> TrainingReport:
    """Write a folder to train on; see `Project.export_train`."""
    from annotator.formats.support.base import Options
    from annotator.formats.training.card import CardFacts
    from annotator.formats.training.exporting import export
    from annotator.formats.training.questions import SchemeQuestions
    from annotator.formats.training.survey import survey
    from annotator.formats.training.targets import target
    from annotator.formats.training.work import COMMON
    from annotator.project.exporting import finished_of
    from annotator.store.transfer import ExportSelection, StoredContent

    form = target(consumer)
    asked = Options((*COMMON, *form.options), options)
    chosen = selection or ExportSelection()
    if finished:
        chosen = replace(chosen, finished=finished_of(project, chosen))
    content = StoredContent(project._store, chosen, progress)
    scheme = project.scheme()
    excluded = len(project.excluded())
    with content.snapshot():
        questions = SchemeQuestions(scheme)
        found = survey(content.documents(), questions)
        if not found.labels:
            raise InputError(
                "there is no article to train on",
                "`annotator list --excluded` names those that are left out" if excluded else "",
            )
        plan = _plan(project, found, asked.text("split"), asked.number("seed"), allow_leaks)
        rows: list[AgreementRow] = []
        why = "It was not asked for."
        if asked.flag("agreement"):
            rows, why = _agreement(project, list(found.labels))
        facts = CardFacts(
            project.name,
            f"`{scheme.name}`, version `{scheme.version}`",
            plan.told,
            rows,
            why,
            content.left_out,
            excluded,
        )
        return export(
            form,
            folder,
            StoredContent(project._store, chosen).documents,
            content.dataset,
            questions,
            found,
            plan.of,
            facts,
            options,
            lost=content.losses,
            strict=strict,
            force=force,
            command=command,
        )


# ------------------------------------------------------------------------------------------ parts


def _plan(
    project: ProjectData, found: Survey, which: str, seed: int, allow_leaks: bool
) -> PartsPlan:
    """The parts of the exported articles.

    Raises:
        InputError: when the project's split is asked for and is not whole.
        AnnotatorError: when it leaks, and that is not allowed.
    """
    uids = set(found.labels)
    given = {uid: name for uid, name in project.splits().items() if uid in uids and name}
    lacking = "" if which == "new" else _lacking(uids, given)
    if which == "project" and lacking:
        raise InputError(
            f"the split of the project is not whole: {lacking}",
            "`annotator split` makes one; -o split=new makes one for this export",
        )
    texts = [t for t in texts_of(project) if t.uid in uids]
    held = [*ties(project, texts), *(Leak(a, b, 0.0, "relation") for a, b in found.related)]
    if which != "new" and not lacking:
        return _given(project, {u: NAMES[name] for u, name in given.items()}, held, allow_leaks)
    share = max(SHARE, 1 / len(uids)) if len(uids) > 2 else SHARE
    shares = {TRAIN: 1 - 2 * share, VALIDATION: share, TEST: share}
    tried = [splits.split(texts, held, shares, s) for s in range(seed, seed + TRIES)]
    best = min(tried, key=lambda made: _unevenness(found, made.of, shares))
    told = (
        f"made for this export (seed {seed}): {pluralise(len(uids), 'article')} in"
        f" {pluralise(best.groups, 'group')} that share text, relations or a revision, and are"
        f" never parted; of {TRIES} such splits the one in which the labels are spread most evenly"
    )
    if given and which == "auto":
        return PartsPlan(best.of, (f"the split of the project was not used: {lacking}", told))
    return PartsPlan(best.of, (told,))


def _lacking(uids: set[str], given: Mapping[str, str]) -> str:
    """What keeps the project's split from being whole; "" if nothing does."""
    if not given:
        return "no exported article is in a split"
    if others := sorted(set(given.values()) - NAMES.keys()):
        return f"{', '.join(others)} {'is' if len(others) == 1 else 'are'} no train, dev or test"
    if missing := len(uids) - len(given):
        return f"{missing} of {len(uids)} exported articles are in none"
    absent = [p for p in (TRAIN, VALIDATION, TEST) if p not in {NAMES[n] for n in given.values()}]
    return f"no exported article is in {' or '.join(absent)}" if absent else ""


def _given(
    project: ProjectData, of: Mapping[str, str], held: Sequence[Leak], allow_leaks: bool
) -> PartsPlan:
    leaks = splits.crossing(held, of)
    told = ["the split of the project (`split` in the articles' metadata); dev is validation"]
    if leaks:
        first = leaks[0]
        pairs = len({frozenset((leak.first, leak.second)) for leak in leaks})
        numbers = [project.number_of(uid) for uid in (first.first, first.second)]
        what = (
            f"pairs of articles that share text across the parts: {pairs:,}, such as articles"
            f" {numbers[0]} and {numbers[1]} ({first.reason})"
        )
        if not allow_leaks:
            raise AnnotatorError(
                f"the split of the project leaks: {what}",
                "-o split=new makes one that does not; --allow-leaks writes this one",
            )
        told.append(f"it leaks: {what}")
    return PartsPlan(of, tuple(told))


def _unevenness(
    found: Survey, of: Mapping[str, str], shares: Mapping[str, float]
) -> tuple[int, int, float]:
    """How bad a split is: labels that train has no example of, parts in which a question has
    none, and how far the shares of the labels are from those of the articles."""
    total: Counter[tuple[str, str]] = Counter()
    parts: dict[str, Counter[tuple[str, str]]] = {part: Counter() for part in shares}
    for uid, labels in found.labels.items():
        total.update(labels)
        parts[of[uid]].update(labels)
    unseen = sum(1 for key in total if not parts[TRAIN][key])
    asked = {question for question, _ in total}
    empty = sum(len(asked - {q for q, _ in labels}) for labels in parts.values())
    off = sum(
        abs(parts[part][key] - share * n)
        for key, n in total.items()
        for part, share in shares.items()
    )
    return unseen, empty, off


# -------------------------------------------------------------------------------------- agreement


def _agreement(project: ProjectData, uids: Sequence[str]) -> tuple[list[AgreementRow], str]:
    """How far those who read the same of these articles agree, on each thing."""
    from annotator.agreement.bootstrap import Resampling
    from annotator.formats.training.card import AgreementRow
    from annotator.project.agreement import read_corpus
    from annotator.project.readers import readers_of
    from annotator.report.questions import Questions
    from annotator.report.summary import summary_rows

    shared = [uid for uid in readers_of(project).shared if uid in set(uids)]
    if not shared:
        return [], ""
    corpus = read_corpus(project, shared)
    questions = Questions(corpus)
    rows = []
    for line in summary_rows(questions, Resampling(RESAMPLES, seed=0), gamma=False):
        main = line.main
        if main is None:
            continue
        value = f"undefined: {main.undefined}"
        if main.value is not None:
            value = f"{main.value:.2f}"
            inside = main.interval
            value += f" ({inside.low:.2f} to {inside.high:.2f})" if inside else ""
            value += f" (no interval: {main.no_interval})" if main.no_interval else ""
        about = f"{line.layer}: {line.title}"
        rows.append(AgreementRow(about, main.measure, value, f"{main.n} {main.unit}"))
    return rows, ""

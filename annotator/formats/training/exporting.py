"""Write a folder to train on: all of it, or (on any error) nothing."""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from annotator.domain.errors import InputError
from annotator.domain.exchange import Dataset, Document
from annotator.domain.left_out import Unfinished
from annotator.domain.losses import Loss, Losses
from annotator.formats.support.base import Options
from annotator.formats.support.output import CARD, Output, WrittenFile, manifest_of
from annotator.formats.support.overwriting import MANIFEST
from annotator.formats.support.token_rows import tag_names
from annotator.formats.training.card import CardFacts, card
from annotator.formats.training.questions import SchemeQuestions
from annotator.formats.training.readings import (
    PARTS,
    TakenReadings,
    TrainingReading,
    readings,
    without_split,
)
from annotator.formats.training.survey import Survey, answered, warnings
from annotator.formats.training.work import COMMON, Consumer, Work

SCHEME: Final = "scheme.toml"
LABELS: Final = "labels.json"


@dataclass(frozen=True, slots=True)
class TrainingReport:
    """What an export for training holds, and what it does not."""

    target: str
    articles: Mapping[str, int]
    """Part -> articles."""
    labels: Mapping[str, Mapping[str, Mapping[str, int]]]
    """Question -> part -> label -> how often."""
    warnings: tuple[str, ...]
    """What a trainer will stumble over: empty parts, labels without an example."""
    told: tuple[str, ...]
    """How the parts came about, and what the configurations reach."""
    losses: tuple[Loss, ...]
    left_out: Unfinished | None
    files: tuple[WrittenFile, ...]


def export(
    target: Consumer,
    folder: str | Path,
    documents: Callable[[], Iterable[Document]],
    dataset: Dataset,
    questions: SchemeQuestions,
    found: Survey,
    part_of: Mapping[str, str],
    facts: CardFacts,
    given: Mapping[str, str] | None = None,
    *,
    lost: Iterable[Loss] = (),
    strict: bool = False,
    force: bool = False,
    command: str = "",
) -> TrainingReport:
    """Write the folder.

    Args:
        target: What it is for.
        folder: Where; an earlier export that nobody changed is replaced.
        documents: The articles with their annotations, anew at each call.
        dataset: The schemes.
        questions: Of the scheme in force, after the survey.
        found: What is there to learn from.
        part_of: Uid -> train, validation or test.
        facts: For the card.
        given: The options, of the target and COMMON.
        lost: What is not among the documents: relations of which an end is not exported.
        strict: Refuse, and write nothing, when something would be lost.
        force: Write over files that are not ours.
        command: What was typed, for the manifest.

    Raises:
        InputError: when an option is wrong, the folder cannot be written, or `strict` is given and
            something would be lost.
    """
    out = Output(folder, folder=True, force=force)
    options = Options((*COMMON, *target.options), given)
    totals: Counter[tuple[str, str]] = Counter()
    for labels in found.labels.values():
        totals.update(labels)
    work = Work(
        out, questions, answered(questions, totals), found.language, options, Losses(), dataset
    )
    readers = TakenReadings()

    def taken() -> Iterator[TrainingReading]:
        for reading in readings(documents(), part_of, readers):
            work.counts.documents[reading.part] += 1
            work.counts.articles[reading.part].add(reading.article.uid)
            yield reading._replace(article=without_split(reading.article))

    with out:
        target.write(taken(), work)
        work.losses.take(lost)
        if strict and work.losses.total:
            told = "; ".join(f"{loss.kind}: {loss.count}" for loss in work.losses)
            raise InputError(
                f"{target.name} cannot hold everything: {told}",
                "leave out --strict to export the rest",
            )
        warned = tuple(warnings(work.counts, work.files, questions.unknown()))
        work.text(LABELS, _label_map(target, work))
        work.text(SCHEME, next((s.toml for s in dataset.schemes if s.in_force), ""))
        work.text(CARD, card(target, work, facts, readers, warned))
        report = TrainingReport(
            target.name,
            {part: len(work.counts.articles[part]) for part in PARTS},
            {
                question: {
                    part: {
                        label: n
                        for label in labels
                        if (n := work.counts.labels[question][part, label])
                    }
                    for part in PARTS
                }
                for question, labels in work.files.items()
            },
            warned,
            (*facts.told(), *readers.told(), *work.told),
            tuple(work.losses),
            facts.left_out,
            tuple(out.files),
        )
        with out.open(MANIFEST) as file:
            file.write(_manifest(report, given or {}, command, dataset))
    return report


def _label_map(target: Consumer, work: Work) -> str:
    """The questions with their labels by number, as programs read them."""
    asked = []
    for name, labels in work.files.items():
        names = list(labels)
        if target.name == "hf-token":
            names = tag_names(names)
        question = work.questions.all.get(name)
        asked.append(
            {
                "question": name,
                "of": question.layer if question else "",
                "attribute": question.attribute if question else "",
                "several": bool(question and question.several),
                "where": work.places[name].replace("`", ""),
                "id2label": {str(i): x for i, x in enumerate(names)},
                "label2id": {x: i for i, x in enumerate(names)},
                "guidelines": {x: told for x, told in labels.items() if told},
            }
        )
    return json.dumps({"questions": asked}, ensure_ascii=False, indent=2) + "\n"


def _manifest(
    report: TrainingReport, given: Mapping[str, str], command: str, dataset: Dataset
) -> bytes:
    return manifest_of(
        report.files,
        {
            "format": f"train/{report.target}",
            "options": dict(sorted(given.items())),
            "command": command,
            "articles": dict(report.articles),
            "labels": report.labels,
            "schemes": [
                {"version": s.version, "name": s.name, "in_force": s.in_force}
                for s in dataset.schemes
            ],
            "warnings": list(report.warnings),
            "remarks": list(report.told),
            "losses": [
                {"kind": loss.kind, "count": loss.count, "examples": loss.examples}
                for loss in report.losses
            ],
            **({"left_out": report.left_out.record()} if report.left_out else {}),
        },
    )


__all__ = ["TrainingReport", "export"]

"""Training data for Prodigy: tasks to put into its database, and what trains on them."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable
from contextlib import ExitStack
from typing import Any, Final

from annotator.domain.exchange import Document
from annotator.domain.model import Annotation
from annotator.formats import prodigy
from annotator.formats.spacy_config import Shares, Training, training_config
from annotator.formats.support.base import Options
from annotator.formats.support.jsonio import dump
from annotator.formats.support.schemes import Schemes
from annotator.formats.training.questions import SPANS
from annotator.formats.training.readings import PARTS, TrainingReading
from annotator.formats.training.spacy_target import ALIGN, KEY, SUGGESTER
from annotator.formats.training.work import Consumer, Work, texts


def write(found: Iterable[TrainingReading], work: Work) -> None:
    """A task for each reading with its spans and relations; choices of texts in their own files."""
    options = Options(prodigy.FORMAT.options, {"align": work.align})
    labels = {label: told for q in work.questions.main for label, told in q.labels.items()}
    work.ask(SPANS, labels, "`train.jsonl` and the like")
    if twice := sorted(work.questions.repeated):
        work.told.append(f"{', '.join(twice)}: a label of several layers; `layer` tells which")
    schemes = Schemes(work.dataset)
    choices = [q for q in work.asked if q.where in ("sentence", "article")]
    for q in choices:
        work.ask(q.name, q.labels, f"`{work.folder(q.name)}`")
    rows: defaultdict[tuple[str, str], list[dict[str, Any]]] = defaultdict(list)
    shares = Shares()
    with ExitStack() as stack:
        files = {p: stack.enter_context(work.out.open(f"{p}.jsonl")) for p in PARTS}
        for reading in found:
            spans = tuple(a for a in reading.annotations if a.layer not in ("sentence", "article"))
            people = {a.annotator for a in spans}
            document = Document(reading.article, spans)
            task = prodigy.task_of(document, next(iter(people), ""), options, work.losses, schemes)
            files[reading.part].write(dump(task))
            for span in task["spans"]:
                work.counts.add(SPANS, reading.part, (span["label"],))
            shares.spans(s["token_end"] - s["token_start"] + 1 for s in task["spans"])
            for a in reading.annotations:
                if a.layer in ("sentence", "article"):
                    _choose(reading, a, work, rows)
    for q in choices:
        for part in PARTS:
            work.lines(f"{work.folder(q.name)}{part}.jsonl", rows[q.name, part])
    language = work.language or "en"
    how = Training("spancat", language, KEY, work.options.text("suggester"))
    config, remark = training_config(how, shares)
    work.text("config.cfg", config)
    work.told.append(f"{SPANS}: {remark}")


def _choose(
    reading: TrainingReading,
    a: Annotation,
    work: Work,
    rows: defaultdict[tuple[str, str], list[dict[str, Any]]],
) -> None:
    """A task with options for each label of a sentence or an article."""
    held: set[str] = set()
    for answer in work.questions.answers(a):
        q = answer.question
        for text in texts(reading, a, answer, work):
            row = {
                "text": text.text,
                "options": [{"id": name, "text": name} for name in q.labels],
                "accept": list(text.labels),
                "answer": "accept",
                "config": {"choice_style": "multiple" if q.several else "single"},
                "meta": {"id": text.id},
            }
            rows[q.name, reading.part].append(row)
            work.counts.add(q.name, reading.part, text.labels)
            held.add(q.attribute)
    work.lose(a, held)


def _how(work: Work) -> str:
    out = [
        "```sh",
        "prodigy db-in NAME train.jsonl",
        "prodigy db-in NAME-validation validation.jsonl",
        "prodigy train model --spancat NAME,eval:NAME-validation --config config.cfg",
        "```",
        "",
        "Spans carry their labels as fields of their own, and relations tie the pieces of a claim"
        " together.",
    ]
    others = [n for n in work.files if n != SPANS]
    if others:
        out += [
            "",
            f"`{work.folder(others[0])}` and the others beside it hold tasks with options"
            f" (`--textcat`{' or `--textcat-multilabel`' if _several(work, others) else ''}).",
        ]
    return "\n".join(out)


def _several(work: Work, names: Iterable[str]) -> bool:
    return any(work.questions.all[name].several for name in names)


PRODIGY: Final = Consumer("prodigy", "Prodigy tasks", write, _how, (ALIGN, SUGGESTER))

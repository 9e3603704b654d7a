"""Suggestions, a model or an annotator scored against gold claims."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, NamedTuple

from annotator.domain.result_row import ResultRow
from annotator.project.gold_standard import gold_documents

if TYPE_CHECKING:
    from annotator.attribution.evaluation.scoring import Miss
    from annotator.attribution.result import AttributedText, Suggestion
    from annotator.project.data import ProjectData


class Scored(NamedTuple):
    """Scores, and what there is to look at."""

    report: dict[str, object]
    """Values of JSON, as `annotator evaluate --json` has them."""
    misses: tuple[Miss, ...]
    documents: Sequence[AttributedText]
    """The gold that it was scored against."""


def evaluate(
    database: Path,
    gold: str,
    pred: str = "engine",
    *,
    annotator: str | None = None,
    pred_annotator: str | None = None,
    samples: int = 1000,
    progress: Callable[[int, int], None] | None = None,
) -> Scored:
    """Precision, recall and F of sources, cues, contents and whole claims, with intervals.

    Args:
        database: Beside which a learned model lies.
        gold: `brat:DIR`, or the path of a database: the claims to score against.
        pred: What is scored: "engine" (the rules), "model", or the path of a database.
        annotator: Whose gold claims; None where no article was read by two.
        pred_annotator: Whose claims of the scored database.
        samples: Resamplings of articles for the 95 % intervals.
        progress: Told how many articles are scored, of how many.

    Raises:
        InputError: when there is nothing to score, or an article has several readings.
        MissingExtraError: when there is no pipeline.
    """
    from annotator.attribution.evaluation.evaluate import evaluate as score

    documents = gold_documents(gold, annotator)
    predict = _predictor(pred, database, pred_annotator)
    done = 0

    def told(_: str) -> None:
        nonlocal done
        done += 1
        if progress is not None:
            progress(done, len(documents))

    result = score(documents, predict, samples=samples, progress=told)
    return Scored(result.report, result.misses, documents)


def misses_here(project: ProjectData, scored: Scored) -> tuple[list[ResultRow], int]:
    """The misses in articles that the project holds, and how many articles it does not hold."""
    texts = {d.name: d.text for d in scored.documents}
    uids = {name: project.has_text(texts[name]) for name in {m.document for m in scored.misses}}
    rows: list[ResultRow] = []
    for m in scored.misses:
        uid = uids[m.document]
        if uid is not None:
            cells = (str(project.number_of(uid)), m.kind, m.role, " ".join(m.text.split()))
            rows.append(ResultRow(cells, uid, m.start))
    return rows, sum(uid is None for uid in uids.values())


def _predictor(
    pred: str, database: Path, annotator: str | None
) -> Callable[[AttributedText], Sequence[Suggestion]]:
    if pred not in ("engine", "model"):
        theirs = {d.text: d.claims for d in gold_documents(pred, annotator)}
        return lambda document: theirs.get(document.text, ())
    from annotator.attribution.parse import load_pipeline

    nlp = load_pipeline()
    if pred == "engine":
        from annotator.attribution.engine import attribute_with

        return lambda d: attribute_with(d.text, nlp, d.sentence_kinds or None).claims
    from annotator.attribution.learn.model import load
    from annotator.project.suggesting import model_folder

    model = load(model_folder(database))
    return lambda d: model.attribute(d.text, nlp, d.sentence_kinds or None).claims

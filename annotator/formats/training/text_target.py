"""Training data for SetFit, and any other program that takes texts with a label: JSON lines."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable
from typing import Any, Final

from annotator.formats.support import unsupported as unheld
from annotator.formats.training.readings import PARTS, TrainingReading
from annotator.formats.training.work import Consumer, Work, row_of_labels, texts


def write(found: Iterable[TrainingReading], work: Work) -> None:
    """Files of texts for each question; the one that is answered most is in the folder itself."""
    asked = [q for q in work.asked if q.attribute]
    for i, q in enumerate(asked):
        work.ask(
            q.name, q.labels, f"`{work.folder(q.name)}`" if i else "`train.jsonl` and the like"
        )
    rows: defaultdict[tuple[str, str], list[dict[str, Any]]] = defaultdict(list)
    for reading in found:
        for a in reading.annotations:
            held: set[str] = set()
            for answer in work.questions.answers(a):
                q = answer.question
                for text in texts(reading, a, answer, work) if q.attribute else ():
                    row = {"id": text.id, "text": text.text, **row_of_labels(q, text.labels)}
                    rows[q.name, reading.part].append(row)
                    work.counts.add(q.name, reading.part, text.labels)
                    held.add(q.attribute)
            if held:
                work.lose(a, held)
            else:
                unheld.left_out(a, work.losses, reading=True)
    for i, q in enumerate(asked):
        for part in PARTS:
            work.lines(f"{work.folder(q.name) if i else ''}{part}.jsonl", rows[q.name, part])
    work.tell_single(asked)


def _how(work: Work) -> str:
    first = next(iter(work.files), "")
    labels = ", ".join(map(repr, work.files.get(first, {})))
    asked = work.questions.all.get(first)
    more = ', multi_target_strategy="one-vs-rest"' if asked and asked.several else ""
    return "\n".join(
        [
            "```python",
            "import datasets, setfit",
            'files = {p: f"{p}.jsonl" for p in ("train", "validation", "test")}',
            'data = datasets.load_dataset("json", data_files=files)',
            f"model = setfit.SetFitModel.from_pretrained(NAME, labels=[{labels}]{more})",
            'trainer = setfit.Trainer(model, train_dataset=data["train"],'
            ' eval_dataset=data["validation"])',
            "trainer.train()",
            'print(trainer.evaluate(data["test"]))',
            "```",
        ]
    )


SETFIT: Final = Consumer("setfit", "SetFit, texts with a label", write, _how)

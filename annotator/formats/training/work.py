"""One export for training under way: what its writers are given, and what they tell."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any, Final, NamedTuple

from annotator.domain.exchange import Dataset
from annotator.domain.losses import Losses
from annotator.domain.model import Annotation, Article, Fragment
from annotator.domain.spans import trimmed
from annotator.formats.support import unsupported as unheld
from annotator.formats.support.base import Option, Options
from annotator.formats.support.output import Output, safe_name
from annotator.formats.support.tokens import ALIGNMENTS, Aligner, Alignment, Word, words
from annotator.formats.training.questions import Answer, LabelQuestion, SchemeQuestions
from annotator.formats.training.readings import TrainingReading
from annotator.formats.training.survey import Counts

COMMON: Final = (
    Option(
        "split",
        "auto",
        "the split of the project where it is whole, else a new one; or one of both",
        ("auto", "project", "new"),
    ),
    Option("seed", "1", "which of the possible new splits"),
    Option("agreement", "yes", "say in the card how far people agree", ("yes", "no")),
)
"""Options of every target."""
QUESTIONS: Final = "questions"
"""The folder of the questions that have files of their own."""


@dataclass(slots=True)
class Work:
    """What a writer knows, and where it puts things."""

    out: Output
    questions: SchemeQuestions
    asked: list[LabelQuestion]
    """Those that have an answer, the most often answered first."""
    language: str
    options: Options
    losses: Losses
    dataset: Dataset = field(default_factory=Dataset)
    counts: Counts = field(default_factory=Counts)
    files: dict[str, dict[str, str]] = field(default_factory=dict)
    """The questions that are in the files -> their labels with guidelines, in the order of their
    numbers."""
    places: dict[str, str] = field(default_factory=dict)
    """The question -> where in the folder, or in the files, its answers are."""
    told: list[str] = field(default_factory=list)
    """What the configurations reach, and whatever else is worth saying."""
    _names: dict[str, str] = field(default_factory=dict)

    def ask(self, name: str, labels: Mapping[str, str], place: str) -> None:
        """Say that a question is in the files."""
        self.files[name] = dict(labels)
        self.places[name] = place

    def folder(self, question: str) -> str:
        """The folder of a question's own files, with its slash."""
        if question not in self._names:
            name = safe_name(question, "question")
            taken = {n.casefold() for n in self._names.values()}
            while name.casefold() in taken:
                name += "_"
            self._names[question] = name
        return f"{QUESTIONS}/{self._names[question]}/"

    @property
    def align(self) -> Alignment:
        """What becomes of spans that cut a token."""
        given = self.options.text("align")
        return next(a for a in ALIGNMENTS if a == given)

    def lines(self, name: str, rows: Iterable[Mapping[str, object]]) -> None:
        """Write a file of JSON lines."""
        with self.out.open(name) as stream:
            for row in rows:
                stream.write(json.dumps(row, ensure_ascii=False).encode() + b"\n")

    def text(self, name: str, content: str) -> None:
        """Write a file of text."""
        with self.out.open(name) as stream:
            stream.write(content.encode("utf-8"))

    def tell_single(self, asked: Iterable[LabelQuestion]) -> None:
        """Say which questions of a classifier have one label only."""
        for q in asked:
            if len(q.labels) == 1:
                self.told.append(
                    f"{q.name}: one label only, so that there is nothing to tell apart"
                )

    def lose(self, a: Annotation, held: Iterable[str], *kept: str) -> None:
        """Count what the files do not say of an annotation.

        Args:
            held: Its attributes that they do.
            kept: See `unsupported.count`.
        """
        labels = set(held)
        unheld.count(a, ("reviewed", "provenance", *kept), self.losses, labels)


class Consumer(NamedTuple):
    """A program to train with, and how its files are written."""

    name: str
    title: str
    write: Callable[[Iterable[TrainingReading], Work], None]
    how: Callable[[Work], str]
    """How to train, as Markdown: from within the folder."""
    options: tuple[Option, ...] = ()
    front_matter: Callable[[Work], list[str]] | None = None


def placed(
    article: Article,
    aligner: Aligner,
    fragment: Fragment,
    a: Annotation,
    align: Alignment,
    losses: Losses,
) -> tuple[int, int] | None:
    """The tokens `[first, last)` of a fragment, None where it is left out; changes are counted."""
    start, end = trimmed(article.text, fragment.start, fragment.end)
    if start == end:
        losses.add("span of white space alone, left out", a.id)
        return None
    if (start, end) != (fragment.start, fragment.end):
        losses.add("white space at the ends of a span, trimmed", a.id)
    place = aligner.exact(start, end)
    if place is None:
        place = aligner.near(start, end, align)
        done = {"expand": "expanded", "contract": "contracted"}.get(align, "left out")
        losses.add(f"span that cuts a token, {done if place else 'left out'}", a.id)
    return place


def why_absent(a: Annotation) -> str:
    """Why no span of an annotation is in the files; "" where its layer has no place in them."""
    if a.layer not in ("claim", "mark"):
        return ""
    return "annotation whose spans are all left out" if a.fragments else unheld.WITHOUT_SPAN


class LabelledText(NamedTuple):
    """A text to be classified: an article, a sentence, or the words of a claim or mark."""

    id: str
    words: list[str]
    spaces: list[bool]
    labels: tuple[str, ...]

    @property
    def text(self) -> str:
        """The text itself."""
        pairs = zip(self.words, self.spaces, strict=True)
        return "".join(word + " " * space for word, space in pairs)


def texts(
    reading: TrainingReading, a: Annotation, answer: Answer, work: Work
) -> Iterator[LabelledText]:
    """The text that an answer is about; none, and counted, where it has no words."""
    article = reading.article
    if answer.question.main and not a.attributes.get(answer.question.attribute):
        return  # a span without a label answers where it is, and not which
    if answer.question.where == "article":
        places = [(0, len(article.text))]
    else:
        places = _joined([(f.start, f.end) for f in a.fragments])
    said: list[str] = []
    spaces: list[bool] = []
    for start, end in places:
        start, end = trimmed(article.text, start, end)
        found: list[Word] = words(article, start, end) if start < end else []
        said += [article.text[w.start : w.end] for w in found]
        spaces += [w.space for w in found]
        if found:
            spaces[-1] = True
    if not said:
        work.losses.add("label of something without words", a.id)
        return
    spaces[-1] = False
    yield LabelledText(f"{reading.id}:{a.id}", said, spaces, answer.labels)


def _joined(places: list[tuple[int, int]]) -> list[tuple[int, int]]:
    """Places in the order of the text, those that overlap or touch as one."""
    out: list[tuple[int, int]] = []
    for start, end in sorted(places):
        if out and start <= out[-1][1]:
            out[-1] = (out[-1][0], max(end, out[-1][1]))
        else:
            out.append((start, end))
    return out


def row_of_labels(question: LabelQuestion, labels: Iterable[str]) -> dict[str, Any]:
    """The answer as numbers and as words."""
    names = list(question.labels)
    given = set(labels)
    if question.several:
        return {
            "label": [int(n in given) for n in names],
            "label_text": [n for n in names if n in given],
        }
    (name,) = given
    return {"label": names.index(name), "label_text": name}

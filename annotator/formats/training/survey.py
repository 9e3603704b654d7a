"""What is there to learn from: labels by article before the parts are made, by part after."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field

from annotator.domain.exchange import Document
from annotator.formats.training.questions import LabelQuestion, SchemeQuestions
from annotator.formats.training.readings import PARTS, TakenReadings, readings


@dataclass(slots=True)
class Survey:
    """The articles that are exported, with what is labelled in each."""

    labels: dict[str, Counter[tuple[str, str]]] = field(default_factory=dict)
    """Uid -> (question, label) -> how often it stands there; in the order of the project."""
    languages: Counter[str] = field(default_factory=Counter)
    links: set[tuple[str, str]] = field(default_factory=set)
    """(id, id) of the two ends of relations."""
    home: dict[str, str] = field(default_factory=dict)
    """Annotation -> uid, of the ends of relations."""

    @property
    def related(self) -> set[tuple[str, str]]:
        """Uids of two articles that a relation joins."""
        ends = ((self.home.get(a, ""), self.home.get(b, "")) for a, b in self.links)
        return {(min(p), max(p)) for p in ends if all(p) and p[0] != p[1]}

    @property
    def language(self) -> str:
        """The most frequent one; "" where none is known."""
        known = {code: n for code, n in self.languages.items() if code}
        return max(sorted(known), key=lambda code: known[code], default="")


def survey(documents: Iterable[Document], questions: SchemeQuestions) -> Survey:
    """Look through what is exported; the labels that are met become known to the questions."""
    found = Survey()
    related: list[tuple[str, str]] = []
    for reading in readings(documents, {}, TakenReadings()):
        uid = reading.article.uid
        if uid not in found.labels:
            found.languages[reading.article.language] += 1
        labels = found.labels.setdefault(uid, Counter())
        for a in reading.annotations:
            if a.layer == "relation":
                related.append((a.head or "", a.tail or ""))
            else:
                found.home[a.id] = uid
            for answer in questions.answers(a):
                labels.update((answer.question.name, label) for label in answer.labels)
    questions.settle()
    found.links = set(related)
    ends = {end for pair in related for end in pair}
    found.home = {id_: uid for id_, uid in found.home.items() if id_ in ends}
    return found


@dataclass(slots=True)
class Counts:
    """What stands in the files, part by part."""

    documents: Counter[str] = field(default_factory=Counter)
    """Part -> articles, each reading counted."""
    articles: defaultdict[str, set[str]] = field(default_factory=lambda: defaultdict(set))
    labels: defaultdict[str, Counter[tuple[str, str]]] = field(
        default_factory=lambda: defaultdict(Counter)
    )
    """Question -> (part, label) -> spans or texts."""

    def add(self, question: str, part: str, labels: Iterable[str]) -> None:
        """Count a span, or a text, with its labels."""
        self.labels[question].update((part, label) for label in labels)

    def of(self, question: str, part: str) -> int:
        """How often any label of a question stands in a part."""
        return sum(n for (p, _), n in self.labels[question].items() if p == part)

    def total(self, question: str) -> int:
        """How often any label of a question stands anywhere."""
        return self.labels[question].total()


def warnings(
    counts: Counts, asked: Mapping[str, Mapping[str, str]], unknown: Mapping[str, Iterable[str]]
) -> Iterator[str]:
    """What a trainer will stumble over.

    Args:
        counts: Of what was written.
        asked: The questions in the files, with their labels.
        unknown: LabelQuestion -> labels that the scheme in force does not have.
    """
    for part in PARTS:
        if not counts.documents[part]:
            yield f"nothing in {part}: no article is in that part"
    if not asked:
        yield "there is nothing to learn from: nothing that is exported has a label"
    for question, labels in asked.items():
        for part in PARTS:
            if counts.documents[part] and not counts.of(question, part):
                yield f"{question}: nothing in {part} has a label"
        found = counts.labels[question]
        never = [x for x in labels if not any(found[part, x] for part in PARTS)]
        unseen = [x for x in labels if x not in never and not found["train", x]]
        if never:
            yield f"{question}: no example of {', '.join(never)}"
        if unseen and counts.of(question, "train"):
            yield f"{question}: no example in train of {', '.join(unseen)}"
        if outside := sorted(unknown.get(question, ())):
            yield f"{question}: not in the scheme in force: {', '.join(outside)}"


def answered(questions: SchemeQuestions, counts: Counter[tuple[str, str]]) -> list[LabelQuestion]:
    """The questions that have an answer, the most often answered first."""
    times = Counter[str]()
    for (name, _), n in counts.items():
        times[name] += n
    order = list(questions.all)
    return sorted(
        (q for q in questions.all.values() if times[q.name]),
        key=lambda q: (-times[q.name], order.index(q.name)),
    )

"""The data card of an export for training: what whoever trains on it has to know."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import NamedTuple

from annotator.domain.left_out import Unfinished
from annotator.formats.training.readings import PARTS, TakenReadings
from annotator.formats.training.work import Consumer, Work
from annotator.text.safe import safe_text


class AgreementRow(NamedTuple):
    """How far people agree on one thing."""

    about: str
    measure: str
    value: str
    """With its interval; or why there is none."""
    units: str


@dataclass(frozen=True, slots=True)
class CardFacts:
    """What the card says besides what is in the files."""

    project: str
    scheme: str
    """Name and version."""
    splits: Sequence[str]
    """How the parts came about."""
    agreement: Sequence[AgreementRow]
    """Empty where no article was read by two."""
    no_agreement: str = ""
    """Why there is none."""
    left_out: Unfinished | None = None
    excluded: int = 0
    """Articles of the project that were excluded from it, and so are not here."""

    def told(self) -> Iterator[str]:
        """What whoever exports should know of it."""
        yield from self.splits
        if self.excluded:
            yield f"articles that are left out (excluded): {self.excluded}"


def card(
    target: Consumer, work: Work, facts: CardFacts, readers: TakenReadings, warned: Sequence[str]
) -> str:
    """README.md of the folder."""
    head = [*_languages(work), *(target.front_matter(work) if target.front_matter else ())]
    out = ["---", *head, "---", ""] if head else []
    out += [f"# Training data: {target.title}", ""]
    out += [
        f"Exported from the project `{safe_text(facts.project)}` with annotator"
        f" (`annotator export train OUT --for {target.name}`). Scheme: {facts.scheme}"
        " (`scheme.toml`); labels with their numbers and guidelines: `labels.json`.",
        "",
    ]
    if warned:
        out += ["## To mind before training", "", *(f"- {safe_text(w)}" for w in warned), ""]
    out += ["## How to train", "", target.how(work), ""]
    if work.told:
        out += ["What can be reached:", "", *(f"- {safe_text(told)}" for told in work.told), ""]
    out += ["## The parts", "", *_parts(work), ""]
    out += [f"- {how}" for how in facts.splits] + [""]
    out += ["## Labels", "", *_labels(work)]
    out += ["## Who annotated", "", *_people(readers), ""]
    out += ["## Agreement", "", *_agreement(facts), ""]
    out += ["## What was left out", "", *_left_out(work, facts, readers), ""]
    out += [
        "## Licence",
        "",
        "To be filled in by whoever gives this data on: the licence of the annotations, and by what"
        " right the texts are given on. The texts belong to their publishers; this export changes"
        " nothing about that.",
        "",
    ]
    return "\n".join(out)


def _languages(work: Work) -> list[str]:
    return ["language:", f"- {work.language}"] if work.language.isalnum() else []


def _table(head: Sequence[str], rows: Iterable[Sequence[object]]) -> Iterator[str]:
    yield "| " + " | ".join(head) + " |"
    yield "|" + "|".join(["---"] + ["--:"] * (len(head) - 1)) + "|"
    for row in rows:
        yield "| " + " | ".join(safe_text(str(cell)).replace("|", "\\|") for cell in row) + " |"


def _parts(work: Work) -> Iterator[str]:
    counts = work.counts
    first = next(iter(work.files), "")
    yield from _table(
        ("part", "articles", "readings", f"labels of {first}" if first else "labels"),
        (
            (part, len(counts.articles[part]), counts.documents[part], counts.of(first, part))
            for part in PARTS
        ),
    )


def _labels(work: Work) -> Iterator[str]:
    for question, labels in work.files.items():
        yield f"### {safe_text(question)}"
        yield ""
        yield f"In {safe_text(work.places[question])}."
        yield ""
        found: Mapping[tuple[str, str], int] = work.counts.labels[question]
        yield from _table(
            ("label", *PARTS),
            ((f"`{x}`", *(found.get((part, x), 0) for part in PARTS)) for x in labels),
        )
        yield ""
    if not work.files:
        yield "None."
        yield ""


def _people(readers: TakenReadings) -> Iterator[str]:
    yield f"- annotators: {len(readers.people)}; readings: {readers.readings}"
    yield f"- articles of which the adjudicated reading (gold) alone was taken: {len(readers.gold)}"
    yield (
        "- articles with several readings, each of which is a document of its own in the same"
        f" part: {len(readers.several)}"
    )


def _agreement(facts: CardFacts) -> Iterator[str]:
    if not facts.agreement:
        yield facts.no_agreement or "No exported article was read by two people."
        return
    yield "Of the readings of the exported articles, before adjudication; intervals of 95 %."
    yield ""
    yield from _table(("about", "measure", "value", "n"), facts.agreement)


def _left_out(work: Work, facts: CardFacts, readers: TakenReadings) -> Iterator[str]:
    some = bool(facts.excluded)
    if facts.excluded:
        yield f"- articles that were excluded from the project: {facts.excluded}"
    left = facts.left_out
    if left is not None and left.articles:
        some = True
        yield f"- articles that nobody finished: {len(left.articles)}"
    for person, numbers in sorted(left.partly.items()) if left is not None else ():
        some = True
        yield f"- what {safe_text(person)} annotated and did not finish: {len(numbers)} articles"
    if left is not None and left.imported:
        some = True
        yield (
            f"- taken as finished, for its annotations came from a file: {len(left.imported)}"
            " articles"
        )
    for person, n in sorted(readers.beside.items()):
        some = True
        yield f"- readings of {safe_text(person)} beside an adjudicated one: {n}"
    for loss in work.losses:
        some = True
        yield f"- {loss.kind}: {loss.count}"
    if not some:
        yield "Nothing."

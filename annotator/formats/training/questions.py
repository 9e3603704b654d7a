"""What training data asks: each kind of label of a scheme as one question with its answers.

A claim's roles and a layer's spans are questions of where (main questions); an attribute with a
choice of values is a question of which. Nothing here knows a name of any scheme.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Final, Literal, NamedTuple

from annotator.domain.model import Annotation, Fragment
from annotator.domain.scheme import Attribute, Scheme

SPANS: Final = "spans"
"""The question of all roles and span layers at once."""
CHOICES: Final = frozenset({"one", "several", "yes_no"})
"""Kinds of attributes that have a choice of values; others cannot be learned as labels."""

Where = Literal["span", "sentence", "article"]


@dataclass(slots=True)
class LabelQuestion:
    """A question with the labels that answer it."""

    name: str
    """ "source" (a role), "entity" (a span layer), "claim.stance", "sentence.biased"."""
    where: Where
    """What is labelled."""
    layer: str
    attribute: str = ""
    """Whose values are the labels; empty where the only label is the name of the role or layer."""
    main: bool = False
    """Whether its spans are the roles or a span layer, not what is said of them."""
    several: bool = False
    """Whether one answer may be several labels."""
    labels: dict[str, str] = field(default_factory=dict)
    """Label -> guideline: those of the scheme in its order, then others that were found."""
    unknown: set[str] = field(default_factory=set)
    """Labels that the scheme in force does not have."""

    def note(self, label: str) -> None:
        """Know a label that was found."""
        if label not in self.labels:
            self.labels[label] = ""
            self.unknown.add(label)


class Answer(NamedTuple):
    """What an annotation answers to a question."""

    question: LabelQuestion
    labels: tuple[str, ...]
    fragments: tuple[Fragment, ...]
    """What the labels are put on; empty for an article."""


class SchemeQuestions:
    """The questions of a scheme, and of what is annotated beside it.

    Args:
        scheme: The one in force.
    """

    def __init__(self, scheme: Scheme) -> None:
        self.scheme = scheme
        self.all: dict[str, LabelQuestion] = {}
        """By name: roles, span layers, then attributes in the order of the scheme."""
        for role in scheme.roles:
            asked = self._put(LabelQuestion(role.name, "span", "claim", main=True))
            asked.labels[role.name] = role.guideline.strip()
        for layer in scheme.span_layers:
            self._layer(layer.name)
        for attribute in scheme.attributes:
            if attribute.kind in CHOICES and attribute.layer != "relation":
                self._attribute(attribute)

        self._repeated: set[str] = set()

    def settle(self) -> None:
        """Say that every label was met: from here on it is known which names stand twice."""
        times = Counter(name for q in self.main for name in q.labels)
        self._repeated = {name for name, n in times.items() if n > 1}

    def _put(self, question: LabelQuestion) -> LabelQuestion:
        return self.all.setdefault(question.name, question)

    def _layer(self, layer: str) -> LabelQuestion:
        label = self.scheme.label_attribute(layer)
        asked = LabelQuestion(plain(layer), "span", layer, label.name if label else "", main=True)
        if label:
            asked.labels |= {v.name: v.guideline.strip() for v in label.values}
        else:
            asked.labels[layer] = ""
        return self._put(asked)

    def _attribute(self, attribute: Attribute) -> None:
        layer = attribute.layer
        main = self.all.get(layer)
        if main is not None and main.main and main.attribute == attribute.name:
            return  # its values are the labels of the layer's spans
        where: Where = "sentence" if layer == "sentence" else "span"
        asked = LabelQuestion(
            f"{layer}.{attribute.name}",
            "article" if layer == "article" else where,
            layer,
            attribute.name,
            several=attribute.kind == "several",
        )
        asked.labels |= {v.name: v.guideline.strip() for v in attribute.values}
        if attribute.kind == "yes_no" and not attribute.values:
            asked.labels |= {"yes": "", "no": ""}
        self._put(asked)

    @property
    def main(self) -> list[LabelQuestion]:
        """Roles and span layers."""
        return [q for q in self.all.values() if q.main]

    def answers(self, a: Annotation) -> Iterator[Answer]:
        """What an annotation says, question by question.

        What is said of a claim is put on its first role, which is what is claimed, or on the first
        that it has.
        """
        layer = a.layer_name
        if a.layer == "claim":
            roles = dict.fromkeys(f.role for f in a.fragments)
            for role in roles:
                asked = self._put(LabelQuestion(plain(role), "span", "claim", main=True))
                yield self._noted(asked, (role,), a.role(role))
            first = next((r.name for r in self.scheme.roles if r.name in roles), None)
            place = a.role(first) if first else a.fragments
        elif a.layer == "mark" and a.fragments:
            asked = self.all.get(plain(layer)) or self._layer(layer)
            value = a.attributes.get(asked.attribute, "") if asked.attribute else ""
            yield self._noted(asked, (value or layer,), a.fragments)
            place = a.fragments
        elif a.layer in ("sentence", "article"):
            place = a.fragments
        else:
            return
        for name, value in a.attributes.items():
            attribute = self.scheme.attribute(layer, name)
            asked_of = self.all.get(f"{layer}.{name}")
            if attribute is None or asked_of is None or not value:
                continue
            if place or asked_of.where == "article":
                yield self._noted(asked_of, tuple(attribute.split(value)), place)

    def _noted(
        self, question: LabelQuestion, labels: tuple[str, ...], place: tuple[Fragment, ...]
    ) -> Answer:
        for label in labels:
            question.note(label)
        return Answer(question, labels, place)

    def span_label(self, answer: Answer) -> str:
        """The label of an answer among those of all main questions: its layer is named before it
        where another main question has the same label."""
        (label,) = answer.labels
        return f"{answer.question.name}.{label}" if label in self._repeated else label

    @property
    def repeated(self) -> set[str]:
        """Labels that several of the main questions have."""
        return self._repeated

    def span_labels(self) -> dict[str, str]:
        """The labels of all main questions together -> guideline."""
        return {
            self.span_label(Answer(q, (label,), ())): told
            for q in self.main
            for label, told in q.labels.items()
        }

    def unknown(self) -> dict[str, set[str]]:
        """Question -> labels that the scheme in force does not have; all main ones together too."""
        found = {q.name: q.unknown for q in self.all.values()}
        main = {self.span_label(Answer(q, (label,), ())) for q in self.main for label in q.unknown}
        return found | {SPANS: main}

    def held(self, a: Annotation) -> set[str]:
        """The attributes of an annotation that are a question's labels."""
        layer = a.layer_name
        main = self.all.get(plain(layer))
        names = {n for n in a.attributes if f"{layer}.{n}" in self.all}
        return names | ({main.attribute} if main is not None and main.attribute else set())


def plain(name: str) -> str:
    """A role or layer as the name of a question, which names files and settings: an identifier, as
    every name of a scheme is; roles that came from elsewhere may be anything."""
    return "_".join(re.findall(r"\w+", name)) or "other"

"""The rows of a form: what can be said of an annotation, what is asked of it first."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final, NamedTuple

from annotator.domain.model import RELATION_TYPE, Annotation
from annotator.domain.scheme import Attribute, Scheme, Value

NOTE: Final = "note"
FLAG: Final = "flagged"


class FormRow(NamedTuple):
    """An attribute of one of the annotations. One that the scheme does not know only goes away."""

    subject: int
    attribute: Attribute
    known: bool = True

    @property
    def of(self) -> tuple[int, str]:
        """The annotation and the attribute's name: what it is of, whatever becomes of others."""
        return self.subject, self.attribute.name


def given_value(subject: Annotation, attribute: Attribute) -> str | None:
    """The value that an annotation has of an attribute of the scheme, or of its note or flag."""
    if attribute.name == NOTE:
        return subject.note or None
    if attribute.name == FLAG:
        return "yes" if subject.flagged else None
    return subject.attributes.get(attribute.name)


Due = frozenset[tuple[int, str]]
"""Subjects, by their number, and what they lacked when the form was opened."""


def due_in(scheme: Scheme, subjects: Sequence[Annotation]) -> Due:
    """What is required of each annotation and lacking."""
    return frozenset((i, name) for i, s in enumerate(subjects) for name in scheme.missing(s))


def rows_of(
    scheme: Scheme, subjects: Sequence[Annotation], first: Due, *, notes: bool
) -> list[FormRow]:
    """The rows of a form: what is asked of each annotation, and what it has besides.

    Args:
        scheme: The labels in force.
        subjects: The annotations that the form is of.
        first: What comes first; the rest stands as in the scheme.
        notes: Also their notes and flags.
    """
    due: list[FormRow] = []
    others: list[FormRow] = []
    for i, subject in enumerate(subjects):
        for attribute in scheme.asked(subject):
            (due if (i, attribute.name) in first else others).append(FormRow(i, attribute))
        names = {a.name for a in scheme.of_layer(subject.layer_name)}
        if subject.layer == "relation":
            # Its own name is nothing that goes away.
            names.add(RELATION_TYPE)
        for name in subject.attributes:
            if name not in names:
                strange = Attribute(
                    name, subject.layer_name, name, "Not in the scheme in force.", False, "text", ()
                )
                others.append(FormRow(i, strange, known=False))
        if notes:
            note = Attribute(NOTE, subject.layer, "note", "Free words.", False, "text", ())
            yes = (Value("yes", "", ""),)
            flag = Attribute(FLAG, subject.layer, "flag", "To be discussed.", False, "one", yes)
            others += [FormRow(i, note), FormRow(i, flag)]
    return due + others

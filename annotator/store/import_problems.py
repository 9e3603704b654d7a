"""What keeps annotations of a file out of the database, whatever else is in it."""

from __future__ import annotations

from collections.abc import Callable, Sequence

from annotator.domain.ends import shape_fault
from annotator.domain.errors import AnnotatorError
from annotator.domain.model import SPAN_ROLE, Annotation
from annotator.domain.records import FIELDS
from annotator.domain.spans import check_span, number_fault


def found_in(
    annotations: Sequence[Annotation], text: str, in_database: Callable[[str], bool] | None
) -> dict[str, str]:
    """Id -> what is wrong with the annotation; also those whose parent cannot be used.

    Args:
        annotations: Those of one article of the file.
        in_database: Whether there is an annotation of an id; None where none there counts.
    """
    parents: dict[str, str | None] = {}
    problems: dict[str, str] = {}
    known = {a.id for a in annotations}
    for annotation in annotations:
        if annotation.id in parents:
            problems[annotation.id] = "its id stands twice in the file"
            continue
        parent = parents[annotation.id] = annotation.parent
        if (problem := _fault(annotation, text)) is not None:
            problems[annotation.id] = problem
        elif (
            parent is not None and parent not in known and not (in_database and in_database(parent))
        ):
            problems[annotation.id] = f"its parent {parent!r} is not there"
    for id_ in parents:
        seen: list[str] = []
        at: str | None = id_
        while at in parents and at not in problems and at not in seen:
            seen.append(at)
            at = parents[at]
        if at in problems or at in seen:
            why = f"its parent {at!r} cannot be used" if at in problems else "is its own parent"
            problems |= dict.fromkeys(seen, why)
    return problems


def _fault(annotation: Annotation, text: str) -> str | None:
    """What keeps an annotation out of the database, whatever else is in it."""
    for fragment in annotation.fragments:
        role = fragment.role
        if not role.isidentifier() or role in FIELDS:
            return f"{role!r} cannot be a role"
        if role == SPAN_ROLE and annotation.layer == "claim":
            return f"a claim has no role {SPAN_ROLE!r}"
        if fault := number_fault(fragment.span):
            return f"{role}: {fault}"
        try:
            check_span(text, fragment.start, fragment.end, role)
        except AnnotatorError as error:
            return error.message
    if any(not name for name in annotation.attributes):
        return "an attribute has no name"
    return shape_fault(annotation) or None

"""A label for the places of a concordance that were marked: planned, looked at, then given."""

from __future__ import annotations

from collections.abc import Iterable
from typing import TYPE_CHECKING

from annotator.domain.times import now
from annotator.phrases.place_labels import LabelPlan, MarkedPlace, PlaceLabel, plan_labels
from annotator.project.concordance import ConcordanceLine

if TYPE_CHECKING:
    from annotator.domain.scheme import Scheme
    from annotator.project.data import ProjectData


def plan(
    project: ProjectData,
    lines: Iterable[ConcordanceLine],
    given: PlaceLabel,
    annotator: str,
    scheme: Scheme,
) -> LabelPlan:
    """What a label for these places would change; nothing is written."""
    places = [MarkedPlace(x.article, x.start, x.end, x.annotations) for x in lines]
    own = {uid: project.annotations(uid, annotator) for uid in {p.article for p in places}}
    return plan_labels(
        places,
        given,
        own,
        annotator=annotator,
        at=now(),
        scheme=scheme.version,
        content_role=scheme.content_name,
    )


def give(project: ProjectData, planned: LabelPlan, scheme: Scheme) -> None:
    """Do what was planned, as one action; nothing, when there is nothing to do.

    Raises:
        ConflictError: when an annotation has changed since it was planned.
        SchemeChangedError: when another scheme than `scheme` is in force now.
    """
    if planned.batch is not None:
        project.apply(planned.batch, scheme.version)

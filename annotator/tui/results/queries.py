"""What the screens over the whole corpus list, as rows: in a worker, on a project of its own."""

from __future__ import annotations

from collections.abc import Callable

from annotator.domain.result_row import ResultRow
from annotator.domain.terms import source_words
from annotator.domain.wording import shown_name, shown_value
from annotator.project import Project

LINT_COLUMNS = ("what", "label", "values", "art", "words")
LINEAGE_COLUMNS = ("date", "outlet", "art", "attribution", "source", "type", "words")
CLUSTER_COLUMNS = ("places", "articles", "words")
ERROR_COLUMNS = ("art", "what", "role", "words")
MOST_CLUSTERS = 500
MOST_CLAIMS = 5
"""Of a row of what is labelled differently."""


def lint_rows(project: Project, annotator: str | None, threshold: float) -> list[ResultRow]:
    """Claims and sources, the annotator's own or everybody's, labelled in more than one way."""
    scheme, rows = project.scheme(), []
    for row in project.phrases.lint(annotator, threshold):
        label = scheme.attribute("claim", row.attribute)
        title = shown_name(label.title if label else row.attribute)
        counts = ", ".join(f"{shown_value(label, v)} {n}" for v, n in row.values.most_common())
        for claim in row.claims[:MOST_CLAIMS]:
            who = "" if annotator else f"{claim.annotator} "
            words = f"{who}{shown_value(label, claim.attributes[row.attribute])}: {claim.text}"
            cells = (row.kind, title, counts, str(claim.number), words)
            rows.append(ResultRow(cells, claim.article, claim.start))
    return rows


def lineage_rows(
    project: Project, text: str, annotator: str | None, threshold: float
) -> list[ResultRow]:
    """A claim's occurrences in time order, with the attribution that each gave."""
    scheme = project.scheme()
    kind = scheme.attribute("claim", source_words(scheme)[1])
    return [
        ResultRow(
            (
                step.match.published or "-",
                step.match.outlet or "-",
                str(step.match.number),
                step.attribution_change,
                step.source or "-",
                shown_value(kind, step.source_type) or "-",
                step.changed,
            ),
            step.match.article,
            step.match.start,
        )
        for step in project.phrases.lineage(text, annotator, threshold).steps
    ]


def cluster_rows(project: Project, limit: int = MOST_CLUSTERS) -> list[ResultRow]:
    """The largest clusters that were found last, with their first place."""
    return [
        ResultRow((str(row.places), str(row.articles), row.text), place.article, place.start)
        for row, place in project.phrases.first_places(limit)
    ]


def cluster_anew(project: Project, threshold: float, tell: Callable[[float], None]) -> None:
    """Cluster the whole corpus and keep the clusters; `tell` hears the share that is done."""
    project.phrases.cluster(threshold, progress=lambda done, total: tell(done / total))

"""The tables over the whole corpus: what each is called, lists, and says when it is empty."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING, Literal

from annotator.domain.result_row import ResultRow
from annotator.tui.results import queries
from annotator.tui.results.screen import RowsScreen

if TYPE_CHECKING:
    from annotator.tui.host import Host

ResultList = Literal["lineage", "lint", "clusters", "errors"]


def result_list(
    host: Host, what: ResultList, words: str, then: Callable[[tuple[str, int]], object]
) -> RowsScreen:
    """The screen of a table; `then` is called with the place that a row leads to.

    Args:
        words: What lineage follows.
    """
    threshold = host.options.threshold
    name = None if host.options.others else host.annotator

    def lint() -> list[ResultRow]:
        with host.project.reader() as project:
            return queries.lint_rows(project, name, threshold)

    def lineage() -> list[ResultRow]:
        with host.project.reader() as project:
            return queries.lineage_rows(project, words, name, threshold)

    def clusters() -> list[ResultRow]:
        with host.project.reader() as project:
            return queries.cluster_rows(project)

    def cluster_anew(tell: Callable[[float], None]) -> None:
        with host.project.writer() as project:
            queries.cluster_anew(project, threshold, tell)

    match what:
        case "lint":
            return RowsScreen(
                f"The same words, labelled differently ({'yours' if name else 'by anyone'})",
                queries.LINT_COLUMNS,
                lint,
                "no words are labelled in more than one way",
                then,
            )
        case "errors":
            return RowsScreen(
                "What was missed, wrongly proposed, or cut otherwise",
                queries.ERROR_COLUMNS,
                lambda: list(host.options.errors),
                "",
                then,
            )
        case "clusters":
            return RowsScreen(
                "Sentences that stand in several places",
                queries.CLUSTER_COLUMNS,
                clusters,
                "no clusters yet: r finds them",
                then,
                cluster_anew,
            )
        case "lineage":
            return RowsScreen(
                "Through the outlets, in time",
                queries.LINEAGE_COLUMNS,
                lineage,
                "these words stand nowhere else",
                then,
            )

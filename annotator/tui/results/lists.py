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
    threshold, shown = host.options.threshold, host.keymap.shown
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
                (
                    "No words are labelled in more than one way: what was said of a phrase in one"
                    " place is said of it everywhere.",
                    "Label claims in more articles, and look again. Esc goes back to the article.",
                ),
                then,
                positioned=host.keymap.positioned,
            )
        case "errors":
            return RowsScreen(
                "What was missed, wrongly proposed, or cut otherwise",
                queries.ERROR_COLUMNS,
                lambda: list(host.options.errors),
                (
                    "`annotator evaluate --browse` lists here what the engine missed or proposed"
                    " wrongly. Esc goes back to the article.",
                ),
                then,
                positioned=host.keymap.positioned,
            )
        case "clusters":
            return RowsScreen(
                "Sentences that stand in several places",
                queries.CLUSTER_COLUMNS,
                clusters,
                (
                    "No clusters yet: sentences that stand in several articles are found once, and"
                    " kept.",
                    "Press r to find them; Esc goes back to the article.",
                ),
                then,
                cluster_anew,
                positioned=host.keymap.positioned,
            )
        case "lineage":
            return RowsScreen(
                "Through the outlets, in time",
                queries.LINEAGE_COLUMNS,
                lineage,
                (
                    "These words stand in no other article, so there is no way to follow.",
                    f"{shown('phrase.clusters')} lists the sentences that do stand in several;"
                    f" {shown('nav.search')} and {shown('phrase.lineage')} follow other words."
                    " Esc goes back to the article.",
                ),
                then,
                positioned=host.keymap.positioned,
            )

"""Worksheets of a project: an article's written out, and one read back as one action.

What the annotator changed elsewhere since the worksheet was written is merged annotation by
annotation: of what was changed on one side alone, that side holds; what was changed on both, and
not to the same, is refused, naming the line.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from annotator.domain.errors import InputError, NotFoundError
from annotator.domain.ids import new_id
from annotator.domain.model import Batch, Change
from annotator.project.worksheet_comparison import WorksheetComparison
from annotator.session.saving import pluralise
from annotator.worksheet.lines import WorksheetLines

if TYPE_CHECKING:
    from annotator.project.data import ProjectData


@dataclass(frozen=True, slots=True)
class Applied:
    """What a worksheet changed, or would change."""

    article: str
    """Uid."""
    annotator: str
    changes: tuple[Change, ...]
    told: tuple[str, ...]
    """Each change in a line: "claim 3: stance: against -> favor"."""
    kept: int
    """How many annotations were changed elsewhere since, and stay so."""
    stored: bool


def worksheet(project: ProjectData, which: str | int, annotator: str) -> str:
    """The worksheet of an article; see `Project.worksheet`."""
    from annotator.store.people import check_name
    from annotator.worksheet.writing import worksheet as written

    check_name(annotator)  # else it could not be given back
    article = project.article(project.resolve(which, included=True))
    mine = project.annotations(article.uid, annotator)
    return written(article, mine, project.scheme(), annotator, project.last_event())


def apply_worksheet(
    project: ProjectData,
    given: str | bytes,
    annotator: str,
    *,
    article: str | int | None = None,
    dry_run: bool = False,
    name: str = "worksheet",
) -> Applied:
    """Read a worksheet back; see `Project.apply_worksheet`."""
    lines = WorksheetLines(given, name)
    uid = lines.end.uid
    try:
        project.text_of(uid)
    except NotFoundError:
        raise InputError(
            f"{name}: its article is not in this database",
            "add the article first (annotator add), or name another database (--db)",
        ) from None
    if article is not None and project.resolve(article) != uid:
        raise InputError(
            f"{name}: is about article {project.number_of(uid)}, not about {article}",
            "leave the article out: the worksheet knows which it is",
        )
    project.resolve(uid, included=True)
    if lines.end.annotator != annotator:
        raise InputError(
            f"{name}: is the worksheet of {lines.end.annotator}, and {annotator} gives it back",
            f"say who you are: --as {lines.end.annotator}; or write a worksheet of your own",
        )
    _refuse_second(project, lines)
    scheme = project.scheme()
    comparison = WorksheetComparison(project, lines, project.article(uid), scheme, annotator)
    changes, told = comparison.changes()
    removed = {c.subject.id for c in changes if c.after is None}
    along = [r for r in project.relations(uid, annotator) if {r.head, r.tail} & removed]
    if along:
        told = (*told, f"{pluralise(len(along), 'relation')} of what is removed: removed with it")
    if changes and not dry_run:
        project.add_annotator(annotator)
        label = f"worksheet {lines.end.check}: {pluralise(len(told), 'change')}"
        batch = Batch(new_id(), annotator, comparison.at, "edit", label, changes)
        project.apply(batch, scheme.version)
    return Applied(
        uid, annotator, changes, told, comparison.kept, stored=bool(changes) and not dry_run
    )


def _refuse_second(project: ProjectData, lines: WorksheetLines) -> None:
    """Refuse a worksheet that was given back before: what is new in it would be made twice."""
    start = f"worksheet {lines.end.check}:"
    for entry in project.log(lines.end.annotator, lines.end.uid):
        if entry.state == "applied" and entry.label.startswith(start):
            raise InputError(
                f"{lines.name}: this worksheet was given back already, at {entry.at}",
                "write it anew for further changes, or take the first time back (annotator undo)",
            )

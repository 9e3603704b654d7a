"""Who has read which articles, and who judges: one answer for the report and for adjudication.

An annotator has read an article who has any annotation in it: a claim, a mark, a label, a sentence
marked as reviewed, or a suggestion decided. `annotator.domain.readers` says who is left out.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

from annotator.domain.errors import NotFoundError
from annotator.domain.readers import is_reader
from annotator.project.base import refuse_text

if TYPE_CHECKING:
    from annotator.domain.model import Annotation
    from annotator.project.data import ProjectData


@dataclass(frozen=True, slots=True)
class Readers:
    """Everybody's readings of a project, without the annotations themselves.

    Attributes:
        by_article: Uid -> who has read it, sorted; in the order of the database. An article that
            nobody has read is not there.
        judges: Who has adjudicated anything, and the one who is about to.
    """

    by_article: Mapping[str, tuple[str, ...]]
    judges: frozenset[str]

    def of(self, uid: str) -> tuple[str, ...]:
        """Who has read an article."""
        return self.by_article.get(uid, ())

    @property
    def shared(self) -> list[str]:
        """The articles that two annotators have read, in the order of the database."""
        return [uid for uid, names in self.by_article.items() if len(names) > 1]


def readers_of(project: ProjectData, judge: str = "") -> Readers:
    """Who has read what, as the database is now.

    Args:
        project: With the annotations.
        judge: Who is about to adjudicate: their annotations are decisions, not readings.
    """
    rows = [(str(r["article"]), str(r["annotator"]), r["adjudicated"]) for r in project.readers()]
    judges = frozenset({name for _, name, adjudicated in rows if adjudicated} | {judge} - {""})
    found: dict[str, list[str]] = {}
    for uid, name, _ in rows:
        if is_reader(name, judges):
            found.setdefault(uid, []).append(name)
    ordered = {uid: tuple(sorted(found[uid])) for uid in project.uids() if uid in found}
    return Readers(ordered, judges)


def known_annotators(project: ProjectData, names: Sequence[str]) -> frozenset[str] | None:
    """The annotators named, None for everybody; NotFoundError for one who is not there."""
    refuse_text(names, "annotators")
    known = project.annotators()
    for name in names:
        if name not in known:
            raise NotFoundError(
                f"no annotator {name!r}", f"there are {', '.join(known) or 'none yet'}"
            )
    return frozenset(names) or None


def readers_in(annotations: Iterable[Annotation], judges: frozenset[str]) -> tuple[str, ...]:
    """Who has read an article, of everybody's annotations in it."""
    return tuple(sorted({a.annotator for a in annotations if is_reader(a.annotator, judges)}))

"""Relations between two articles as cases of one of them, for adjudication."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import TYPE_CHECKING, NamedTuple

from annotator.domain.model import Annotation
from annotator.domain.readers import is_reader
from annotator.project.readers import Readers, readers_in
from annotator.session.adjudication_cases import cases_of, ends_in
from annotator.session.adjudication_relations import Elsewhere, RelationEnd

if TYPE_CHECKING:
    from annotator.project.data import ProjectData


class Made:
    """What is gold besides what is written."""

    def __init__(self) -> None:
        self.by_article: dict[str, dict[str, Annotation]] = {}
        """Uid -> id -> annotation."""
        self.relations: dict[str, Annotation] = {}

    def add(self, annotation: Annotation) -> None:
        """Keep one that is going to be written."""
        self.by_article.setdefault(annotation.article, {})[annotation.id] = annotation
        if annotation.layer == "relation":
            self.relations[annotation.id] = annotation


class Across(NamedTuple):
    """The annotations whose cases are those of an article, and the ends that lie elsewhere."""

    annotations: list[Annotation]
    elsewhere: Elsewhere


def annotations_for(
    project: ProjectData, readers: Readers, judge: str, uid: str, made: Made
) -> Across:
    """Everybody's annotations of an article, with the relations that are cases of it.

    A relation between two articles is a case of that whose uid comes first, whichever way round it
    goes, where two annotators have read both. Where they have not, it stays with its head.
    """
    here = _with_made(project.annotations(uid), made.by_article.get(uid, {}))
    known = {a.id for a in here}
    touching = _with_made(project.relations(uid), made.relations)
    apart: set[str] = set()
    ends: dict[str, RelationEnd] = {}
    read_both: dict[str, Sequence[str]] = {}
    for relation in touching:
        far = [id_ for id_ in (relation.head, relation.tail) if id_ not in known]
        if not far or not is_reader(relation.annotator, readers.judges):
            continue
        other = _article_of(project, far[0] or "")
        if other not in read_both:
            people = readers_in(here, readers.judges)
            read_both[other] = [n for n in people if n in readers.of(other)]
            if len(read_both[other]) > 1 and uid < other:
                ends |= _ends(project, readers, judge, other, made)
        if len(read_both[other]) < 2:
            apart |= {relation.id} if relation.article != uid else set()
        elif other < uid:
            apart.add(relation.id)
    listed = {a.id: a for a in [*here, *touching] if a.id not in apart}
    return Across(list(listed.values()), Elsewhere(ends, read_both))


def _ends(
    project: ProjectData, readers: Readers, judge: str, uid: str, made: Made
) -> dict[str, RelationEnd]:
    scheme, text, number = project.scheme(), project.text_of(uid), project.number_of(uid)
    found = _with_made(project.annotations(uid), made.by_article.get(uid, {}))
    cases = cases_of(
        [a for a in found if a.annotator in readers.of(uid)],
        readers.of(uid),
        [a for a in found if a.annotator == judge],
        scheme,
    )

    def words(annotation: Annotation) -> str:
        pieces = sorted(scheme.anchor(annotation), key=lambda f: f.start)
        said = " ".join(" … ".join(text[f.start : f.end] for f in pieces).split())
        return f"[{number}] {said}".strip()

    return {id_: e._replace(words=words(e.annotation)) for id_, e in ends_in(cases).items()}


def _with_made(found: Iterable[Annotation], made: Mapping[str, Annotation]) -> list[Annotation]:
    return list(({a.id: a for a in found} | dict(made)).values())


def _article_of(project: ProjectData, id_: str) -> str:
    found = project.annotation(id_)
    return found.article if found else ""

"""The relations of annotators compared: their ends aligned as the report aligns what they are."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Hashable
from itertools import combinations
from typing import TYPE_CHECKING, Final, NamedTuple

from annotator.agreement.relations import RelationAgreement, Triple, compare_relations
from annotator.alignment.annotations import group_annotations
from annotator.domain.model import RELATION_TYPE, Annotation, Layer

if TYPE_CHECKING:
    from annotator.project.data import ProjectData
    from annotator.report.corpus import Corpus

_ENDS: Final[tuple[Layer, ...]] = ("claim", "mark", "sentence", "article")


class RelationDifference(NamedTuple):
    """A relation that one of two annotators has, and the other has not."""

    article: int
    """The number of the article of its head."""
    annotator: str
    other: str
    """Who has it not."""
    type: str
    head: str
    """Its words."""
    tail: str


class RelationReport(NamedTuple):
    """The relations in shared articles, two annotators at a time."""

    pairs: tuple[RelationAgreement, ...]
    left_out: int
    """Relations with an end in an article that not both of two annotators have read, counted for
    each two."""
    differences: tuple[RelationDifference, ...]

    @property
    def any(self) -> bool:
        """Whether anybody has made a relation there."""
        return bool(self.left_out) or any(sum(p.relations) for p in self.pairs)

    def record(self) -> dict[str, object]:
        """For --json."""
        return {
            "pairs": [
                {
                    "annotators": list(p.annotators),
                    "n": list(p.relations),
                    "both": p.both,
                    "f1": p.f1,
                    "connected_by_both": p.connected,
                    "same_type": p.same_type,
                    "without_counterpart": p.without_counterpart,
                }
                for p in self.pairs
            ],
            "left_out": self.left_out,
            "differences": [d._asdict() for d in self.differences],
        }


def compare(project: ProjectData, corpus: Corpus) -> RelationReport:
    """Compare the relations of a report's annotators in its articles."""
    group: dict[str, Hashable] = {}
    found: dict[str, list[Annotation]] = {name: [] for name in corpus.annotators}
    held: dict[tuple[str, str], set[Hashable]] = defaultdict(set)
    for uid, readers in corpus.readers.items():
        annotations = [a for a in project.annotations(uid) if a.annotator in readers]
        for layer in _ENDS:
            for number, one in enumerate(group_annotations(annotations, layer, corpus.scheme)):
                for a in one.values():
                    group[a.id] = (uid, layer, number)
                    held[a.annotator, uid].add(group[a.id])
        for a in annotations:
            if a.layer == "relation":
                found[a.annotator].append(a)
    left_out = 0
    pairs: list[RelationAgreement] = []
    differences: list[RelationDifference] = []
    for two in combinations(corpus.annotators, 2):
        both = [uid for uid, readers in corpus.readers.items() if {*two} <= {*readers}]
        shared = set(both)
        triples: list[dict[Triple, Annotation]] = []
        for name in two:
            mine = [a for a in found[name] if a.article in shared]
            kept = [a for a in mine if _is_in(group, a, shared)]
            left_out += len(mine) - len(kept)
            triples.append({_triple(corpus, group, a): a for a in kept})
        ends = [set().union(*(held[name, uid] for uid in both)) for name in two]
        pairs.append(compare_relations(two, triples[0], triples[1], (ends[0], ends[1])))
        for who, other in ((0, 1), (1, 0)):
            differences += [
                _difference(project, a, two[other])
                for triple, a in triples[who].items()
                if triple not in triples[other]
            ]
    return RelationReport(tuple(pairs), left_out, tuple(sorted(differences)))


def _difference(project: ProjectData, relation: Annotation, other: str) -> RelationDifference:
    scheme = project.scheme()

    def words(id_: str | None) -> str:
        end = project.annotation(id_ or "")
        if end is None:
            return ""
        text = project.text_of(end.article)
        pieces = sorted(scheme.anchor(end), key=lambda f: f.start)
        return " ".join(" … ".join(text[f.start : f.end] for f in pieces).split())

    return RelationDifference(
        project.number_of(relation.article),
        relation.annotator,
        other,
        relation.attributes.get(RELATION_TYPE, ""),
        words(relation.head),
        words(relation.tail),
    )


def _is_in(group: dict[str, Hashable], relation: Annotation, articles: set[str]) -> bool:
    """Whether both ends are in some articles."""
    places = [group.get(end or "") for end in (relation.head, relation.tail)]
    return all(isinstance(p, tuple) and p[0] in articles for p in places)


def _triple(corpus: Corpus, group: dict[str, Hashable], relation: Annotation) -> Triple:
    kind = relation.attributes.get(RELATION_TYPE, "")
    head, tail = group[relation.head or ""], group[relation.tail or ""]
    declared = corpus.scheme.relation(kind)
    if declared is not None and declared.symmetric:
        head, tail = sorted((head, tail), key=repr)
    return head, tail, kind

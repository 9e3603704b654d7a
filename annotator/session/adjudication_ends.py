"""Cases of relations: what they wait for, what they say in words, and between what gold they go."""

from __future__ import annotations

from annotator.domain.errors import AnnotatorError
from annotator.domain.model import RELATION_TYPE, Annotation
from annotator.domain.scheme import Scheme
from annotator.session.adjudication_cases import Case
from annotator.session.adjudication_relations import RelationEnd, fault_between, with_gold_ends


def waiting_for(case: Case) -> tuple[RelationEnd, ...]:
    """The ends of a relation that have no gold annotation, one of each thing."""
    return tuple({e.thing: e for e in case.ends.values() if e.gold is None}.values())


def end_words(case: Case, id_: str | None, scheme: Scheme, text: str) -> str:
    """The words of an end of a relation of a case, by the id of a reading or of gold.

    Args:
        case: Of relations.
        id_: The end.
        scheme: In force.
        text: Of the article.
    """
    found = case.ends.get(id_ or "")
    if found is None:
        found = next((e for e in case.ends.values() if e.gold and e.gold.id == id_), None)
        if found is None:
            return ""
        if found.gold is not None and found.is_here:
            found = found._replace(annotation=found.gold)
    pieces = sorted(scheme.anchor(found.annotation), key=lambda f: f.start)
    return found.words or " ".join(" … ".join(text[f.start : f.end] for f in pieces).split())


def words_of(case: Case, scheme: Scheme, text: str) -> str:
    """A relation in words: what it goes from and to, as the most frequent reading has it."""
    first = next((v.reading for v in case.variants if v.reading is not None), None)
    if case.layer != "relation" or first is None:
        return ""
    head, tail = (end_words(case, id_, scheme, text) for id_ in (first.head, first.tail))
    return f"{head} {first.attributes.get(RELATION_TYPE, '')} {tail}"


def between_gold(case: Case, relation: Annotation, scheme: Scheme) -> Annotation:
    """The relation between the gold annotations that came of its ends.

    Raises:
        AnnotatorError: when one has none, or the scheme does not allow it between them.
    """
    made = with_gold_ends(relation, case.ends)
    if made is None:
        waits = any(not e.decided for e in waiting_for(case))
        raise AnnotatorError(
            "the relation waits: an end has no gold annotation",
            "decide about its ends first" if waits else "an end was decided for nothing",
        )
    if fault := fault_between(made, case.ends, scheme):
        raise AnnotatorError(f"the scheme does not allow {fault}", "decide otherwise")
    return made

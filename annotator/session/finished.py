"""Whether an annotator has finished reading an article: what programs learn from must be.

In an article that is half read, what nobody looked at yet would pass for text without claims.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable, Sequence
from typing import Final, Literal

from annotator.domain.model import Annotation, Layer, Sentence
from annotator.domain.readers import is_reader
from annotator.domain.scheme import Scheme
from annotator.session.adjudication_cases import cases_of, decisions, progress_of

State = Literal["unread", "open", "finished", "imported"]
"""Of one annotator's reading of an article: nothing there; begun; every sentence that is to be
reviewed is reviewed or annotated; or brought in from a file that knows no reviewing."""
_MARKED: Final[tuple[Layer, ...]] = ("claim", "mark")
_DECIDED: Final[tuple[Layer, ...]] = ("verdict",)
DONE: Final = frozenset({"finished", "imported"})


def state_of(
    sentences: Sequence[Sentence],
    kinds: Collection[str],
    reading: Iterable[Annotation],
    imported: Iterable[bool],
) -> State:
    """How far a reading is.

    Args:
        sentences: Of the article.
        kinds: Of sentences that the scheme wants reviewed.
        reading: The annotator's annotations of the article.
        imported: Of each of them whether it came from a file; asked for only where it matters.
    """
    found = [a for a in reading if a.layer != "verdict"]
    if not found:
        return "unread"
    places = _places(found)
    if all(_touched(s, places) for s in sentences if s.kind in kinds):
        return "finished"
    # A sentence that was given a label is reviewed with it: that alone tells of no reviewing.
    if any(a.reviewed and not a.attributes for a in found):
        return "open"
    return "imported" if any(imported) else "open"


def has_come_to(
    place: tuple[int, int] | None,
    sentences: Callable[[], Sequence[Sentence]],
    kinds: Collection[str],
    reading: Sequence[Annotation],
) -> bool:
    """Whether an annotator has read a place, so that no annotation there says "nothing here".

    Whoever never marked a sentence as reviewed (an import, say) is taken to have read all; of
    others every sentence of the place is annotated or marked. Who only decided about suggestions
    has read the sentences of these.

    Args:
        place: Code points; None for the whole article.
        sentences: Of the article; asked for only where it matters.
        kinds: Of sentences that the scheme wants reviewed.
        reading: The annotator's annotations of the article.
    """
    decided_only = bool(reading) and all(a.layer == "verdict" for a in reading)
    if not decided_only and not any(a.reviewed and not a.attributes for a in reading):
        return True
    places = _places(reading, _DECIDED if decided_only else _MARKED)
    return all(
        _touched(s, places)
        for s in sentences()
        if s.kind in kinds and (place is None or (s.start < place[1] and place[0] < s.end))
    )


def _places(
    reading: Iterable[Annotation], layers: Collection[Layer] = _MARKED
) -> list[tuple[int, int]]:
    """Where somebody marked something, or said that a sentence is reviewed."""
    touching = [a for a in reading if a.layer in layers or a.reviewed]
    return sorted((f.start, f.end) for a in touching for f in a.fragments)


def _touched(sentence: Sentence, places: Sequence[tuple[int, int]]) -> bool:
    return any(start < sentence.end and sentence.start < end for start, end in places)


def is_decided(
    judge: str,
    judges: Collection[str],
    annotations: Sequence[Annotation],
    finished: Collection[str],
    scheme: Scheme,
) -> bool:
    """Whether what somebody has adjudicated of an article is finished.

    No case is open, and one of those whose readings were compared has finished theirs; what nobody
    read is not decided either. Decisions that came without the readings are taken as they are, and
    relations to other articles are not asked for.

    Args:
        judge: Whose decisions.
        judges: Everybody who has adjudicated anything: their annotations are no readings.
        annotations: Everybody's, of the article.
        finished: The annotators who have finished reading it.
        scheme: In force.
    """
    gold = [a for a in annotations if a.annotator == judge]
    readings = [a for a in annotations if is_reader(a.annotator, judges) and a.layer != "verdict"]
    readers = sorted({a.annotator for a in readings})
    if not readers:
        return any(a.provenance == "adjudicated" for a in gold)
    if not (gold or len(readers) > 1) or not set(readers) & set(finished):
        return False
    apart = {d.verdict.id for d in decisions(gold) if d.elsewhere}
    here = [a for a in gold if a.id not in apart]
    return progress_of(cases_of(readings, readers, here, scheme)).open == 0

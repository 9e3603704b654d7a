"""The lineage of a claim: its occurrences in time order, with the attribution each gave."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from typing import Final, Literal, NamedTuple

from annotator.domain.model import Annotation
from annotator.domain.same import ranges, share, stands_in
from annotator.pages import render
from annotator.phrases.difference import difference, marked
from annotator.phrases.matches import Match

AttributionChange = Literal["first", "kept", "upgraded", "weakened", "dropped", "not annotated"]
"""What became of the attribution since the occurrence before (of those that are annotated)."""

SPECIFICITY: Final[Mapping[str, int]] = {
    "reporter": 0,
    "implicit": 1,
    "unclear": 2,
    "unnamed_person": 2,
    "unnamed_group": 2,
}
"""How specific a source is, by its type in the default scheme; others are `NAMED`."""
NAMED: Final = 3
UNTYPED: Final = 2


class Step(NamedTuple):
    """An occurrence of the claim."""

    match: Match
    claim: str
    """Id of the annotation there; empty without one."""
    annotator: str
    source: str
    source_type: str
    cue: str
    cue_attitude: str
    attribution_change: AttributionChange
    changed: str
    """The words, with what differs from the first occurrence marked: [-gone-] {+new+}."""


def specificity(source: str, source_type: str) -> int:
    """0 for a fact in the reporter's own voice, up to NAMED for a source that is named."""
    if source_type:
        return SPECIFICITY.get(source_type, NAMED)
    return UNTYPED if source else 0


def lineage(
    matches: Iterable[Match],
    claims_of: Callable[[str], Sequence[Annotation]],
    text_of: Callable[[str], str],
) -> list[Step]:
    """Order the occurrences by publication, and say what became of the attribution.

    Articles without a date come last; of one day, in the order they were added.

    Args:
        matches: Where the claim stands.
        claims_of: The claims of an article that may be shown (one annotator's, when blind), in the
            words of engines (`in_engine_words`), whatever the scheme calls them.
        text_of: An article's text.
    """
    ordered = sorted(matches, key=lambda m: (not m.published, m.published, m.number, m.start))
    out: list[Step] = []
    before: int | None = None
    for match in ordered:
        claim = _claim_at(match, claims_of(match.article))
        changed = marked(difference(ordered[0].text, match.text))
        if claim is None:
            out.append(Step(match, "", "", "", "", "", "", "not annotated", changed))
            continue
        text = text_of(match.article)
        source, cue = (
            " ".join(text[f.start : f.end] for f in claim.role(role)) for role in ("source", "cue")
        )
        kind = claim.attributes.get("source_type", "")
        now = specificity(source, kind)
        out.append(
            Step(
                match,
                claim.id,
                claim.annotator,
                source,
                kind,
                cue,
                claim.attributes.get("cue_attitude", ""),
                _attribution_change(before, now),
                changed,
            )
        )
        before = now
    return out


def _attribution_change(before: int | None, now: int) -> AttributionChange:
    if before is None:
        return "first"
    if now == before:
        return "kept"
    if now > before:
        return "upgraded"
    return "weakened" if now else "dropped"


def _claim_at(match: Match, annotations: Iterable[Annotation]) -> Annotation | None:
    """The claim whose content is most like the place; a whole sentence counts for its claim."""
    best: tuple[float, str] | None = None
    found: Annotation | None = None
    place = [(match.start, match.end)]
    for a in annotations:
        content = ranges(a.fragments, "content") if a.layer == "claim" else []
        if not stands_in(content, place):
            continue
        likeness = share(content, place)
        # Of two as like, the newer: ids sort by time.
        if best is None or (likeness, a.id) > best:
            best, found = (likeness, a.id), a
    return found


def record(step: Step) -> dict[str, object]:
    """A step as JSON values; the columns of the CSV."""
    m = step.match
    return {
        "published": m.published,
        "outlet": m.outlet,
        "article": m.article,
        "number": m.number,
        "start": m.start,
        "end": m.end,
        "text": m.text,
        "score": round(m.score, 1),
        "kind": m.kind,
        "claim": step.claim,
        "annotator": step.annotator,
        "source": step.source,
        "source_type": step.source_type,
        "cue": step.cue,
        "cue_attitude": step.cue_attitude,
        "fate": step.attribution_change,
        "changed": step.changed,
    }


def page(steps: Sequence[Step], title: str) -> str:
    """The lineage as one HTML page that needs nothing else."""
    shown = [(step, difference(steps[0].match.text, step.match.text)) for step in steps]
    return render("lineage", steps=shown, title=title)

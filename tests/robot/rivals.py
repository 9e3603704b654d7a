"""The same claims in the documented ways of other tools, counted as keystroke-level operators.

The operators are those of Card, Moran and Newell (1980): K a key, P pointing with the mouse, B a
mouse button pressed or released (a click is two), H a hand moved between keyboard and mouse. Mental
operators and the search for a place are left out everywhere, and so is H: whoever points with one
hand may press keys with the other. Nobody scrolls, mistypes or misses, every label has a key where
the tool allows one, and nothing is said of which label a tool cannot hold. All of that favours the
others, whose selections cost the same however long they are.

What is counted is one claim of a source type and a stance with its pieces, as the manuals say:

- brat (brat.nlplab.org/manual.html): a span is dragged over, a key in the dialog gives its type,
  Enter closes it; an attribute of several values is a menu of the same dialog; a relation is
  dragged from span to span and confirmed; a further fragment is added from the dialog of the span.
- Prodigy (prodi.gy/docs/dependencies-relations, `rel.manual`): a span is dragged over with a label
  that a key chose; source type and stance are the labels of source and content; a key leads to the
  relations and another one back, where a relation is two clicks. A further fragment is a span and a
  relation more.
- INCEpTION (user guide, "Spans", "Link features", "Tagsets"): a span is made by dragging; a slot of
  it is armed by a click and filled by dragging; labels have key bindings. A further fragment is a
  slot.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterable, Mapping
from statistics import mean, median
from typing import Final

from annotator.domain.model import Annotation
from tests.robot.drive import Done

SECONDS: Final = {"K": 0.28, "P": 1.10, "B": 0.10}
"""Of one operator, by Card, Moran and Newell (K: an average typist who is not a secretary)."""

DRAG: Final = Counter("PBPB")
CLICK: Final = Counter("PBB")
KEY: Final = Counter("K")

Operators = Counter[str]


def times(operators: Operators, times: int) -> Operators:
    """The same operators several times."""
    return Counter({name: n * times for name, n in operators.items()})


def spans_and_fragments(claim: Annotation) -> tuple[int, int]:
    """How many spans a claim has over all roles, and how many fragments beyond each one's first."""
    spans = {(f.role, f.span) for f in claim.fragments}
    return len(spans), len(claim.fragments) - len(spans)


def labels(claim: Annotation) -> int:
    """How many labels a claim has."""
    return len(claim.attributes)


def brat(claim: Annotation) -> Operators:
    """Dialogs and arcs."""
    spans, fragments = spans_and_fragments(claim)
    span = DRAG + KEY + KEY
    fragment = times(CLICK, 3) + DRAG + KEY  # a double click opens the span, a button adds
    relation = DRAG + KEY
    menu = times(CLICK, 2)
    return (
        times(span, spans)
        + times(fragment, fragments)
        + times(relation, spans - 1)
        + times(menu, labels(claim))
    )


def prodigy(claim: Annotation) -> Operators:
    """Labelled spans, then relations between them."""
    spans, fragments = spans_and_fragments(claim)
    many = spans + fragments
    switches = times(KEY, 2) if many > 1 else Counter[str]()
    return times(DRAG + KEY, many) + times(CLICK, 2 * (many - 1)) + switches


def inception(claim: Annotation) -> Operators:
    """One span with slots for the others."""
    spans, fragments = spans_and_fragments(claim)
    slot = CLICK + DRAG
    return DRAG + times(slot, spans + fragments - 1) + times(KEY, labels(claim))


RIVALS: Final[Mapping[str, Callable[[Annotation], Operators]]] = {
    "brat": brat,
    "Prodigy": prodigy,
    "INCEpTION": inception,
}


def seconds(operators: Operators) -> float:
    """What operators take by the keystroke-level model, without mental ones."""
    return sum(SECONDS[name] * n for name, n in operators.items())


def table(done: Iterable[Done]) -> str:
    """Operators and seconds per claim of each tool, and how many times ours that is."""
    plans = [p for article in done for p in article.plans if p.gold.layer == "claim"]
    ours = [Counter({"K": len(p.keys) - p.typed}) for p in plans]
    rows = [
        f"{'a claim in':12} {'median':>7} {'mean':>6} {'times':>6} {'seconds':>8} {'times':>6}"
        f"  {len(plans)} claims"
    ]
    own, own_seconds = mean(o.total() for o in ours), mean(map(seconds, ours))
    for name, counts in {
        "annotator": ours,
        **{name: [way(p.gold) for p in plans] for name, way in RIVALS.items()},
    }.items():
        many, long = mean(c.total() for c in counts), mean(map(seconds, counts))
        rows.append(
            f"{name:12} {median(c.total() for c in counts):7.1f} {many:6.1f} {many / own:6.2f}"
            f" {long:8.2f} {long / own_seconds:6.2f}"
        )
    return "\n".join(rows)

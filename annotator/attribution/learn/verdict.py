"""Whether a model is better than the rules on articles that neither has seen, and how surely."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Literal

from annotator.attribution.evaluation.evaluate import advantage, scored, summarise
from annotator.attribution.result import AttributedText, Suggestion

Verdict = Literal["better", "unsure", "worse"]


@dataclass(frozen=True, slots=True)
class Tried:
    """An annotated article with what the model and the rules propose for it."""

    document: AttributedText
    model: Sequence[Suggestion]
    engine: Sequence[Suggestion]


def scores_of(
    tried: Sequence[Tried], folds: int, report: Callable[[str, int, int], None]
) -> dict[str, Any]:
    """What `Description.held_out` says; empty when nothing was held out.

    Returns:
        `articles` (names), `folds`, the reports of `evaluate` for `model` and `engine`, and
        `advantage`: by how much the model is better in F of whole claims, with its interval.
    """
    if not tried:
        return {}
    documents = [t.document for t in tried]
    out: dict[str, Any] = {"articles": [d.name for d in documents], "folds": folds}
    found = []
    for number, name in enumerate(("model", "engine"), 1):
        claims = {id(t.document): getattr(t, name) for t in tried}
        scores, left_out = scored(documents, lambda d, c=claims: c[id(d)])  # type: ignore[misc]
        out[name] = summarise(scores).report
        out[name]["n"]["nested_left_out"] = left_out
        found.append(scores)
        report("scoring", number, 2)
    out["advantage"] = advantage(found[0], found[1])
    return out


def difference(held_out: Mapping[str, Any]) -> float | None:
    """The model's F of whole claims less that of the rules; None when nothing was held out."""
    if not held_out:
        return None
    model, rules = (held_out[name]["attribution"]["f"] for name in ("model", "engine"))
    return float(model - rules)


def verdict(held_out: Mapping[str, Any]) -> Verdict | None:
    """Better when the interval of the difference lies above nothing; worse when it is below."""
    by = difference(held_out)
    if by is None:
        return None
    if by <= 0:
        return "worse"
    interval = held_out.get("advantage", {}).get("f_interval")
    return "better" if interval and interval[0] > 0 else "unsure"

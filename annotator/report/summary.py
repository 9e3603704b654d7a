"""Part 2: one line per question and role, with its measures and what they mean."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Final

from annotator.agreement.alpha import Metric, alpha
from annotator.agreement.bootstrap import PowerHint, Resampling, power_hint, with_interval
from annotator.agreement.chance_corrected import gwet, percent
from annotator.agreement.claims import agr_attribution, agr_over_claims
from annotator.agreement.gamma import gamma as gamma_of
from annotator.agreement.result import Result
from annotator.agreement.span_table import SpanTable
from annotator.agreement.spans import agr_mean, boundaries, f1, pooled
from annotator.agreement.tokens import token_units
from annotator.agreement.unitizing import u_alpha, u_alpha_binary
from annotator.agreement.units import Units
from annotator.domain.scheme import MARK
from annotator.report.interpretation import category_words, level, span_words
from annotator.report.questions import LayerName, Question, Questions

QUICK_GAMMA: Final = 1_500
"""Fragments up to which gamma (with its random continua) is computed without being asked for."""
QUICK_PAIRS: Final = 435
"""Pairs of annotators (of 30) up to which it is; each pair has random continua of its own."""


@dataclass(frozen=True, slots=True)
class SummaryRow:
    """What the annotators agree on about one question, role or layer.

    Attributes:
        layer: Of the report.
        title: "stance", "content", "all roles", ...
        results: The measures, the main one first.
        words: What they mean.
        power: What more articles would bring for the main one.
    """

    layer: LayerName
    title: str
    results: tuple[Result, ...]
    words: tuple[str, ...]
    power: PowerHint | None

    @property
    def main(self) -> Result | None:
        """The result that the line stands for."""
        return self.results[0] if self.results else None


def summary_rows(
    questions: Questions,
    how: Resampling | None,
    *,
    gamma: bool,
    spans: Sequence[SummaryRow] | None = None,
) -> tuple[SummaryRow, ...]:
    """One line per question, role and layer that was asked for.

    Args:
        gamma: Compute gamma whatever it costs.
        spans: What `span_rows` returned, if it was computed already.
    """
    out: list[SummaryRow] = []
    if "claims" in questions.layers and len(questions.table):
        whole = with_interval(questions.whole, how)
        found = agr_attribution(questions.table, resampling=how)
        out.append(SummaryRow("claims", "claims as wholes", (whole, found), _whole_words(whole),
                             power_hint(whole)))  # fmt: skip
        out += [
            _category(question, how) for question in questions.all if question.layer == "claims"
        ]
    out += span_rows(questions, how, gamma=gamma) if spans is None else spans
    if "sentences" in questions.layers:
        out += [
            _category(question, how) for question in questions.all if question.layer == "sentences"
        ]
    for name in questions.corpus.span_layers if "marks" in questions.layers else ():
        out += _of_span_layer(questions, name, how)
    return tuple(out)


def _of_span_layer(questions: Questions, name: str, how: Resampling | None) -> list[SummaryRow]:
    """Where its marks lie, and what they are called; nothing where nobody made any."""
    layer = questions.mark_spans(name)
    if not len(layer.document):
        return []
    line = _span("marks", "marks" if name == MARK else name, layer.without_labels(), how)
    strict = f1(layer, "strict", resampling=how)
    asked = [q for q in questions.all if (q.layer, q.of) == ("marks", name)]
    return [
        SummaryRow("marks", line.title, (*line.results, strict), line.words, line.power),
        *(_category(question, how) for question in asked),
    ]


def span_rows(questions: Questions, how: Resampling | None, *, gamma: bool) -> list[SummaryRow]:
    """The lines of the claims' roles; they need no matching of claims."""
    if "spans" not in questions.layers or not len(questions.table):
        return []
    lines = [_of_role(questions, role, how) for role in questions.roles]
    return [_all_roles(questions.spans, lines, how, gamma=gamma), *lines]


def _of_role(questions: Questions, role: str, how: Resampling | None) -> SummaryRow:
    """The spans of a role; where claims lack it, `agr` with these counted too."""
    layer = questions.role(role)
    line = _span("spans", role, layer, how)
    if not layer.lacking:
        return line
    counted = agr_over_claims(layer, questions.table, resampling=how)
    measures = [result.measure for result in line.results]
    after = measures.index("agr_mean") + 1
    return replace(line, results=(*line.results[:after], counted, *line.results[after:]))


def _whole_words(whole: Result) -> tuple[str, ...]:
    if whole.value is None:
        return (f"undefined: {whole.undefined}.",)
    return (
        f"For {whole.value:.0%} of the claims, another annotator has one whose content, source and"
        " cue all overlap.",
        *(warning + "." for warning in whole.warnings),
    )


def _category(question: Question, how: Resampling | None) -> SummaryRow:
    found, words = _of_units(question.units, how)
    if question.scale:
        # Where labels are steps, how far apart two of them are is part of how far people agree.
        metric: Metric = "interval" if _numbers(question.scale) else "ordinal"
        scaled = alpha(question.units.on_scale(question.scale), metric, resampling=how)
        found.insert(0, scaled)
        steps = " < ".join(question.scale)
        words.insert(0, f"As steps of a scale ({steps}), {metric} alpha. {level(scaled)}")
        words[1] = f"As labels without an order: {words[1]}"
    return SummaryRow(
        question.layer, question.title, tuple(found), tuple(words), power_hint(found[0])
    )


def _numbers(scale: Sequence[str]) -> bool:
    try:
        return all(math.isfinite(float(step)) for step in scale)
    except ValueError:
        return False


def _of_units(units: Units, how: Resampling | None) -> tuple[list[Result], list[str]]:
    found = [measure(units, resampling=how) for measure in (alpha, percent, gwet)]
    return found, list(category_words(units, {r.measure: r for r in found}))


def _span(name: LayerName, title: str, layer: SpanTable, how: Resampling | None) -> SummaryRow:
    """F1 and agr of one role; the unitizing alpha of what is marked at all."""
    edges = boundaries(layer, resampling=how)
    found = (
        u_alpha(layer.united(), resampling=how),
        f1(layer, "exact", resampling=how),
        f1(layer, "overlap", resampling=how),
        agr_mean(layer, resampling=how),
        edges.same_start,
        edges.same_end,
    )
    words = span_words({r.measure: r for r in found})
    return SummaryRow(name, title, found, words, power_hint(found[0]))


def _all_roles(
    layer: SpanTable, lines: Sequence[SummaryRow], how: Resampling | None, *, gamma: bool
) -> SummaryRow:
    """Token alpha and agr over all roles at once, as the field's corpora publish them."""
    found: list[Result] = []
    words: list[str] = []
    if layer.tokens is None:
        words.append("The articles have no tokens: no token alpha.")
    else:
        found, words = _of_units(token_units(layer), how)
    found += [
        agr_mean(layer, resampling=how),
        pooled(layer, "f1_strict", _of("f1_exact", lines), resampling=how),
        pooled(layer, "f1_overlap", _of("f1_overlap", lines), resampling=how),
        u_alpha(layer.united(), resampling=how),
        u_alpha_binary(layer.without_labels().united(), resampling=how),
    ]
    shared = int(layer.shared[layer.document[layer.span]].sum())
    people = len(layer.annotators)
    pairs = people * (people - 1) // 2
    if gamma or (shared <= QUICK_GAMMA and pairs <= QUICK_PAIRS):
        several = bool((layer.read.sum(axis=1) > 2).any())
        both = gamma_of(layer, pairwise=several, resampling=how)
        found += [both.gamma, both.gamma_cat]
    else:
        much = f"{shared} fragments" if shared > QUICK_GAMMA else f"{pairs} pairs of annotators"
        words.append(f"gamma was left out ({much} take long): --gamma computes it.")
    return SummaryRow("spans", "all roles", tuple(found), tuple(words), power_hint(found[0]))


def _of(measure: str, lines: Sequence[SummaryRow]) -> list[Result]:
    return [r for line in lines for r in line.results if r.measure == measure]

"""Labels that disagree: near-identical claims, and source strings, labelled differently."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterable, Sequence
from typing import Final, Literal, NamedTuple

from annotator.domain.occurrence import RoleText
from annotator.domain.scheme import Scheme
from annotator.phrases.cluster import cluster
from annotator.phrases.find import DEFAULT_THRESHOLD
from annotator.text.normal import normal

SHORTEST: Final = 4
"""Words of a claim's content that is compared."""


class LintRow(NamedTuple):
    """The same words, labelled differently."""

    kind: Literal["claim", "source"]
    attribute: str
    text: str
    values: Counter[str]
    """Value -> claims that have it."""
    claims: tuple[RoleText, ...]
    """Those that have a value: the rarest value first, for that is where the slip is."""

    @property
    def counts(self) -> str:
        """The values and how many claims have each, for people: "official 12, witness 1"."""
        return ", ".join(f"{value} {n}" for value, n in self.values.most_common())

    def record(self) -> dict[str, object]:
        """The row as JSON values."""
        return {
            "kind": self.kind,
            "attribute": self.attribute,
            "text": self.text,
            "values": dict(self.values.most_common()),
            "claims": [
                {
                    "claim": c.claim,
                    "article": c.article,
                    "number": c.number,
                    "annotator": c.annotator,
                    "start": c.start,
                    "end": c.end,
                    "text": c.text,
                    "value": c.attributes[self.attribute],
                }
                for c in self.claims
            ],
        }


def compared(scheme: Scheme) -> list[str]:
    """The labels of claims that the same words should have alike: those with values to choose."""
    return [a.name for a in scheme.of_layer("claim") if not a.text]


def lint(
    contents: Iterable[RoleText],
    sources: Iterable[RoleText],
    threshold: float = DEFAULT_THRESHOLD,
    *,
    attributes: Sequence[str],
    source_label: str = "source_type",
) -> list[LintRow]:
    """Find what is labelled differently; the most one-sided rows first.

    A claim and the claim around it hold nearly the same words and must differ: the two are not
    held against each other, only against claims elsewhere.

    Args:
        contents: The contents of the claims to compare, of one annotator or of several.
        sources: Their sources.
        threshold: Least ratio of contents that are nearly the same.
        attributes: Labels of claims to compare: see `compared`.
        source_label: What the same sources should have alike.
    """
    listed = list(contents)
    nesting = _Nesting(listed)
    rows = [
        row
        for group in _alike(listed, threshold)
        for name in attributes
        if (row := _row("claim", name, nesting.questionable(name, group)))
    ]
    by_form: dict[str, list[RoleText]] = defaultdict(list)
    for item in sources:
        by_form[normal(item.text)].append(item)
    rows += [
        row
        for form, group in by_form.items()
        if form and (row := _row("source", source_label, group))
    ]
    # Many against few is a slip; half against half is a question of the guidelines.
    return sorted(
        rows,
        key=lambda r: (
            r.kind,
            min(r.values.values()) / r.values.total(),
            -r.values.total(),
            r.text,
            r.attribute,
        ),
    )


class _Nesting:
    """Which claims stand around which others, over all that are compared."""

    def __init__(self, contents: Iterable[RoleText]) -> None:
        self._parent = {c.claim: c.parent for c in contents}

    def _around(self, claim: str) -> list[str]:
        """The claims around a claim, the nearest first."""
        out: list[str] = []
        parent = self._parent.get(claim)
        while parent is not None and parent not in out:
            out.append(parent)
            parent = self._parent.get(parent)
        return out

    def _must_differ(self, a: RoleText, b: RoleText) -> bool:
        """Whether one is nested in the other, or in what another annotator has in its place."""
        if a.article != b.article or a.start >= b.end or b.start >= a.end:
            return False
        above_a, above_b = self._around(a.claim), self._around(b.claim)
        if a.annotator == b.annotator:
            return b.claim in above_a or a.claim in above_b
        return len(above_a) != len(above_b)

    def questionable(self, name: str, group: Sequence[RoleText]) -> list[RoleText]:
        """Those of near-identical claims that have another value than one they compare with."""
        by_value: dict[str, list[RoleText]] = defaultdict(list)
        for c in group:
            if name in c.attributes:
                by_value[c.attributes[name]].append(c)
        return [
            c
            for value, same in by_value.items()
            for c in same
            if any(
                not self._must_differ(c, other)
                for another, others in by_value.items()
                if another != value
                for other in others
            )
        ]


def _alike(contents: Iterable[RoleText], threshold: float) -> list[list[RoleText]]:
    by_form: dict[str, list[RoleText]] = defaultdict(list)
    for item in contents:
        form = normal(item.text)
        if form.count(" ") + 1 >= SHORTEST:
            by_form[form].append(item)
    forms = list(by_form)
    if not forms:
        return []
    groups: dict[int, list[RoleText]] = defaultdict(list)
    medoids = {m.sid: m.medoid for m in cluster(forms, threshold)}
    for i, form in enumerate(forms):
        groups[medoids.get(i, i)] += by_form[form]
    return [g for g in groups.values() if len(g) > 1]


def _row(kind: Literal["claim", "source"], name: str, group: Sequence[RoleText]) -> LintRow | None:
    labelled = [c for c in group if name in c.attributes]
    values = Counter(c.attributes[name] for c in labelled)
    if len(values) < 2:
        return None
    labelled.sort(key=lambda c: (values[c.attributes[name]], c.number, c.start, c.claim))
    usual = Counter(c.text for c in labelled).most_common(1)[0][0]
    return LintRow(kind, name, usual, values, tuple(labelled))

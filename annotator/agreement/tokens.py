"""Tokens as units: who marked each token as what, for token-level alpha and kappa."""

from __future__ import annotations

from typing import Final

import numpy as np
from numpy.typing import NDArray

from annotator.agreement.span_table import SpanTable
from annotator.agreement.units import MISSING, Codes, Units
from annotator.alignment.arrays import Ints
from annotator.domain.errors import InputError

OUTSIDE: Final = "outside"
_MOST_LABELS: Final = 20


def token_units(layer: SpanTable) -> Units:
    """One unit per token: the labels of all spans that touch it, or "outside".

    A token under spans with several labels has their names joined by "+" as its label. An
    annotator who did not read a document has no label for its tokens. PolNeAR and PARC publish
    alpha over such units.

    Raises:
        InputError: when the documents came without tokens, or for more than 20 labels.
    """
    positions = layer.in_tokens()
    if positions is None:
        raise InputError("token measures need tokens", "give the documents token boundaries")
    if len(layer.labels) > _MOST_LABELS:
        raise InputError(
            f"{len(layer.labels)} labels are too many for token units",
            "compare roles, or an attribute with fewer values",
        )
    total, coders = int(positions.base[-1]), len(layer.annotators)
    tokens = np.diff(positions.base)
    document = np.repeat(np.arange(len(layer.documents)), tokens)
    # Each set of labels is a number with one bit per label, then a label of its own.
    sets = _sets(positions, total)
    seen = np.zeros(1 << len(layer.labels), dtype=np.bool_)
    for coder in range(coders):
        seen[sets[:, coder]] = True
    known = np.flatnonzero(seen)
    place = np.zeros(len(seen), dtype=sets.dtype)
    place[known] = np.arange(len(known))
    for coder in range(coders):
        sets[:, coder] = place[sets[:, coder]]
        if not layer.read[:, coder].all():
            sets[~np.repeat(layer.read[:, coder], tokens), coder] = MISSING
    names = tuple(_name(int(bits), layer.labels) for bits in known)
    return Units(sets, names, layer.annotators, document, layer.documents, unit="tokens")


def _sets(positions: SpanTable, total: int) -> Codes:
    """The labels of each token by each annotator, one bit per label (tokens, annotators)."""
    coders, labels = len(positions.annotators), len(positions.labels)
    small = np.dtype(np.int8 if labels < 8 else np.int32)
    sets = np.zeros((total, coders), dtype=small, order="F")
    column, owner = positions.label[positions.span], positions.annotator[positions.span]
    several = coders * labels
    key = (owner * labels + column).astype(np.int16 if several < 1 << 15 else np.int64)
    order = np.argsort(key, kind="stable")
    cuts = np.searchsorted(key[order], np.arange(several + 1))
    for coder in range(coders):
        for label in range(labels):
            at = coder * labels + label
            mine = order[cuts[at] : cuts[at + 1]]
            covered = _covered(positions.start[mine], positions.end[mine], total)
            sets[:, coder] |= np.multiply(covered, 1 << label, dtype=small)
    return sets


def _covered(start: Ints, end: Ints, total: int) -> NDArray[np.bool_]:
    """Which positions lie under at least one range (total,)."""
    opened = np.bincount(start, minlength=total + 1)
    opened -= np.bincount(end, minlength=total + 1)
    covered: NDArray[np.bool_] = np.cumsum(opened, out=opened)[:-1] > 0
    return covered


def _name(bits: int, labels: tuple[str, ...]) -> str:
    held = [label or "marked" for i, label in enumerate(labels) if bits >> i & 1]
    return "+".join(held) or OUTSIDE

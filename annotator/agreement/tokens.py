"""Tokens as units: who marked each token as what, for token-level alpha and kappa."""

from __future__ import annotations

import numpy as np

from annotator.agreement.layers import Layer
from annotator.agreement.result import Ints
from annotator.agreement.units import MISSING, Units
from annotator.domain.errors import InputError

OUTSIDE = "outside"


def token_units(layer: Layer) -> Units:
    """One unit per token: the labels of all spans that touch it, or "outside".

    A token under spans with several labels has their names joined by "+" as its label. An
    annotator who did not read a document has no label for its tokens. PolNeAR and PARC publish
    alpha over such units.

    Raises:
        InputError: when the documents came without tokens.
    """
    positions = layer.in_tokens()
    if positions is None:
        raise InputError("token measures need tokens", "give the documents token boundaries")
    total, coders = int(positions.base[-1]), len(layer.annotators)
    document = np.repeat(np.arange(len(layer.documents)), np.diff(positions.base))
    # Each set of labels is a number with one bit per label, then a label of its own.
    sets = np.zeros((total, coders), dtype=np.int64)
    if len(layer.labels) > 62:
        raise InputError(f"{len(layer.labels)} labels are too many for token units")
    column = positions.label[positions.span]
    owner = positions.annotator[positions.span]
    for coder in range(coders):
        for label in np.unique(column[owner == coder]):
            mine = (owner == coder) & (column == label)
            sets[:, coder] += _covered(positions.start[mine], positions.end[mine], total) << label
    known, codes = np.unique(sets, return_inverse=True)
    names = [_name(int(bits), layer.labels) for bits in known]
    codes = codes.reshape(total, coders)
    codes[~layer.read[document]] = MISSING
    units = Units.from_codes(codes, names, layer.annotators, document)
    seen = np.unique(document)
    return Units(
        units.codes, units.labels, units.annotators, units.document,
        tuple(layer.documents[d] for d in seen),
    )  # fmt: skip


def _covered(start: Ints, end: Ints, total: int) -> Ints:
    """1 for each position under at least one range (total,)."""
    opened = np.bincount(start, minlength=total + 1) - np.bincount(end, minlength=total + 1)
    covered: Ints = (np.cumsum(opened)[:-1] > 0).astype(np.int64)
    return covered


def _name(bits: int, labels: tuple[str, ...]) -> str:
    held = [label or "marked" for i, label in enumerate(labels) if bits >> i & 1]
    return "+".join(held) or OUTSIDE

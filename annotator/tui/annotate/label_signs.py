"""What tells the labels of marks apart: a colour and a letter in the gutter for each."""

from __future__ import annotations

from collections.abc import Iterator
from functools import lru_cache
from string import ascii_letters, digits
from typing import Final, NamedTuple

from rich.cells import cell_len

from annotator.domain.model import Annotation
from annotator.domain.scheme import Scheme
from annotator.tui.widgets.role_colours import MARK, ROLES

UNLABELLED: Final = "b"
"""Stands in the gutter for a mark without a label: the key that makes one."""


class LabelSign(NamedTuple):
    """How the marks with one label look."""

    colour: int
    """Which of the colours of `role_colours`."""
    letter: str
    """Of one cell."""


@lru_cache(maxsize=16)
def label_signs(scheme: Scheme) -> dict[tuple[str, str], LabelSign]:
    """(span layer, label) -> its colour and letter, for every label of every span layer.

    The colours that no role has come first; where there are more labels than colours they come
    again. A letter is the label's key, else the first of its name that is free, and comes once as
    long as there are letters.
    """
    labels = [
        (layer.name, value)
        for layer in scheme.span_layers
        for named in [scheme.label_attribute(layer.name)]
        for value in (named.values if named else ())
    ]
    roles = min(len(scheme.roles), ROLES)
    colours = [MARK, *range(roles, ROLES), *range(roles)]
    taken = {value.key for _, value in labels if value.key} | {UNLABELLED}
    signs: dict[tuple[str, str], LabelSign] = {}
    for place, (layer, value) in enumerate(labels):
        key = value.key if cell_len(value.key) == 1 else ""
        letter = key or next((c for c in _letters(value.name) if c not in taken), "*")
        taken.add(letter)
        signs[layer, value.name] = LabelSign(colours[place % len(colours)], letter)
    return signs


def _letters(name: str) -> Iterator[str]:
    """The characters that may stand for a name, the best first."""
    for character in (*name, *name.swapcase(), *ascii_letters, *digits):
        if character.isalnum() and cell_len(character) == 1:
            yield character


def sign_of(mark: Annotation, scheme: Scheme) -> LabelSign:
    """How a mark looks; one without a label of the scheme has a colour and a letter too."""
    layer = mark.layer_name
    named = scheme.label_attribute(layer)
    value = mark.attributes.get(named.name, "") if named else ""
    return label_signs(scheme).get((layer, value), LabelSign(MARK, UNLABELLED))


def mark_style(scheme: Scheme, mark: Annotation) -> str:
    """The style of a mark's words where they are told: the colour that they have in the text."""
    return f"mark-{sign_of(mark, scheme).colour}"


def label_style(scheme: Scheme, layer: str, attribute: str, value: str) -> str:
    """The style of a label's name: the colour of the marks that have it, where they have one."""
    named = scheme.label_attribute(layer)
    if named is None or named.name != attribute:
        return "plain"
    sign = label_signs(scheme).get((layer, value))
    return f"mark-{sign.colour}" if sign else "plain"

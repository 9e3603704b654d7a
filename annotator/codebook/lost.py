"""What a file of a codebook does not hold of a scheme, counted field by field."""

from __future__ import annotations

import tomllib
from collections.abc import Collection, Mapping
from typing import Any, Final

from annotator.domain.losses import Losses
from annotator.domain.scheme import Scheme

PARTS: Final = ("role", "span", "attribute", "relation")
_ARTICLE: Final = {"attribute": "an"}
_SAID: Final = {"text": ("text", True), "kind": ("text", "one")}
"""Fields that follow from the others where they have one of these values."""


def count_lost(
    scheme: Scheme,
    held: Mapping[str, Collection[str]],
    losses: Losses,
    *,
    top: Collection[str] = (),
) -> None:
    """Count every field of a scheme's source that a file does not hold, by its name.

    Args:
        scheme: Whose source.
        held: Part ("role", "span", "attribute", "relation", "value") -> the fields that it does.
        losses: Gets the counts, with what each was said of.
        top: The fields of the scheme itself that it does.
    """
    table: dict[str, Any] = tomllib.loads(scheme.toml)
    for name in table:
        if name not in (*PARTS, *top):
            losses.add(f"{name} of the scheme", scheme.name)
    for part in PARTS:
        for item in table.get(part, ()):
            _count(part, str(item.get("name", "")), item, held, losses)
            for value in item.get("values", ()):
                if isinstance(value, dict):
                    name = f"{item.get('name', '')}={value.get('name', '')}"
                    _count("value", name, value, held, losses)


def _count(
    part: str,
    name: str,
    item: Mapping[str, object],
    held: Mapping[str, Collection[str]],
    losses: Losses,
) -> None:
    for field, value in item.items():
        if field not in held[part] and value not in _SAID.get(field, ()):
            losses.add(f"{field} of {_ARTICLE.get(part, 'a')} {part}", name)

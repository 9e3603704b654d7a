"""One unbroken piece of a claim or mark, as formats have it whose unit is the labelled span."""

from __future__ import annotations

import json
from dataclasses import dataclass, field
from typing import Any, Final, Self

from annotator.domain.errors import InputError
from annotator.domain.model import SPAN_ROLE
from annotator.formats.support.jsonio import Fields

CLAIM_ROLES: Final = frozenset({"content", "cue", "source", "addressee", "via"})
"""Labels that are read as roles of claims when a file says no more; others are types of marks."""
MARK: Final = "mark"
PIECE_FIELDS: Final = frozenset(
    {"claim", "piece", "span", "layer", "role", "attributes", "parent", "note", "flagged"}
)
"""The additional fields of a piece."""


@dataclass(frozen=True, slots=True)
class Piece:
    """One unbroken piece `[start, end)` (code points) of a claim or mark."""

    annotation: str
    order: int
    """Which fragment of the annotation it is."""
    layer: str
    role: str
    span: int
    label: str
    start: int
    end: int
    whole: dict[str, Any] = field(default_factory=dict)
    """Attributes, parent, note and flag: with the first piece only."""
    own: bool = True
    """Whether it says itself which claim it belongs to; pieces of other programs do not."""

    @property
    def known(self) -> frozenset[str]:
        """The additional fields that were read."""
        return PIECE_FIELDS if self.own else frozenset({"attributes", "note", "flagged"})

    def data(self) -> dict[str, Any]:
        """The additional fields; none of a piece whose label says all."""
        if not self.own:
            return {}
        out: dict[str, Any] = {"claim": self.annotation, "piece": self.order}
        if self.span:
            out["span"] = self.span
        if self.layer == "mark":
            out["layer"] = MARK if self.role == SPAN_ROLE else self.role
        if self.role != self.label and self.layer == "claim":
            out["role"] = self.role
        return out | self.whole

    @classmethod
    def read(
        cls,
        fields: Fields,
        number: int,
        label: str,
        start: int,
        end: int,
        size: int,
        spans_in: str = "",
    ) -> Self:
        """Read a piece with its additional fields, or a plain span.

        Args:
            spans_in: The span layer that plain spans go to, whatever their label is; "" where the
                names of roles are claims, and the others plain marks.

        Raises:
            InputError: when the piece does not fit a text of `size` code points.
        """
        if not 0 <= start < end <= size:
            raise InputError(
                f"{fields.where}: [{start}, {end}) does not fit a text of {size} characters"
            )
        ours = bool(fields.loose("claim")) and "piece" in fields.value
        known = label.lower() if label.lower() in CLAIM_ROLES and not spans_in else ""
        said = str(fields.value.get("layer") or "")
        named = spans_in if not ours else said if said not in ("", "claim", MARK) else ""
        layer = "mark" if said == MARK or named or not (known or ours) else "claim"
        span_role = named or SPAN_ROLE
        role = span_role if layer == "mark" else fields.loose("role") or known or label
        whole: dict[str, Any] = {}
        if fields.value.get("attributes") is not None:
            whole["attributes"] = {
                k: json.dumps(v, ensure_ascii=False) if isinstance(v, (dict, list)) else str(v)
                for k, v in fields.table("attributes").items()
                if k and v is not None
            }
        for name in ("parent", "note") if ours else ("note",):
            if fields.value.get(name):
                whole[name] = fields.text(name)
        if fields.value.get("flagged"):
            whole["flagged"] = fields.flag("flagged")
        if layer == "mark" and not ours and (label.lower() != MARK or spans_in):
            attributes = whole.setdefault("attributes", {})
            if attributes.get("type", label) != label:
                attributes["type_"] = attributes["type"]  # a feature of that name
            attributes["type"] = label
        claim = fields.loose("claim") if ours else f"#{number}"
        order = fields.number("piece") if ours else 0
        span = fields.number("span", 0) if ours else 0
        return cls(claim, order, layer, role, span, label, start, end, whole, ours)

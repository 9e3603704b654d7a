"""What a worksheet says of one annotation: all of it but who made it, when, and where it came from.

Two annotations with the same facts read the same on paper. So an annotation whose facts a person
left alone is left alone, with its provenance and its times.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping
from dataclasses import dataclass, field, replace

from annotator.domain.model import Annotation, Fragment, Layer


@dataclass(frozen=True, slots=True)
class Facts:
    """What stands in the lines of one annotation; `parent` is an id."""

    layer: Layer
    fragments: tuple[Fragment, ...] = ()
    attributes: Mapping[str, str] = field(default_factory=dict)
    parent: str | None = None
    reviewed: bool = False
    flagged: bool = False
    note: str = ""

    @classmethod
    def of(cls, annotation: Annotation) -> Facts:
        """The facts of an annotation."""
        return cls(
            annotation.layer,
            annotation.fragments,
            annotation.attributes,
            annotation.parent,
            annotation.reviewed,
            annotation.flagged,
            annotation.note,
        )

    def put_into(self, annotation: Annotation) -> Annotation:
        """The annotation with these facts in place of its own."""
        return replace(
            annotation,
            fragments=self.fragments,
            attributes=dict(self.attributes),
            parent=self.parent,
            reviewed=self.reviewed,
            flagged=self.flagged,
            note=self.note,
        )

    @property
    def is_bare(self) -> bool:
        """Whether nothing is said but where: a tag of a sentence that can go."""
        return not (self.attributes or self.reviewed or self.flagged or self.note or self.parent)

    def digest(self) -> str:
        """Sixteen hex digits that differ for facts that differ."""
        said = [
            self.layer,
            self.fragments,
            sorted(self.attributes.items()),
            self.parent,
            self.reviewed,
            self.flagged,
            self.note,
        ]
        return hashlib.sha256(json.dumps(said).encode()).hexdigest()[:16]

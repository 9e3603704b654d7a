"""The schemes of an export, asked what the annotations made under them mean."""

from __future__ import annotations

from annotator.domain.errors import SchemeError
from annotator.domain.exchange import Dataset
from annotator.domain.model import Annotation
from annotator.domain.scheme import Attribute, Scheme
from annotator.domain.scheme_file import parse_scheme
from annotator.formats.support.span_layers import LABEL


class Schemes:
    """The schemes of a data set, by their versions."""

    def __init__(self, dataset: Dataset) -> None:
        self._known: dict[str, Scheme] = {}
        self.in_force: Scheme | None = None
        for record in dataset.schemes:
            try:
                self._known[record.version] = parse_scheme(record.toml, {})
            except SchemeError:  # of another time; what is made under it is asked of the other one
                continue
            if record.in_force:
                self.in_force = self._known[record.version]

    @property
    def span_layers(self) -> tuple[str, ...]:
        """The span layers of all of them."""
        found = (layer.name for s in self._known.values() for layer in s.span_layers)
        return tuple(dict.fromkeys(found))

    def attribute(self, annotation: Annotation, name: str) -> Attribute | None:
        """What a label is in the scheme in force, or else in the one it was given under."""
        for scheme in (self.in_force, self._known.get(annotation.scheme)):
            found = scheme.attribute(annotation.layer_name, name) if scheme else None
            if found is not None:
                return found
        return None

    def label(self, annotation: Annotation) -> str:
        """The attribute of a span that is its label in files with one label a span."""
        for scheme in (self.in_force, self._known.get(annotation.scheme)):
            found = scheme.label_attribute(annotation.layer_name) if scheme else None
            if found is not None and found.name in annotation.attributes:
                return found.name
        return LABEL

"""Marks: spans of the scheme's own layers, made and labelled by one key."""

from __future__ import annotations

from dataclasses import replace

from annotator.domain.model import Annotation, Fragment, span_role
from annotator.domain.scheme import Attribute, kind_of
from annotator.domain.wording import shown_label, shown_value
from annotator.session.saving import GivenLabel, Said, Saving, short


class Marking(Saving):
    """A session that makes marks, and gives labels to whatever has them."""

    def name_of(self, annotation: Annotation) -> str:
        """What people call the layer of an annotation."""
        return self.scheme.layer_title(annotation.layer_name)

    def add_mark(self, layer: str = "") -> bool:
        """Mark the selection, or the word under the cursor; without a layer with the first one."""
        start, end = self.target_range()
        if start >= end:
            return False
        mark = self._new_mark(layer or self.scheme.mark_layer, start, end)
        words = short(self.article.text[start:end])
        self.save(f"{self.name_of(mark)} {words}", (None, mark))
        self.active_id, self.selection, self._focus = mark.id, None, None
        return True

    def _new_mark(self, layer: str, start: int, end: int) -> Annotation:
        return self.new("mark", (Fragment(span_role(layer), start, end),))

    def mark_target(self, layer: str) -> Annotation | None:
        """The mark of a layer that a label's key is about; an unsaved one where there is none.

        What is selected is a mark of its own, unless just that is one already; without a selection
        it is the mark at work or the smallest of the layer, where the cursor is on one, else the
        word under the cursor.
        """
        start, end = self.target_range()
        if start >= end:
            return None
        active = self.active
        here = [a for a in self.index.at(start, end) if a.layer_name == layer]
        if self.selection is not None:
            here = [a for a in here if [f[1:3] for f in a.fragments] == [(start, end)]]
        if active in here:
            return active
        return here[0] if here else self._new_mark(layer, start, end)

    def _set(self, changed: Annotation, attribute: Attribute, value: str) -> None:
        """Set a value, on an annotation that may be new or have a new piece."""
        before = self.index.by_id.get(changed.id)
        had = before.attributes.get(attribute.name) if before else None
        kind = kind_of(attribute.layer)
        if kind in ("claim", "mark"):
            self.last_given = GivenLabel(attribute, value)
        after = replace(changed.with_attribute(attribute.name, value), provenance="human")
        name = shown_label(attribute, value)
        if before is None and kind == "mark":
            words = short(self.article.text[after.start : after.end])
            name = f"{self.name_of(after)} {words}, {name}"
        if had != value:
            to = shown_value(attribute, value)
            said = f"{shown_label(attribute, had)} -> {to}" if had else name
            self.save(name, (before, after), said=Said(said))
        elif before == after:
            self.must_see(after)
            self.said = Said(f"{name} already")
        else:
            self.save(f"{name} confirmed", (before, after))

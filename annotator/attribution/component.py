"""`nlp.add_pipe("attribution")`: the engine as a spaCy component, usable outside the tool.

spaCy finds it by the entry point `spacy_factories`; nothing has to be imported.

Results stand in `doc.spans["attribution_content"]`, `["attribution_cue"]`,
`["attribution_source"]` (one span per fragment; `span.id` is the claim's index) and in
`doc._.attributions`, the `Suggestions` with code point offsets.
"""

from __future__ import annotations

from spacy.language import Language
from spacy.tokens import Doc, Span, SpanGroup

from annotator.attribution.engine import attribute
from annotator.attribution.result import ROLES

NAME = "attribution"


@Language.factory(NAME, default_config={"spans_prefix": "attribution"}, requires=["token.dep"])
def create(nlp: Language, name: str, spans_prefix: str) -> Attributor:
    """Build the component; `spans_prefix` begins the keys in `doc.spans`."""
    del nlp, name
    return Attributor(spans_prefix)


class Attributor:
    """Adds attributions to a parsed document; changes nothing else."""

    def __init__(self, spans_prefix: str = NAME) -> None:
        self._prefix = spans_prefix
        if not Doc.has_extension("attributions"):
            Doc.set_extension("attributions", default=None)

    def __call__(self, doc: Doc) -> Doc:
        result = attribute(doc)
        doc._.attributions = result
        groups: dict[str, list[Span]] = {role: [] for role in ROLES}
        for index, claim in enumerate(result.claims):
            for fragment in claim.fragments:
                span = doc.char_span(
                    fragment.start, fragment.end, label=fragment.role, alignment_mode="expand"
                )
                if span is not None and fragment.role in groups:
                    span.id = index
                    groups[fragment.role].append(span)
        for role, spans in groups.items():
            key = f"{self._prefix}_{role}"
            doc.spans[key] = SpanGroup(doc, name=key, spans=spans)
        return doc

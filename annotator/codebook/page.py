"""A codebook to read, to print and to hand to coders: one HTML page, with nothing beside it."""

from __future__ import annotations

from dataclasses import dataclass, field

from annotator import pages
from annotator.domain.scheme import Attribute, Scheme


@dataclass(frozen=True, slots=True)
class CodebookEntry:
    """A line of the codebook: a label, its key, and when it is given."""

    name: str
    key: str
    guideline: str
    archived: bool


@dataclass(frozen=True, slots=True)
class CodebookBlock:
    """Something that is asked, or marked, with what it can be."""

    title: str
    facts: str
    guideline: str
    entries: list[CodebookEntry]
    archived: bool = False


@dataclass(frozen=True, slots=True)
class CodebookSection:
    """A layer of the scheme."""

    title: str
    name: str
    guideline: str
    archived: bool = False
    blocks: list[CodebookBlock] = field(default_factory=list)


def codebook_page(scheme: Scheme) -> str:
    """The page."""
    return pages.render(
        "codebook", title=scheme.title, scheme=scheme, sections=[*_sections(scheme)]
    )


def _sections(scheme: Scheme) -> list[CodebookSection]:
    out = []
    for layer in scheme.layers:
        span = scheme.span_layer(layer)
        made = CodebookSection(
            scheme.layer_title(layer),
            layer,
            span.guideline if span else "",
            bool(span and span.archived),
        )
        if layer == "claim" and scheme.roles:
            roles = [CodebookEntry(r.name, r.key, r.guideline, r.archived) for r in scheme.roles]
            made.blocks.append(CodebookBlock("Roles", "the parts of a claim", "", roles))
        if layer == "relation" and scheme.relations:
            made.blocks.extend(
                CodebookBlock(
                    r.title,
                    "; ".join(
                        f
                        for f in (
                            r.name if r.name != r.title else "",
                            f"from {', '.join(r.heads) or 'anything'}",
                            f"to {', '.join(r.tails) or 'anything'}",
                            "without a direction" if r.symmetric else "",
                            f"key {r.key}" if r.key else "",
                        )
                        if f
                    ),
                    r.guideline,
                    [],
                    r.archived,
                )
                for r in scheme.relations
            )
        made.blocks.extend(_label(a) for a in scheme.of_layer(layer))
        if made.blocks or span:
            out.append(made)
    return out


_KINDS = {
    "one": "one of these",
    "several": "one or several of these",
    "text": "free text",
    "number": "a number",
    "date": "a date",
    "yes_no": "yes or no",
}


def _label(a: Attribute) -> CodebookBlock:
    facts = [a.name] if a.name != a.title else []
    facts.append(_KINDS[a.kind])
    if a.required_unless:
        facts.append(f"required unless {a.required_unless}")
    elif a.required:
        facts.append("required")
    if a.only_if:
        facts.append(f"asked where {a.only_if}")
    if a.scale:
        facts.append(f"in this order: {', '.join(a.scale)}")
    values = [CodebookEntry(v.name, v.key, v.guideline, v.archived) for v in a.values]
    return CodebookBlock(a.title, "; ".join(facts), a.guideline, values, a.archived)

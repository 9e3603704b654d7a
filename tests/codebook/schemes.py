"""Random schemes as people write them, annotations that they allow, and random steps."""

from __future__ import annotations

import json
from typing import Any

from hypothesis import strategies as st

from annotator.codebook import parts
from annotator.domain.ends import end_label, fits
from annotator.domain.errors import SchemeError
from annotator.domain.model import Annotation, Fragment
from annotator.domain.scheme import Attribute, Scheme
from annotator.domain.scheme_steps import SchemeStep

NAMES = ("topic", "who", "kind", "content", "source", "cue", "stance", "größe")
LAYERS = ("entity", "event", "mark")
VALUES = ("for", "against", "no", "a.b", "a=b", 'a "b"', "ja/nein", "Ä", "for it")
RELATIONS = ("supports", "works for", "no")
TEXT = "Mara Lind said on Monday that the bridge will close, and the mayor said it will not."


def _quoted(value: object) -> str:
    return json.dumps(value, ensure_ascii=False)


@st.composite
def _values(draw: st.DrawFn, several: bool) -> tuple[list[str], str]:
    """Names, and the source: bare names, tables in a list, or tables of their own."""
    names: list[str] = draw(st.lists(st.sampled_from(VALUES), min_size=1, max_size=4, unique=True))
    if draw(st.booleans()):
        rows = [f'\n[[attribute.values]]\nname = {_quoted(n)}\nguideline = "of {i}"'
                for i, n in enumerate(names)]  # fmt: skip
        return names, "".join(rows)
    items = [
        _quoted(n)
        if draw(st.booleans())
        else f"{{ name = {_quoted(n)}, guideline = {_quoted('what ' + n)} }}"
        for n in names
    ]
    apart = draw(st.sampled_from([", ", ",\n  ", ", # and\n  "]))
    return names, f"\nvalues = [\n  {apart.join(items)},\n]"


@st.composite
def sources(draw: st.DrawFn) -> str:
    """The TOML source of a sound scheme, each of its tables under a comment of its own."""
    out = ['# the scheme\nname = "own"']
    for i, name in enumerate(draw(st.lists(st.sampled_from(NAMES), max_size=4, unique=True))):
        spans = draw(st.sampled_from(["one", "many"]))
        out.append(f"# of role {i}\n[[role]]\nname = {_quoted(name)}\nspans = '{spans}'")
    layered = draw(st.lists(st.sampled_from(LAYERS[:2]), max_size=2, unique=True))
    out += [f"# of layer {n}\n[[span]]\nname = '{n}'" for n in layered]
    layers = ["claim", "sentence", "article", "relation", "mark", *layered]
    wanted = st.tuples(st.sampled_from(layers), st.sampled_from(NAMES))
    chosen: dict[str, list[tuple[str, list[str]]]] = {}
    for i, (layer, name) in enumerate(draw(st.lists(wanted, min_size=1, max_size=6, unique=True))):
        kind = draw(st.sampled_from(["one", "one", "several", "text", "number", "yes_no"]))
        rows = [f"# of label {i}\n[[attribute]]\nname = {_quoted(name)}\nkind = '{kind}'"]
        if layer != "claim" or draw(st.booleans()):
            rows.append(f"\nlayer = '{layer}'")
        if chosen.get(layer) and draw(st.booleans()):
            other, values = draw(st.sampled_from(chosen[layer]))
            rows.append(f"\nonly_if = {{ {_quoted(other)} = {_quoted(values[:2])} }}")
        if kind in ("one", "several"):
            names, source = draw(_values(kind == "several"))
            if kind == "one":
                if draw(st.booleans()):
                    rows.append(f"\nordered = {_quoted(names)}")
                chosen.setdefault(layer, []).append((name, names))
            rows.append(source)
        out.append("".join(rows))
    for i, name in enumerate(draw(st.lists(st.sampled_from(RELATIONS), max_size=3, unique=True))):
        ends = [
            layer for layer in layers if layer not in ("sentence", "article", "mark", "relation")
        ]
        ends += [f"{la}.{names[0]}" for la, ((_, names), *_) in chosen.items() if la in layered]
        head, tail = draw(st.sampled_from(ends)), draw(st.sampled_from(ends))
        symmetric = "\nsymmetric = true" if draw(st.booleans()) else ""
        between = f"\nfrom = {_quoted(head)}\nto = [{_quoted(tail)}]{symmetric}"
        out.append(f"# of relation {i}\n[[relation]]\nname = {_quoted(name)}{between}")
    return "\n\n".join(out) + "\n"


def _given(draw: st.DrawFn, attribute: Attribute) -> str:
    match attribute.kind:
        case "text":
            return draw(st.sampled_from(["for", "free words"]))
        case "number":
            return draw(st.sampled_from(["3", "-0.5"]))
        case "date":
            return "2026-11-29"
        case "several":
            names = [v.name for v in attribute.values]
            return attribute.join(draw(st.lists(st.sampled_from(names), min_size=1)))
        case _:
            return draw(st.sampled_from([v.name for v in attribute.values]))


@st.composite
def allowed(draw: st.DrawFn, scheme: Scheme) -> list[Annotation]:
    """Annotations of one article by one annotator with what the scheme has, relations last."""
    layers = ["sentence", "article", *(s.name for s in scheme.span_layers)]
    layers += ["claim"] if scheme.roles else []
    found: list[Annotation] = []
    for i in range(draw(st.integers(1, 5))):
        layer = draw(st.sampled_from(layers))
        role = "span" if layer in ("sentence", "article", "mark") else layer
        roles = [r.name for r in scheme.roles] if layer == "claim" else [role]
        pieces: dict[tuple[str, int, int], Fragment] = {}
        spans = st.tuples(st.sampled_from(roles), st.sampled_from([(0, 9), (10, 14), (23, 27)]))
        for name, (start, end) in draw(st.lists(spans, min_size=1, max_size=4)):
            known = scheme.role(name)
            span = len(pieces) if known is not None and known.many else 0
            pieces.setdefault((name, start, end), Fragment(name, start, end, span))
        kind: Any = layer if layer in ("claim", "sentence", "article") else "mark"
        labels = _labels(draw, scheme, layer)
        found.append(Annotation(f"a{i}", kind, "art", "anna", tuple(pieces.values()), labels))
    for i, relation in enumerate(scheme.relations):
        pairs = [
            (a.id, b.id)
            for a in found
            for b in found
            if a is not b and fits(relation, end_label(scheme, a), end_label(scheme, b))
        ]
        if not pairs:
            continue
        ends = draw(st.sampled_from(pairs))
        labels = {"type": relation.name} | _labels(draw, scheme, "relation")
        found.append(Annotation(f"r{i}", "relation", "art", "anna", (), labels,
                                head=ends[0], tail=ends[1]))  # fmt: skip
    return found


def _labels(draw: st.DrawFn, scheme: Scheme, layer: str) -> dict[str, str]:
    return {a.name: _given(draw, a) for a in scheme.of_layer(layer) if draw(st.booleans())}


@st.composite
def steps(draw: st.DrawFn, scheme: Scheme) -> SchemeStep | parts.Named | None:
    """A step that can be taken, a part to archive, or None where the drawn one cannot be."""
    found = parts.everything(scheme)
    part = draw(st.sampled_from(found))
    new = draw(st.sampled_from((*NAMES, *VALUES, *LAYERS, *RELATIONS, "new")))
    others = [p for p in found if (p.part, p.layer, p.attribute)
              == (part.part, part.layer, part.attribute)]  # fmt: skip
    try:
        match draw(st.sampled_from(["rename", "rename", "merge", "split", "archive"])):
            case "rename":
                return parts.rename(scheme, part, new)
            case "merge":
                many = draw(st.lists(st.sampled_from(others), min_size=1, max_size=3))
                into = draw(st.sampled_from([new, *(p.name for p in others)]))
                return parts.merge(scheme, many, into)
            case "split":
                return parts.split(
                    scheme, part, draw(st.lists(st.sampled_from(VALUES), max_size=3))
                )
            case _:
                return part
    except SchemeError:
        return None

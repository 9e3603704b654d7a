"""The parts of a scheme as people name them: `stance=favor`, `stance`, `role:source`."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from typing import Final

from annotator.domain.errors import SchemeError
from annotator.domain.model import RELATION_TYPE, SCHEME_LAYERS, Annotation
from annotator.domain.scheme import Attribute, Scheme
from annotator.domain.scheme_steps import Part, SchemeStep

MERGED: Final = ("value", "role", "relation")
"""Parts of which one can be made of several."""
MOST_SPLIT: Final = 31
"""Labels that one is split into at most: as many as there are keys to decide a place with."""


@dataclass(frozen=True, slots=True)
class Named:
    """A part of a scheme."""

    part: Part
    name: str
    layer: str = ""
    """Of a value or an attribute."""
    attribute: str = ""
    """Of a value."""

    def __str__(self) -> str:
        """As it can be typed: `claim.stance=favor`, `attribute:claim.stance`, `role:source`."""
        match self.part:
            case "value":
                return f"{self.layer}.{self.attribute}={self.name}"
            case "attribute":
                return f"attribute:{self.layer}.{self.name}"
            case _:
                return f"{self.part}:{self.name}"


def everything(scheme: Scheme) -> list[Named]:
    """Every part of a scheme that has a name of its own, in the order of the file."""
    found = [Named("role", r.name) for r in scheme.roles]
    found += [Named("span", s.name) for s in scheme.span_layers]
    found += [Named("relation", r.name) for r in scheme.relations]
    for a in scheme.attributes:
        found.append(Named("attribute", a.name, a.layer))
        if a.kind in ("one", "several"):
            found += [Named("value", v.name, a.layer, a.name) for v in a.values]
    return found


def named(scheme: Scheme, text: str) -> Named:
    """The part that a person means.

    Args:
        text: `stance=favor` or `claim.stance=favor` for a value; `stance`, `claim.stance`,
            `source` or `works_for` for an attribute, a role, a span layer or a relation; with
            `role:`, `attribute:`, `span:` or `relation:` before it where two have the name.

    Raises:
        SchemeError: when there is no such part, or there are several.
    """
    found = [n for n in everything(scheme) if text in _ways(n)]
    if len(found) == 1:
        return found[0]
    if found:
        raise SchemeError(
            f"{text!r} can be any of {len(found)} parts of the scheme",
            f"say which: {', '.join(map(str, found))}",
        )
    raise SchemeError(f"the scheme has no {text!r}", _nearest(scheme, text))


def _ways(n: Named) -> tuple[str, ...]:
    """How a part can be typed."""
    match n.part:
        case "value":
            return (f"{n.attribute}={n.name}", str(n), f"value:{n.attribute}={n.name}")
        case "attribute":
            whole = f"{n.layer}.{n.name}"
            return (n.name, whole, f"attribute:{n.name}", str(n))
        case _:
            return (n.name, str(n))


def _nearest(scheme: Scheme, text: str) -> str:
    name, _, value = text.partition("=")
    if value:
        for a in scheme.attributes:
            if name in (a.name, f"{a.layer}.{a.name}"):
                if a.kind == "yes_no":
                    return f"{a.name} is answered by yes or no: these have no other names"
                return f"{a.name} has: {', '.join(v.name for v in a.values) or 'no values'}"
    return (
        "a value is written stance=favor, a label stance, a role role:source;"
        " `annotator scheme show` lists all"
    )


# ---------------------------------------------------------------------------------- what to do


def attribute_of(scheme: Scheme, value: Named) -> Attribute:
    """The attribute that a value is one of."""
    found = scheme.attribute(value.layer, value.attribute)
    if found is None:
        raise SchemeError(f"the scheme has no {value}")
    return found


def _flag(scheme: Scheme, part: Named) -> bool:
    """What `SchemeStep.several` says of a part."""
    if part.part == "value":
        return attribute_of(scheme, part).kind == "several"
    role = scheme.role(part.name) if part.part == "role" else None
    return role is not None and role.many


def _beside(scheme: Scheme, part: Named, name: str) -> Named:
    """A part of the same sort with another name."""
    return Named(part.part, name, part.layer, part.attribute)


def rename(scheme: Scheme, part: Named, new: str) -> SchemeStep:
    """The step that gives a part another name.

    Raises:
        SchemeError: when another part has the name.
    """
    new = new.strip()  # as the scheme's file is read
    if new == part.name:
        raise SchemeError(f"{part} is called that already")
    if _beside(scheme, part, new) in everything(scheme):
        a = "an" if part.part == "attribute" else "a"
        raise SchemeError(
            f"there is {a} {part.part} {new!r} already",
            "to make one of two: `annotator scheme merge`" if part.part in MERGED else "",
        )
    return SchemeStep(
        "rename",
        part.part,
        (part.name,),
        (new,),
        part.layer,
        part.attribute,
        several=_flag(scheme, part),
        since=scheme.version,
    )


def merge(scheme: Scheme, parts: Sequence[Named], into: str) -> SchemeStep:
    """The step that makes one of several values, roles or relations.

    Args:
        parts: What is merged; what is called `into` may be among them.
        into: One of theirs, another one's that is there, or a new name.

    Raises:
        SchemeError: when they are not of one sort, cannot be merged, or are fewer than two.
    """
    first, into = parts[0], into.strip()
    if first.part not in MERGED:
        raise SchemeError(
            f"{first.part}s cannot be merged: {first}", "values, roles and relations can"
        )
    for other in parts:
        if (other.part, other.layer, other.attribute) != (
            first.part,
            first.layer,
            first.attribute,
        ):
            raise SchemeError(
                f"{first} and {other} are not of one sort", "merge values of one label, or roles"
            )
    target = _beside(scheme, first, into)
    there = target in everything(scheme)
    old = tuple(dict.fromkeys(p.name for p in parts if p.name != into))
    if len(old) + there < 2:
        raise SchemeError(
            "one label alone cannot be merged", "name two, or one and --into another that is there"
        )
    of = target if there else first
    return SchemeStep(
        "merge",
        first.part,
        old,
        (into,),
        first.layer,
        first.attribute,
        several=_flag(scheme, of),
        since=scheme.version,
    )


def split(scheme: Scheme, part: Named, into: Sequence[str]) -> SchemeStep:
    """The step after which several values stand where one stood.

    Raises:
        SchemeError: when it is no value, or there are fewer than two others.
    """
    if part.part != "value":
        raise SchemeError(f"{part} is no value", "a value can be split: stance=neutral")
    new = tuple(dict.fromkeys(name.strip() for name in into))
    if part.name in new:
        raise SchemeError(
            f"{part.name!r} cannot be one of the labels that it is split into",
            "a place that has it could not be told from one that is not decided yet; rename it"
            " first",
        )
    if len(new) > MOST_SPLIT:
        raise SchemeError(f"a label is split into {MOST_SPLIT} at most: each has a key")
    if len(new) < 2:
        raise SchemeError("a label is split into two or more", "--into ONE --into OTHER")
    return SchemeStep(
        "split",
        "value",
        (part.name,),
        new,
        part.layer,
        part.attribute,
        several=_flag(scheme, part),
        since=scheme.version,
    )


# ---------------------------------------------------------------------------------- in use


def parts_in(scheme: Scheme, layer: str, name: str, value: str | None) -> list[Named]:
    """The parts that a role or span layer (without a value) or a label of a layer is.

    Also such as the scheme does not know; a label is its attribute and each of its values.
    """
    if value is None:
        return [Named("role", name) if layer == "claim" else Named("span", layer)]
    if layer == "relation" and name == RELATION_TYPE:
        return [Named("relation", value)]
    found = [Named("attribute", name, layer)]
    attribute = scheme.attribute(layer, name)
    if attribute is None or not attribute.text:
        values = attribute.split(value) if attribute else [value]
        found += [Named("value", v, layer, name) for v in values]
    return found


def parts_of(scheme: Scheme, annotation: Annotation) -> set[Named]:
    """The parts of a scheme that an annotation has, also such as the scheme does not know."""
    layer = annotation.layer_name
    held: list[tuple[str, str | None]] = []
    if annotation.layer in ("claim", "mark"):
        held += [(role, None) for role in {f.role for f in annotation.fragments}]
    if annotation.layer in SCHEME_LAYERS:
        held += annotation.attributes.items()
    return {part for name, value in held for part in parts_in(scheme, layer, name, value)}


def through(part: Named, steps: Iterable[SchemeStep]) -> Named:
    """What a part is called after steps."""
    for step in steps:
        if step.change == "split":
            continue
        new = step.new[0]
        here = (step.layer, step.attribute)
        if step.part == part.part and part.name in step.old:
            if step.part == "attribute" and part.layer != step.layer:
                continue
            if step.part == "value" and (part.layer, part.attribute) != here:
                continue
            part = replace(part, name=new)
        elif step.part == "span" and part.layer in step.old:
            part = replace(part, layer=new)
        elif (
            step.part == "attribute"
            and part.part == "value"
            and part.layer == step.layer
            and part.attribute in step.old
        ):
            part = replace(part, attribute=new)
    return part


def strays(scheme: Scheme) -> tuple[SchemeStep, ...]:
    """Steps of a scheme's own history whose old names it does not have.

    They are for what is said to be made under it, and has names from before: files of other
    programs are read as if they were made under the scheme in force.
    """
    known = set(everything(scheme))
    return tuple(
        s
        for s in scheme.history
        if s.change != "split"
        and not any(Named(s.part, name, s.layer, s.attribute) in known for name in s.old)
    )


def is_archived(scheme: Scheme, part: Named) -> bool:
    """Whether a part of the scheme is not offered any more."""
    match part.part:
        case "value":
            found: object = attribute_of(scheme, part).value(part.name)
        case "attribute":
            found = scheme.attribute(part.layer, part.name)
        case "role":
            found = scheme.role(part.name)
        case "span":
            found = scheme.span_layer(part.name)
        case "relation":
            found = scheme.relation(part.name)
    return bool(getattr(found, "archived", False))

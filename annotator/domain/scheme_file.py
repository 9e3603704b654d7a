"""A scheme's TOML source read: every fault of it is found, and told with its line."""

from __future__ import annotations

import hashlib
import tomllib
from collections.abc import Mapping, Set
from dataclasses import replace
from functools import lru_cache
from typing import Final, cast

from annotator.domain.errors import SchemeError
from annotator.domain.model import RELATION_TYPE, SCHEME_LAYERS, SENTENCE_KINDS, SPAN_ROLE
from annotator.domain.scheme import (
    ATTRIBUTE_KINDS,
    ENGINE_ROLES,
    MANY,
    MARK,
    Attribute,
    AttributeKind,
    RelationType,
    Role,
    Scheme,
    SpanLayer,
    Value,
)
from annotator.domain.scheme_fields import Faults, FieldReader
from annotator.domain.scheme_lines import SchemeLines
from annotator.domain.scheme_steps import OPERATIONS, PARTS, Operation, Part, SchemeStep

_YES_NO: Final = (Value("yes", "", ""), Value("no", "", ""))


def _role(table: object, where: str, faults: Faults) -> Role:
    read = FieldReader(table, where, faults)
    name = read.identifier()
    if name == SPAN_ROLE:
        read.fault(f"the role {SPAN_ROLE!r} is the program's own")
    key = read.key("key")
    capital = key.upper() if key.islower() and len(key.upper()) == 1 else ""
    said = "new_key" in read.table  # also to say that there is none
    new_key = read.key("new_key") or ("" if said or capital == key else capital)
    spans = read.text("spans", "many")
    if spans not in {"one", "many"}:
        read.fault(f"spans {spans!r} must be 'one' or 'many'")
    suggests = read.text("suggests", "")
    if suggests and suggests not in ENGINE_ROLES:
        read.fault(f"suggests {suggests!r} is none of {', '.join(ENGINE_ROLES)}")
    role = Role(
        name,
        key,
        read.text("guideline", ""),
        read.flag("required"),
        many=spans == "many",
        suggests=suggests,
        new_key=new_key,
        archived=read.flag("archived"),
    )
    read.finish()
    if role.archived:  # nothing asks for it any more, and its keys are free
        role = replace(role, key="", new_key="", required=False, suggests="")
    return role


def _span_layer(table: object, where: str, faults: Faults) -> SpanLayer:
    read = FieldReader(table, where, faults)
    name = read.identifier()
    if (name in SCHEME_LAYERS and name != MARK) or name in {SPAN_ROLE, "verdict"}:
        read.fault(f"the layer {name!r} is the program's own")
    layer = SpanLayer(
        name, read.text("title", name), read.text("guideline", ""), read.flag("archived")
    )
    read.finish()
    return layer


def _relation(table: object, where: str, faults: Faults) -> RelationType:
    read = FieldReader(table, where, faults)
    name = read.text("name")
    if not name and isinstance(read.table.get("name"), str):
        read.fault("'name' is empty")
    relation = RelationType(
        name,
        read.text("title", name),
        read.key("key"),
        read.text("guideline", ""),
        read.names("from"),
        read.names("to"),
        symmetric=read.flag("symmetric"),
        archived=read.flag("archived"),
    )
    read.finish()
    return replace(relation, key="") if relation.archived else relation


def _value(table: object, where: str, faults: Faults) -> Value:
    """A value: a table, or only its name."""
    read = FieldReader({"name": table} if isinstance(table, str) else table, where, faults)
    value = Value(
        read.text("name"),
        read.key("key"),
        read.text("guideline", ""),
        read.text("from", ""),
        archived=read.flag("archived"),
    )
    if not value.name and isinstance(read.table.get("name"), str):
        read.fault("'name' is empty")
    read.finish()
    return replace(value, key="") if value.archived else value


def _attribute(
    table: object, where: str, layers: Mapping[str, object], retired: Set[str], faults: Faults
) -> Attribute:
    """An attribute of one of the layers; those of a layer that is archived are too."""
    read = FieldReader(table, where, faults)
    name = read.identifier()
    read.where = f"{where} ({name})" if name else where
    layer = read.text("layer", "claim")
    if layer not in layers:
        read.fault(f"layer {layer!r} is none of {', '.join(layers)}")
    if layer == "relation" and name == RELATION_TYPE:
        read.fault(f"{RELATION_TYPE!r} is the relation's own name: [[relation]] declares it")
    values = tuple(
        _value(v, f"{read.where}.values[{i}]", faults) for i, v in enumerate(read.items("values"))
    )
    kind = _kind(read, values)
    names = [v.name for v in values]
    for v in dict.fromkeys(names):
        if v and names.count(v) > 1:
            read.fault(f"the value {v!r} stands twice")
        if kind == "several" and MANY in v:
            read.fault(f"the value {v!r} has {MANY!r}, which stands between several values")
    if layer == "relation" and any(v.key for v in values):
        read.fault("labels of relations have no keys", "the form reaches them")
    if kind == "yes_no" and not values:
        values, names = _YES_NO, ["yes", "no"]
    unless = read.condition("required_unless")
    attribute = Attribute(
        name,
        layer,
        read.text("title", name),
        read.text("guideline", ""),
        read.flag("required") or unless is not None,
        kind,
        values,
        _scale(read, names),
        read.text("from", ""),
        read.condition("only_if"),
        unless,
        archived=read.flag("archived"),
    )
    read.finish()
    return _retired(attribute) if attribute.archived or layer in retired else attribute


def _retired(attribute: Attribute) -> Attribute:
    """An attribute that is not offered any more: nothing asks for it, and its keys are free."""
    keyless = tuple(replace(v, key="") for v in attribute.values)
    return replace(
        attribute,
        required=False,
        required_unless=None,
        values=keyless,
        taken_from="",
        archived=True,
    )


def _kind(read: FieldReader, values: tuple[Value, ...]) -> AttributeKind:
    """What it can be: `kind`, or the older `text = true`; with values alone it is one of them."""
    text = read.flag("text")
    kind = read.text("kind", "text" if text else "one")
    if kind not in ATTRIBUTE_KINDS:
        read.fault(f"kind {kind!r} is none of {', '.join(ATTRIBUTE_KINDS)}")
        return "one"
    if text and kind != "text":
        read.fault("text = true and another kind")
    choice = kind in {"one", "several"}
    if kind == "yes_no":
        if values and {v.name for v in values} != {"yes", "no"}:
            read.fault("the values of a yes_no are yes and no")
    elif choice != bool(values) and not read.broken:
        read.fault(f"give either values or text = true (or a kind: {', '.join(ATTRIBUTE_KINDS)})")
    return kind


def _step(table: object, where: str, faults: Faults) -> SchemeStep:
    """A step of the history; the names in it are those of its time."""
    read = FieldReader(table, where, faults)
    change, part = read.text("change"), read.text("part")
    if change not in OPERATIONS:
        read.fault(f"change {change!r} is none of {', '.join(OPERATIONS)}")
    if part not in PARTS:
        read.fault(f"part {part!r} is none of {', '.join(PARTS)}")
    step = SchemeStep(
        cast("Operation", change),
        cast("Part", part),
        read.names("old"),
        read.names("new"),
        read.text("layer", ""),
        read.text("attribute", ""),
        several=read.flag("several"),
        since=read.text("since", ""),
    )
    if not step.old or not step.new or (change != "split" and len(step.new) > 1):
        read.fault("'old' and 'new' name what it was called, and what it is called now")
    if part in ("value", "attribute") and not step.layer:
        read.fault("'layer' is missing")
    if part == "value" and not step.attribute:
        read.fault("'attribute' is missing")
    read.finish()
    return step


def _scale(read: FieldReader, names: list[str]) -> tuple[str, ...]:
    """`ordered = true` (the values as they stand) or a list of those that are on the scale."""
    read.seen.add("ordered")
    ordered = read.table.get("ordered", False)
    if isinstance(ordered, bool):
        return tuple(names) if ordered else ()
    known = isinstance(ordered, list) and all(v in names for v in ordered)
    if not known or len(set(cast("list[str]", ordered))) != len(cast("list[str]", ordered)):
        read.fault(
            "'ordered' must be true, false, or a list of values of this attribute",
            'from one end of the scale to the other: ordered = ["certain", "probable", "possible"]',
        )
        return ()
    return tuple(cast("list[str]", ordered))


def _check_keys(scheme: Scheme, reserved: Mapping[str, str], faults: Faults) -> None:
    """Refuse two meanings of one key, naming both."""
    owners = dict(reserved)
    claims: list[tuple[str, str, str]] = []
    for i, r in enumerate(scheme.roles):
        claims.append((r.key, f"role {r.name!r}", f"role[{i}]"))
        claims.append((r.new_key, f"role {r.name!r} in a new claim", f"role[{i}]"))
    claims += [
        (v.key, f"{a.name} {v.name!r}", f"attribute[{i}].values[{j}]")
        for i, a in enumerate(scheme.attributes)
        for j, v in enumerate(a.values)
    ]
    claims += [
        (r.key, f"relation {r.name!r}", f"relation[{i}]") for i, r in enumerate(scheme.relations)
    ]
    for key, owner, place in claims:
        if not key:
            continue
        if key in owners:
            faults.add(
                f"key {key!r} of {owner} is already taken by {owners[key]}",
                'choose another key (new_key = "" for a role without one that starts a new claim);'
                " `annotator keys` lists those in use",
                at=place,
            )
        owners.setdefault(key, owner)


def _check_conditions(scheme: Scheme, faults: Faults) -> None:
    """Refuse conditions on labels that are not there, or that could never hold."""
    for i, a in enumerate(scheme.attributes):
        for name, condition in (("only_if", a.only_if), ("required_unless", a.required_unless)):
            for label, values in condition.wanted if condition else ():
                other = scheme.attribute(a.layer, label)
                where = f"attribute[{i}] ({a.name}).{name}"
                if other is None or label == a.name:
                    faults.add(
                        f"{where}: {label!r} is no other label of {a.layer}", at=f"attribute[{i}]"
                    )
                    continue
                for value in values:
                    for part in () if other.text else [value]:
                        if other.value(part) is None:
                            faults.add(
                                f"{where}: {label} has no value {part!r}", at=f"attribute[{i}]"
                            )


def _check_ends(scheme: Scheme, faults: Faults) -> None:
    """Refuse relations between layers that are not there."""
    for i, relation in enumerate(scheme.relations):
        for end in (*relation.heads, *relation.tails):
            layer, _, label = end.partition(".")
            named = scheme.label_attribute(layer)
            if layer not in scheme.layers or (
                label and (named is None or named.value(label) is None)
            ):
                faults.add(
                    f"relation[{i}] ({relation.name}): there is no {end!r} to relate",
                    "name a layer, or a layer and one of its labels: entity.PER",
                    at=f"relation[{i}]",
                )


def parse_scheme(toml: str, reserved: Mapping[str, str]) -> Scheme:
    """Read a scheme from its TOML source.

    Args:
        toml: The source; it is stored as it is, and its hash is the version.
        reserved: Characters that navigation uses -> what they do (`keys.reserved_keys()`).

    Raises:
        SchemeError: for a file that is no TOML, or naming every fault at its place: missing or
            unknown fields, values that stand twice, keys that clash with each other or with
            navigation.
    """
    return _parsed(toml, tuple(reserved.items()))


@lru_cache(maxsize=16)  # the one in force is asked for by nearly every call, and it never changes
def _parsed(toml: str, reserved: tuple[tuple[str, str], ...]) -> Scheme:
    try:
        table = tomllib.loads(toml)
    except ValueError as error:  # also for numbers of thousands of digits
        raise SchemeError(f"the scheme is not valid TOML: {error}") from error
    except RecursionError as error:
        raise SchemeError("the scheme is not valid TOML: nested too deeply") from error
    faults = Faults(SchemeLines(toml))
    read = FieldReader(table, "scheme", faults)
    name = read.text("name")
    title = read.text("title", name)
    roles = tuple(_role(t, f"role[{i}]", faults) for i, t in enumerate(read.items("role")))
    spans = [_span_layer(t, f"span[{i}]", faults) for i, t in enumerate(read.items("span"))]
    relations = tuple(
        _relation(t, f"relation[{i}]", faults) for i, t in enumerate(read.items("relation"))
    )
    layers = dict.fromkeys([*SCHEME_LAYERS, *(s.name for s in spans)])
    retired = {s.name for s in spans if s.archived}
    attributes = tuple(
        _attribute(t, f"attribute[{i}]", layers, retired, faults)
        for i, t in enumerate(read.items("attribute"))
    )
    if all(s.name != MARK for s in spans) and any(a.layer == MARK for a in attributes):
        spans.append(SpanLayer(MARK, MARK, ""))
    history = tuple(_step(t, f"history[{i}]", faults) for i, t in enumerate(read.items("history")))
    read.seen.add("review")
    review = FieldReader(table.get("review", {}), "review", faults)
    kinds = [str(k) for k in review.items("kinds")] or list(SENTENCE_KINDS)
    review.finish()
    read.finish()
    for kind in kinds:
        if kind not in SENTENCE_KINDS:
            faults.add(
                f"review.kinds: {kind!r} is none of {', '.join(SENTENCE_KINDS)}", at="review"
            )
    if not (roles or spans or attributes):
        faults.add("scheme: there is nothing to annotate: no role, no span layer, no attribute")
    for what, found in (
        ("role", [r.name for r in roles]),
        ("span layer", [s.name for s in spans]),
        ("relation", [r.name for r in relations]),
        ("attribute", [f"{a.layer}.{a.name}" for a in attributes]),
        ("suggests", [r.suggests for r in roles if r.suggests]),
        ("from", [f"{a.layer}.{a.taken_from}" for a in attributes if a.taken_from]),
    ):
        for twice in dict.fromkeys(n for n in found if found.count(n) > 1):
            faults.add(f"scheme: {what} {twice!r} stands twice")
    version = hashlib.sha256(toml.encode("utf-8", "surrogatepass")).hexdigest()[:12]
    scheme = Scheme(
        name, title, version, toml, roles, attributes, frozenset(kinds), tuple(spans), relations,
        history,
    )  # fmt: skip
    _check_keys(scheme, dict(reserved), faults)
    _check_conditions(scheme, faults)
    _check_ends(scheme, faults)
    faults.refuse()
    return scheme

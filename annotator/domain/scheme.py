"""The label scheme: roles, attributes and their keys, read from TOML and versioned by its hash."""

from __future__ import annotations

import hashlib
import tomllib
from collections.abc import Mapping
from dataclasses import dataclass, replace
from functools import lru_cache
from pathlib import Path
from typing import Final, cast

from annotator.domain.errors import SchemeError
from annotator.domain.model import SCHEME_LAYERS, SENTENCE_KINDS, SPAN_ROLE, Annotation, Layer
from annotator.domain.records import FIELDS

ENGINE_ROLES: Final = ("content", "source", "cue", "addressee", "via")
"""What engines call the roles of the claims that they propose: what `suggests` can name."""
DEFAULT_SCHEME: Final = Path(__file__).parent.parent / "schemes" / "news.toml"


@dataclass(frozen=True, slots=True)
class Value:
    """One label of an attribute, with the key that gives it directly (empty: only the form)."""

    name: str
    key: str
    guideline: str
    taken_from: str = ""
    """What an engine calls it; empty: the same name."""


@dataclass(frozen=True, slots=True)
class Attribute:
    """A labelled property of a claim, mark, sentence or article."""

    name: str
    layer: Layer
    title: str
    guideline: str
    required: bool
    text: bool
    """Free text instead of a choice of values."""
    values: tuple[Value, ...]
    scale: tuple[str, ...] = ()
    """Names of values in their order, where they are steps of one scale; those left out of it
    ("unstated") stand beside the scale. Empty: labels without an order."""
    taken_from: str = ""
    """Which label of an engine's suggestions fills it; empty: none."""

    def value(self, name: str) -> Value | None:
        """Return the value of that name, or None when the scheme does not know it."""
        return next((v for v in self.values if v.name == name), None)


@dataclass(frozen=True, slots=True)
class Role:
    """What a span is in a claim. A second span is a new one ("many") or a further fragment."""

    name: str
    key: str
    guideline: str
    required: bool
    many: bool
    suggests: str = ""
    """Which role of an engine's suggestions it takes; empty: none."""


@dataclass(frozen=True, slots=True)
class Scheme:
    """A label scheme. `version` is the first 12 hex digits of the SHA-256 of its TOML source."""

    name: str
    title: str
    version: str
    toml: str
    roles: tuple[Role, ...]
    attributes: tuple[Attribute, ...]
    review_kinds: frozenset[str]

    def role(self, name: str) -> Role | None:
        """Return the role of that name, or None."""
        return next((r for r in self.roles if r.name == name), None)

    def attribute(self, layer: Layer, name: str) -> Attribute | None:
        """Return the attribute of that name on that layer, or None."""
        return next((a for a in self.attributes if (a.layer, a.name) == (layer, name)), None)

    def of_layer(self, layer: Layer) -> tuple[Attribute, ...]:
        """The attributes of one layer, in the order of the file."""
        return tuple(a for a in self.attributes if a.layer == layer)

    def label_keys(self) -> dict[str, tuple[Attribute, Value]]:
        """Key -> the attribute and value that it sets on the active claim."""
        return {v.key: (a, v) for a in self.attributes for v in a.values if v.key}

    def role_keys(self) -> dict[str, Role]:
        """Key -> the role that it gives."""
        return {r.key: r for r in self.roles if r.key}

    def required(self) -> tuple[tuple[Layer, str, str], ...]:
        """What claims and marks must have: layer, "role" or "attribute", and its name."""
        roles: list[tuple[Layer, str, str]] = [
            ("claim", "role", r.name) for r in self.roles if r.required
        ]
        return (
            *roles,
            *(
                (a.layer, "attribute", a.name)
                for a in self.attributes
                if a.required and a.layer in ("claim", "mark")
            ),
        )

    def missing(self, annotation: Annotation) -> tuple[str, ...]:
        """Names of required roles and attributes that the annotation does not have yet."""
        roles: tuple[str, ...] = ()
        if annotation.layer == "claim":
            present = {f.role for f in annotation.fragments}
            roles = tuple(r.name for r in self.roles if r.required and r.name not in present)
        return roles + tuple(
            a.name
            for a in self.of_layer(annotation.layer)
            if a.required and a.name not in annotation.attributes
        )

    def faults(self, annotation: Annotation) -> tuple[str, ...]:
        """What in the annotation the scheme does not know: roles, labels, values.

        Layers that no scheme declares (what people decided about suggestions and readings) have
        none.
        """
        layer = annotation.layer
        if layer not in SCHEME_LAYERS:
            return ()
        roles = dict.fromkeys(f.role for f in annotation.fragments) if layer == "claim" else ()
        found = [self.fault_of(layer, role) for role in roles]
        found += [self.fault_of(layer, n, v) for n, v in annotation.attributes.items()]
        return tuple(f for f in found if f)

    def fault_of(self, layer: Layer, name: str, value: str | None = None) -> str:
        """What is wrong with a role (without a value) or a label of that layer; "" if nothing."""
        if value is None:
            return "" if self.role(name) else f"role {name!r}"
        attribute = self.attribute(layer, name)
        if attribute is None:
            return f"attribute {name!r}"
        if attribute.text or attribute.value(value):
            return ""
        return f"{name} {value!r}"


class _Faults:
    """What is wrong in a scheme file: all of it is found before any of it is told."""

    def __init__(self) -> None:
        self.found: dict[str, str] = {}
        """Message -> hint."""

    def add(self, message: str, hint: str = "") -> None:
        self.found.setdefault(message, hint)

    def refuse(self) -> None:
        """Raise SchemeError with every fault, when there are any."""
        if not self.found:
            return
        messages = list(self.found)
        hints = "; ".join(dict.fromkeys(h for h in self.found.values() if h))
        if len(messages) == 1:
            raise SchemeError(messages[0], hints)
        raise SchemeError("\n".join([f"{len(messages)} faults in the scheme:", *messages]), hints)


class _Reader:
    """Takes typed fields out of a TOML table; what is wrong goes to `faults` with its place."""

    def __init__(self, table: object, where: str, faults: _Faults) -> None:
        if not isinstance(table, dict):
            faults.add(f"{where}: expected a table")
            table = None
        self.broken = table is None
        self.table = cast("dict[str, object]", table or {})
        self.where = where
        self.faults = faults
        self.seen: set[str] = set()

    def fault(self, message: str, hint: str = "") -> None:
        self.faults.add(f"{self.where}: {message}", hint)

    def text(self, name: str, default: str | None = None) -> str:
        self.seen.add(name)
        value = self.table.get(name, default)
        if not isinstance(value, str):
            if not self.broken:
                self.fault(f"{name!r} is {'missing' if value is None else 'not a string'}")
            return default or ""
        if name in {"name", "key", "title"} and not value.isprintable():
            self.fault(f"{name!r} has characters that cannot be shown")
            return default or ""
        return value.strip()

    def flag(self, name: str) -> bool:
        self.seen.add(name)
        value = self.table.get(name, False)
        if not isinstance(value, bool):
            self.fault(f"{name!r} must be true or false")
            return False
        return value

    def items(self, name: str) -> list[object]:
        self.seen.add(name)
        value = self.table.get(name, [])
        if not isinstance(value, list):
            self.fault(f"{name!r} must be a list")
            return []
        return cast("list[object]", value)

    def identifier(self) -> str:
        name = self.text("name")
        given = isinstance(self.table.get("name"), str)
        if given and (not name.isidentifier() or name in FIELDS):
            self.fault(
                f"{name!r} cannot be a name",
                "use letters, digits and underscores, and no field of a record such as 'id' or"
                " 'note'",
            )
        return name

    def finish(self) -> None:
        for name in sorted(self.table.keys() - self.seen):
            self.fault(f"unknown field {name!r}", f"known here: {', '.join(sorted(self.seen))}")


def _role(table: object, where: str, faults: _Faults) -> Role:
    read = _Reader(table, where, faults)
    name = read.identifier()
    if name == SPAN_ROLE:
        read.fault(f"the role {SPAN_ROLE!r} is the program's own")
    key = read.text("key", "")
    if key and not (len(key) == 1 and key.islower() and key.upper() != key):
        read.fault(
            f"key {key!r} must be one lower-case letter",
            "its capital starts a new claim with that role",
        )
        key = ""
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
    )
    read.finish()
    return role


def _value(table: object, where: str, faults: _Faults) -> Value:
    """A value: a table, or only its name."""
    read = _Reader({"name": table} if isinstance(table, str) else table, where, faults)
    value = Value(
        read.text("name"), read.text("key", ""), read.text("guideline", ""), read.text("from", "")
    )
    if not value.name and isinstance(read.table.get("name"), str):
        read.fault("'name' is empty")
    if len(value.key) > 1 or value.key.isspace():
        read.fault(f"key {value.key!r} must be one character")
        value = replace(value, key="")
    read.finish()
    return value


def _attribute(table: object, where: str, faults: _Faults) -> Attribute:
    read = _Reader(table, where, faults)
    name = read.identifier()
    read.where = where = f"{where} ({name})" if name else where
    layer = read.text("layer", "claim")
    if layer not in SCHEME_LAYERS:
        read.fault(f"layer {layer!r} is none of {', '.join(SCHEME_LAYERS)}")
    values = tuple(
        _value(v, f"{where}.values[{i}]", faults) for i, v in enumerate(read.items("values"))
    )
    text = read.flag("text")
    if text == bool(values) and not read.broken:
        read.fault("give either values or text = true")
    names = [v.name for v in values]
    for v in dict.fromkeys(names):
        if v and names.count(v) > 1:
            read.fault(f"the value {v!r} stands twice")
    if layer != "claim" and any(v.key for v in values):
        read.fault("only attributes of claims can have keys", "the form reaches the others")
    attribute = Attribute(
        name,
        cast("Layer", layer),
        read.text("title", name),
        read.text("guideline", ""),
        read.flag("required"),
        text,
        values,
        _scale(read, names),
        read.text("from", ""),
    )
    read.finish()
    return attribute


def _scale(read: _Reader, names: list[str]) -> tuple[str, ...]:
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


def _check_keys(scheme: Scheme, reserved: Mapping[str, str], faults: _Faults) -> None:
    """Refuse two meanings of one key, naming both."""
    owners = dict(reserved)
    claims: list[tuple[str, str]] = []
    for r in scheme.roles:
        if r.key:
            claims.append((r.key, f"role {r.name!r}"))
            claims.append((r.key.upper(), f"role {r.name!r} in a new claim"))
    claims += [
        (v.key, f"{a.name} {v.name!r}") for a in scheme.attributes for v in a.values if v.key
    ]
    for key, owner in claims:
        if key in owners:
            faults.add(
                f"key {key!r} of {owner} is already taken by {owners[key]}",
                "choose another key; `annotator keys` lists those in use",
            )
        owners.setdefault(key, owner)


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
    faults = _Faults()
    read = _Reader(table, "scheme", faults)
    name = read.text("name")
    title = read.text("title", name)
    roles = tuple(_role(t, f"role[{i}]", faults) for i, t in enumerate(read.items("role")))
    attributes = tuple(
        _attribute(t, f"attribute[{i}]", faults) for i, t in enumerate(read.items("attribute"))
    )
    read.seen.add("review")
    review = _Reader(table.get("review", {}), "review", faults)
    kinds = [str(k) for k in review.items("kinds")] or list(SENTENCE_KINDS)
    review.finish()
    read.finish()
    for kind in kinds:
        if kind not in SENTENCE_KINDS:
            faults.add(f"review.kinds: {kind!r} is none of {', '.join(SENTENCE_KINDS)}")
    if "content" not in {r.name for r in roles}:
        faults.add("scheme: there must be a role 'content'")
    for what, found in (
        ("role", [r.name for r in roles]),
        ("attribute", [f"{a.layer}.{a.name}" for a in attributes]),
        ("suggests", [r.suggests for r in roles if r.suggests]),
        ("from", [f"{a.layer}.{a.taken_from}" for a in attributes if a.taken_from]),
    ):
        for twice in dict.fromkeys(n for n in found if found.count(n) > 1):
            faults.add(f"scheme: {what} {twice!r} stands twice")
    version = hashlib.sha256(toml.encode("utf-8", "surrogatepass")).hexdigest()[:12]
    scheme = Scheme(name, title, version, toml, roles, attributes, frozenset(kinds))
    _check_keys(scheme, dict(reserved), faults)
    faults.refuse()
    return scheme

"""The label scheme: roles, attributes and their keys, read from TOML and versioned by its hash."""

from __future__ import annotations

import hashlib
import tomllib
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Final, cast

from annotator.domain.errors import SchemeError
from annotator.domain.model import SCHEME_LAYERS, SENTENCE_KINDS, SPAN_ROLE, Annotation, Layer
from annotator.domain.records import FIELDS

DEFAULT_SCHEME: Final = Path(__file__).parent.parent / "schemes" / "news.toml"


@dataclass(frozen=True, slots=True)
class Value:
    """One label of an attribute, with the key that gives it directly (empty: only the picker)."""

    name: str
    key: str
    guideline: str


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
        """What in the annotation the scheme does not know: roles, attributes, values."""
        out: list[str] = []
        for role in dict.fromkeys(f.role for f in annotation.fragments):
            if annotation.layer == "claim" and self.role(role) is None:
                out.append(f"role {role!r}")
        for name, value in annotation.attributes.items():
            attribute = self.attribute(annotation.layer, name)
            if attribute is None:
                out.append(f"attribute {name!r}")
            elif not attribute.text and attribute.value(value) is None:
                out.append(f"{name} {value!r}")
        return tuple(out)


class _Reader:
    """Takes typed fields out of a TOML table and names the place when one is wrong."""

    def __init__(self, table: object, where: str) -> None:
        if not isinstance(table, dict):
            raise SchemeError(f"{where}: expected a table")
        self.table = cast("dict[str, object]", table)
        self.where = where
        self.seen: set[str] = set()

    def text(self, name: str, default: str | None = None) -> str:
        self.seen.add(name)
        value = self.table.get(name, default)
        if not isinstance(value, str):
            what = "missing" if value is None else "not a string"
            raise SchemeError(f"{self.where}: {name!r} is {what}")
        if name in {"name", "key", "title"} and not value.isprintable():
            raise SchemeError(f"{self.where}: {name!r} has characters that cannot be shown")
        return value.strip()

    def flag(self, name: str) -> bool:
        self.seen.add(name)
        value = self.table.get(name, False)
        if not isinstance(value, bool):
            raise SchemeError(f"{self.where}: {name!r} must be true or false")
        return value

    def items(self, name: str) -> list[object]:
        self.seen.add(name)
        value = self.table.get(name, [])
        if not isinstance(value, list):
            raise SchemeError(f"{self.where}: {name!r} must be a list")
        return cast("list[object]", value)

    def finish(self) -> None:
        unknown = sorted(self.table.keys() - self.seen)
        if unknown:
            raise SchemeError(
                f"{self.where}: unknown field {unknown[0]!r}",
                f"known here: {', '.join(sorted(self.seen))}",
            )


def _identifier(name: str, where: str) -> str:
    if not name.isidentifier() or name in FIELDS:
        raise SchemeError(
            f"{where}: {name!r} cannot be a name",
            "use letters, digits and underscores, and no field of a record such as 'id' or 'note'",
        )
    return name


def _role(table: object, where: str) -> Role:
    read = _Reader(table, where)
    name = _identifier(read.text("name"), where)
    if name == SPAN_ROLE:
        raise SchemeError(f"{where}: the role {SPAN_ROLE!r} is the program's own")
    key = read.text("key", "")
    if key and not (len(key) == 1 and key.islower() and key.upper() != key):
        raise SchemeError(
            f"{where}: key {key!r} must be one lower-case letter",
            "its capital starts a new claim with that role",
        )
    spans = read.text("spans", "many")
    if spans not in {"one", "many"}:
        raise SchemeError(f"{where}: spans {spans!r} must be 'one' or 'many'")
    role = Role(name, key, read.text("guideline", ""), read.flag("required"), many=spans == "many")
    read.finish()
    return role


def _value(table: object, where: str) -> Value:
    read = _Reader(table, where)
    value = Value(read.text("name"), read.text("key", ""), read.text("guideline", ""))
    if not value.name:
        raise SchemeError(f"{where}: 'name' is empty")
    if len(value.key) > 1 or value.key.isspace():
        raise SchemeError(f"{where}: key {value.key!r} must be one character")
    read.finish()
    return value


def _attribute(table: object, where: str) -> Attribute:
    read = _Reader(table, where)
    name = _identifier(read.text("name"), where)
    where = f"{where} ({name})"
    layer = read.text("layer", "claim")
    if layer not in SCHEME_LAYERS:
        raise SchemeError(f"{where}: layer {layer!r} is none of {', '.join(SCHEME_LAYERS)}")
    values = tuple(_value(v, f"{where}.values[{i}]") for i, v in enumerate(read.items("values")))
    text = read.flag("text")
    if text == bool(values):
        raise SchemeError(f"{where}: give either values or text = true")
    names = [v.name for v in values]
    for v in names:
        if names.count(v) > 1:
            raise SchemeError(f"{where}: the value {v!r} stands twice")
    if layer != "claim" and any(v.key for v in values):
        raise SchemeError(
            f"{where}: only attributes of claims can have keys", "the picker reaches the others"
        )
    attribute = Attribute(
        name,
        layer,
        read.text("title", name),
        read.text("guideline", ""),
        read.flag("required"),
        text,
        values,
    )
    read.finish()
    return attribute


def _check_keys(scheme: Scheme, reserved: Mapping[str, str]) -> None:
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
            raise SchemeError(
                f"key {key!r} of {owner} is already taken by {owners[key]}",
                "choose another key; `annotator keys` lists those in use",
            )
        owners[key] = owner


def parse_scheme(toml: str, reserved: Mapping[str, str]) -> Scheme:
    """Read a scheme from its TOML source.

    Args:
        toml: The source; it is stored as it is, and its hash is the version.
        reserved: Characters that navigation uses -> what they do (`keys.reserved_keys()`).

    Raises:
        SchemeError: naming the place, for every fault: syntax, missing or unknown fields, values
            that stand twice, and keys that clash with each other or with navigation.
    """
    try:
        table = tomllib.loads(toml)
    except tomllib.TOMLDecodeError as error:
        raise SchemeError(f"the scheme is not valid TOML: {error}") from error
    read = _Reader(table, "scheme")
    name = read.text("name")
    title = read.text("title", name)
    roles = tuple(_role(t, f"role[{i}]") for i, t in enumerate(read.items("role")))
    attributes = tuple(
        _attribute(t, f"attribute[{i}]") for i, t in enumerate(read.items("attribute"))
    )
    read.seen.add("review")
    review = _Reader(table.get("review", {}), "review")
    kinds = [str(k) for k in review.items("kinds")] or list(SENTENCE_KINDS)
    review.finish()
    read.finish()
    for kind in kinds:
        if kind not in SENTENCE_KINDS:
            raise SchemeError(f"review.kinds: {kind!r} is none of {', '.join(SENTENCE_KINDS)}")
    if "content" not in {r.name for r in roles}:
        raise SchemeError("scheme: there must be a role 'content'")
    for what, found in (
        ("role", [r.name for r in roles]),
        ("attribute", [f"{a.layer}.{a.name}" for a in attributes]),
    ):
        twice = next((n for n in found if found.count(n) > 1), None)
        if twice:
            raise SchemeError(f"scheme: {what} {twice!r} stands twice")
    version = hashlib.sha256(toml.encode("utf-8", "surrogatepass")).hexdigest()[:12]
    scheme = Scheme(name, title, version, toml, roles, attributes, frozenset(kinds))
    _check_keys(scheme, reserved)
    return scheme

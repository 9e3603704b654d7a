"""The default scheme under other names: nothing that is counted may depend on what it is called."""

from __future__ import annotations

import json
import tomllib
from collections.abc import Iterable
from dataclasses import dataclass, replace

from annotator.domain.model import Annotation
from annotator.domain.scheme import DEFAULT_SCHEME, MARK, Scheme
from annotator.domain.scheme_file import parse_scheme

SPAN_LAYER = "wording"
"""What the layer of bias marks is called."""


def renamed(name: str) -> str:
    """Another name, that is nowhere a default one: "stance" is "x_ecnats"."""
    return f"x_{name[::-1]}"


def _toml(value: object) -> str:
    """A value as TOML; JSON's strings, numbers and lists are TOML too."""
    if isinstance(value, dict):
        return "{ " + ", ".join(f"{k} = {_toml(v)}" for k, v in value.items()) + " }"
    if isinstance(value, list):
        return "[" + ", ".join(map(_toml, value)) + "]"
    return json.dumps(value, ensure_ascii=False)


@dataclass(frozen=True)
class Renaming:
    """The default scheme, the same under other names, and the way from one to the other."""

    default: Scheme
    own: Scheme

    def __call__(self, annotation: Annotation) -> Annotation:
        """An annotation of the default scheme in the other one's names."""
        layer = annotation.layer
        fragments = annotation.fragments
        if layer == "claim":
            fragments = tuple(f._replace(role=renamed(f.role)) for f in fragments)
        elif layer == "mark":
            fragments = tuple(f._replace(role=SPAN_LAYER) for f in fragments)
        labels: dict[str, str] = {}
        for name, value in annotation.attributes.items():
            attribute = self.default.attribute(annotation.layer_name, name)
            known = attribute is not None and not attribute.text
            labels[renamed(name)] = renamed(value) if known else value
        if layer == "verdict":
            labels = dict(annotation.attributes)
        return replace(annotation, fragments=fragments, attributes=labels)

    def names(self) -> dict[str, str]:
        """Every name of the default scheme -> the other one's; longest first."""
        found = {r.name: renamed(r.name) for r in self.default.roles}
        for a in self.default.attributes:
            found[a.name] = renamed(a.name)
            found |= {v.name: renamed(v.name) for v in a.values}
        return dict(sorted(found.items(), key=lambda pair: -len(pair[0])))


def renaming() -> Renaming:
    """Every role, label, value and the span layer of the default scheme called otherwise.

    What engines call them is said by `suggests` and `from`.
    """
    source = DEFAULT_SCHEME.read_text(encoding="utf-8")
    table = tomllib.loads(source)
    lines = [
        'name = "own"',
        'title = "Own"',
        f"[review]\nkinds = {_toml(table['review']['kinds'])}",
    ]
    for role in table["role"]:
        lines.append("[[role]]")
        lines += _entries(role | {"name": renamed(role["name"])})
    lines += ["[[span]]", f'name = "{SPAN_LAYER}"']
    for attribute in table["attribute"]:
        lines.append("[[attribute]]")
        lines += _entries(_attribute(attribute))
    default = parse_scheme(source, {})
    return Renaming(default, parse_scheme("\n".join(lines) + "\n", {}))


def _attribute(table: dict[str, object]) -> dict[str, object]:
    out = table | {"name": renamed(str(table["name"]))}
    if table.get("layer") == MARK:
        out["layer"] = SPAN_LAYER
    values = table.get("values")
    if isinstance(values, list):
        out["values"] = [
            v | {"name": renamed(v["name"]), "from": v.get("from", v["name"])} for v in values
        ]
    ordered = table.get("ordered")
    if isinstance(ordered, list):
        out["ordered"] = [renamed(v) for v in ordered]
    unless = table.get("required_unless")
    if isinstance(unless, dict):
        out["required_unless"] = {renamed(k): renamed(v) for k, v in unless.items()}
    return out


def _entries(table: dict[str, object]) -> Iterable[str]:
    return (f"{name} = {_toml(value)}" for name, value in table.items())

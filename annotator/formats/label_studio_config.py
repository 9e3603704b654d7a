"""Label Studio's labelling configuration: which controls a project has, used or not.

https://labelstud.io/tags: `<Labels>` is a layer, what is asked `perRegion` is an attribute of its
spans, what is asked of the task an attribute of the article. A file has it as `label_config`, or
it is named (`-o config=FILE`).
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final
from xml.sax.saxutils import quoteattr

from annotator.domain.errors import InputError
from annotator.domain.scheme import Attribute, AttributeKind, Scheme
from annotator.domain.vocabulary import DeclaredLabel, DeclaredRelation, Vocabulary
from annotator.formats.label_studio_layers import LABEL, PATH, RESULTS, UNLABELLED, joined
from annotator.formats.support.base import needs
from annotator.formats.support.names import identifier, original

if TYPE_CHECKING:
    from xml.etree.ElementTree import Element

_WAYS: Final = ("auto", "yes", "no")
_LIMIT: Final = 16 << 20
"""Bytes of a labelling configuration."""
_REGIONS: Final = frozenset({"labels", "hypertextlabels"})
_KINDS: Final[Mapping[str, AttributeKind | None]] = {
    "textarea": "text",
    "rating": "number",
    "number": "number",
    "datetime": None,
    "taxonomy": "several",
}


@dataclass(frozen=True, slots=True)
class Control:
    """A control of the labelling interface."""

    name: str
    kind: str
    """The type of its results: "labels", "choices", "rating" ..."""
    region: bool
    """Whether it is asked of each region."""
    several: bool
    values: tuple[str, ...]


@dataclass(slots=True)
class LabellingConfiguration:
    """What a labelling configuration declares."""

    texts: dict[str, str] = field(default_factory=dict)
    """Name of what is shown -> the field of `data` that it shows."""
    controls: dict[str, Control] = field(default_factory=dict)
    relations: list[str] = field(default_factory=list)

    def shown(self, key: str) -> str:
        """What shows a field of `data`; "" where nothing does."""
        return next((name for name, field_ in self.texts.items() if field_ == key), "")

    def vocabulary(self) -> Vocabulary:
        """The layers, labels and relations that it declares."""
        layers = [c for c in self.controls.values() if c.kind in _REGIONS]
        labels: list[DeclaredLabel] = []
        for control in self.controls.values():
            kind: AttributeKind | None = "several" if control.several else "one"
            if control.kind in _REGIONS:
                layer = identifier(control.name)
                labels.append(DeclaredLabel(layer, LABEL, kind, control.values))
                continue
            kind = _KINDS.get(control.kind, kind)
            if not control.region:
                name = identifier(control.name)
                labels.append(DeclaredLabel("article", name, kind, control.values, control.name))
                continue
            # It does not say of which regions: of those of every layer.
            name = identifier(control.name, (LABEL,))
            for other in layers:
                layer = identifier(other.name)
                labels.append(DeclaredLabel(layer, name, kind, control.values, control.name))
        return Vocabulary(
            span_layers=tuple((identifier(c.name), c.name) for c in layers),
            labels=tuple(labels),
            relations=tuple(DeclaredRelation(r) for r in self.relations),
        )


def configuration_of(given: str, tasks: object, path: Path) -> LabellingConfiguration | None:
    """The configuration of a project: of the file that is named, or that comes with the tasks.

    Raises:
        InputError: for a file that cannot be read, or is no labelling configuration.
    """
    if given and given not in _WAYS:
        place = Path(given)
        try:
            if place.stat().st_size > _LIMIT:
                raise InputError(f"{place}: larger than {_LIMIT >> 20} MB")
            return _parsed(place.read_text(encoding="utf-8-sig"), str(place))
        except OSError as error:
            raise InputError(f"{place}: cannot be read ({error.strerror})") from error
        except UnicodeDecodeError as error:
            raise InputError(f"{place}: not UTF-8 at byte {error.start}") from error
    found = tasks.get("label_config") if isinstance(tasks, dict) else None
    return _parsed(found, f"{path.name}: label_config") if isinstance(found, str) else None


def _parsed(xml: str, where: str) -> LabellingConfiguration:
    try:
        from defusedxml import DefusedXmlException
        from defusedxml.ElementTree import ParseError, fromstring
    except ImportError as error:
        raise needs("defusedxml", "formats") from error
    try:
        root: Element = fromstring(xml, forbid_dtd=True)
    except (DefusedXmlException, ParseError, ValueError) as error:
        raise InputError(f"{where}: no labelling configuration ({error})") from error
    out = LabellingConfiguration()
    for tag in root.iter():
        kind = tag.tag.lower() if isinstance(tag.tag, str) else ""
        name, value = tag.get("name", ""), tag.get("value", "")
        if kind in ("text", "hypertext") and name and value.startswith("$"):
            out.texts[name] = value[1:]
        elif kind == "relation" and value:
            out.relations.append(value)
        elif name and (kind in _REGIONS or kind in _KINDS or kind == "choices"):
            region = kind not in _REGIONS and tag.get("perRegion", "").lower() == "true"
            several = tag.get("choice", "") == "multiple" or kind == "taxonomy"
            values = tuple(dict.fromkeys(_values(tag, kind)))
            out.controls[name] = Control(name, kind, region, several, values)
    if not out.texts and not out.controls:
        raise InputError(f"{where}: no labelling configuration (it has no controls)")
    return out


def _values(tag: Element, kind: str, path: tuple[str, ...] = ()) -> Iterator[str]:
    """What can be chosen; values that come with each task ("$labels") are not known here."""
    for child in tag:
        if not isinstance(child.tag, str) or child.tag.lower() not in ("label", "choice"):
            continue
        value = child.get("alias") or child.get("value", "")
        if value and not value.startswith("$"):
            steps = (*path, value) if kind == "taxonomy" else (value,)
            yield joined([PATH.join(steps)])
            yield from _values(child, kind, steps)


# ---------------------------------------------------------------------------------------- writing

_TAGS: Final = {
    "labels": ("Labels", "Label"),
    "hypertextlabels": ("HyperTextLabels", "Label"),
    "choices": ("Choices", "Choice"),
    "taxonomy": ("Taxonomy", "Choice"),
    "textarea": ("TextArea", ""),
    "rating": ("Rating", ""),
    "number": ("Number", ""),
    "datetime": ("DateTime", ""),
}


@dataclass(slots=True)
class _Met:
    kind: str
    region: bool
    several: bool = False
    values: dict[str, None] = field(default_factory=dict)


class Interface:
    """The labelling interface that a file of tasks fits, gathered while they are written."""

    def __init__(self, scheme: Scheme | None) -> None:
        self._controls: dict[tuple[str, bool], _Met] = {}
        self._relations: dict[str, None] = {}
        self.text, self.shown = "text", "text"
        self.own = False
        """Whether there are layers of the user's own."""
        if scheme:
            self._declare(scheme)

    def _declare(self, scheme: Scheme) -> None:
        """What the scheme has, used or not: its layers, what is asked of them, its relations."""
        for layer in scheme.span_layers:
            if layer.name == "mark":
                continue
            self.own = True
            first = scheme.attribute(layer.name, LABEL) or scheme.label_attribute(layer.name)
            met = self._control(original(layer.name), "labels", region=False)
            met.several = first is not None and first.kind == "several"
            met.values |= dict.fromkeys(v.name for v in first.values) if first else {}
            for a in scheme.of_layer(layer.name):
                if first is None or a.name != first.name:
                    self._asked(original(a.name, (LABEL,)), a, region=True)
        if self.own:
            for a in scheme.of_layer("article"):
                self._asked(original(a.name), a, region=False)
            self._relations |= dict.fromkeys(r.name for r in scheme.relations)

    def _asked(self, name: str, attribute: Attribute, *, region: bool) -> None:
        met = self._control(name, RESULTS.get(attribute.kind, "choices"), region=region)
        met.several = met.several or attribute.kind == "several"
        met.values |= dict.fromkeys(v.name for v in attribute.values)

    def _control(self, name: str, kind: str, *, region: bool) -> _Met:
        return self._controls.setdefault((name, region), _Met(kind, region))

    def add(self, result: Iterable[Mapping[str, Any]]) -> None:
        """Remember the controls and labels of the results of an annotation."""
        for item in result:
            kind, value = item["type"], item.get("value", {})
            if kind == "relation":
                if "annotator" in item:  # others tie the pieces of a claim together
                    self._relations |= dict.fromkeys(item["labels"])
                continue
            region = "start" in value and kind not in _REGIONS
            met = self._control(item["from_name"], kind, region=region)
            met.kind = kind
            said = value.get(kind) if kind in (*_REGIONS, "choices", "taxonomy") else None
            if isinstance(said, list):
                met.several = met.several or len(said) > 1
                met.values |= dict.fromkeys(
                    PATH.join(v) if isinstance(v, list) else str(v) for v in said
                )

    def xml(self) -> str:
        """The labelling configuration."""
        labels = {n: m for (n, _), m in self._controls.items() if m.kind in _REGIONS}
        ours = labels.pop("label", None) if not self.own or "label" in labels else None
        relations = dict.fromkeys(sorted(ours.values)) if ours else {}
        relations |= {"same": None} if ours or not labels else {}
        relations |= {r: None for r in sorted(self._relations) if r != UNLABELLED}
        out = ["<View>", "  <Relations>"]
        out += [f"    <Relation value={quoteattr(label)}/>" for label in relations]
        out += ["  </Relations>"]
        to = quoteattr(self.shown)
        if ours or not labels:
            out += self._tag("label", ours or _Met("labels", region=False), to)
        for name, met in sorted(labels.items()):
            out += self._tag(name, met, to)
        out += [f"  <Text name={to} value={quoteattr(f'${self.text}')}/>"]
        for (name, _), met in sorted(self._controls.items()):
            if met.kind not in _REGIONS:
                out += self._tag(name, met, to)
        return "\n".join([*out, "</View>", ""])

    def _tag(self, name: str, met: _Met, to: str) -> Iterator[str]:
        tag, inner = _TAGS[met.kind]
        per = ' perRegion="true"' if met.region else ""
        many = ' choice="multiple"' if met.several and met.kind != "taxonomy" else ""
        head = f"  <{tag} name={quoteattr(name)} toName={to}{per}{many}"
        if not inner:
            yield f"{head}/>"
            return
        yield f"{head}>"
        if met.kind == "taxonomy":
            yield from _paths(sorted(v.split(PATH) for v in met.values), "    ")
        else:
            yield from (f"    <{inner} value={quoteattr(v)}/>" for v in sorted(met.values))
        yield f"  </{tag}>"


def _paths(paths: list[list[str]], indent: str) -> Iterator[str]:
    """The choices of a taxonomy, one within the other."""
    first: dict[str, list[list[str]]] = {}
    for path in paths:
        first.setdefault(path[0], []).append(path[1:])
    for step, rest in first.items():
        inner = [p for p in rest if p]
        if not inner:
            yield f"{indent}<Choice value={quoteattr(step)}/>"
            continue
        yield f"{indent}<Choice value={quoteattr(step)}>"
        yield from _paths(inner, f"{indent}  ")
        yield f"{indent}</Choice>"

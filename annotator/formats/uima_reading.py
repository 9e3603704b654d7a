"""Reading UIMA CAS files (XMI with its type system, or JSON): ours, and those of INCEpTION.

Spans are pieces of claims or marks, as in `cas_types`; or their layers keep their names, with
relations, slots and chains, as in `cas_layers`.
"""

from __future__ import annotations

import warnings
from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

from annotator.domain.errors import InputError
from annotator.domain.exchange import BadRecord, Document, Item
from annotator.domain.losses import Losses
from annotator.domain.model import Annotation
from annotator.formats.cas_layers import (
    NEXT,
    REFERENCE_RELATION,
    Found,
    Layers,
    Types,
    is_ours,
    source_of,
    value_text,
    vocabulary,
)
from annotator.formats.cas_types import (
    ARTICLE,
    FURTHER_TYPES,
    LAYOUT,
    RELATION,
    SPAN,
    TYPES,
    Wanted,
    read_piece,
    short,
)
from annotator.formats.inception_project import files_in, unpacked
from annotator.formats.support.base import Options, needs
from annotator.formats.support.foreign import article_from
from annotator.formats.support.grouping import claims_from_pieces
from annotator.formats.support.jsonio import FILE_LIMIT, MEGABYTE
from annotator.formats.support.linking import Link, relation_lost
from annotator.formats.support.piece import Piece
from annotator.formats.support.span_layers import in_layers

if TYPE_CHECKING:
    from cassis import Cas, TypeSystem

_PLACE: Final = frozenset({"sofa", "begin", "end"})
_ENDS: Final = frozenset({"Governor", "Dependent"})
_RENAMED: Final = {"type_": "type", "self_": "self"}
"""What cassis calls features whose names mean something in Python -> what they are called."""


def refuse_dtd(path: Path) -> None:
    """Raise InputError for XML that is broken, or declares entities or a document type."""
    try:
        from defusedxml import DefusedXmlException
        from defusedxml.sax import parse
    except ImportError as error:
        raise needs("defusedxml", "formats") from error
    from xml.sax import ContentHandler, SAXParseException

    try:
        with path.open("rb") as stream:
            parse(stream, ContentHandler(), forbid_dtd=True)
    except (DefusedXmlException, SAXParseException) as error:
        raise InputError(f"{path.name}: not XML that is read here ({error})") from error


def _types_of(file: Path, root: Path) -> Path:
    """The type system that goes with a file: beside it, or above it in the folder that is read."""
    for folder in file.parents:
        if (folder / TYPES).is_file():
            return folder / TYPES
        if folder == root or not folder.is_relative_to(root):
            break
    raise InputError(f"no {TYPES} beside it")


def read(path: Path, options: Options, losses: Losses) -> Iterator[Item]:
    """Read a file, or a folder of them with its TypeSystem.xml."""
    try:
        from cassis import load_cas_from_json, load_cas_from_xmi, load_typesystem
        from cassis.typesystem import AnnotationHasNoSofa, TypeCheckError, TypeNotFoundError
    except ImportError as error:
        raise needs("dkpro-cassis", "formats") from error
    limit = options.number(FILE_LIMIT.name) * MEGABYTE
    with unpacked(path, limit) as root:
        files = files_in(root, (".xmi", ".json"), losses)
        if not files:
            raise InputError(f"{path}: no .xmi or .json files")
        further = options.names(FURTHER_TYPES.name)
        wanted, layers = Wanted(further), Layers(further) if in_layers(options) else None
        seen, used = Types(), set[str]()
        types: dict[Path, TypeSystem] = {}
        for file in files:
            try:
                if file.stat().st_size > limit:
                    raise InputError(f"larger than {limit // MEGABYTE} MB (-o max-file-mb=N)")
                if file.suffix == ".json":
                    with file.open("rb") as stream, warnings.catch_warnings():
                        warnings.filterwarnings("ignore", "Trying to add feature")
                        cas = load_cas_from_json(stream)
                else:
                    beside = _types_of(file, root)
                    if beside not in types:
                        refuse_dtd(beside)
                        with beside.open("rb") as stream, warnings.catch_warnings():
                            warnings.filterwarnings("ignore", "Trying to add feature")
                            types[beside] = load_typesystem(stream)
                    refuse_dtd(file)
                    with file.open("rb") as stream, warnings.catch_warnings():
                        # cassis would go on with an offset that lies outside the text.
                        warnings.filterwarnings("error", "Not mapping external offset")
                        cas = load_cas_from_xmi(stream, typesystem=types[beside])
                yield _document(cas, root, file, wanted, layers, seen, used, losses)
            except InputError as error:
                yield BadRecord(file.name, error.message)
            except (
                # What cassis raises for files that are well formed but no CAS.
                *(
                    ArithmeticError,
                    AttributeError,
                    LookupError,
                    RuntimeError,
                    SyntaxError,
                    TypeError,
                ),
                *(ValueError, UserWarning, AnnotationHasNoSofa, TypeCheckError, TypeNotFoundError),
            ) as error:
                yield BadRecord(file.name, f"not a CAS that can be read ({error})")
        if layers:
            yield vocabulary(seen, used)


def _document(
    cas: Cas,
    root: Path,
    file: Path,
    wanted: Wanted,
    layers: Layers | None,
    seen: Types,
    used: set[str],
    losses: Losses,
) -> Document:
    text = cas.sofa_string
    if not isinstance(text, str):
        raise InputError("the CAS has no text")
    found: dict[str, list[Piece]] = {}
    links: dict[str, list[Link]] = {}
    places: dict[int, tuple[str, int]] = {}
    relations: list[tuple[str, Any, Any, dict[str, str]]] = []
    source = source_of(root, file)
    values: dict[str, object] = {"name": source.name}
    annotations: list[Annotation] = []
    taken: set[int] = set()
    if layers:
        found_layers, taken = take_layers(cas, layers, file.name, losses)
        seen.add(found_layers.types)
        used |= found_layers.used
        values |= found_layers.types.as_meta()
        annotations += found_layers.annotations()
    for fs in cas.select_all_annotations():
        if id(fs) in taken:
            continue
        kind = fs.type.name
        features = {
            f.name: getattr(fs, f.name, None)
            for f in fs.type.all_features
            if f.name not in ("sofa", "begin", "end")
        }
        if kind == ARTICLE:
            values |= {k: v for k, v in features.items() if isinstance(v, str) and k != "uid"}
        elif {"Governor", "Dependent"} <= features.keys():
            others = {k: v for k, v in features.items() if k not in _ENDS}
            said = _said(fs, others, file.name, losses)
            relations.append((short(kind), features["Governor"], features["Dependent"], said))
        elif kind in LAYOUT:
            continue
        elif not wanted(kind):
            losses.add(f"type {kind} (-o types={kind})", file.name)
        elif getattr(fs, "begin", None) == getattr(fs, "end", None) is not None:
            losses.add(f"{short(kind)} of no words", file.name)
        else:
            who = str(features.get("annotator") or "")
            group = found.setdefault(who, [])
            places[id(fs)] = who, len(group)
            group.append(_piece(fs, kind, _plain(kind, features, file.name, losses), group, text))
    for kind, head, tail, said in relations:
        one, other = places.get(id(head)), places.get(id(tail))
        if one and other and one[0] == other[0]:
            whole = {"attributes": said} if said and kind != short(RELATION) else {}
            links.setdefault(one[0], []).append(Link(one[1], other[1], kind, whole))
        else:
            # Of words (dependencies), of layers that are not read, or of two annotators.
            relation_lost(kind, losses, file.name)
    for fs in cas.select_all_fs():
        names = {f.name for f in fs.type.all_features}
        if not names & {"begin", "first"} and "sofa" in names:
            losses.add(f"{short(fs.type.name)} of the whole document", file.name)
    _other_views(cas, file.name, losses)
    for who, group in sorted(found.items()):
        annotations += claims_from_pieces(group, who, losses, links.get(who, ()), file.name)
    made = tuple(source.attributed(annotations))
    return Document(article_from(text, values), made, file.name)


def take_layers(cas: Cas, layers: Layers, where: str, losses: Losses) -> tuple[Found, set[int]]:
    """Take the layers that keep their names out of a CAS; also the `id()` of what was taken."""
    found = Found(_declared(cas.typesystem, layers))
    every = list(cas.select_all_annotations())
    keys: dict[int, str] = {}
    taken: set[int] = set()
    plain: dict[str, dict[str, str]] = {}
    chained: dict[int, Any] = {}
    for i, fs in enumerate(every):
        kind = fs.type.name
        names = {f.name for f in fs.type.all_features}
        if kind in (ARTICLE, RELATION) or kind not in layers or names >= _ENDS:
            continue
        features = {n: getattr(fs, n, None) for n in sorted(names - _PLACE)}
        if is_ours(kind, features):
            keys[id(fs)] = str(features["claim"])
            continue
        taken.add(id(fs))
        if getattr(fs, "begin", None) == getattr(fs, "end", None):
            losses.add(f"{short(kind)} of no words", where)
            continue
        keys[id(fs)] = f"span {i}"
        if NEXT in names and REFERENCE_RELATION in names:
            chained[id(fs)] = fs
        plain[keys[id(fs)]] = _said(fs, features, where, losses)
        _check_place(fs, kind, len(cas.sofa_string or ""))
    _chains(found, chained, keys, plain)
    for fs in every:
        if id(fs) in keys and id(fs) in taken and id(fs) not in chained:
            key = keys[id(fs)]
            found.span(key, fs.type.name, (fs.begin, fs.end), plain[key])
    for fs in every:
        kind = fs.type.name
        if id(fs) in taken and id(fs) in keys:
            _links(found, fs, keys, where, losses)
        elif kind != RELATION and {f.name for f in fs.type.all_features} >= _ENDS:
            head, tail = keys.get(id(fs.Governor)), keys.get(id(fs.Dependent))
            if head and tail:
                taken.add(id(fs))
                features = {
                    f.name: getattr(fs, f.name, None)
                    for f in fs.type.all_features
                    if f.name not in _PLACE | _ENDS
                }
                base = fs.Governor.type.name
                found.relation(kind, head, tail, _said(fs, features, where, losses), base)
    return found, taken


def _check_place(fs: Any, kind: str, size: int) -> None:
    start, end = fs.begin, fs.end
    if not isinstance(start, int) or not isinstance(end, int):
        raise InputError(f"a {kind} has no place in the text")
    if not 0 <= start < end <= size:
        raise InputError(f"a {kind} [{start}, {end}) does not fit a text of {size} characters")


def _declared(system: TypeSystem, layers: Layers) -> Types:
    """The layers that a type system declares, used or not, with the ranges of their features."""
    out = Types()
    for kind in system.get_types():
        names = {f.name for f in kind.all_features}
        if kind.name not in layers or not {"begin", "end"} <= names:
            continue
        if names >= _ENDS:
            ranges = out.relations.setdefault(kind.name, {})
            for feature in kind.all_features:
                name = _RENAMED.get(feature.name, feature.name)
                if feature.name == "Governor":
                    out.ends[kind.name] = feature.rangeType.name
                elif feature.name not in _PLACE | _ENDS:
                    ranges[name] = feature.rangeType.name
            continue
        known = out.spans.setdefault(kind.name, {})
        for feature in kind.all_features:
            name = _RENAMED.get(feature.name, feature.name)
            # A type that is declared after its use has its features in the type system alone.
            element = feature.elementType
            whole = system.get_type(element.name).all_features if element is not None else []
            inner = {f.name: f for f in whole}
            if {"role", "target"} <= inner.keys():
                known[name] = (element.name, inner["target"].rangeType.name)
            elif name not in _PLACE:
                chained = name == NEXT and REFERENCE_RELATION in names
                known[name] = "" if chained else feature.rangeType.name
    if SPAN in out.spans and {"claim", "layer"} <= out.spans[SPAN].keys():
        del out.spans[SPAN]  # ours
    return out


def _said(fs: Any, features: dict[str, Any], where: str, losses: Losses) -> dict[str, str]:
    """The features that are values; what is neither a value nor a link is counted."""
    out: dict[str, str] = {}
    for name, value in features.items():
        elements = getattr(value, "elements", None)
        if isinstance(elements, list) and all(isinstance(e, (str, int, float)) for e in elements):
            value = elements
        if value is None or value == []:
            continue
        if isinstance(value, (str, int, float, list)):
            out[_RENAMED.get(name, name)] = value_text(value)
        elif name != NEXT and not _is_links(elements):
            losses.add(f"feature {name} of {short(fs.type.name)}", where)
    return out


def _is_links(elements: object) -> bool:
    """Whether the elements of an array are links of a slot."""
    return isinstance(elements, list) and all(
        {"role", "target"} <= {f.name for f in e.type.all_features}
        for e in elements
        if hasattr(e, "type")
    )


def _links(found: Found, fs: Any, keys: dict[int, str], where: str, losses: Losses) -> None:
    """What the slots of a span lead to."""
    for feature in fs.type.all_features:
        elements = getattr(getattr(fs, feature.name, None), "elements", None)
        if feature.name in _PLACE or not elements or not _is_links(elements):
            continue
        for link in (e for e in elements if hasattr(e, "type")):
            target = keys.get(id(link.target))
            role = link.role or ""
            if target is None:
                relation_lost(role, losses, where, "to what is no span of a layer")
            else:
                found.links.append((keys[id(fs)], feature.name, role, target))


def _chains(
    found: Found, chained: dict[int, Any], keys: dict[int, str], plain: dict[str, dict[str, str]]
) -> None:
    """Chains: from each element that is next to none, along."""
    followers = {id(fs.next) for fs in chained.values() if getattr(fs, "next", None) is not None}
    number = 0
    for start, first in chained.items():
        if start in followers:
            continue
        number += 1
        elements: dict[int, Any] = {}
        fs: Any = first
        while fs is not None and id(fs) in chained and id(fs) not in elements:
            elements[id(fs)] = fs
            fs = getattr(fs, "next", None)
        kind = first.type.name
        parts = [((e.begin, e.end), plain[keys[id(e)]]) for e in elements.values()]
        known = found.chain(f"chain {short(kind)} {number}", kind, parts)
        keys |= dict(zip(elements, known, strict=True))


def _other_views(cas: Cas, where: str, losses: Losses) -> None:
    """Count what stands in further views: they are about another text."""
    for sofa in cas.sofas:
        if sofa is not cas.get_sofa():
            view = cas.get_view(sofa.sofaID)
            count = sum(fs.type.name not in LAYOUT for fs in view.select_all_annotations())
            if count:
                losses.add(f"annotation of the view {sofa.sofaID}", where, count)


def _plain(kind: str, features: dict[str, Any], where: str, losses: Losses) -> dict[str, Any]:
    """The features that are single values; others (arrays, links) are counted."""
    out: dict[str, Any] = {}
    for name, value in features.items():
        if isinstance(value, (str, int, float)) or value is None:
            out[name] = value
        else:
            losses.add(f"feature {name} of {short(kind)}", where)
    return out


def _piece(fs: Any, kind: str, features: dict[str, Any], group: list[Piece], text: str) -> Piece:
    start, end = getattr(fs, "begin", None), getattr(fs, "end", None)
    if not isinstance(start, int) or not isinstance(end, int):
        raise InputError(f"a {kind} has no place in the text")
    return read_piece(kind, features, (start, end), len(text), len(group), kind)

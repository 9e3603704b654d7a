"""Reads WebAnno TSV 3.2 and 3.3: ours, WebAnno's, INCEpTION's.

Span layers become pieces of claims or marks, as in UIMA files; what slot features and relations
tie together is one claim. Or they keep their names (`webanno_layers`). Relations between words and
layers of linguistic analysis are counted.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from itertools import islice
from pathlib import Path
from typing import Any

from annotator.domain.errors import InputError
from annotator.domain.exchange import BadRecord, Document, Item
from annotator.domain.losses import Losses
from annotator.domain.model import Annotation, ArticleDraft
from annotator.formats.cas_layers import (
    BOOLEAN,
    NEXT,
    Found,
    Layers,
    Types,
    is_ours,
    source_of,
    vocabulary,
)
from annotator.formats.cas_types import (
    FLAGGED,
    FURTHER_TYPES,
    NUMBERS,
    RELATION,
    SPAN,
    Wanted,
    read_piece,
    short,
)
from annotator.formats.inception_project import files_in, unpacked
from annotator.formats.support.base import Options
from annotator.formats.support.grouping import claims_from_pieces
from annotator.formats.support.jsonio import FILE_LIMIT, MEGABYTE
from annotator.formats.support.linking import Link, relation_lost
from annotator.formats.support.piece import CLAIM_ROLES, Piece
from annotator.formats.support.span_layers import in_layers
from annotator.formats.webanno_file import (
    Element,
    Reference,
    Span,
    TsvColumn,
    TsvFile,
    head_and_rows,
    numbered,
    parted,
    slot_of,
)


def _name_roles(links: Iterable[tuple[Reference, Span, Span]]) -> None:
    """Slots say what their target is; what has such slots is the content of a claim."""
    for link, source, target in links:
        if link.role.lower() in CLAIM_ROLES:
            target.role = target.role or link.role.lower()
            source.role = source.role or "content"


def _typed(span: Span) -> dict[str, Any]:
    """The features of our own type as what they are; InputError for a number that is none."""
    features: dict[str, Any] = dict(span.features)
    if span.kind == SPAN:
        for name in NUMBERS:
            value = features.get(name, "0")
            if not re.fullmatch("[0-9]{1,9}", value):
                raise InputError(f"{name} {value[:20]!r} is not a number")
            if name in features:
                features[name] = int(value)
        features[FLAGGED] = features.get(FLAGGED) == "true"
    return features


def _annotations(file: TsvFile) -> Iterator[Annotation]:
    links = list(file.resolved())
    _name_roles(links)
    groups: dict[str, list[Piece]] = {}
    places: dict[Span, tuple[str, int]] = {}
    for span in file.spans:
        where = f"{file.name}:{span.line}"
        if not file.wanted(span.kind):
            file.losses.add(f"layer {span.kind} (-o types={span.kind})", where)
            continue
        if span.start == span.end:
            file.losses.add(f"{short(span.kind)} of no words", where)
            continue
        group = groups.setdefault(span.features.get("annotator", ""), [])
        place, size = (span.start, span.end), len(file.text)
        try:
            piece = read_piece(span.kind, _typed(span), place, size, len(group), where, span.role)
        except (InputError, ValueError) as error:
            file.bad.append(BadRecord(where, str(error).removeprefix(f"{where}: ")))
            continue
        places[span] = span.features.get("annotator", ""), len(group)
        group.append(piece)
    joined: dict[str, list[Link]] = {}
    for link, source, target in links:
        (who, one), (other_who, other) = places.get(source, ("", -1)), places.get(target, ("", -1))
        if who == other_who and one >= 0 and other >= 0:
            # The first feature says what it is.
            more = dict(islice(link.features.items(), 1, None)) if not link.slot else {}
            whole = {"attributes": more} if more else {}
            joined.setdefault(who, []).append(Link(one, other, link.role, whole))
        else:
            relation_lost(link.role, file.losses, f"{file.name}:{link.line}")
    for who, group in sorted(groups.items()):
        yield from claims_from_pieces(group, who, file.losses, joined.get(who, ()), file.name)


def project_types(files: Iterable[Path], layers: Layers, limit: int) -> Types:
    """What the files of a project declare together: each declares only the layers that it uses.

    A feature that is true or false wherever it says anything is a boolean: TSV does not tell.
    """
    types = Types()
    told: dict[tuple[str, str], bool] = {}
    for file in files:
        if file.stat().st_size > limit:
            continue
        head, rows = head_and_rows(file)
        if head and not any(c.layer == SPAN and c.name == "claim" for c in head):
            _declare(types, [c for c in head if c.layer in layers])
        elif head:
            _declare(types, [c for c in head if c.layer in layers and c.layer != SPAN])
        for row in rows:
            for column, cell in zip(head, row, strict=False):
                key = column.layer, column.name
                if column.kind in ("value", "role") and told.get(key, True) and cell != "_":
                    values = {numbered(v)[0] for v in parted(cell, "|")} - {"*"}
                    if values:
                        told[key] = values <= {"true", "false"}
    for (kind, feature), truth in told.items():
        if truth and feature in types.spans.get(kind, {}):
            types.spans[kind][feature] = BOOLEAN
        elif truth and feature in types.relations.get(kind, {}):
            types.relations[kind][feature] = BOOLEAN
    return types


def _declare(types: Types, columns: Iterable[TsvColumn]) -> None:
    """Learn what the columns of a file declare."""
    before = ""
    for column in columns:
        kind, name = column.layer, column.name
        match column.kind:
            case "value":
                features = types.spans.setdefault(kind, {})
                if name:
                    features.setdefault(name, "")
            case "target":
                feature, links = slot_of(before)
                types.add(Types({kind: {feature: (links, name)}}))
            case "chain":
                types.spans.setdefault(kind, {NEXT: ""}).setdefault(name, "")
            case "role":
                types.relations.setdefault(kind, {}).setdefault(name, "")
            case "base":
                types.relations.setdefault(kind, {})
                types.add(Types(ends={kind: name}))
        before = name


def take_layers(file: TsvFile, layers: Layers, types: Types, losses: Losses) -> Found:
    """Take the layers that keep their names out of a file; what stays is ours, or is counted."""
    found = Found(types)
    keys: dict[Span, str] = {}
    others: list[Span] = []
    for i, span in enumerate(file.spans):
        if is_ours(span.kind, span.features):
            keys[span] = span.features["claim"]
            others.append(span)
        elif span.kind not in layers:
            others.append(span)
        elif span.start == span.end:
            losses.add(f"{short(span.kind)} of no words", f"{file.name}:{span.line}")
        else:
            keys[span] = f"span {i}"
            found.span(keys[span], span.kind, (span.start, span.end), span.features)
    links: list[Reference] = []
    for link in file.links:
        source, target = (keys.get(end) if end else None for end in file.ends(link))
        of_claims = link.kind == RELATION and source not in found.spans
        if source is None or target is None or of_claims:
            links.append(link)
        elif link.slot:
            found.links.append((source, link.slot, link.features.get("role", ""), target))
        else:
            found.relation(link.kind, source, target, link.features, link.base)
    chains: dict[tuple[str, str], dict[int, list[Element]]] = {}
    for e in file.elements:
        chains.setdefault((e.kind, e.chain), {}).setdefault(e.order, []).append(e)
    for (kind, chain), elements in chains.items():
        parts = [
            ((e[0].place[0], e[-1].place[1]), e[0].features) for _, e in sorted(elements.items())
        ]
        found.chain(f"chain {short(kind)} {chain}", kind, parts)
    file.spans, file.links = others, links
    return found


def read(path: Path, options: Options, losses: Losses) -> Iterator[Item]:
    """Read a file, or every .tsv file of a folder; each wrong line is a BadRecord.

    A file whose lines do not fit its text is given up as a whole: nothing says which of its
    offsets are right.
    """
    limit = options.number(FILE_LIMIT.name) * MEGABYTE
    with unpacked(path, limit) as root:
        files = files_in(root, (".tsv",), losses)
        if not files:
            raise InputError(f"{path}: no .tsv files")
        further = options.names(FURTHER_TYPES.name)
        wanted, layers = Wanted(further), Layers(further) if in_layers(options) else None
        types = project_types(files, layers, limit) if layers else Types()
        used: set[str] = set()
        for place in files:
            try:
                if place.stat().st_size > limit:
                    raise InputError(f"larger than {limit // MEGABYTE} MB (-o max-file-mb=N)")
                content = place.read_bytes().removeprefix(b"\xef\xbb\xbf").decode("utf-8")
                lines = content.split("\n")
                if lines[0].endswith("\r"):  # saved by a program that changes line breaks
                    lines = [line.removesuffix("\r") for line in lines]
                file = TsvFile(place.name, lines, wanted, layers, losses)
            except UnicodeDecodeError as error:
                yield BadRecord(place.name, f"not UTF-8 at byte {error.start}")
                continue
            except InputError as error:
                yield BadRecord(place.name, error.message)
                continue
            if file.bad:
                yield from file.bad
                continue
            source = source_of(root, place)
            meta: dict[str, object] = {}
            if layers:
                found = take_layers(file, layers, types, losses)
                used |= found.used
                meta = types.as_meta()
                annotations = (*found.annotations(), *_annotations(file))
            else:
                annotations = tuple(_annotations(file))
            annotations = tuple(source.attributed(annotations))
            yield from file.bad
            draft = ArticleDraft(text=file.text, name=source.name, meta=meta)
            yield Document(draft, annotations, place.name)
        if layers:
            yield vocabulary(types, used)

"""UIMA CAS as XMI or JSON with its type system, through dkpro-cassis: what INCEpTION reads.

Each piece of a claim, and each mark, is a `webanno.custom.Span` with its label and attributes as
string features; sentences and tokens are DKPro's. cassis counts code points here and UTF-16 units
in the file.
"""

from __future__ import annotations

import re
import warnings
from collections.abc import Iterable, Iterator
from io import BytesIO
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

from annotator.domain.errors import InputError
from annotator.domain.exchange import BadRecord, Dataset, Document, Item
from annotator.domain.losses import Losses
from annotator.domain.model import Annotation, Article
from annotator.formats.cas_types import (
    ARTICLE,
    FURTHER_TYPES,
    LAYOUT,
    RELATION,
    SENTENCE,
    SPAN,
    TYPES,
    WORD,
    Wanted,
    attributes_of,
    features_of,
    read_piece,
    role_links,
    short,
    type_system,
)
from annotator.formats.support import unsupported as unheld
from annotator.formats.support.article_fields import METADATA
from annotator.formats.support.base import Format, Option, Options, needs
from annotator.formats.support.foreign import article_from
from annotator.formats.support.grouping import claims_from_pieces, pieces
from annotator.formats.support.jsonio import FILE_LIMIT, MEGABYTE
from annotator.formats.support.linking import Link, relation_lost
from annotator.formats.support.output import Names, Output
from annotator.formats.support.piece import Piece

if TYPE_CHECKING:
    from cassis import Cas, TypeSystem

_FORBIDDEN: Final = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\ufffe\uffff]")
"""Characters that XML 1.0 has no way to write."""


def load_types(attributes: Iterable[str]) -> TypeSystem:
    """The type system that our files are read and written with, as cassis holds it."""
    from cassis import load_typesystem

    return load_typesystem(BytesIO(type_system(attributes)))


class _Writer:
    def __init__(self, dataset: Dataset, options: Options, losses: Losses) -> None:
        self.attributes = attributes_of(dataset)
        self.types = load_types(self.attributes)
        self.xmi = options.text("encoding") == "xmi"
        self.tokens = options.flag("tokens")
        self.losses = losses

    def _clean(self, text: str, subject: str) -> str:
        """The text with what XML cannot hold replaced one for one, so that offsets stay."""
        if not self.xmi or not _FORBIDDEN.search(text):
            return text
        out, count = _FORBIDDEN.subn("\N{REPLACEMENT CHARACTER}", text)
        self.losses.add("control character, now U+FFFD", subject, count)
        return out

    def cas(self, document: Document) -> Cas:
        from cassis import Cas

        article = document.stored
        cas = Cas(self.types)
        cas.sofa_string = self._clean(article.text, article.uid)
        cas.sofa_mime = "text/plain"
        self._layout(cas, article)
        features = {n: self._clean(getattr(article, n), article.uid) for n in METADATA}
        made = self.types.get_type(ARTICLE)
        end = len(article.text)
        cas.add(made(begin=0, end=end, uid=article.uid, **{k: v for k, v in features.items() if v}))
        span, relation = self.types.get_type(SPAN), self.types.get_type(RELATION)
        for annotator in sorted({a.annotator for a in document.annotations}):
            found = list(pieces(document.annotations, annotator, self.losses))
            made_of = [span(**self._features(piece, annotator)) for piece in found]
            cas.add_all(made_of)
            for first, other in role_links(found):
                ends = {"Governor": made_of[first], "Dependent": made_of[other]}
                place = {"begin": found[other].start, "end": found[other].end}
                cas.add(relation(role=found[other].role, **ends, **place))
        return cas

    def _layout(self, cas: Cas, article: Article) -> None:
        if not self.tokens:
            return
        sentence, token = self.types.get_type(SENTENCE), self.types.get_type(WORD)
        layout = article.layout
        cas.add_all([sentence(begin=s.start, end=s.end) for s in layout.sentences])
        ends = zip(layout.token_starts, layout.token_ends, strict=True)
        cas.add_all([token(begin=start, end=end) for start, end in ends])

    def _features(self, piece: Piece, annotator: str) -> dict[str, object]:
        out = features_of(piece, annotator, self.attributes)
        out |= {"begin": piece.start, "end": piece.end}
        return {
            k: self._clean(v, piece.annotation) if isinstance(v, str) else v for k, v in out.items()
        }


def write(
    documents: Iterable[Document],
    dataset: Dataset,
    out: Output,
    options: Options,
    losses: Losses,
) -> None:
    """Write a file for each article, and the type system that reads them."""
    try:
        writer = _Writer(dataset, options, losses)
    except ImportError as error:
        raise needs("dkpro-cassis", "formats") from error
    names = Names()
    suffix = options.text("encoding")
    for document in documents:
        article = document.stored
        cas = writer.cas(document)
        data = cas.to_xmi() if suffix == "xmi" else cas.to_json()
        with out.open(f"{names.of(article.name, article.uid)}.{suffix}") as stream:
            stream.write(data.encode("utf-8"))
    with out.open(TYPES) as stream:
        stream.write(type_system(writer.attributes))


# ---------------------------------------------------------------------------------------- reading


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


def read(path: Path, options: Options, losses: Losses) -> Iterator[Item]:
    """Read a file, or a folder of them with its TypeSystem.xml."""
    try:
        from cassis import load_cas_from_json, load_cas_from_xmi, load_typesystem
        from cassis.typesystem import AnnotationHasNoSofa, TypeCheckError, TypeNotFoundError
    except ImportError as error:
        raise needs("dkpro-cassis", "formats") from error
    if path.is_dir():
        files = sorted(p for p in path.rglob("*") if p.suffix in (".xmi", ".json"))
        files = [f for f in files if f.name != "manifest.json"]
    else:
        files = [path]
    if not files:
        raise InputError(f"{path}: no .xmi or .json files")
    limit = options.number(FILE_LIMIT.name) * MEGABYTE
    wanted = Wanted(options.names(FURTHER_TYPES.name))
    types: dict[Path, TypeSystem] = {}
    for file in files:
        try:
            if file.stat().st_size > limit:
                raise InputError(f"larger than {limit // MEGABYTE} MB (-o max-file-mb=N)")
            if file.suffix == ".json":
                with file.open("rb") as stream:
                    cas = load_cas_from_json(stream)
            else:
                beside = file.parent / TYPES
                if beside not in types:
                    if not beside.is_file():
                        raise InputError(f"no {TYPES} beside it")
                    refuse_dtd(beside)
                    with beside.open("rb") as stream:
                        types[beside] = load_typesystem(stream)
                refuse_dtd(file)
                with file.open("rb") as stream, warnings.catch_warnings():
                    # cassis would go on with an offset that lies outside the text.
                    warnings.filterwarnings("error", "Not mapping external offset")
                    cas = load_cas_from_xmi(stream, typesystem=types[beside])
            yield _document(cas, file, wanted, losses)
        except InputError as error:
            yield BadRecord(file.name, error.message)
        except (
            # What cassis raises for files that are well formed but no CAS.
            *(ArithmeticError, AttributeError, LookupError, RuntimeError, SyntaxError, TypeError),
            *(ValueError, UserWarning, AnnotationHasNoSofa, TypeCheckError, TypeNotFoundError),
        ) as error:
            yield BadRecord(file.name, f"not a CAS that can be read ({error})")


def _document(cas: Cas, file: Path, wanted: Wanted, losses: Losses) -> Document:
    text = cas.sofa_string
    if not isinstance(text, str):
        raise InputError("the CAS has no text")
    found: dict[str, list[Piece]] = {}
    links: dict[str, list[Link]] = {}
    places: dict[int, tuple[str, int]] = {}
    relations: list[tuple[str, dict[str, Any], Any, Any]] = []
    values: dict[str, object] = {"name": file.stem}
    for fs in cas.select_all_annotations():
        kind = fs.type.name
        features = {
            f.name: getattr(fs, f.name, None)
            for f in fs.type.all_features
            if f.name not in ("sofa", "begin", "end")
        }
        if kind == ARTICLE:
            values |= {k: v for k, v in features.items() if isinstance(v, str) and k != "uid"}
        elif {"Governor", "Dependent"} <= features.keys():
            head, tail = features.pop("Governor"), features.pop("Dependent")
            said_of = _plain(kind, features, file.name, losses)
            relations.append((short(kind), said_of, head, tail))
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
    for kind, said, *ends in relations:
        one, other = (places.get(id(end)) for end in ends)
        if one and other and one[0] == other[0]:
            whole = {"attributes": {k: str(v) for k, v in said.items() if v is not None}}
            links.setdefault(one[0], []).append(Link(one[1], other[1], kind, whole))
        else:
            # Of words (dependencies), of layers that are not read, or of two annotators.
            relation_lost(kind, losses, file.name)
    _other_views(cas, file.name, losses)
    annotations: list[Annotation] = []
    for who, group in sorted(found.items()):
        annotations += claims_from_pieces(group, who, losses, links.get(who, ()), file.name)
    return Document(article_from(text, values), tuple(annotations), file.name)


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


FORMAT: Final = Format(
    name="uima",
    title="UIMA CAS (XMI or JSON) for INCEpTION",
    suffix="",
    holds="claims and marks: pieces, roles, attributes, notes, flags, parents, annotators; tokens"
    " and sentences",
    loses="sentence and article annotations; control characters (in XMI they become U+FFFD);"
    f" {unheld.RECORDS}",
    unit="utf-16",
    write=write,
    read=read,
    options=(
        Option("encoding", "xmi", "the kind of file", ("xmi", "json")),
        Option("tokens", "yes", "also the stored sentences and tokens", ("yes", "no")),
        FURTHER_TYPES,
        FILE_LIMIT,
    ),
    extra="formats",
    text_of_card="`cassis.load_cas_from_xmi(FILE, typesystem=load_typesystem('TypeSystem.xml'))`;"
    " in INCEpTION import TypeSystem.xml as a layer first.",
)

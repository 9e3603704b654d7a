"""UIMA CAS as XMI or JSON with its type system, through dkpro-cassis: what INCEpTION reads.

Each piece of a claim, and each mark, is a `webanno.custom.Span` with its label and attributes as
string features; spans of other layers have types of their own (`cas_spans`); sentences and tokens
are DKPro's. cassis counts code points here and UTF-16 units in the file. Reading is in
`uima_reading`.
"""

from __future__ import annotations

import re
import warnings
from collections.abc import Iterable, Mapping
from io import BytesIO
from itertools import pairwise
from typing import TYPE_CHECKING, Any, Final

from annotator.domain.exchange import Dataset, Document
from annotator.domain.losses import Losses
from annotator.domain.model import Article
from annotator.domain.scheme import MANY
from annotator.formats.cas_layers import BOOLEAN, STRINGS, Types
from annotator.formats.cas_spans import CasPart, Files, PartReader, TypeRegister
from annotator.formats.cas_types import (
    ARTICLE,
    FURTHER_TYPES,
    RELATION,
    SENTENCE,
    SPAN,
    TYPES,
    WORD,
    attributes_of,
    features_of,
    has_claims,
    role_links,
    scheme_of,
    short,
)
from annotator.formats.cas_typesystem import LINKS, type_system
from annotator.formats.support import unsupported as unheld
from annotator.formats.support.article_fields import METADATA
from annotator.formats.support.base import Format, Option, Options, needs
from annotator.formats.support.grouping import pieces
from annotator.formats.support.jsonio import FILE_LIMIT
from annotator.formats.support.output import Output
from annotator.formats.support.piece import Piece
from annotator.formats.support.span_layers import SPANS
from annotator.formats.uima_reading import read

if TYPE_CHECKING:
    from cassis import Cas, TypeSystem

_CALLED: Final = {"type": "type_", "self": "self_"}
"""Features whose names mean something in Python -> what cassis calls them."""
_WHOLE: Final = frozenset(f"uima.cas.{n}" for n in ("Integer", "Long", "Short", "Byte"))
_DECIMAL: Final = frozenset({"uima.cas.Float", "uima.cas.Double"})
_FORBIDDEN: Final = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\ufffe\uffff]")
"""Characters that XML 1.0 has no way to write."""


def load_types(attributes: Iterable[str], own: Types | None = None) -> TypeSystem:
    """The type system that our files are read and written with, as cassis holds it."""
    from cassis import load_typesystem

    with warnings.catch_warnings():
        warnings.filterwarnings("ignore", "Trying to add feature")
        return load_typesystem(BytesIO(type_system(attributes, own)))


class _Writer:
    def __init__(self, dataset: Dataset, options: Options, losses: Losses) -> None:
        self.attributes = attributes_of(dataset)
        self.register = TypeRegister(scheme_of(dataset))
        self.reader = PartReader(self.register, losses)
        self.types = load_types(self.attributes)
        self.claims = has_claims(self.register.scheme)
        """Whether there are claims, or marks of no layer of the user's own."""
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
        self.register.learn(Types.of(article.meta))
        people = sorted({a.annotator for a in document.annotations})
        mine = {who: [a for a in document.annotations if a.annotator == who] for who in people}
        ours = {
            who: [a for a in found if a.layer_name in ("claim", "mark", "sentence", "article")]
            for who, found in mine.items()
        }
        parts = [self.reader.part([a for a in mine[who] if a not in ours[who]]) for who in people]
        if self.register.types.spans or self.register.types.relations:
            self.types = load_types(self.attributes, self.register.types)
        cas = Cas(self.types)
        cas.sofa_string = self._clean(article.text, article.uid)
        cas.sofa_mime = "text/plain"
        self._layout(cas, article)
        features = {n: self._clean(getattr(article, n), article.uid) for n in METADATA}
        made = self.types.get_type(ARTICLE)
        end = len(article.text)
        cas.add(made(begin=0, end=end, uid=article.uid, **{k: v for k, v in features.items() if v}))
        span, relation = self.types.get_type(SPAN), self.types.get_type(RELATION)
        for annotator in people:
            found = list(pieces(ours[annotator], annotator, self.losses))
            self.claims = self.claims or bool(found)
            made_of = [span(**self._features(piece, annotator)) for piece in found]
            cas.add_all(made_of)
            for first, other in role_links(found):
                ends = {"Governor": made_of[first], "Dependent": made_of[other]}
                place = {"begin": found[other].start, "end": found[other].end}
                cas.add(relation(role=found[other].role, **ends, **place))
        for part in parts:
            self._add_layers(cas, part)
        return cas

    def _add_layers(self, cas: Cas, part: CasPart) -> None:
        """The spans of layers, and what ties them together."""
        made: list[Any] = []
        for span in part.spans:
            ranges = self.register.types.spans[span.kind]
            said = self._typed(span.features, ranges, span.id)
            made.append(self.types.get_type(span.kind)(begin=span.start, end=span.end, **said))
        slots: dict[tuple[int, str], list[Any]] = {}
        for link in part.links:
            range_ = self.register.types.spans[part.spans[link.host].kind][link.feature]
            kind = self.types.get_type(range_[0])
            role = {"role": self._clean(link.role, "")} if link.role else {}
            made_of = kind(target=made[link.target], **role)
            slots.setdefault((link.host, link.feature), []).append(made_of)
        array = self.types.get_type(LINKS)
        for (host, feature), elements in slots.items():
            setattr(made[host], feature, array(elements=elements))
        for kind_, chain in part.chains:
            for one, other in pairwise(chain):
                made[one].next = made[other]
            head = self.types.get_type(f"{kind_.removesuffix('Link')}Chain")
            cas.add(head(first=made[chain[0]]))
        cas.add_all(made)
        for r in part.relations:
            ends = {"Governor": made[r.head], "Dependent": made[r.tail]}
            place = {"begin": made[r.tail].begin, "end": made[r.tail].end}
            said = self._typed(r.features, self.register.types.relations[r.kind], "")
            cas.add(self.types.get_type(r.kind)(**ends, **place, **said))

    def _typed(
        self, features: Mapping[str, str], ranges: Mapping[str, object], id_: str
    ) -> dict[str, Any]:
        """Values as their features have them; one that is no value of its feature is counted."""
        out: dict[str, Any] = {}
        for name, value in features.items():
            clean = self._clean(value, id_)
            try:
                out[_CALLED.get(name, name)] = self._value(clean, ranges.get(name))
            except ValueError:
                self.losses.add(f"attribute {name} that is no {short(str(ranges[name]))}", id_)
        return out

    def _value(self, value: str, range_: object) -> object:
        if range_ in _WHOLE:
            return int(value)
        if range_ in _DECIMAL:
            return float(value)
        if range_ == BOOLEAN:
            return {"yes": True, "no": False, "true": True, "false": False}[value]
        if range_ == STRINGS:
            parts = [v.replace("\N{BROKEN BAR}", MANY) for v in value.split(MANY)]
            return self.types.get_type(STRINGS)(elements=parts)
        return value

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
    files = Files(dataset, losses)
    suffix = options.text("encoding")
    for document in documents:
        for name, part in files.of(document):
            cas = writer.cas(part)
            data = cas.to_xmi() if suffix == "xmi" else cas.to_json()
            with out.open(f"{name}.{suffix}") as stream:
                stream.write(data.encode("utf-8"))
    with out.open(TYPES) as stream:
        stream.write(type_system(writer.attributes, writer.register.types, claims=writer.claims))


FORMAT: Final = Format(
    name="uima",
    title="UIMA CAS (XMI or JSON) for INCEpTION",
    suffix="",
    holds="claims and marks: pieces, roles, attributes, notes, flags, parents, annotators; spans of"
    " any layer with relations, slots and chains; tokens and sentences",
    loses="sentence and article annotations; control characters (in XMI they become U+FFFD);"
    f" {unheld.RECORDS}",
    unit="utf-16",
    write=write,
    read=read,
    options=(
        Option("encoding", "xmi", "the kind of file", ("xmi", "json")),
        Option("tokens", "yes", "also the stored sentences and tokens", ("yes", "no")),
        FURTHER_TYPES,
        SPANS,
        FILE_LIMIT,
    ),
    extra="formats",
    text_of_card="`cassis.load_cas_from_xmi(FILE, typesystem=load_typesystem('TypeSystem.xml'))`;"
    " in INCEpTION import TypeSystem.xml as a layer first.",
)

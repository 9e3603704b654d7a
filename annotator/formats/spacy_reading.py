"""Reading spaCy's DocBins: those with our user data whole, others by their spans and categories.

The spans of others are claims and marks, or those of layers (`spacy_layers`).
"""

from __future__ import annotations

import zlib
from collections.abc import Iterable, Iterator
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

from annotator.domain.errors import InputError
from annotator.domain.exchange import BadRecord, Document, Item
from annotator.domain.losses import Losses
from annotator.domain.model import SPAN_ROLE, Annotation, ArticleDraft, Fragment
from annotator.formats.native import document_of
from annotator.formats.spacy_layers import DocReader
from annotator.formats.support.base import Options
from annotator.formats.support.foreign import ArticleLabels
from annotator.formats.support.jsonio import FILE_LIMIT, MEGABYTE, Fields, parse
from annotator.formats.support.piece import CLAIM_ROLES
from annotator.formats.support.span_layers import in_layers

if TYPE_CHECKING:
    from spacy.tokens import Doc, DocBin, Span
    from spacy.vocab import Vocab

USER_DATA: Final = "annotator"
"""Key of `doc.user_data` that holds the article's native record as JSON."""
_SENTENCE: Final = frozenset({"uid", "start"})
"""Keys of `doc.user_data` that our sentences have."""
_OF_WORDS: Final = ("TAG", "POS", "MORPH", "LEMMA", "DEP")


def _unpacked_size(data: bytes, limit: int) -> int:
    """How large the packed data is once unpacked; no more than a little over `limit`.

    Raises:
        zlib.error: when it is not packed.
    """
    unpacker = zlib.decompressobj()
    size = 0
    waiting = data
    while waiting and size <= limit and not unpacker.eof:
        size += len(unpacker.decompress(waiting, MEGABYTE))
        waiting = unpacker.unconsumed_tail
    return size


def _docs(path: Path, options: Options) -> tuple[DocBin, Vocab]:
    from spacy.tokens import DocBin
    from spacy.vocab import Vocab

    limit = options.number(FILE_LIMIT.name) * MEGABYTE
    if path.stat().st_size > limit:
        raise InputError(f"{path}: larger than {limit // MEGABYTE} MB", "-o max-file-mb=N")
    data = path.read_bytes()
    try:
        if _unpacked_size(data, limit) > limit:
            raise InputError(
                f"{path}: unpacks to more than {limit // MEGABYTE} MB", "-o max-file-mb=N"
            )
        return DocBin(store_user_data=True).from_bytes(data), Vocab()
    except (zlib.error, ValueError, KeyError, TypeError, EOFError) as error:
        raise InputError(f"{path}: not a DocBin of spaCy") from error


def _spans(doc: Doc) -> Iterator[Span]:
    """The spans of every group, and the entities that are not among them."""
    seen: set[tuple[int, int, str]] = set()
    for _, group in sorted(doc.spans.items()):
        for span in group:
            seen.add((span.start, span.end, span.label_))
            yield span
    for span in doc.ents:
        if (span.start, span.end, span.label_) not in seen:
            yield span


def _annotations(doc: Doc, options: Options, losses: Losses, where: str) -> Iterator[Annotation]:
    """A claim or mark for each span: a DocBin does not say which of them belong together."""
    names = options.names("label-by")
    for number, span in enumerate(_spans(doc), start=1):
        if span.start >= span.end:
            losses.add(f"span {span.label_} of no words", where)
            continue
        for what in ("kb_id_", "id_"):
            if getattr(span, what):
                losses.add(f"{what.rstrip('_')} of a span", where)
        role, *values = span.label_.split(":")
        is_claim = role in CLAIM_ROLES
        fragment = Fragment(role if is_claim else SPAN_ROLE, span.start_char, span.end_char)
        given = {"type": span.label_} if span.label_ else {}
        if is_claim:
            given = {k: v for k, v in zip(names, values, strict=False) if v}
            for value in values[len(names) :]:
                losses.add(f"value {value!r} after a role (-o label-by=NAME)", where)
        yield Annotation(
            id=str(number),
            layer="claim" if is_claim else "mark",
            article="",
            annotator="",
            fragments=(fragment,),
            attributes=given,
            provenance="imported",
        )
    labels = ArticleLabels(losses, where)
    for name, score in sorted(doc.cats.items(), key=lambda c: (-c[1], c[0])):
        labels.category(name, score)
    yield from labels.annotations("", "cats")


def _count_words(doc: Doc, losses: Losses, where: str) -> None:
    for name in _OF_WORDS:
        if len(doc) and doc.has_annotation(name):
            losses.add(f"{name} of words", where)


def _count_rest(doc: Doc, losses: Losses, where: str) -> None:
    _count_words(doc, losses, where)
    keys: list[Any] = list(doc.user_data)
    for key in keys:
        if key not in _SENTENCE:
            # Extension attributes have keys like ("._.", "name", start, end).
            extension = isinstance(key, tuple) and len(key) > 1
            losses.add(f"user data {key[1] if extension else key}", where)


def read(path: Path, options: Options, losses: Losses) -> Iterator[Item]:
    """Read a DocBin; Docs with our user data come back whole, others by their spans."""
    packed, vocab = _docs(path, options)
    layers = DocReader(packed, losses) if in_layers(options) else None
    try:
        for i, doc in enumerate(packed.get_docs(vocab)):
            where = f"{path.name}: doc {i}"
            try:
                record = doc.user_data.get(USER_DATA)
                if isinstance(record, str):
                    yield from document_of(Fields(parse(record), where))
                    continue
                draft = ArticleDraft(text=doc.text, name=f"{path.stem}-{i}", language=doc.lang_)
                if layers:
                    draft = replace(draft, meta=layers.meta(doc, where))
                    yield Document(draft, tuple(layers.annotations(doc, where)), where)
                    _count_words(doc, losses, where)
                    continue
                found: Iterable[Annotation] = _annotations(doc, options, losses, where)
                yield Document(draft, tuple(found), where)
                _count_rest(doc, losses, where)
            except InputError as error:
                yield BadRecord(where, error.message)
            except ValueError as error:
                yield BadRecord(where, f"not our user data: {error}")
    except (IndexError, KeyError, TypeError, ValueError) as error:
        raise InputError(f"{path}: damaged DocBin ({error})") from error
    if layers:
        yield layers.vocabulary()

"""The native format: JSON lines that hold all of a database but its journal (docs/formats.md).

One record a line: a header, the schemes, the annotators, then the articles with their layout and
annotations. `docs/annotator-v1.schema.json` is the JSON Schema of a line.
"""

from __future__ import annotations

from array import array
from collections.abc import Iterable, Iterator, Sequence
from pathlib import Path
from typing import Final, cast

from annotator.domain.errors import InputError
from annotator.domain.exchange import (
    AnnotatorRecord,
    BadRecord,
    Dataset,
    Document,
    Item,
    Rows,
    SchemeRecord,
)
from annotator.domain.losses import Losses
from annotator.domain.model import (
    SENTENCE_KINDS,
    Annotation,
    Article,
    ArticleDraft,
    Layer,
    Layout,
    Paragraph,
    Sentence,
)
from annotator.domain.records import ENDS, FIELDS, annotation_from_record
from annotator.formats.native_writer import LISTS, ORDER, article_line, rows_of
from annotator.formats.support.base import Format, Options
from annotator.formats.support.jsonio import LINE_LIMIT, UID_DIGITS, Fields, dump, lines, text_hash
from annotator.formats.support.output import Output

VERSION: Final = 1
"""Version of the line shapes; a reader refuses a greater one."""
HEADER: Final = {
    "record": "header",
    "format": "annotator",
    "version": VERSION,
    "offset_unit": "codepoint",
}
_METADATA: Final = (
    "name",
    "title",
    "byline",
    "outlet",
    "published",
    "url",
    "language",
    "origin",
)
_LAYOUT: Final = ("engine", "paragraphs", "sentences", "tokens")
_KNOWN: Final = {"record", "uid", "number", "sha256", "imported_at", "revision_of", "meta", "text"}
_ARTICLE: Final = _KNOWN.union(_METADATA, _LAYOUT, LISTS.values())


def write(
    documents: Iterable[Document],
    dataset: Dataset,
    out: Output,
    options: Options,
    losses: Losses,
) -> None:
    """Write everything; nothing is lost."""
    write_rows(map(rows_of, documents), dataset, out, options, losses)


def write_rows(
    found: Iterable[Rows], dataset: Dataset, out: Output, options: Options, losses: Losses
) -> None:
    """Write everything from rows: the same bytes as `write`, in less time."""
    del options, losses
    with out.open() as stream:
        stream.write(dump(HEADER))
        for scheme in dataset.schemes:
            stream.write(dump({"record": "scheme", **scheme._asdict()}))
        for annotator in dataset.annotators:
            stream.write(dump({"record": "annotator", **annotator._asdict()}))
        for rows in found:
            stream.write(article_line(rows))


# ---------------------------------------------------------------------------------------- reading


def _pairs(value: Sequence[object], where: str) -> Iterator[tuple[int, int]]:
    for i, pair in enumerate(value):
        match pair:
            case [int(start), int(end)] if 0 <= start < end < 1 << 32:
                yield start, end
            case _:
                raise InputError(f"{where}[{i}]: expected [start, end]")


def _sentence(value: object, where: str) -> Sentence:
    read = Fields(value, where)
    kind = read.text("kind", "body")
    if kind not in SENTENCE_KINDS:
        raise InputError(f"{where}: kind {kind!r} is none of {', '.join(SENTENCE_KINDS)}")
    return Sentence(
        read.number("start"),
        read.number("end"),
        read.number("paragraph"),
        kind,
    )


def _layout(read: Fields) -> Layout:
    starts, ends = array("I"), array("I")
    for start, end in _pairs(read.items("tokens"), f"{read.where}: tokens"):
        starts.append(start)
        ends.append(end)
    where = f"{read.where}: paragraphs"
    return Layout(
        paragraphs=[Paragraph(*p) for p in _pairs(read.items("paragraphs"), where)],
        sentences=[
            _sentence(s, f"{read.where}: sentences[{i}]")
            for i, s in enumerate(read.items("sentences"))
        ],
        token_starts=starts,
        token_ends=ends,
        engine=read.text("engine"),
    )


def _annotation(value: object, layer: Layer, uid: str, text: str, where: str) -> Annotation:
    read = Fields(value, where)
    where = f"{where} ({read.text('id')})"
    record: dict[str, object] = {"layer": layer, "article": uid}
    by_role: dict[str, list[object]] = {}
    for name, field in read.value.items():
        if (name in FIELDS and name != ORDER) or (name in ENDS and layer == "relation"):
            record[name] = field
        elif isinstance(field, list) and name.isidentifier():
            by_role[name] = field
        else:
            raise InputError(f"{where}: unknown field {name!r}")
    order = cast("list[str]", by_role.pop(ORDER, []))
    order = order or [role for role, items in by_role.items() for _ in items]
    waiting = {role: iter(items) for role, items in by_role.items()}
    fragments: list[dict[str, object]] = []
    for role in order:
        item = next(waiting.get(role, iter(())), None) if isinstance(role, str) else None
        if item is None:
            raise InputError(f"{where}: {ORDER!r} does not fit the roles")
        fields = Fields(item, f"{where}.{role}")
        start, end = fields.number("start"), fields.number("end")
        if not 0 <= start < end <= len(text):
            raise InputError(
                f"{where}: {role} [{start}, {end}) does not fit a text of {len(text)} characters"
            )
        if fields.text("text", text[start:end]) != text[start:end]:
            raise InputError(
                f"{where}: {role} [{start}, {end}) is {text[start:end][:60]!r} in the text, not"
                f" {fields.text('text')[:60]!r}"
            )
        fragments.append({k: v for k, v in fields.value.items() if k != "text"} | {"role": role})
    if any(next(rest, None) is not None for rest in waiting.values()):
        raise InputError(f"{where}: {ORDER!r} does not fit the roles")
    return annotation_from_record(record | {"fragments": fragments}, where)


def _article(read: Fields) -> Article | ArticleDraft:
    unknown = read.value.keys() - _ARTICLE
    if unknown:
        raise InputError(f"{read.where}: unknown field {min(unknown)!r}")
    text = read.text("text")
    sha = text_hash(text, read.where)
    if read.text("sha256", sha) != sha:
        raise InputError(f"{read.where}: the text is not the one that sha256 was taken of")
    uid = sha[:UID_DIGITS]
    if read.text("uid", uid) != uid:
        raise InputError(f"{read.where}: uid {read.text('uid')!r} is not that of the text, {uid}")
    metadata = {name: read.text(name, "") for name in _METADATA}
    meta = read.table("meta", {})
    if not any(name in read.value for name in _LAYOUT):
        return ArticleDraft(text=text, meta=meta, **metadata)
    return Article(
        uid=uid,
        number=read.number("number", 0),
        text=text,
        sha256=sha,
        imported_at=read.text("imported_at", ""),
        meta=meta,
        layout=_layout(read),
        revision_of=None if read.value.get("revision_of") is None else read.text("revision_of"),
        **metadata,
    )


def document_of(read: Fields) -> Iterator[Item]:
    """Read an article record; a BadRecord for each annotation that is wrong, then the document.

    Raises:
        InputError: when the article itself is wrong.
    """
    article = _article(read)
    uid = text_hash(article.text, read.where)[:UID_DIGITS]
    good: list[Annotation] = []
    for layer, name in LISTS.items():
        for i, value in enumerate(read.items(name, [])):
            try:
                where = f"{read.where}: {name}[{i}]"
                good.append(_annotation(value, layer, uid, article.text, where))
            except InputError as error:
                yield BadRecord(read.where, error.message.removeprefix(f"{read.where}: "))
    yield Document(article, tuple(good), read.where)


def _record(read: Fields) -> Iterator[Item]:
    match read.text("record"):
        case "article":
            yield from document_of(read)
        case "scheme":
            yield SchemeRecord(
                read.text("version"),
                read.text("name", ""),
                read.text("toml"),
                read.text("created_at", ""),
                read.flag("in_force", False),
            )
        case "annotator":
            yield AnnotatorRecord(read.text("name"), read.text("created_at", ""))
        case other:
            raise InputError(f"{read.where}: unknown record {other!r}")


def _check_header(path: Path, first: tuple[str, object] | BadRecord | None) -> None:
    match None if isinstance(first, BadRecord) else first:
        case (_, {"record": "header", "format": "annotator", "version": int(version)}):
            if version > VERSION:
                raise InputError(
                    f"{path}: written by a newer annotator (version {version} of the format)",
                    "read it with the version that wrote it, or export it there again",
                )
        case _:
            raise InputError(
                f"{path}: not an export of annotator: its first line is no header",
                "for JSON lines of other programs name their format, or use `annotator add`",
            )


def read(path: Path, options: Options, losses: Losses) -> Iterator[Item]:
    """Read an export line by line; each wrong annotation or line is a BadRecord of its own."""
    found = lines(path, options)
    _check_header(path, next(found, None))
    for line in found:
        if isinstance(line, BadRecord):
            yield line
            continue
        where, value = line
        try:
            yield from _record(Fields(value, where))
        except InputError as error:
            yield BadRecord(where, error.message.removeprefix(f"{where}: "))


FORMAT: Final = Format(
    name="jsonl",
    title="native JSON lines",
    suffix=".jsonl",
    holds="everything but the journal: texts, layout, annotations, schemes, annotators",
    loses="nothing",
    unit="codepoint",
    write=write,
    verdicts=True,
    write_rows=write_rows,
    read=read,
    options=(LINE_LIMIT,),
    text_of_card='Each line is a JSON object; lines with `"record": "article"` hold a text and'
    " its annotations. Offsets are Unicode code points, half-open: `text[start:end]`.",
)

"""Parquet files that `datasets.load_dataset` and DuckDB read, in two configurations.

`spans` holds an article a row and loses nothing; `token_classification` holds a sentence a row with
tokens and labels for each: `ner_tags` over all roles and marks, `content_tags`, `mark_tags` and so
on for one of them. Rows are written in groups as they come.
"""

from __future__ import annotations

import json
import re
import tempfile
from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import ExitStack
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

from annotator.domain.errors import InputError
from annotator.domain.exchange import BadRecord, Dataset, Document, Item
from annotator.domain.losses import Losses
from annotator.domain.model import RELATION_TYPE
from annotator.domain.records import ENDS
from annotator.formats.native import document_of
from annotator.formats.native_writer import LISTS
from annotator.formats.support.base import Format, Option, Options, needs, split_of
from annotator.formats.support.foreign import count_rest
from annotator.formats.support.jsonio import Fields
from annotator.formats.support.output import Output, WrittenFile, safe_name
from annotator.formats.support.token_rows import TokenLayers, roles_of

if TYPE_CHECKING:
    import pyarrow as pa

GROUP: Final = 256
"""Rows of a row group: what is in memory at a time."""
NO_SPLIT: Final = "train"
"""`load_dataset` wants every row in a split; this is the usual name when there is one."""
UNSPLIT: Final = "unsplit"
"""Where the other articles have splits, those that have none are a part of their own."""
TOKENS: Final = "token_classification"
_CARD_NAMES: Final = {"dev": "validation"}
"""What `datasets` calls a split that is called otherwise here."""
_TEXTS: Final = ("name", "title", "byline", "outlet", "published", "url", "language", "origin")


def _schema() -> pa.Schema:
    import pyarrow as pa

    text, number, flag = pa.string(), pa.int64(), pa.bool_()
    fragment = pa.struct(
        [("role", text), ("span", number), ("start", number), ("end", number), ("text", text)]
    )
    pair = pa.struct([("name", text), ("value", text)])
    span = pa.struct(
        [
            *((name, text) for name in ("id", "layer", "annotator")),
            ("fragments", pa.list_(fragment)),
            ("attributes", pa.list_(pair)),
            *((name, text) for name in ("parent", "head", "tail", "provenance", "scheme")),
            *((name, flag) for name in ("reviewed", "flagged")),
            *((name, text) for name in ("note", "created_at", "updated_at")),
        ]
    )
    place = [("start", number), ("end", number)]
    sentence = pa.struct([*place, ("paragraph", number), ("kind", text)])
    relation = pa.struct([("type", text), ("head", text), ("tail", text)])
    return pa.schema(
        [
            ("doc_id", text),
            ("number", number),
            *((name, text) for name in (*_TEXTS, "imported_at", "revision_of", "meta", "split")),
            *((name, text) for name in ("sha256", "text", "engine")),
            ("paragraphs", pa.list_(pa.struct(place))),
            ("sentences", pa.list_(sentence)),
            ("tokens", pa.list_(pa.struct(place))),
            ("spans", pa.list_(span)),
            ("relations", pa.list_(relation)),
        ]
    )


def _row(document: Document, split: str) -> dict[str, Any]:
    article = document.stored
    layout = article.layout
    row: dict[str, Any] = {"doc_id": article.uid, "number": article.number}
    row |= {name: getattr(article, name) for name in _TEXTS}
    row |= {"imported_at": article.imported_at, "revision_of": article.revision_of}
    row["meta"] = json.dumps(dict(article.meta), ensure_ascii=False, sort_keys=True)
    row |= {"split": split, "sha256": article.sha256}
    row |= {"text": article.text, "engine": layout.engine}
    row["paragraphs"] = [p._asdict() for p in layout.paragraphs]
    row["sentences"] = [s._asdict() for s in layout.sentences]
    row["tokens"] = [
        {"start": s, "end": e} for s, e in zip(layout.token_starts, layout.token_ends, strict=True)
    ]
    row["spans"] = [
        {
            **{
                name: getattr(a, name)
                for name in ("id", "layer", "annotator", "parent", *ENDS, "provenance", "scheme")
            },
            "fragments": [
                f._asdict() | {"text": article.text[f.start : f.end]} for f in a.fragments
            ],
            "attributes": [{"name": k, "value": v} for k, v in sorted(a.attributes.items())],
            **{
                name: getattr(a, name)
                for name in ("reviewed", "flagged", "note", "created_at", "updated_at")
            },
        }
        for a in document.annotations
    ]
    row["relations"] = [
        {"type": "parent", "head": a.parent, "tail": a.id} for a in document.annotations if a.parent
    ] + [
        {"type": a.attributes.get(RELATION_TYPE, ""), "head": a.head, "tail": a.tail}
        for a in document.annotations
        if a.layer == "relation"
    ]
    return row


def _features(columns: Mapping[str, list[str]]) -> dict[bytes, bytes]:
    """What `datasets` reads the names of the labels from."""
    text = {"dtype": "string", "_type": "Value"}
    features: dict[str, object] = {"id": text, "doc_id": text}
    features["tokens"] = {"feature": text, "_type": "List"}
    for column, names in columns.items():
        label = {"names": names, "_type": "ClassLabel"}
        features[column] = {"feature": label, "_type": "List"}
    return {b"huggingface": json.dumps({"info": {"features": features}}).encode()}


class _Table:
    """A Parquet file under way, a row group at a time."""

    def __init__(self, stream: object, schema: pa.Schema) -> None:
        import pyarrow.parquet as pq

        self.schema = schema
        self.writer = pq.ParquetWriter(stream, schema, compression="zstd")
        self.rows: list[dict[str, Any]] = []

    def add(self, row: dict[str, Any]) -> None:
        self.rows.append(row)
        if len(self.rows) >= GROUP:
            self.flush()

    def flush(self) -> None:
        import pyarrow as pa

        if self.rows:
            self.writer.write_table(pa.Table.from_pylist(self.rows, schema=self.schema))
            self.rows = []

    def close(self) -> None:
        self.flush()
        self.writer.close()


class _Tokens(_Table):
    """The same where the labels are known at the end only: put together then from a first file."""

    def __init__(self, columns: Iterable[str]) -> None:
        import pyarrow as pa

        text, numbers = pa.string(), pa.list_(pa.int64())
        fixed = [("id", text), ("doc_id", text), ("tokens", pa.list_(text))]
        self.first = tempfile.TemporaryFile()  # noqa: SIM115 - closed in `finish`
        super().__init__(self.first, pa.schema([*fixed, *((name, numbers) for name in columns)]))

    def finish(self, stream: object, features: dict[bytes, bytes]) -> None:
        """Write the file, with what `datasets` wants to know of the labels."""
        import pyarrow.parquet as pq

        self.close()
        schema = self.schema.with_metadata(features)
        with (
            self.first,
            pq.ParquetFile(self.first) as rows,
            pq.ParquetWriter(stream, schema, compression="zstd") as writer,
        ):
            for i in range(rows.num_row_groups):
                writer.write_table(rows.read_row_group(i).cast(schema))


def write(
    documents: Iterable[Document],
    dataset: Dataset,
    out: Output,
    options: Options,
    losses: Losses,
) -> None:
    """Write a file for each configuration and split."""
    try:
        schema = _schema()
    except ImportError as error:
        raise needs("pyarrow", "formats") from error
    layers = TokenLayers(options.names("roles") or roles_of(dataset))
    tokens: dict[str, _Tokens] = {}
    spans: dict[str, _Table] = {}
    # Beside the parts of a split, what is in none of them is no part of training.
    rest = NO_SPLIT if not dataset.splits else UNSPLIT
    with ExitStack() as stack:
        for document in documents:
            split = split_of(document) or rest
            if split not in spans:
                name = f"spans/{safe_name(split, rest)}.parquet"
                spans[split] = _Table(stack.enter_context(out.open(name)), schema)
                stack.callback(spans[split].close)
            spans[split].add(_row(document, split))
            if options.flag("tokens"):
                if split not in tokens:
                    tokens[split] = _Tokens(layers.columns)
                for row in layers.rows(document, losses):
                    tokens[split].add(row)
        if not spans:
            made = _Table(stack.enter_context(out.open(f"spans/{NO_SPLIT}.parquet")), schema)
            stack.callback(made.close)
    for split, table in tokens.items():
        with out.open(f"{TOKENS}/{safe_name(split, rest)}.parquet") as stream:
            table.finish(stream, _features(layers.columns))


def write_columns(
    columns: Mapping[str, type], rows: Iterable[Sequence[object]], out: Output
) -> None:
    """Write a table as one file.

    Args:
        columns: Name -> kind of its cells: str, int or bool; any may be None.
        rows: The cells in this order, as they come.
    """
    try:
        import pyarrow as pa
    except ImportError as error:
        raise needs("pyarrow", "formats") from error
    kinds = {str: pa.string(), int: pa.int64(), bool: pa.bool_()}
    schema = pa.schema([(name, kinds[kind]) for name, kind in columns.items()])
    with out.open() as stream:
        table = _Table(stream, schema)
        for row in rows:
            table.add(dict(zip(columns, row, strict=True)))
        table.close()


def front_matter(files: Iterable[WrittenFile]) -> list[str]:
    """The lines of the card that tell `load_dataset` where the configurations are."""
    out = ["configs:"]
    by_config: dict[str, list[str]] = {}
    for file in files:
        if file.name.endswith(".parquet"):
            by_config.setdefault(Path(file.name).parent.name, []).append(file.name)
    for config, names in sorted(by_config.items(), key=lambda c: c[0] != "spans"):
        out += [f"- config_name: {config}", "  data_files:"]
        splits: dict[str, list[str]] = {}
        for name in sorted(names):
            stem = Path(name).stem
            # `datasets` takes letters, digits and underscores.
            shown = re.sub(r"\W", "_", _CARD_NAMES.get(stem, stem))
            splits.setdefault(shown, []).append(name)
        for split, paths in splits.items():
            out += [f"  - split: {json.dumps(split)}"]
            out += [f"    path: {json.dumps(paths if paths[1:] else paths[0])}"]
    return out


# ---------------------------------------------------------------------------------------- reading


def read(path: Path, options: Options, losses: Losses) -> Iterator[Item]:
    """Read the `spans` files of an export, or one such file, a row group at a time."""
    del options
    try:
        import pyarrow as pa
        import pyarrow.parquet as pq
    except ImportError as error:
        raise needs("pyarrow", "formats") from error
    if path.is_dir():
        files = sorted(p for p in path.rglob("*.parquet") if p.parent.name == "spans")
        files = files or sorted(path.rglob("*.parquet"))
    else:
        files = [path]
    if not files:
        raise InputError(f"{path}: no .parquet files")
    number = 0
    known = {*_schema().names, "relations"}
    for file in files:
        try:
            with pq.ParquetFile(file) as table:
                missing = {"text", "spans"} - set(table.schema_arrow.names)
                if missing:
                    raise InputError(f"{file}: no column {min(missing)!r}")
                for batch in table.iter_batches(batch_size=GROUP):
                    for row in batch.to_pylist():
                        number += 1
                        count_rest(Fields(row, f"{file.name}:{number}"), known, losses, "column")
                        yield from _read_row(row, f"{file.name}:{number}")
        except (pa.ArrowException, OSError) as error:
            raise InputError(f"{file}: not a Parquet file that can be read ({error})") from error


def _read_row(row: Mapping[str, Any], where: str) -> Iterator[Item]:
    try:
        record = _record(row, where)
        yield from document_of(Fields(record, where))
    except (InputError, ValueError) as error:
        yield BadRecord(where, str(error).removeprefix(f"{where}: "))


def _record(row: Mapping[str, Any], where: str) -> dict[str, Any]:
    """A row as the record of the native format, which knows how to check it."""
    given = Fields(dict(row), where)
    text = given.text("text")
    record: dict[str, Any] = {"record": "article", "text": text, "meta": {}}
    record |= {name: given.loose(name) for name in _TEXTS}
    if row.get("doc_id") and row.get("sha256"):
        record |= {"uid": row["doc_id"], "sha256": row["sha256"]}
    if row.get("meta"):
        record["meta"] = json.loads(row["meta"])
    if row.get("engine") and row.get("tokens") is not None:
        record |= {"engine": row["engine"], "number": given.number("number", 0)}
        record |= {"imported_at": given.loose("imported_at"), "revision_of": row["revision_of"]}
        record["paragraphs"] = _pairs(given, "paragraphs")
        record["sentences"] = row["sentences"]
        record["tokens"] = _pairs(given, "tokens")
    for name in LISTS.values():
        record[name] = []
    for i, value in enumerate(given.items("spans", [])):
        span = Fields(value, f"{where}: spans[{i}]")
        layer = span.text("layer", "claim")
        if layer not in LISTS:
            raise InputError(f"{span.where}: unknown layer {layer!r}")
        record[LISTS[layer]].append(_annotation(span))
    return record


def _pairs(given: Fields, name: str) -> list[list[int]]:
    found = (Fields(place, f"{given.where}: {name}") for place in given.items(name))
    return [[place.number("start"), place.number("end")] for place in found]


def _annotation(span: Fields) -> dict[str, Any]:
    out: dict[str, Any] = {
        k: v
        for k, v in span.value.items()
        if k not in ("layer", "fragments", "attributes") and v is not None
    }
    out["attributes"] = {
        pair.text("name"): pair.text("value")
        for pair in (Fields(a, span.where) for a in span.items("attributes", []))
    }
    order: list[str] = []
    for value in span.items("fragments", []):
        fragment = Fields(value, span.where)
        order.append(fragment.text("role"))
        piece = {k: v for k, v in fragment.value.items() if k != "role" and v is not None}
        out.setdefault(order[-1], []).append(piece)
    return out | ({"fragments": order} if order else {})


FORMAT: Final = Format(
    name="parquet",
    title="Parquet for Hugging Face datasets and DuckDB",
    suffix="",
    holds="everything of articles and annotations (configuration `spans`)",
    loses="schemes (they are in the card); in `token_classification` overlaps within a role",
    unit="codepoint",
    write=write,
    verdicts=True,
    read=read,
    options=(
        Option("tokens", "yes", "also the configuration token_classification", ("yes", "no")),
        Option("roles", "", "the roles that become token labels; without it all of the schemes"),
    ),
    extra="formats",
    front_matter=front_matter,
    splits=True,
    training=True,
    text_of_card='`datasets.load_dataset("FOLDER", "spans")` or `"token_classification"`;'
    " `SELECT * FROM 'FOLDER/spans/*.parquet'` in DuckDB. `offset_unit: codepoint`.",
)

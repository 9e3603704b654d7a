"""Run a format: count what passes, refuse losses when asked to, write the manifest and the card."""

from __future__ import annotations

import shutil
import sys
import tempfile
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping
from contextlib import ExitStack
from dataclasses import replace
from pathlib import Path
from typing import Final

from annotator.domain.errors import InputError
from annotator.domain.exchange import ARTICLE_COLUMNS, Content, Dataset, Document, Item, Rows
from annotator.domain.left_out import Unfinished
from annotator.domain.losses import Losses
from annotator.domain.model import Layer
from annotator.formats.support.base import ExportReport, Format, Options, split_of
from annotator.formats.support.cleaning import shown_as_symbols
from annotator.formats.support.output import CARD, STDOUT, Names, Output, WrittenFile, manifest_of
from annotator.formats.support.overwriting import MANIFEST

_LANGUAGE: Final = ARTICLE_COLUMNS.index("language")
NO_SPLIT: Final = "all"
"""The name of the file for articles that belong to no split."""


class Tally:
    """Counts the documents that pass through to a writer."""

    def __init__(self) -> None:
        self.articles = self.annotations = self.spans = 0
        self.layers: Counter[str] = Counter()
        self.annotators: Counter[str] = Counter()
        self.languages: set[str] = set()
        self.splits: Counter[str] = Counter()

    def counted(self, documents: Iterable[Document]) -> Iterator[Document]:
        """Yield the documents, counting them."""
        for document in documents:
            self.articles += 1
            self.languages.add(document.article.language)
            self.splits[split_of(document)] += 1
            for annotation in document.annotations:
                self.annotations += 1
                self.spans += len(annotation.fragments)
                self.layers[annotation.layer] += 1
                self.annotators[annotation.annotator] += 1
            yield document

    def counted_rows(self, found: Iterable[Rows]) -> Iterator[Rows]:
        """Yield the rows, counting them in the same way."""
        for rows in found:
            self.articles += 1
            self.languages.add(rows.article[_LANGUAGE])
            self.annotations += len(rows.annotations)
            self.spans += sum([len(fragments) for _, fragments in rows.annotations])
            for (layer, annotator), n in Counter([r[2:4] for r, _ in rows.annotations]).items():
                self.layers[layer] += n
                self.annotators[annotator] += n
            yield rows


def _without_verdicts(documents: Iterable[Document]) -> Iterator[Document]:
    for document in documents:
        kept = tuple(a for a in document.annotations if a.layer != "verdict")
        yield document if kept == document.annotations else replace(document, annotations=kept)


def _of_layer(
    layer: Layer, documents: Iterable[Document], others: Counter[str]
) -> Iterator[Document]:
    """The documents with the annotations of one layer; the others are counted by theirs."""
    for document in documents:
        kept = tuple(a for a in document.annotations if a.layer == layer)
        others.update(a.layer for a in document.annotations if a.layer not in (layer, "verdict"))
        yield replace(document, annotations=kept)


def _manifest(
    form: Format,
    options: Mapping[str, str],
    tally: Tally,
    losses: Losses,
    dataset: Dataset,
    out: Output,
    command: str,
    left_out: Unfinished | None,
) -> bytes:
    """What the export is, as JSON."""
    return manifest_of(
        out.files,
        {
            "format": form.name,
            "offset_unit": form.unit,
            "options": dict(sorted(options.items())),
            "command": command,
            "articles": tally.articles,
            "annotations": tally.annotations,
            "spans": tally.spans,
            "layers": dict(sorted(tally.layers.items())),
            "annotators": dict(sorted(tally.annotators.items())),
            "schemes": [
                {"version": s.version, "name": s.name, "in_force": s.in_force}
                for s in dataset.schemes
            ],
            "losses": [
                {"kind": loss.kind, "count": loss.count, "examples": loss.examples}
                for loss in losses
            ],
            **({"remarks": out.remarks} if out.remarks else {}),
            **({"left_out": left_out.record()} if left_out else {}),
        },
    )


def _card(
    form: Format, tally: Tally, losses: Losses, dataset: Dataset, files: Iterable[WrittenFile]
) -> bytes:
    """A README for people who meet the data set without knowing the program."""
    languages = sorted(tally.languages - {""})
    out = ["---"]
    if languages:
        out += ["language:", *(f"- {code}" for code in languages)]
    out += ["tags:", "- attribution", "- quotation", "- media-bias", "- news"]
    out += [*(form.front_matter(files) if form.front_matter else ()), "---", ""]
    out += ["# Data set exported by annotator", ""]
    out += [f"Format: {form.title} (`{form.name}`). Offsets count: {form.unit}.", ""]
    out += [f"- articles: {tally.articles}", f"- annotations: {tally.annotations}"]
    out += [f"- spans (unbroken pieces): {tally.spans}"]
    out += [f"- {layer} annotations: {n}" for layer, n in sorted(tally.layers.items())]
    out += [f"- annotators: {len(tally.annotators)}", ""]
    out += [
        "The texts belong to their publishers; their licence is not changed by this export.",
        "",
    ]
    if form.text_of_card:
        out += ["## How to load it", "", form.text_of_card.strip(), ""]
    out += ["## What the format does not hold", ""]
    out += [f"- {loss.kind}: {loss.count}" for loss in losses] or ["Nothing was lost."]
    out += ["", "## Labels", ""]
    for scheme in dataset.schemes:
        out += [f"Scheme `{scheme.name}`, version `{scheme.version}`:", ""]
        out += ["```toml", scheme.toml.rstrip("\n"), "```", ""]
    return "\n".join(out).encode("utf-8")


def export(
    form: Format,
    target: str | Path,
    content: Content,
    given: Mapping[str, str] | None = None,
    *,
    strict: bool = False,
    manifest: bool = True,
    card: bool = False,
    by_split: bool = False,
    force: bool = False,
    command: str = "",
    remarks: Iterable[str] = (),
) -> ExportReport:
    """Write an export: all of it, or (on any error) nothing.

    Args:
        target: A file, a folder (for formats that write several files, and with `by_split`), or
            "-" for stdout.
        content: What is written; its streams are asked for once, or once for each split.
        given: The format's options.
        strict: Refuse, and write nothing, when the format cannot hold everything.
        manifest: Write counts and hashes beside the export (never on stdout).
        card: Write a README of the data set beside it.
        by_split: One file, or folder, for each split of the articles.
        force: Write over files that are not ours (see `output.Output`).
        command: What was typed, for the manifest.
        remarks: What whoever exports should know besides.

    Raises:
        InputError: when the format only reads, an option is wrong, the target cannot be written,
            or `strict` is given and something would be lost.
    """
    if form.write is None:
        raise InputError(f"{form.name} can be imported, not exported")
    options = Options(form.options, given)
    losses, tally = Losses(), Tally()

    others: Counter[str] = Counter()

    def stream() -> Iterable[Document]:
        documents = content.documents()
        if form.layer is not None:
            others.clear()
            return _of_layer(form.layer, documents, others)
        return documents if form.verdicts else _without_verdicts(documents)

    dataset = content.dataset
    out = Output(target, folder=form.folder or by_split, force=force)
    with out:
        parts = _parts(stream()) if by_split else []
        if by_split and not form.splits:
            names = Names()
            for split in parts:
                name = names.of(split or NO_SPLIT, NO_SPLIT)
                out.within(f"{name}/" if form.folder else f"{name}{form.suffix_with(options)}")
                chosen = (d for d in stream() if split_of(d) == split)
                form.write(tally.counted(chosen), dataset, out, options, losses)
            out.within("")
        elif form.write_rows is not None and (rows := content.rows()) is not None:
            form.write_rows(tally.counted_rows(rows), dataset, out, options, losses)
        else:
            form.write(tally.counted(stream()), dataset, out, options, losses)
        losses.take(content.losses)
        for remark in remarks:
            out.remark(remark)
        if others:
            told = ", ".join(f"{n} of the layer {layer}" for layer, n in sorted(others.items()))
            out.remark(f"annotations that this table is not about: {told}")
        if strict and losses.total:
            told = "; ".join(f"{loss.kind}: {loss.count}" for loss in losses)
            raise InputError(
                f"{form.name} cannot hold everything: {told}",
                "leave out --strict to export the rest",
            )
        empty: tuple[str, ...] = ()
        if by_split or (form.splits and dataset.splits):
            empty = tuple(s for s in dataset.splits if not tally.splits[s])
            if lone := tally.splits[""]:
                out.remark(f"articles that are in no split: {lone}, in a part of their own")
        files = tuple(out.files)
        if not out.streamed:
            if card or form.front_matter:
                with out.beside(CARD) as file:
                    file.write(_card(form, tally, losses, dataset, out.files))
            if manifest:
                body = _manifest(
                    form, given or {}, tally, losses, dataset, out, command, content.left_out
                )
                with out.beside(MANIFEST) as file:
                    file.write(body)
    return ExportReport(
        *(form.name, tally.articles, tally.annotations, tally.spans, tuple(losses), files),
        *(tuple(out.remarks), empty, content.left_out),
    )


def _parts(documents: Iterable[Document]) -> list[str]:
    """The splits of the documents, "" for those without.

    Raises:
        InputError: when none has one.
    """
    found = {split_of(d) for d in documents}
    if not any(found):
        raise InputError(
            "no exported article is in a split, so that there is nothing to divide by",
            "`annotator split` makes train, dev and test of what is exported",
        )
    return sorted(found)


def read(
    form: Format,
    source: str | Path,
    given: Mapping[str, str] | None = None,
    losses: Losses | None = None,
) -> Iterator[Item]:
    """Read a file or folder, or stdin ("-", which is copied to a temporary file first).

    Args:
        losses: Is filled, while the items are read, with what they do not take over.

    Raises:
        InputError: when the format only writes, an option is wrong, or the file cannot be used.
    """
    if form.read is None:
        raise InputError(f"{form.name} can be exported, not imported")
    options = Options(form.options, given)
    losses = Losses() if losses is None else losses
    with ExitStack() as stack:
        path = Path(source)
        if str(source) == STDOUT:
            folder = stack.enter_context(tempfile.TemporaryDirectory())
            path = Path(folder) / f"stdin{form.suffix}"
            with path.open("wb") as stream:
                shutil.copyfileobj(sys.stdin.buffer, stream)
        if not path.exists():
            raise InputError(f"{path}: no such file or folder")
        try:
            for item in form.read(path, options, losses):
                yield shown_as_symbols(item, losses)
        except OSError as error:
            raise InputError(f"{path}: cannot be read ({error.strerror})") from error
        except RecursionError as error:
            raise InputError(f"{path}: nested too deeply to be read") from error

"""brat's standoff annotations (https://brat.nlplab.org/standoff.html), also in PolNeAR's layout.

A claim is an event: its trigger is the cue, its arguments are the roles (`Content2` is a second
content). A mark is a text-bound annotation of its type, a relation an R line. Reading is in
`brat_reading`, in the layers of a scheme also in `brat_layers`.
"""

from __future__ import annotations

import csv
import io
from collections.abc import Iterable
from typing import Final

from annotator.domain.exchange import Dataset, Document
from annotator.domain.losses import Losses
from annotator.domain.model import Annotation
from annotator.formats.brat_conf import CONF, Configuration
from annotator.formats.brat_files import METADATA, read
from annotator.formats.brat_sheet import standoff
from annotator.formats.support import unsupported as unheld
from annotator.formats.support.base import Format, Option, Options
from annotator.formats.support.jsonio import FILE_LIMIT
from annotator.formats.support.output import Names, Output, safe_name
from annotator.formats.support.schemes import Schemes
from annotator.formats.support.span_layers import SPANS


def write(
    documents: Iterable[Document],
    dataset: Dataset,
    out: Output,
    options: Options,
    losses: Losses,
) -> None:
    """Write a folder of .txt and .ann files, and the annotation.conf that shows them."""
    schemes = Schemes(dataset)
    conf = Configuration(schemes)
    names = Names()
    polnear = options.text("layout") == "polnear"
    rows = [METADATA]
    for document in documents:
        article = document.stored
        name = names.of(article.name, article.uid)
        with out.open(f"text/{name}.txt" if polnear else f"{name}.txt") as stream:
            stream.write(article.text.encode("utf-8"))
        by_annotator: dict[str, list[Annotation]] = {}
        for a in document.annotations:
            by_annotator.setdefault(a.annotator if polnear else "", []).append(a)
        if not polnear:
            by_annotator.setdefault("", [])
            if len({a.annotator for a in document.annotations}) > 1:
                losses.add("annotators told apart (-o layout=polnear)", article.uid)
        for annotator, found in by_annotator.items():
            suffix = safe_name(annotator, "nobody")
            if polnear and suffix != annotator:
                losses.add("annotator's name changed", annotator)
            place = f"attributions/{name}_{suffix}.ann" if polnear else f"{name}.ann"
            lines = standoff(article, found, losses, schemes, conf)
            with out.open(place) as stream:
                stream.write(lines.encode("utf-8"))
        if polnear:
            split = str(article.meta.get("split", ""))
            people = "|".join(sorted(by_annotator))
            row = (split, name, people, article.outlet, article.published, article.byline)
            rows.append((*row, article.title, article.url, article.language))
    with out.open(CONF) as stream:
        stream.write(str(conf).encode("utf-8"))
    if polnear:
        table = io.StringIO()
        csv.writer(table, dialect="excel-tab", lineterminator="\n").writerows(rows)
        with out.open("metadata.tsv") as stream:
            stream.write(table.getvalue().encode("utf-8"))


FORMAT: Final = Format(
    name="brat",
    title="brat standoff (.txt and .ann), PolNeAR",
    suffix="",
    holds="claims as events, marks as text-bound annotations, relations, pieces, attributes, notes,"
    " flags, parents; the annotator with -o layout=polnear",
    loses="sentence and article annotations, the order of pieces across roles, line breaks at the"
    f" ends of spans, {unheld.RECORDS}",
    unit="codepoint",
    write=write,
    read=read,
    options=(
        Option(
            "layout",
            "plain",
            "NAME.txt beside NAME.ann, or text/ and attributions/ with the annotator in the name",
            ("plain", "polnear"),
        ),
        Option("annotator-from", "suffix", "who annotated: NAME_anna.ann", ("suffix", "importer")),
        SPANS,
        FILE_LIMIT,
    ),
    text_of_card="Copy the folder into brat's `data/`; offsets are Unicode code points of the"
    " text with its line breaks normalised to one line feed.",
)

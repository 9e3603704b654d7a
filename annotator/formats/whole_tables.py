"""Tables for people, a row for each claim (`claims`) or plain span (`spans`): CSV, TSV, Excel or
Parquet, as the name of the file says.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from functools import partial
from typing import Final

from annotator.domain.errors import InputError
from annotator.domain.exchange import Dataset, Document
from annotator.domain.losses import Losses
from annotator.formats.excel import write_book
from annotator.formats.parquet import write_columns
from annotator.formats.support.base import Format, Option, Options
from annotator.formats.support.output import Output
from annotator.formats.support.whole_rows import Cell, What, WholeRows
from annotator.formats.tables import BOM, write_lines

KINDS: Final = ("csv", "tsv", "xlsx", "parquet")
"""What a table can be: the endings of file names."""
AS: Final = Option(
    "as", "", "the kind of table, where the name of the file does not say it", ("", *KINDS)
)


def _write(
    documents: Iterable[Document],
    dataset: Dataset,
    out: Output,
    options: Options,
    losses: Losses,
    *,
    what: What,
) -> None:
    kind = _kind(out, options)
    table = WholeRows(what, dataset)
    rows = table.of(documents)
    match kind:
        case "parquet":
            write_columns(table.columns, rows, out)
        case "xlsx":
            write_book(_flat(table, rows), out, losses)
        case _:
            dialect = "excel-tab" if kind == "tsv" else "excel"
            write_lines(_flat(table, rows), out, dialect, bom=options.flag(BOM.name))
    _tell(table, out)


def _kind(out: Output, options: Options) -> str:
    """What the table is: as asked for, as the name of the file says, or CSV where none is named.

    Raises:
        InputError: for a name that says nothing of the kind.
    """
    ending = out.target.suffix.lower().removeprefix(".")
    if asked := options.text(AS.name):
        return asked
    if out.streamed or out.folder:
        return KINDS[0]
    if ending not in KINDS:
        raise InputError(
            f"{out.target}: its name does not say what kind of table it is to be",
            f"end it in {', '.join('.' + kind for kind in KINDS)}, or say -o as=csv",
        )
    return ending


def _flat(table: WholeRows, rows: Iterable[list[Cell]]) -> Iterator[list[str | int]]:
    """The header and the rows as text and numbers: a flag is "yes" or nothing."""
    yield list(table.columns)
    for row in rows:
        yield ["" if c is None or c is False else "yes" if c is True else c for c in row]


def _tell(table: WholeRows, out: Output) -> None:
    counted, name = table.counted, "claim" if table.what == "claim" else "span"
    if counted.computed:
        out.remark(
            f"{table.computed}: {counted.computed} told by the quotation marks, where no annotator"
            " said it"
        )
    if counted.outside:
        out.remark(
            f"{name}s with roles or labels that the scheme in force does not have:"
            f" {counted.outside}, in the column outside"
        )
    if counted.empty:
        out.remark(f"articles without a {name}, which have no row: {counted.empty}")


def _format(name: str, what: What, rows: str) -> Format:
    return Format(
        name=name,
        title=f"table for people, a row for each {rows}",
        suffix=f".{KINDS[0]}",
        holds=f"every {rows} whole, with what is known of its article",
        loses="texts, the other layers; the words over 32,000 characters in Excel",
        unit="codepoint",
        write=partial(_write, what=what),
        options=(AS, BOM),
        suffix_option=AS.name,
        layer=what,
        text_of_card='`pandas.read_csv(FILE, keep_default_na=False, na_values=[""])`,'
        " `pandas.read_excel` with the same, or `pandas.read_parquet(FILE)`.",
    )


CLAIMS: Final = _format("claims", "claim", "claim")
SPANS: Final = _format("spans", "mark", "plain span")

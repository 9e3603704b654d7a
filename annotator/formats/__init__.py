"""The formats, by name: what `annotator export`, `import` and `formats` know.

    formats.names()                              # "brat", "csv", ...; loads nothing
    formats.every()                              # every Format, in order, for `annotator formats`
    fmt = formats.get("brat")                    # InputError with a hint when there is none
    fmt.write is None / fmt.read is None         # one-way formats
    fmt.options                                  # Option(name, default, help, choices)

    report = formats.export(fmt, "out.zip", content)   # -> ExportReport; "-" is stdout
    items = formats.read(fmt, path, options)           # -> Iterator[Item]; "-" is stdin

`Project.export` and `Project.import_` are these with a database at the other end.

Others add formats by the entry point group `annotator.formats`: a name, and a
`annotator.formats.Format` that it points to. A built-in name cannot be taken over.
"""

from __future__ import annotations

from importlib import import_module
from importlib.metadata import EntryPoint, entry_points
from typing import Final

from annotator.domain.errors import InputError
from annotator.domain.losses import Loss
from annotator.formats.exporter import export, read
from annotator.formats.support.base import ExportReport, Format, Option, Options

GROUP: Final = "annotator.formats"
"""The entry point group of formats that other packages bring."""

_BUILT_IN: Final = {
    "jsonl": "native",
    "spacy": "spacy_docbin",
    "brat": "brat",
    "prodigy": "prodigy",
    "doccano": "doccano",
    "label-studio": "label_studio",
    "conll": "conll",
    "gate": "gate",
    "w3c": "w3c",
    "parquet": "parquet",
    "uima": "uima",
    "webanno": "webanno",
    "qdpx": "qdpx",
    "csv": "tables:CSV",
    "tsv": "tables:TSV",
    "xlsx": "excel:XLSX",
    "claims": "whole_tables:CLAIMS",
    "spans": "whole_tables:SPANS",
    "html": "html",
    "german-quotations": "quotation_corpora:GERMAN_FORMAT",
    "citron": "quotation_corpora:CITRON",
    "gendergaptracker": "gendergap:GENDERGAP",
    "semeval": "bias_corpora:SEMEVAL",
    "babe": "babe:BABE",
    "basil": "basil:BASIL",
}
"""Name -> module of this package, and what it is called there unless FORMAT."""


def _others() -> dict[str, EntryPoint]:
    return {e.name: e for e in entry_points(group=GROUP) if e.name not in _BUILT_IN}


def names() -> list[str]:
    """The names of all formats: ours in the order of use, then those of other packages."""
    return [*_BUILT_IN, *sorted(_others())]


def get(name: str) -> Format:
    """Load a format by its name.

    Raises:
        InputError: when there is none of that name, or another package's cannot be loaded.
    """
    if name in _BUILT_IN:
        module, _, attribute = _BUILT_IN[name].partition(":")
        loaded = import_module(f"annotator.formats.{module}")
        found: object = getattr(loaded, attribute or "FORMAT")
    elif (entry := _others().get(name)) is not None:
        try:
            found = entry.load()
        except (ImportError, AttributeError) as error:
            raise InputError(
                f"the format {name!r} of {entry.value} cannot be loaded: {error}"
            ) from error
    else:
        raise InputError(f"no format {name!r}", f"there are: {', '.join(names())}")
    if not isinstance(found, Format):
        raise InputError(f"{name!r} does not point to a Format")
    return found


def every() -> list[Format]:
    """Every format, loaded."""
    return [get(name) for name in names()]


__all__ = [
    "GROUP",
    "ExportReport",
    "Format",
    "Loss",
    "Option",
    "Options",
    "every",
    "export",
    "get",
    "names",
    "read",
]

"""The cases of `oracles.json`: values that other programs and the literature give."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any, Final, cast

from annotator.agreement.span_table import SpanTable
from annotator.agreement.units import Units
from annotator.alignment.inputs import ComparedText

_FILE: Final = json.loads((Path(__file__).parent / "oracles.json").read_text("utf-8"))
DATA: Final = cast("dict[str, dict[str, Any]]", _FILE["data"])
CASES: Final = cast("list[dict[str, Any]]", _FILE["cases"])


def cases(kind: str) -> list[dict[str, Any]]:
    """The cases of one kind: categorical, unitizing, gamma, span_f1, segmentation."""
    return [case for case in CASES if case["kind"] == kind]


def categorical(name: str) -> Units:
    """Labels of a data set, rows = units, columns = annotators."""
    return Units.from_rows(DATA["categorical"][name])


def continuum(name: str) -> SpanTable:
    """Spans of a unitizing data set, as one document."""
    data = DATA["unitizing"][name]
    spans: dict[str, list[tuple[str, int, int]]] = {f"c{i}": [] for i in range(data["coders"])}
    for coder, label, start, end in data["spans_coder_label_start_end"]:
        spans[f"c{coder}"].append((str(label), start, end))
    return SpanTable.from_documents([ComparedText.from_spans("d", data["length"], spans)])

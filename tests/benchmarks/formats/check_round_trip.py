"""Export and import 300 PolNeAR documents in every two-way format, and compare span by span.

    python -m tests.benchmarks.formats.check_round_trip [ARTICLES] [FORMAT ...]

A line for each format: spans in the database; spans that came back; those of them that stand at
other offsets, unless the export counted them as moved (must be none); annotations that are not what
they were (must be none where a format holds whole annotations); records that could not be read; and
what the export counted as lost. Exit 1 for a fault.
"""

from __future__ import annotations

import os
import sys
import tempfile
from collections import Counter
from collections.abc import Iterable
from itertools import islice
from pathlib import Path
from typing import Final

from annotator import formats
from annotator.domain.exchange import BadRecord, Document
from annotator.project.layouts import Layouts
from annotator.store import Store
from annotator.store.transfer import ExportSelection, dataset, documents, import_items, rows
from tests.formats.support import export_given

ROOT: Final = Path(__file__).resolve().parents[3]
WHOLE: Final[dict[str, dict[str, str]]] = {
    "jsonl": {},
    "spacy": {"user-data": "yes"},
    "brat": {"layout": "polnear"},
    "prodigy": {},
    "doccano": {},
    "label-studio": {},
    "gate": {},
    "w3c": {},
    "parquet": {},
    "uima": {"encoding": "xmi"},
    "uima json": {"encoding": "json"},
    "webanno": {},
    "csv": {},
    "tsv": {},
    "xlsx": {},
}
"""Formats that hold whole annotations, with the options for it."""
MOVING: Final = ("webanno",)
"""Those of them that cannot hold every offset, and count what they move."""
SPANS: Final[dict[str, dict[str, str]]] = {"spacy spans": {}, "citron": {}, "german-quotations": {}}
"""Formats that hold spans over the same text."""
WORDS: Final[dict[str, dict[str, str]]] = {
    f"conll {scheme}": {"scheme": scheme} for scheme in ("iob1", "iob2", "bilou")
}
"""Formats that hold words but not the white space between them: compared without any."""


def shapes(found: Iterable[Document]) -> dict[str, Counter[object]]:
    """Text -> its annotations: whose, spans, labels."""
    out: dict[str, Counter[object]] = {}
    for d in found:
        out.setdefault(d.article.text, Counter()).update(
            (a.layer, a.annotator, tuple(sorted(a.fragments)), tuple(sorted(a.attributes.items())))
            for a in d.annotations
        )
    return out


def places(found: Iterable[Document]) -> dict[str, Counter[object]]:
    """Text -> the places of its spans."""
    out: dict[str, Counter[object]] = {}
    for d in found:
        out.setdefault(d.article.text, Counter()).update(
            (f.start, f.end) for a in d.annotations for f in a.fragments
        )
    return out


def unwritten(ours: Iterable[Document], theirs: Iterable[Document]) -> int:
    """Spans with words that stand in no span of the original, white space apart.

    A span over several sentences comes back in parts.
    """
    known: dict[str, str] = {}
    for d in ours:
        text = "".join(d.article.text.split())
        known[text] = "\n".join([known.get(text, ""), *_words(d)])
    return sum(
        words not in known.get("".join(d.article.text.split()), "")
        for d in theirs
        for words in _words(d)
    )


def _words(document: Document) -> list[str]:
    """The words of each span, without white space."""
    text = document.article.text
    spans = (f for a in document.annotations for f in a.fragments)
    return ["".join(text[f.start : f.end].split()) for f in spans]


def differing(ours: dict[str, Counter[object]], theirs: dict[str, Counter[object]]) -> int:
    """How much there is that came from nowhere."""
    return sum((found - ours.get(text, Counter())).total() for text, found in theirs.items())


def check(
    name: str, options: dict[str, str], store: Store, chosen: ExportSelection, folder: Path
) -> int:
    """One format; how many faults."""
    form = formats.get(name.partition(" ")[0])
    target = folder / f"{name.replace(' ', '-')}{form.suffix}"
    report = export_given(
        form,
        target,
        options,
        documents=lambda: documents(store, chosen),
        rows=lambda: rows(store, chosen),
        dataset=dataset(store, chosen),
    )
    known = {o.name for o in form.options}
    items = list(formats.read(form, target, {k: v for k, v in options.items() if k in known}))
    bad = [i for i in items if isinstance(i, BadRecord)]
    back = [d for d in items if isinstance(d, Document)]
    ours = list(documents(store, chosen))
    total = sum(len(a.fragments) for d in back for a in d.annotations)
    shifted = unwritten(ours, back) if name in WORDS else differing(places(ours), places(back))
    moved = 0
    if name not in WHOLE or name in MOVING:
        moved = sum(n.count for n in report.losses if n.kind.endswith(("expanded", "trimmed")))
    shifted = max(0, shifted - moved)
    changed = ""
    faults = shifted + len(bad)
    if name in WHOLE:
        mine, theirs = shapes(ours), shapes(back)
        count = max(0, max(differing(mine, theirs), differing(theirs, mine)) - moved)
        faults += count
        changed = str(count)
    lost = "; ".join(f"{loss.kind} {loss.count:,}" for loss in report.losses)
    line = f"{name:<18}{report.spans:>8,}{total:>8,}{shifted:>8}{changed:>9}{len(bad):>5}"
    print(f"{line}  {lost}", flush=True)
    return faults


def main() -> None:
    shared = Path(os.environ.get("ANNOTATOR_SHARED", ROOT.parent / "shared"))
    source = shared / "corpora/polnear/train"
    if not source.is_dir():
        print(f"skipped: {source} is not here")
        return
    count = int(sys.argv[1]) if len(sys.argv) > 1 else 300
    wanted = sys.argv[2:]
    with tempfile.TemporaryDirectory() as place, Store.create(Path(place) / "x.db") as store:
        items = formats.read(formats.get("brat"), source)
        first = islice((i for i in items if isinstance(i, Document)), count)
        import_items(store, first, actor="importer", layout=Layouts("").of_draft)
        chosen = ExportSelection(annotated=True)
        print(f"{'format':<18}{'spans':>8}{'back':>8}{'shifted':>8}{'changed':>9}{'bad':>5}  lost")
        faults = 0
        for name, options in (WHOLE | SPANS | WORDS).items():
            if not wanted or name in wanted:
                faults += check(name, options, store, chosen, Path(place))
    sys.exit(faults > 0)


if __name__ == "__main__":
    main()

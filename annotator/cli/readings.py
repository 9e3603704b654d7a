"""Example readings of the sample articles by three invented annotators, to try agreement on."""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING

from annotator.domain.exchange import Document
from annotator.domain.records import annotation_from_record

if TYPE_CHECKING:
    from annotator.store import Store


def load_readings(store: Store, folder: Path) -> int:
    """Bring the readings of `a`, `b` and `c` into a database that holds the sample articles.

    Args:
        store: The database.
        folder: With one JSON file per article, `{"article": NAME, "annotations": [record, ...]}`;
            articles that are not in the database are passed over.

    Returns:
        How many annotations were added; 0 when they were there already. One undo of the annotator
        `examples` takes them back.
    """
    from annotator.store import transfer

    if store.annotations(annotator="a"):
        return 0

    result = transfer.import_items(
        store, _documents(store, folder), actor="examples", label="example readings"
    )
    return result.annotations


def _documents(store: Store, folder: Path) -> Iterator[Document]:
    numbers = {name: uid for uid, _, name, _, _ in store.texts()}
    for path in sorted(folder.glob("*.json")):
        reading = json.loads(path.read_text(encoding="utf-8"))
        uid = numbers.get(reading["article"])
        if uid is not None:
            found = (annotation_from_record(r, path.name) for r in reading["annotations"])
            annotations = tuple(replace(a, article="", scheme="") for a in found)
            yield Document(store.article(uid), annotations, path.name)
